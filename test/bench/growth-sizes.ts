import { type Figure, median, printFigures, tableText } from './figures.ts'
import type { GatehouseProcess } from './gatehouse-process.ts'
import { admin, document, everybodys, onGrownStore } from './grown-store.ts'
import { bodyOf, load, sequence } from './load.ts'
import { reloadOfRoles, sweepOfRows } from './longest-turn.ts'
import { type Signer, signedFor } from './signed-requests.ts'

/**
 * A part of `npm run bench growth`: each call by itself, one after the other, on stores of 1,000,
 * 10,000 and 100,000 users with a tenth as many policies
 * and half as many revocations; one policy is on all users, and nine in
 * ten are members of one group. The ratio is to the figure with 1,000 users. A call is the median
 * of many; `a read beside` is the longest wait of reads that came one after the other meanwhile.
 */

const given = process.argv.find((one) => one.startsWith('--sizes='))?.slice('--sizes='.length)
const sizes = given?.split(',').map(Number) ?? [1000, 10_000, 100_000]
if (!sizes.every((users) => users >= 1000))
  throw new Error('`--sizes=` takes numbers of users, from 1000 on')
const [smallest, largest] = [sizes[0]!, sizes.at(-1)!]
interface Measured {
  readonly unit: string
  readonly value: number
}
type Rows = Readonly<Record<string, Measured>>
const milliseconds = (value: number): Measured => ({ unit: 'ms', value })
const calls = 200

async function measure(server: GatehouseProcess, users: number): Promise<Rows> {
  const { port } = server
  const signed = (parameters: Readonly<Record<string, string>>) =>
    signedFor('iam', port, admin, parameters)
  const each = async (parametersAt: (index: number) => Readonly<Record<string, string>>) => {
    const all = Array.from({ length: calls }, (_, index) => signed(parametersAt(index)))
    return milliseconds(median(await sequence(port, await Promise.all(all))))
  }
  // Code warms up, whatever the size.
  for (let round = 0; round < 5; round++)
    await each(() => ({ Action: 'GetUser', UserName: 'user-1' }))
  const PolicyDocument = document
  const rows: Record<string, Measured> = {}
  rows.CreateUser = await each((index) => ({ Action: 'CreateUser', UserName: `new-${index}` }))
  rows.CreatePolicy = await each((index) => {
    return { Action: 'CreatePolicy', PolicyName: `new-${index}`, PolicyDocument }
  })
  rows.GetAccountSummary = await each(() => ({ Action: 'GetAccountSummary' }))
  rows['GetPolicy, on every user'] = await each(() => ({
    Action: 'GetPolicy',
    PolicyArn: everybodys,
  }))
  rows['ListUsers, path of nobody'] = await each(() => ({
    Action: 'ListUsers',
    PathPrefix: '/nobody/',
  }))
  rows['ListUsers, 100'] = await each(() => ({ Action: 'ListUsers' }))
  rows.RevokeSessions = milliseconds(
    median(
      await sequence(
        port,
        await Promise.all(
          Array.from({ length: calls }, (_, index) =>
            signedFor('sts', port, admin, {
              Action: 'RevokeSessions',
              Scope: 'role',
              Target: `new-${index}`,
            }),
          ),
        ),
      ),
    ),
  )
  rows['a new session with revocations about'] = milliseconds(await newSessions(port))
  rows['/readyz'] = milliseconds(await readiness(server))
  rows['writes a second, 32 clients'] = await writesBy(port, 32)
  rows['UpdateGroup, a read beside'] = await beside(port, users, {
    Action: 'UpdateGroup',
    GroupName: 'everybody',
    NewGroupName: 'renamed',
  })
  return { ...rows, ...(await longestTurns(server, users)) }
}

/** What goes on beside the calls: a fiftieth of the users as roles, nine passed rows a user. */
async function longestTurns(server: GatehouseProcess, users: number): Promise<Rows> {
  const sweep = await sweepOfRows(server, users * 9)
  const reload = await reloadOfRoles(server, users / 50)
  return {
    'sweep of 9 rows a user': milliseconds(sweep.tookMs),
    'sweep, longest turn': milliseconds(sweep.longestMs),
    'reload with a role for 50 users': milliseconds(reload.tookMs),
    'reload, longest turn': milliseconds(reload.longestMs),
  }
}

/** The first call of a session, whose names have to be looked up. */
async function newSessions(port: number): Promise<number> {
  const asked = await signedFor('sts', port, admin, { Action: 'GetSessionToken' })
  const sessions: Signer[] = []
  for (let index = 0; index < 50; index++) {
    const xml = await bodyOf(port, asked)
    const text = (element: string) => new RegExp(`<${element}>([^<]+)<`).exec(xml)?.[1] ?? ''
    const [accessKeyId, secretAccessKey] = [text('AccessKeyId'), text('SecretAccessKey')]
    sessions.push({ accessKeyId, secretAccessKey, sessionToken: text('SessionToken') })
  }
  const requests = sessions.map((session) =>
    signedFor('sts', port, session, { Action: 'GetCallerIdentity' }),
  )
  return median(await sequence(port, await Promise.all(requests)))
}

/** A policy of many users, written again and again. */
async function writesBy(port: number, concurrency: number): Promise<Measured> {
  const put = { Action: 'PutUserPolicy', PolicyName: 'Self' }
  const requests = await Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      signedFor('iam', port, admin, {
        ...put,
        UserName: `user-${index}`,
        PolicyDocument: document.replace('"*"', `"s3:Get${index}"`),
      }),
    ),
  )
  await load({ port, requests, concurrency, durationMs: 2000 })
  const { requestsPerSecond } = await load({ port, requests, concurrency, durationMs: 4000 })
  return { unit: '1/s', value: requestsPerSecond }
}

async function readiness({ operations }: GatehouseProcess): Promise<number> {
  const times: number[] = []
  for (let probe = 0; probe < 50; probe++) {
    const begun = performance.now()
    const answer = await fetch(`${operations}/readyz`)
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`/readyz answered ${answer.status}`)
    times.push(performance.now() - begun)
  }
  return median(times)
}

/** The longest of the reads while one write goes on. */
async function beside(
  port: number,
  users: number,
  write: Readonly<Record<string, string>>,
): Promise<Measured> {
  const reads = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      signedFor('iam', port, admin, {
        Action: 'GetUser',
        UserName: `user-${(index * 977) % users}`,
      }),
    ),
  )
  const options = { port, requests: reads, concurrency: 1, durationMs: 3000 }
  const request = await signedFor('iam', port, admin, write)
  const [{ longestMs }] = await Promise.all([load(options), sequence(port, [request])])
  return milliseconds(longestMs)
}

const found = new Map<number, Rows>()
for (const users of sizes) {
  const begun = performance.now()
  found.set(users, await onGrownStore(users, (server) => measure(server, users)))
  console.error(`${users} users: ${((performance.now() - begun) / 1000).toFixed(0)} s`)
}

const first = found.get(smallest)!
const figures = Object.keys(first).flatMap((row) =>
  sizes.map((users): Figure => {
    const { unit, value } = found.get(users)![row]!
    const figure = `${row}: ${users} users`
    const ratio = value / first[row]!.value
    return { bench: 'growth', figure, value, unit, reference: `${smallest} users`, ratio }
  }),
)
printFigures(
  figures,
  tableText(
    ['ms, or as it says', ...sizes.map((users) => `${users} users`), 'ratio'],
    Object.keys(first).map((row) => [
      row,
      ...sizes.map((users) => found.get(users)![row]!.value.toFixed(2)),
      (found.get(largest)![row]!.value / first[row]!.value).toFixed(2),
    ]),
  ),
)
