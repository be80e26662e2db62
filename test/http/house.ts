import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import session from 'express-session'
import type { AuditEvent } from '../../src/audit/event.ts'
import { type KeyRing, loadKeyRing } from '../../src/credentials/key-ring.ts'
import { type AppPorts, buildApp } from '../../src/http/app.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import type { RequestOrigin } from '../../src/sessions/request-facts.ts'
import { buildConsoleFederation } from '../../src/sign-in/console.ts'
import { consoleForms } from '../../src/sign-in/console-forms.ts'
import { buildPortal } from '../../src/sign-in/portal.ts'
import { buildRechecks } from '../../src/sign-in/recheck/rechecks.ts'
import { buildRedirectSignIn } from '../../src/sign-in/redirect/redirect-sign-in.ts'
import { replayGuard } from '../../src/sign-in/replay.ts'
import { buildSamlSignIn } from '../../src/sign-in/saml/saml-sign-in.ts'
import { buildSignIn, type SignInPorts } from '../../src/sign-in/sign-in.ts'
import { limitTries } from '../../src/sign-in/tries.ts'
import { recordingAudit } from '../audit/recording-audit.ts'
import { unlisted } from '../sign-in/unlisted.ts'
import { inMemory, memoryDocuments } from './in-memory.ts'
import { buildMint, callersBut, type Mint } from './minted.ts'
import { type Clock, standingClock } from './standing-clock.ts'
import { connectorsOf, federationOf, freshWorld, mappingsOf, type World } from './world.ts'
import { worldAnswer, worldRole } from './world-roles.ts'

/**
 * The real app on a real port, with faked ports around it: directory, trust, sealing, store, clock.
 */
export interface House extends AsyncDisposable {
  readonly origin: string
  readonly clock: Clock
  readonly events: AuditEvent[]
  /** The audit port; a test may change what it answers. */
  readonly trail: ReturnType<typeof recordingAudit>
  readonly logged: string[]
  /** Keys of the browser sessions that the server holds. */
  rows(): string[]
  /** Names of the other short-lived state that the server holds. */
  shortLived(): string[]
  readonly world: World
  /** The facts that trust policies were asked with. */
  readonly asked: RequestOrigin[]
  /** Credentials as a broker would hold them. */
  readonly mint: Mint
}

const roles = ['DataAnalyst', 'TimetableExport'].map((name) => worldRole(name))

/** What every part of the house takes. */
interface HousePorts {
  readonly audit: ReturnType<typeof recordingAudit>
  readonly clock: Clock
  readonly ids: Ids
  readonly publicUrl: URL
  readonly ephemeral: ReturnType<typeof inMemory>
  readonly ring: KeyRing
}

interface Wanted {
  readonly publicUrl?: string
  readonly trustedProxies?: string[]
  readonly webIdentityOrigins?: string[]
}

export async function openHouse(wanted: Wanted = {}): Promise<House> {
  const clock = standingClock()
  const ids = new Ids()
  const events: AuditEvent[] = []
  const trail = recordingAudit(events)
  const logged: string[] = []
  const asked: RequestOrigin[] = []
  const world = freshWorld()
  const { mint, claimsOf } = buildMint(clock, ids)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const publicUrl = new URL(wanted.publicUrl ?? origin)
  const ports: HousePorts = {
    audit: trail,
    clock,
    ids,
    publicUrl,
    ephemeral: inMemory(clock),
    ring: await loadKeyRing({
      documents: memoryDocuments(),
      rootKey: Buffer.alloc(32),
      clock,
      ids,
    }),
  }
  const signIns = signInsOf(world, ports, federationOf(world, { clock, ids, mint }, asked))
  const held = { unsealSession: claimsOf, callers: callersBut(world.gone, clock) }
  const consoleFederation = buildConsoleFederation({
    openSessions: unlisted,
    ...ports,
    ...held,
    issuers: () => world.issuers,
    revocations: { endOfSession: async () => world.ending },
    aliasOf: async (account) => (account === '268804417753' ? 'meridian-data' : undefined),
  })
  const sessionStore = new session.MemoryStore()
  const { trustedProxies, webIdentityOrigins = [] } = wanted
  const app = buildApp({
    ...fixedPorts,
    ...ports,
    ...signIns,
    consoleFederation,
    openSessions: unlisted,
    forms: consoleForms(ports.ephemeral, ids, clock),
    portal: buildPortal({ ...ports, ...held }),
    ...(trustedProxies && { trustedProxies }),
    webIdentityOrigins,
    sessionStore,
    log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
  })
  server.on('request', app)
  return {
    ...{ origin, clock, events, trail, logged, world, asked, mint },
    shortLived: ports.ephemeral.names,
    rows: () => Object.keys((sessionStore as unknown as { sessions: object }).sessions),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const noSessions = {
  of: async () => [],
  ...{ note: async () => {}, clear: async () => {}, end: async () => {} },
}
const noUsers = () => Promise.reject(new Error('no account of this house has users'))

/** What the app asks for and no test of a page changes. */
const fixedPorts = {
  branding: {
    name: 'Meridian Rail',
    helpUrl: 'https://help.meridian.example/',
    support: 'it@meridian.example',
  },
  region: 'eu-west-1',
  bodyBytes: 262_144,
  tokenIssuer: { discovery: async () => undefined, keys: async () => undefined },
  ownSessions: noSessions,
  ownKeys: {
    ...{ registration: async () => undefined, add: noUsers, remove: noUsers, touch: noUsers },
    ...{ allowed: () => false, proof: async () => undefined },
    of: async () => ({ keys: [], usable: false }),
  },
  terminalTouches: { begin: noUsers, asked: noUsers, touched: noUsers, confirm: noUsers },
  touchForCode: { asked: async () => undefined, touched: noUsers },
  userSignIn: {
    ...{ password: noUsers, code: noUsers, change: noUsers, changeOwn: noUsers },
    ...{ securityKey: noUsers, passkey: noUsers, passkeys: () => false },
    keyOptions: async () => undefined,
    passkeyOptions: async () => undefined,
    ...{ roles: noUsers, endAll: noUsers },
    ...{ rootPassword: noUsers, beginDevice: noUsers, enableDevice: noUsers },
    hasRoots: () => false,
    hasUsers: async () => false,
    onItsWay: async () => undefined,
  },
  upstreamConsole: { address: () => Promise.reject(new Error('no account has an upstream')) },
  upstreamTokens: { discovery: async () => undefined, keys: async () => undefined },
  dispatch: async (request) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request, body: request.body.toString() }),
  }),
  dispatchAs: (_caller, action, input) => worldAnswer(roles, action, input),
  policyReference: () => actionReference(),
  findAccount: async (name) =>
    ({ 'meridian-data': '268804417753', '268804417753': '268804417753' })[name],
  sessionSecrets: ['test-secret'],
} satisfies Partial<AppPorts>

/** The three ways to sign in, over one directory, one count of tries and one revocation. */
function signInsOf(
  world: World,
  ports: HousePorts,
  federation: SignInPorts['federation'],
): Pick<AppPorts, 'signIn' | 'redirectSignIn' | 'saml'> {
  const shared = {
    ...ports,
    checkTimeoutMs: 300,
    tries: limitTries(ports.ephemeral, {
      perName: { count: 5, windowSeconds: 900 },
      perAddress: { count: 50, windowSeconds: 900 },
    }),
    revocations: {
      endsSignIn: async ({ authenticatedAt }: { authenticatedAt: Date }) =>
        world.revokedAt !== undefined && authenticatedAt < world.revokedAt,
      endOfSignIn: async ({ authenticatedAt }: { authenticatedAt: Date }) =>
        world.revokedAt !== undefined && authenticatedAt < world.revokedAt
          ? (world.ending ?? { scope: 'person' as const, own: false })
          : undefined,
      endPerson: async (_person: object, now: Date) => {
        world.revokedAt = new Date(now.getTime() + 1)
        world.ending = { scope: 'person', own: true }
      },
      endLostPerson: async () => {},
      endsProof: async ({ issuedAt }: { issuedAt: Date }) =>
        world.revokedAt !== undefined && issuedAt < world.revokedAt,
    },
  }
  const known = {
    connectors: connectorsOf(world, ports.clock),
    lifetimeSeconds: 8 * 3600,
    openSessions: unlisted,
  }
  const rechecks = buildRechecks({ ...shared, ...known, count: () => {}, log: () => {} })
  const signIn = buildSignIn({
    ...shared,
    ...known,
    rechecks,
    touches: { raised: async (identity) => identity },
    ownSessions: noSessions,
    mappings: mappingsOf(world),
    federation,
  })
  const returning = { ...shared, signIn, replay: replayGuard(ports.ephemeral) }
  return {
    signIn,
    redirectSignIn: buildRedirectSignIn(returning),
    saml: buildSamlSignIn({
      ...returning,
      providers: {
        find: async () => undefined,
        findById: async () => undefined,
        metadata: async () => undefined,
      },
      federation: {
        permitted: async () => [],
        assumeWithIdentity: () => Promise.reject(new Error('not part of this house')),
      },
    }),
  }
}
