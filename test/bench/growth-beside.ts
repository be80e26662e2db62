import { type Figure, median, printFigures, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { bodyOf } from './load.ts'
import { pacedLoad } from './paced-load.ts'
import { cpuMs } from './process-cost.ts'
import { type Signer, signedFor } from './signed-requests.ts'

/**
 * A part of `npm run bench growth`: calls of a Gatehouse that holds 2,000 users, each with 100
 * managed policies (10 groups of 10), at a steady rate: reads alone (`pure`), and with every
 * hundredth call a `PutUserPolicy` (`1 % writes`). Both take turns; ratios are medians of the
 * turns' own. `--profile FOLDER` writes a CPU profile of the server there.
 */

const account = '111122223333'
const userCount = 2000
/** So many are made through the API, so that their policies may be changed. */
const apiUserCount = 100
const groupCount = 100
const groupsEach = 10
const policiesEach = 10
const perSecond = 500
const writeEvery = 100
const rounds = 5
const roundMs = 4000
const concurrency = 64

const admin: Signer = {
  accessKeyId: 'AKIABENCHADMIN222222',
  secretAccessKey: 'benchSecret+benchSecret+benchSecret+2026',
}
/** `AKIA` and 16 of A–Z 2–7: the index in four letters. */
const keyId = (index: number) =>
  `AKIABENCHUSER${index
    .toString(4)
    .padStart(7, '0')
    .replace(/\d/g, (digit) => 'ABCD'[+digit]!)}`
const groupsOf = (index: number) =>
  Array.from({ length: groupsEach }, (_, at) => `group-${(index * 7 + at * 11) % groupCount}`)

function policyText(name: string, action: string, resource: string): string {
  const statement = { Sid: name, Effect: 'Allow', Action: action, Resource: resource }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

function settings(): string {
  const policies: string[] = []
  const groups: string[] = []
  for (let group = 0; group < groupCount; group++) {
    const names = Array.from({ length: policiesEach }, (_, at) => `Policy${group}x${at}`)
    for (const name of names) {
      const text = policyText(name, 's3:GetObject', `arn:aws:s3:::${name}/*`)
      policies.push(`      ${name}: { document: ${text} }`)
    }
    const arns = names.map((name) => `"arn:aws:iam::${account}:policy/${name}"`)
    groups.push(`      group-${group}: { attachedPolicies: [${arns.join(', ')}] }`)
  }
  return [
    'accounts:',
    `  "${account}":`,
    `    rootAccessKeys: [${keySettings(admin.accessKeyId)}]`,
    '    policies:',
    ...policies,
    '    groups:',
    ...groups,
    '    users:',
    ...Array.from({ length: userCount - apiUserCount }, (_, index) => userSettings(index)),
    '',
  ].join('\n')
}

function keySettings(accessKeyId: string): string {
  return `{ accessKeyId: ${accessKeyId}, secretAccessKey: ${admin.secretAccessKey} }`
}

function userSettings(index: number): string {
  const own = policyText('Self', 'iam:GetUser', '*')
  return (
    `      user-${index}: { groups: [${groupsOf(index).join(', ')}], ` +
    `accessKeys: [${keySettings(keyId(index))}], policies: { Self: ${own} } }`
  )
}

const { port, pid, ...gatehouse } = await startGatehouse(settings(), profiled())
await using _gatehouse = gatehouse

function profiled() {
  const at = process.argv.indexOf('--profile')
  return at < 0 ? {} : { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${process.argv[at + 1]}`] }
}

async function call(parameters: Readonly<Record<string, string>>): Promise<string> {
  return bodyOf(port, await signedFor('iam', port, admin, parameters))
}

/** A user as the settings have them, made through the API. */
async function makeUser(index: number): Promise<Signer> {
  const UserName = `user-${index}`
  await call({ Action: 'CreateUser', UserName })
  for (const GroupName of groupsOf(index))
    await call({ Action: 'AddUserToGroup', UserName, GroupName })
  await call(policyPut(index, 0))
  const xml = await call({ Action: 'CreateAccessKey', UserName })
  const text = (element: string) => new RegExp(`<${element}>([^<]+)<`).exec(xml)?.[1] ?? ''
  return { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey') }
}

function policyPut(index: number, version: number) {
  return {
    Action: 'PutUserPolicy',
    UserName: `user-${index}`,
    PolicyName: 'Self',
    PolicyDocument: policyText(`Self${version}`, 'iam:GetUser', '*'),
  }
}

const signers: Signer[] = []
for (let index = 0; index < userCount; index++)
  signers.push(
    index < userCount - apiUserCount
      ? { accessKeyId: keyId(index), secretAccessKey: admin.secretAccessKey }
      : await makeUser(index),
  )
const reads = await Promise.all(
  signers.map((signer) => signedFor('iam', port, signer, { Action: 'GetUser' })),
)
const writes = await Promise.all(
  [1, 2].flatMap((version) =>
    Array.from({ length: apiUserCount }, (_, at) =>
      signedFor('iam', port, admin, policyPut(userCount - 1 - at, version)),
    ),
  ),
)

let written = 0
/** Steps by a prime, so that a write and the reads of its user come in no fixed order. */
const readAt = (index: number) => reads[(index * 977) % userCount]!
const kinds: Readonly<Record<string, (index: number) => Buffer>> = {
  pure: readAt,
  '1 % writes': (index) =>
    index % writeEvery === 0 ? writes[written++ % writes.length]! : readAt(index),
}

/** What the round before changed, and the note of each key's first use, is paid for here. */
const everybodyCalls = () =>
  pacedLoad({
    port,
    requestAt: (index) => reads[index]!,
    perSecond: userCount,
    durationMs: 1000,
    concurrency: 8,
  })

interface Cost {
  readonly cpuMicros: number
  readonly p99Ms: number
}
async function round(requestAt: (index: number) => Buffer): Promise<Cost> {
  await everybodyCalls()
  const before = cpuMs(pid)
  const paced = { port, requestAt, perSecond, durationMs: roundMs, concurrency }
  const { requests, p99Ms } = await pacedLoad(paced)
  return { p99Ms, cpuMicros: ((cpuMs(pid) - before) * 1000) / requests }
}

const costs = new Map<string, Cost[]>(Object.keys(kinds).map((kind) => [kind, []]))
for (let turn = 0; turn <= rounds; turn++) {
  for (const [kind, requestAt] of Object.entries(kinds)) {
    const cost = await round(requestAt)
    // The first turn warms the code up.
    if (turn > 0) costs.get(kind)!.push(cost)
  }
}

const units = { cpuMicros: 'CPU µs/call', p99Ms: 'ms p99' } as const
const figures = [...costs].flatMap(([kind, all]) =>
  (['cpuMicros', 'p99Ms'] as const).map(
    (measured): Figure => ({
      bench: 'growth',
      figure: `GetUser of ${userCount} users with 100 policies, ${kind}`,
      value: median(all.map((cost) => cost[measured])),
      unit: units[measured],
      reference: 'pure',
      ratio: median(all.map((cost, turn) => cost[measured] / costs.get('pure')![turn]![measured])),
    }),
  ),
)
printFigures(
  figures,
  tableText(
    ['calls, unit', 'value', 'of pure'],
    figures.map(({ figure, value, unit, ratio }) => [
      `${figure}, ${unit}`,
      value.toFixed(unit === 'ms p99' ? 2 : 0),
      (ratio ?? 1).toFixed(2),
    ]),
  ),
)
