/**
 * `npm run bench oidc`: code flows (authorize, then token), refreshes and client credentials a
 * second, ours against bare oidc-provider with the same adapter on the same kind of store, turn and
 * turn about in one run; and the CPU of the server for each. `--json` prints a line a figure.
 */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { startPeer, untilReady } from '../peers/child.ts'
import { Conversation, type Told } from './conversation.ts'
import { type Figure, median, printFigures, rounded, tableText } from './figures.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { benchApi, benchApps, benchBack, benchScope, benchSecret } from './oidc-apps.ts'
import { cpuMs } from './process-cost.ts'

const concurrency = 4
const rounds = 9
const roundMs = 1500
const account = '111122223333'
const verifier = 'a-verifier-of-at-least-forty-three-characters'
const pair = `bench:${encodeURIComponent(benchSecret)}`
const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
const authorize = `/oauth2/authorize?${new URLSearchParams({
  client_id: 'bench',
  response_type: 'code',
  redirect_uri: benchBack,
  scope: 'openid profile',
  state: 'state',
  nonce: 'nonce',
  code_challenge: hash('sha256', verifier, 'base64url'),
  code_challenge_method: 'S256',
})}`

// `right horse`
const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$' +
  'Q6cNTpziY+Rn97YyW6sjCg$2ChVgLPh2nk2l5NTRPtnKRlA2FBQ1Y4O8BGEazIgy/s'

function settings(): string {
  const { bench } = benchApps
  const { lifetimes: _, ...app } = bench
  const person = { username: 'alice', passwordHash, displayName: 'alice', groups: ['staff'] }
  const sections = {
    accounts: { [account]: {} },
    limits: { signInsPerAddress: { count: 100_000, window: '1h' } },
    connectors: { corp: { type: 'file', label: 'Corp', accounts: [account], people: [person] } },
    resources: { [benchApi]: { label: 'Orders', scopes: [benchScope] } },
    apps: { bench: { ...app, when: '"staff" in identity.groups', groups: 'identity.groups' } },
  }
  return Object.entries(sections)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n')
}

interface Server {
  readonly pid: number
  readonly talks: readonly Conversation[]
  /** The newest refresh token of each conversation. */
  readonly refreshTokens: Map<Conversation, string>
}

/** What one conversation does once. */
type Flow = (talk: Conversation, server: Server) => Promise<unknown>

function expect(told: Told, status: number): Told {
  if (told.status !== status) throw new Error(`not ${status}: ${told.status} ${told.body}`)
  return told
}

const codeFlow: Flow = async (talk, server) => {
  const to = expect(await talk.get(authorize), 303).headers.get('location') ?? ''
  const code = new URL(to, 'http://localhost').searchParams.get('code')
  if (code === null) throw new Error(`no code: ${to}`)
  const fields = {
    grant_type: 'authorization_code',
    redirect_uri: benchBack,
    code,
    code_verifier: verifier,
  }
  keepRefreshToken(server, talk, await talk.post('/oauth2/token', fields, authorization))
}

const refresh: Flow = async (talk, server) => {
  const refresh_token = server.refreshTokens.get(talk) ?? ''
  const fields = { grant_type: 'refresh_token', refresh_token }
  keepRefreshToken(server, talk, await talk.post('/oauth2/token', fields, authorization))
}

function keepRefreshToken({ refreshTokens }: Server, talk: Conversation, told: Told): void {
  refreshTokens.set(talk, JSON.parse(expect(told, 200).body).refresh_token)
}

/** A signed token (RFC 9068) for an API, without a person. */
const clientCredentials: Flow = async (talk) => {
  const fields = { grant_type: 'client_credentials', resource: benchApi, scope: benchScope }
  expect(await talk.post('/oauth2/token', fields, authorization), 200)
}

const flows: Readonly<Record<string, Flow>> = {
  'code flow': codeFlow,
  refresh,
  'client credentials': clientCredentials,
}

/** Follows redirects of the server, up to the app's address or a page. */
async function travel(talk: Conversation, from: string): Promise<Told> {
  for (let next = from; ; ) {
    const told = await talk.get(next)
    const to = told.headers.get('location')
    if (to === undefined || to.startsWith(benchBack)) return told
    next = to
  }
}

async function enterGatehouse(talk: Conversation): Promise<void> {
  const page = await travel(talk, authorize)
  const hidden = (name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? ''
  const fields = { connector: 'corp', username: 'alice', password: 'right horse' }
  const form = { ...fields, _csrf: hidden('_csrf'), next: hidden('next') }
  const told = await talk.post('/signin', form)
  const onward = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(told.body)?.[1]
  const next = told.headers.get('location') ?? onward?.replaceAll('&amp;', '&')
  if (next === undefined) throw new Error(`not signed in: ${told.status} ${told.body}`)
  await travel(talk, next)
}

async function openServer(
  { port, pid }: { readonly port: number; readonly pid: number },
  enter: (talk: Conversation) => Promise<unknown>,
): Promise<Server> {
  const talks: Conversation[] = []
  for (let at = 0; at < concurrency; at++) {
    const talk = await Conversation.open(port)
    await enter(talk)
    talks.push(talk)
  }
  const server = { pid, talks, refreshTokens: new Map() }
  for (const talk of talks) await codeFlow(talk, server)
  return server
}

interface Cost {
  readonly aSecond: number
  readonly cpuMs: number
}

async function round(server: Server, flow: Flow): Promise<Cost> {
  const before = cpuMs(server.pid)
  const start = performance.now()
  let done = 0
  await Promise.all(
    server.talks.map(async (talk) => {
      for (; performance.now() - start < roundMs; done++) await flow(talk, server)
    }),
  )
  const seconds = (performance.now() - start) / 1000
  return { aSecond: done / seconds, cpuMs: (cpuMs(server.pid) - before) / done }
}

/** Two figures: flows a second, and how much of the server's CPU is the bare provider's. */
async function compare(name: string, ours: Server, bare: Server): Promise<readonly Figure[]> {
  const flow = flows[name]!
  const turns: { readonly ours: Cost; readonly bare: Cost }[] = []
  await round(ours, flow)
  await round(bare, flow)
  for (let turn = 0; turn < rounds; turn++)
    turns.push({ ours: await round(ours, flow), bare: await round(bare, flow) })
  const rate = median(turns.map((turn) => turn.bare.aSecond))
  const cpu = median(turns.map((turn) => turn.bare.cpuMs))
  return [
    {
      bench: 'oidc',
      figure: name,
      value: median(turns.map((turn) => turn.ours.aSecond)),
      unit: 'flows/s',
      reference: `oidc-provider, ${rounded(rate)}`,
      ratio: median(turns.map((turn) => turn.ours.aSecond / turn.bare.aSecond)),
    },
    {
      bench: 'oidc',
      figure: `${name}, CPU`,
      value: median(turns.map((turn) => turn.ours.cpuMs)),
      unit: 'CPU ms/flow',
      reference: `oidc-provider, ${rounded(cpu)}`,
      ratio: median(turns.map((turn) => turn.ours.cpuMs / turn.bare.cpuMs)),
    },
  ]
}

const profile = process.argv.indexOf('--profile')
const nodeArguments =
  profile < 0 ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.argv[profile + 1]}`]
await using gatehouse = await startGatehouse(settings(), { nodeArguments })
await using reference = startPeer(process.execPath, [
  '--disable-warning=ExperimentalWarning',
  join(import.meta.dirname, 'oidc-reference.ts'),
])
const listening = () => /listens on (\d+)/.exec(reference.said())?.[1]
await untilReady(reference, async () => listening() !== undefined)
const ours = await openServer(gatehouse, enterGatehouse)
const bare = await openServer({ port: Number(listening()), pid: reference.pid }, (talk) =>
  travel(talk, authorize),
)
const figures: Figure[] = []
for (const name of Object.keys(flows)) figures.push(...(await compare(name, ours, bare)))
for (const talk of [...ours.talks, ...bare.talks]) talk.end()
printFigures(
  figures,
  tableText(
    ['OpenID Connect', 'value', 'unit', 'reference', 'times'],
    figures.map(({ figure, value, unit, reference: of = '', ratio = 1 }) => [
      figure,
      String(rounded(value)),
      unit,
      of,
      String(rounded(ratio)),
    ]),
  ),
)
