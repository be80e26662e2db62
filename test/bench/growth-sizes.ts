import { type Figure, median, printFigures, tableText } from './figures.ts'
import type { GatehouseProcess } from './gatehouse-process.ts'
import { admin, document, everybodys, onGrownStores } from './grown-store.ts'
import { bodyOf, load, sequence } from './load.ts'
import { reloadOfRoles, sweepOfRows } from './longest-turn.ts'
import { type Signer, signedFor } from './signed-requests.ts'

/**
 * A part of `npm run bench growth`: each call by itself, one after the other, on stores of 1,000,
 * 10,000 and 100,000 users with a tenth as many policies and half as many revocations; one policy
 * is on all users, and nine in ten are members of one group. The ratio is that of the largest to
 * the smallest; all are measured in turns. A call is the median of many; `a read beside` is the
 * longest wait of reads that came one after the other meanwhile.
 */

const given = process.argv.find((one) => one.startsWith('--sizes='))?.slice('--sizes='.length)
const sizes = given?.split(',').map(Number) ?? [1000, 10_000, 100_000]
if (!sizes.every((users) => users >= 1000))
  throw new Error('`--sizes=` takes numbers of users, from 1000 on')
/** What one size is measured on, and where it is measured. */
interface Grown {
  readonly users: number
  readonly server: GatehouseProcess
}
interface Row {
  readonly unit: string
  /** Another round has names of its own. */
  readonly measure: (grown: Grown, round: number) => Promise<number>
  /** Absent: `rounds`. */
  readonly rounds?: number
}
/** After one that warms the code up. */
const rounds = 3
const calls = 70

/** One call after the other; the median. */
const eachOf = (
  service: 'iam' | 'sts',
  parametersAt: (index: number, round: number) => Readonly<Record<string, string>>,
): Row => ({
  unit: 'ms',
  async measure({ server: { port } }, round) {
    const all = Array.from({ length: calls }, (_, index) =>
      signedFor(service, port, admin, parametersAt(index, round)),
    )
    return median(await sequence(port, await Promise.all(all)))
  },
})
const PolicyDocument = document
const rows: Readonly<Record<string, Row>> = {
  CreateUser: eachOf('iam', (index, round) => ({
    Action: 'CreateUser',
    UserName: `new-${round}-${index}`,
  })),
  CreatePolicy: eachOf('iam', (index, round) => ({
    ...{ Action: 'CreatePolicy', PolicyName: `new-${round}-${index}`, PolicyDocument },
  })),
  GetAccountSummary: eachOf('iam', () => ({ Action: 'GetAccountSummary' })),
  'GetPolicy, on every user': eachOf('iam', () => ({
    ...{ Action: 'GetPolicy', PolicyArn: everybodys },
  })),
  'ListUsers, path of nobody': eachOf('iam', () => ({
    ...{ Action: 'ListUsers', PathPrefix: '/nobody/' },
  })),
  'ListUsers, 100': eachOf('iam', () => ({ Action: 'ListUsers' })),
  RevokeSessions: eachOf('sts', (index, round) => ({
    ...{ Action: 'RevokeSessions', Scope: 'role', Target: `new-${round}-${index}` },
  })),
  'a new session with revocations about': {
    unit: 'ms',
    measure: ({ server }) => newSessions(server.port),
  },
  '/readyz': { unit: 'ms', measure: ({ server }) => readiness(server) },
  'writes a second, 32 clients': {
    unit: '1/s',
    measure: ({ server }) => writesBy(server.port, 32),
  },
  'UpdateGroup, a read beside': {
    unit: 'ms',
    rounds: 2,
    measure: ({ server, users }, round) =>
      beside(server.port, users, {
        Action: 'UpdateGroup',
        GroupName: round === 0 ? 'everybody' : `renamed-${round - 1}`,
        NewGroupName: `renamed-${round}`,
      }),
  },
}

interface Found {
  readonly unit: string
  readonly values: readonly number[]
  /** To the smallest size, in the same minute. */
  readonly ratios: readonly number[]
}

/** Sizes take turns, so that all of them meet what else the machine does. */
async function measured({ unit, measure, rounds: own = rounds }: Row, all: readonly Grown[]) {
  const found: number[][] = []
  for (let round = 0; round <= own; round++) {
    const values: number[] = []
    for (const grown of all) values.push(await measure(grown, round))
    if (round > 0) found.push(values)
  }
  const medians = (of: (values: readonly number[], at: number) => number) =>
    all.map((_, at) => median(found.map((values) => of(values, at))))
  return {
    unit,
    values: medians((values, at) => values[at]!),
    ratios: medians((values, at) => values[at]! / values[0]!),
  } satisfies Found
}

/** What goes on beside the calls: a fiftieth of the users as roles, nine passed rows a user. */
async function longestTurns({ server, users }: Grown): Promise<Readonly<Record<string, number>>> {
  const sweep = await sweepOfRows(server, users * 9)
  const reload = await reloadOfRoles(server, users / 50)
  return {
    [`sweep of ${users * 9} rows`]: sweep.tookMs,
    'sweep, longest turn': sweep.longestMs,
    [`reload with ${users / 50} roles`]: reload.tookMs,
    'reload, longest turn': reload.longestMs,
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
async function writesBy(port: number, concurrency: number): Promise<number> {
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
  return (await load({ port, requests, concurrency, durationMs: 2000 })).requestsPerSecond
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
): Promise<number> {
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
  return longestMs
}

await onGrownStores(sizes, async (servers) => {
  const all = servers.map((server, at): Grown => ({ server, users: sizes[at]! }))
  const found: [string, Found][] = []
  for (const [name, row] of Object.entries(rows)) {
    found.push([name, await measured(row, all)])
    console.error(
      `${name}: ${found
        .at(-1)![1]
        .values.map((value) => value.toFixed(2))
        .join(', ')}`,
    )
  }
  // Ratios tell nothing of them, and each waits for a minute: of the largest alone.
  const turns = Object.entries(await longestTurns(all.at(-1)!))
  const reference = `${sizes[0]} users`
  const figures = [
    ...found.flatMap(([row, { unit, values, ratios }]) =>
      sizes.map((users, at): Figure => {
        const figure = `${row}: ${users} users`
        return { bench: 'growth', figure, value: values[at]!, unit, reference, ratio: ratios[at]! }
      }),
    ),
    ...turns.map(([figure, value]): Figure => ({ bench: 'growth', figure, value, unit: 'ms' })),
  ]
  printFigures(
    figures,
    tableText(
      ['ms, or as it says', ...sizes.map((users) => `${users} users`), 'ratio'],
      [
        ...found.map(([row, { values, ratios }]) => [
          row,
          ...values.map((value) => value.toFixed(2)),
          ratios.at(-1)!.toFixed(2),
        ]),
        ...turns.map(([row, value]) => [
          row,
          ...sizes.slice(1).map(() => ''),
          value.toFixed(1),
          '',
        ]),
      ],
    ),
  )
})
