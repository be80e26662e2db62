import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The people of the demo's file connector; config/demo/gatehouse.yaml has their password hashes.
 */
const people = [
  { username: 'amina', password: 'amina-demo-2026', gets: 'Developer, BillingViewer' },
  { username: 'jonas', password: 'jonas-demo-2026', gets: 'Developer' },
  { username: 'priya', password: 'priya-demo-2026', gets: 'Auditor' },
] as const
const brokerKeyId = 'AKIADEMOBROKER222222'

/**
 * Returns the demo's settings file, and the text that `npm start` prints: the address, who can sign
 * in, and three things to try.
 */
export function demoFiles(home: string): {
  readonly config: string
  readonly text: (origin: string) => string
} {
  const folder = join(home, 'config', 'demo')
  const secret = readFileSync(join(folder, 'broker-secret-access-key'), 'utf8').trim()
  return { config: join(folder, 'gatehouse.yaml'), text: (origin) => demoText(origin, secret) }
}

function demoText(origin: string, secret: string): string {
  const endpoint = `--endpoint-url ${origin} --region us-east-1`
  const whoCanSignIn = people.map(
    ({ username, password, gets }) => `    ${username.padEnd(8)} ${password.padEnd(18)} ${gets}`,
  )
  return `
  Gatehouse is open at ${origin}          (demo: account 1111 2222 3333, alias demo)

  Who can sign in
${whoCanSignIn.join('\n')}

  Three things to try
    1. Browser   open ${origin}, sign in as amina, open the console or copy credentials
    2. AWS CLI   with the keys of the demo's broker:
                   export AWS_ACCESS_KEY_ID=${brokerKeyId} AWS_SECRET_ACCESS_KEY=${secret}
                   aws sts get-caller-identity ${endpoint}
                   aws sts assume-role ${endpoint} \\
                     --role-arn arn:aws:iam::111122223333:role/Developer --role-session-name me
                 or with jonas's password (asks for it, then keeps the credentials sealed):
                   node bin/gatehouse.js credentials --endpoint ${origin} --username jonas
    3. SDK       new STSClient({ endpoint: '${origin}', region: 'us-east-1' })
                   .send(new GetCallerIdentityCommand({}))

  Ctrl-C ends it. Everything is kept in ./data/demo.
`
}
