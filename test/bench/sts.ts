import { join } from 'node:path'
import { startPeer, untilReady } from '../peers/child.ts'
import { type Figure, printFigures, tableText } from './figures.ts'
import { type GatehouseProcess, startGatehouse } from './gatehouse-process.ts'
import { figuresOf, heads, measure, rowsOf, type Target } from './in-turns.ts'
import { bodyOf } from './load.ts'
import { type Signer, signedRequest } from './signed-requests.ts'

/**
 * `npm run bench sts`: GetCallerIdentity and AssumeRole of a whole Gatehouse against an Express
 * route that answers the same bytes (`express`), and the same with the unavoidable cryptography
 * (`floor`). Targets take turns; medians of the rounds.
 * `--only=permanent|temporary|assumed|unlike` measures one call; `--connections=32` changes how
 * many connections are busy (8); `--profile FOLDER` writes a CPU profile of the server there.
 */

/**
 * So many different requests and sessions: no answer depends on one request being sent again and
 * again.
 */
const variants = 64
/** So many session policies that no two calls near each other have the same. */
const unlikePolicies = 12_000

const account = '111122223333'
const roleArn = `arn:aws:iam::${account}:role/Analyst`
const broker: Signer = {
  accessKeyId: 'AKIABENCHBROKER22222',
  secretAccessKey: 'benchSecret+benchSecret+benchSecret+2026',
}
/** As a broker writes it that names a person's folder. */
const sessionPolicyOf = (folder: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Reports',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:ListBucket'],
        Resource: ['arn:aws:s3:::reports', `arn:aws:s3:::reports/${folder}/*`],
      },
      {
        Sid: 'NotFromOutside',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } },
      },
    ],
  })
const settings = `
accounts:
  "${account}":
    alias: bench
    users:
      broker:
        accessKeys:
          - { accessKeyId: ${broker.accessKeyId}, secretAccessKey: ${broker.secretAccessKey} }
        policies:
          Assume:
            Version: "2012-10-17"
            Statement:
              - { Sid: Assume, Effect: Allow, Action: "sts:AssumeRole", Resource: "${roleArn}" }
    roles:
      Analyst:
        policies:
          Read:
            Version: "2012-10-17"
            Statement:
              - { Sid: Read, Effect: Allow, Action: "s3:*", Resource: "*" }
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            - { Sid: Broker, Effect: Allow, Action: "sts:AssumeRole",
                Principal: { AWS: "arn:aws:iam::${account}:user/broker" } }
`

const kinds = ['permanent', 'temporary', 'assumed', 'unlike'] as const
type Kind = (typeof kinds)[number]
const titles: Readonly<Record<Kind, string>> = {
  permanent: 'GetCallerIdentity, long-term keys',
  temporary: 'GetCallerIdentity, temporary keys',
  assumed: 'AssumeRole with session policy',
  unlike: 'AssumeRole, each call another session policy',
}

const assumeParameters = (session: string, folder = '2026') => ({
  Action: 'AssumeRole',
  RoleArn: roleArn,
  RoleSessionName: session,
  DurationSeconds: '3600',
  Policy: sessionPolicyOf(folder),
})
const many = <T>(make: (index: number) => Promise<T>, length = variants) =>
  Promise.all(Array.from({ length }, (_, index) => make(index)))

async function sessionOf(port: number, name: string): Promise<Signer> {
  const xml = await bodyOf(port, await signedRequest(port, broker, assumeParameters(name)))
  const text = (element: string) =>
    new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1] ?? ''
  return {
    accessKeyId: text('AccessKeyId'),
    secretAccessKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
  }
}

async function requestsFor({
  port,
}: GatehouseProcess): Promise<Readonly<Record<Kind, readonly Buffer[]>>> {
  const identity = { Action: 'GetCallerIdentity' }
  return {
    permanent: await many(() => signedRequest(port, broker, identity)),
    temporary: await many(async (index) =>
      signedRequest(port, await sessionOf(port, `person-${index}@example.com`), identity),
    ),
    assumed: await many((index) =>
      signedRequest(port, broker, assumeParameters(`person-${index}@example.com`)),
    ),
    unlike: await many(
      (index) => signedRequest(port, broker, assumeParameters('broker', `person-${index}`)),
      only === undefined || only === 'unlike' ? unlikePolicies : 1,
    ),
  }
}

async function startReference(
  name: 'express' | 'floor',
  answers: Readonly<Record<Kind, string>>,
): Promise<Target & AsyncDisposable> {
  await using undo = new AsyncDisposableStack()
  const peer = undo.use(
    startPeer(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'reference-server.ts'),
      name,
      JSON.stringify(answers),
    ]),
  )
  await untilReady(peer, async () => /listens on \d+/.test(peer.said()))
  const owned = undo.move()
  return {
    name,
    pid: peer.pid,
    port: Number(/listens on (\d+)/.exec(peer.said())![1]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const argument = (name: string) =>
  process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3)
const only = argument('only')
const connections = argument('connections')
const profile = process.argv.indexOf('--profile')
await using gatehouse = await startGatehouse(
  settings,
  profile > 0
    ? { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${process.argv[profile + 1]}`] }
    : {},
)
const requests = await requestsFor(gatehouse)
const answers: Record<Kind, string> = { permanent: '', temporary: '', assumed: '', unlike: '' }
for (const kind of kinds) answers[kind] = await bodyOf(gatehouse.port, requests[kind][0]!)
await using expressReference = await startReference('express', answers)
await using floorReference = await startReference('floor', answers)
const targets: readonly Target[] = [
  expressReference,
  floorReference,
  { name: 'gatehouse', port: gatehouse.port, pid: gatehouse.pid },
]

const figures: Figure[] = []
for (const kind of kinds) {
  if (only === undefined || only === kind)
    figures.push(
      ...figuresOf(
        'sts',
        titles[kind],
        await measure(
          targets,
          requests[kind],
          connections === undefined ? undefined : Number(connections),
        ),
      ),
    )
}
printFigures(figures, tableText(heads, rowsOf(figures)))
