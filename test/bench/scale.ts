/**
 * `npm run bench scale`: the same work on one process with SQLite, two workers with SQLite, one
 * process with PostgreSQL, and two nodes with PostgreSQL and Redis: requests/s, latency, CPU of
 * Gatehouse and bytes to and from the store a request. They take turns; medians of the rounds, and
 * of the rounds' ratios to the first. Whoever sends the load takes CPU of the same machine.
 * `--rounds=5`, `--seconds=2` of a round, `--connections=16` of each process,
 * `--only=call|mint|sign-in|page`; `--profile=FOLDER` writes CPU profiles of all processes there.
 */
import { availableParallelism, loadavg } from 'node:os'
import { Browser } from '../http/browser.ts'
import { slapdConnector } from '../journeys/directory-settings.ts'
import { type Slapd, startSlapd } from '../peers/slapd.ts'
import { type Figure, median, printFigures, tableText } from './figures.ts'
import { bodyOf, load } from './load.ts'
import { openTopology, type Topology, topologyNames } from './scale-topologies.ts'
import { type Signer, signedRequest } from './signed-requests.ts'

const account = '111122223333'
const roleArn = `arn:aws:iam::${account}:role/Engineer`
const broker: Signer = {
  accessKeyId: 'AKIASCALEBROKER22222',
  secretAccessKey: 'scaleSecret+scaleSecret+scaleSecret+2026',
}
const works = {
  call: 'signed call (GetCallerIdentity, temporary keys)',
  mint: 'mint (AssumeRole)',
  'sign-in': 'LDAP sign-in (AssumeRoleWithLDAPIdentity)',
  page: 'page visit (/portal)',
} as const
type Work = keyof typeof works

function option(name: string, normal: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))
  const value = given === undefined ? normal : Number(given.slice(name.length + 3))
  if (!(value > 0)) throw new Error(`\`--${name}\` takes a number above 0`)
  return value
}
const rounds = option('rounds', 5)
const durationMs = option('seconds', 2) * 1000
const connections = option('connections', 16)
const only = process.argv.find((one) => one.startsWith('--only='))?.slice('--only='.length)
if (only !== undefined && !Object.hasOwn(works, only)) throw new Error(`no work \`${only}\``)
const profile = process.argv.find((one) => one.startsWith('--profile='))?.slice(10)
const more = profile ? { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${profile}`] } : {}
const chosen = (Object.keys(works) as Work[]).filter((work) => (only ?? work) === work)

function settingsFor(directory: Slapd): string {
  const allow = (Action: string, more = {}) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, ...more }],
  })
  const principals = {
    Federated: `arn:aws:iam::${account}:ldap-provider/corp`,
    AWS: `arn:aws:iam::${account}:user/broker`,
  }
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principals,
        Action: ['sts:AssumeRole', 'sts:AssumeRoleWithLDAPIdentity'],
      },
    ],
  }
  const freely = { count: 100_000, window: '15m' }
  const sections = {
    connectors: {
      corp: {
        ...{ label: 'Directory', accounts: [account], leastRefusalMs: 0 },
        ...slapdConnector(directory),
      },
    },
    mappings: [
      {
        name: 'engineering',
        when: '"engineering" in identity.groups',
        grants: [{ role: roleArn }],
      },
    ],
    // One name signs in more often at once than wrong passwords are let through for it.
    limits: { signInsPerAddress: freely, signInsPerName: freely },
    accounts: {
      [account]: {
        alias: 'corp',
        users: {
          broker: {
            accessKeys: [broker],
            policies: { Assume: allow('sts:AssumeRole', { Resource: roleArn }) },
          },
        },
        roles: { Engineer: { trustPolicy, policies: { Read: allow('s3:*', { Resource: '*' }) } } },
      },
    },
  }
  // JSON is YAML.
  return Object.entries(sections)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')
}

const assume = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: 'scale' }

/** Whole requests, as clients send them to `port`. */
async function requestsFor(
  port: number,
  directory: Slapd,
): Promise<Readonly<Record<Work, readonly Buffer[]>>> {
  const xml = await bodyOf(port, await signedRequest(port, broker, assume))
  const text = (element: string) =>
    new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1] ?? ''
  const session: Signer = {
    accessKeyId: text('AccessKeyId'),
    secretAccessKey: text('SecretAccessKey'),
    sessionToken: text('SessionToken'),
  }
  const many = (make: () => Promise<Buffer>) => Promise.all(Array.from({ length: 32 }, make))
  const browser = new Browser(`http://localhost:${port}`)
  await browser.signIn('alice', directory.passwordOf('alice'), { connector: 'corp' })
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const form = new URLSearchParams({
    ...{ Action: 'AssumeRoleWithLDAPIdentity', Version: '2011-06-15', RoleArn: roleArn },
    ...{ LDAPUsername: 'alice', LDAPPassword: directory.passwordOf('alice') },
  }).toString()
  const head = (line: string, more: string) =>
    `${line} HTTP/1.1\r\nhost: localhost:${port}\r\n${more}\r\n\r\n`
  const posted = `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}`
  return {
    call: await many(() => signedRequest(port, session, { Action: 'GetCallerIdentity' })),
    mint: await many(() => signedRequest(port, broker, assume)),
    'sign-in': [Buffer.from(head('POST /', posted) + form)],
    page: [Buffer.from(head('GET /portal', `cookie: ${cookie}`))],
  }
}

interface Cost {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly cpuMicros: number
  readonly storeBytes: number
}
const units: Readonly<Record<keyof Cost, string>> = {
  perSecond: 'requests/s',
  p50Ms: 'ms p50',
  p95Ms: 'ms p95',
  p99Ms: 'ms p99',
  cpuMicros: 'CPU µs/request',
  storeBytes: 'B/request to the store',
}

/**
 * One round of one work: all ports at once. Each process has as many connections, since a call
 * costs the less the busier its process is: halves of a load would be compared with a whole one.
 */
async function round(topology: Topology, requests: readonly (readonly Buffer[])[]): Promise<Cost> {
  const [cpu, bytes, startedAt] = [topology.cpuMs(), topology.storeBytes(), performance.now()]
  const concurrency = (connections * topology.processes) / topology.ports.length
  const loads = await Promise.all(
    topology.ports.map((port, at) =>
      load({ port, requests: requests[at]!, concurrency, durationMs }),
    ),
  )
  const tookSeconds = (performance.now() - startedAt) / 1000
  const latencies = loads.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b)
  const part = (of: number) => latencies[Math.floor(latencies.length * of)] ?? Number.NaN
  return {
    perSecond: latencies.length / tookSeconds,
    ...{ p50Ms: part(0.5), p95Ms: part(0.95), p99Ms: part(0.99) },
    cpuMicros: ((topology.cpuMs() - cpu) * 1000) / latencies.length,
    storeBytes: (topology.storeBytes() - bytes) / latencies.length,
  }
}

await using opened = new AsyncDisposableStack()
const directory = opened.use(await startSlapd())
const topologies: { topology: Topology; requests: Readonly<Record<Work, readonly Buffer[][]>> }[] =
  []
for (const name of topologyNames) {
  try {
    const topology = opened.use(await openTopology(name, settingsFor(directory), more))
    const each = await Promise.all(topology.ports.map((port) => requestsFor(port, directory)))
    const of = (work: Work) => each.map((requests) => [...requests[work]])
    topologies.push({
      topology,
      requests: { call: of('call'), mint: of('mint'), 'sign-in': of('sign-in'), page: of('page') },
    })
  } catch (error) {
    console.error(`without \`${name}\`: ${error instanceof Error ? error.message : error}`)
  }
}

const figures: Figure[] = []
const rows: string[][] = []
for (const work of chosen) {
  const costs = topologies.map((): Cost[] => [])
  for (let turn = 0; turn <= rounds; turn++) {
    for (const [at, { topology, requests }] of topologies.entries()) {
      const cost = await round(topology, requests[work])
      // The first one warms up.
      if (turn > 0) costs[at]!.push(cost)
    }
  }
  for (const [at, { topology }] of topologies.entries()) {
    const measured = (Object.keys(units) as (keyof Cost)[]).map(
      (key): Figure => ({
        bench: 'scale',
        figure: `${works[work]}, ${topology.name}`,
        value: median(costs[at]!.map((cost) => cost[key])),
        unit: units[key],
        reference: topologies[0]!.topology.name,
        ratio: median(costs[at]!.map((cost, turn) => cost[key] / costs[0]![turn]![key])),
      }),
    )
    figures.push(...measured)
    const [perSecond, p50, p95, p99, cpu, bytes] = measured.map(({ value }) => value)
    rows.push([
      `${work}, ${topology.name}`,
      perSecond!.toFixed(0),
      `${(measured[0]!.ratio! * 100).toFixed(0)} %`,
      ...[p50!, p95!, p99!].map((value) => value.toFixed(1)),
      cpu!.toFixed(0),
      `${(measured[4]!.ratio! * 100).toFixed(0)} %`,
      bytes!.toFixed(0),
    ])
  }
}
const heads = ['work, topology', 'requests/s', 'of the first', 'p50 ms', 'p95 ms', 'p99 ms']
const costHeads = ['CPU µs', 'of the first', 'B to the store']
const machine = `${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`
printFigures(figures, `${tableText([...heads, ...costHeads], rows)}\n${machine}`)
