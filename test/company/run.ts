import { once } from 'node:events'
import { brokerKeys } from '../journeys/broker.ts'
import { openCompany } from './company.ts'

/**
 * `npm run company`: two nodes behind nginx with PostgreSQL and Redis, as plain processes with
 * throwaway data. Prints what to try; Ctrl-C ends and removes all of it. A node that is killed
 * stays away; one that gets SIGTERM while the other serves shows a rolling restart.
 */
const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await using company = await openCompany()
const { origin, nodes } = company
const told = nodes.map(
  ({ name, pid, operations, trail }) =>
    `  ${name}   process ${pid}   ${operations}/readyz   ${trail}`,
)
console.log(`
Two nodes behind nginx, with PostgreSQL and Redis: ${origin}

  sign in     ${origin}/signin as amina (amina-demo-2026), jonas or priya (the same way)
  AWS CLI     AWS_ACCESS_KEY_ID=${brokerKeys.AccessKeyId} \\
              AWS_SECRET_ACCESS_KEY=${brokerKeys.SecretAccessKey} \\
              aws --endpoint-url ${origin} --region us-east-1 sts get-caller-identity
  break it    kill ${nodes[0]!.pid}: sessions, sign-ins and calls go on at the other node

${told.join('\n')}

Ctrl-C ends all of it, and removes its data.`)
await asked
