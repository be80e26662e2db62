import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import session from 'express-session'
import type { AuditEvent, Recordable } from '../../src/audit/event.ts'
import { buildApp } from '../../src/http/app.ts'
import { commonFault } from '../../src/kernel/aws-fault.ts'
import type { Identity } from '../../src/kernel/identity.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { SignInFault } from '../../src/kernel/sign-in-fault.ts'
import type { Grant } from '../../src/mapping/grant.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import type { SessionClaims } from '../../src/credentials/claims.ts'
import type { RequestOrigin } from '../../src/sessions/request-facts.ts'
import { buildConsoleFederation } from '../../src/sign-in/console.ts'
import { sessionArn } from '../../src/sign-in/session-arn.ts'
import { buildSamlBrowser } from '../../src/sign-in/saml/browser.ts'
import { buildSignIn } from '../../src/sign-in/sign-in.ts'
import { limitTries } from '../../src/sign-in/tries.ts'
import type { Ephemeral } from '../../src/store/ephemeral.ts'

/** The real app on a real port, with faked ports around it: directory, trust, sealing, store, clock. */
export interface House extends AsyncDisposable {
  readonly origin: string
  readonly clock: { now(): Date; pass(seconds: number): void }
  readonly events: AuditEvent[]
  readonly logged: string[]
  readonly world: World
  /** The facts that trust policies were asked with. */
  readonly asked: RequestOrigin[]
  /** Credentials as a broker would hold them. */
  mint(claims?: Partial<SessionClaims>): SessionClaims & { readonly token: string }
}

/** What tests change. */
export interface World {
  grants: Grant[]
  refuseTrust: boolean
  directory: 'up' | 'down' | 'hangs'
  issuers: string[]
  /** Access key ids whose role or user is gone. */
  gone: Set<string>
  ways: { id: string; label: string; accounts: string[] }[]
}

const day = Date.UTC(2026, 10, 23, 14, 42)

export async function openHouse({ publicUrl: wanted, trustedProxies, webIdentityOrigins = [] }: { publicUrl?: string; trustedProxies?: string[]; webIdentityOrigins?: string[] } = {}): Promise<House> {
  let at = day
  const clock = { now: () => new Date(at), pass: (seconds: number) => { at += seconds * 1000 } }
  const ids = new Ids()
  const events: AuditEvent[] = []
  const logged: string[] = []
  const asked: RequestOrigin[] = []
  const heard = ({ sourceAddress, userAgent, secure, region }: RequestOrigin, grants: readonly Grant[]) => {
    asked.push({ sourceAddress, userAgent, secure, region })
    return grants
  }
  const world: World = {
    grants: [grant('DataAnalyst', '268804417753'), grant('TimetableExport', '268804417753'), grant('ReadOnlyAudit', '412088330917')],
    refuseTrust: false, directory: 'up', issuers: ['https://broker.meridian.example/'], gone: new Set(),
    ways: [{ id: 'staff', label: 'Meridian staff', accounts: ['268804417753'] }, { id: 'break-glass', label: 'Break glass', accounts: ['412088330917'] }],
  }
  const sealed = new Map<string, SessionClaims>()
  const mint = (changes: Partial<SessionClaims> = {}) => {
    const claims = { ...roleClaims(ids, clock.now()), ...changes }
    const token = `ghs1.test.${ids.opaque(24)}`
    sealed.set(token, claims)
    return { ...claims, token }
  }
  const ephemeral = inMemory(clock)
  const callers = {
    ofClaims: async (claims: SessionClaims) => {
      if (world.gone.has(claims.accessKeyId)) throw commonFault('InvalidClientTokenId', 'The security token included in the request is invalid.')
      if (claims.expiresAt <= clock.now()) throw commonFault('ExpiredToken', 'The security token included in the request is expired')
      return callerOf(claims)
    },
  }
  const eventPorts = { audit: { record: (one: Recordable) => void events.push(one.event()) }, clock, ids }
  const tries = limitTries(ephemeral, { perName: { count: 5, windowSeconds: 900 }, perAddress: { count: 50, windowSeconds: 900 } })
  const signIn = buildSignIn({ revocations: { endsSignIn: async () => false },
    ...eventPorts,
    upstreams: () => world.ways.map((way) => ({
      ...way, protocol: way.id === 'break-glass' ? 'file' as const : 'ldap' as const,
      upstream: { flow: 'password', check: (username, password) => check(world, clock, way.id, username, password), knows: ({ username }) => !world.gone.has(username), probe: async () => {}, [Symbol.asyncDispose]: async () => {} },
    })),
    mappings: () => ({ evaluate: () => ({ grants: world.grants, outcomes: world.grants.map(({ rule }) => ({ rule, result: 'granted' as const, reason: 'group' })) }) }),
    federation: {
      permitted: async (_identity, grants, from) => heard(from, grants).map((one) => ({
        grant: one, account: one.roleArn.split(':')[4]!, roleName: one.roleArn.split('/').at(-1)!, maxDurationSeconds: one.maxDurationSeconds ?? 14_400,
        ...(one.roleArn.includes('268804417753') && { accountName: 'meridian-data' }),
      })),
      assumeWithIdentity: async ({ grant: one, identity, durationSeconds = 3600, from }) => {
        heard(from, [one])
        if (world.refuseTrust) throw commonFault('AccessDenied', 'not trusted')
        if (durationSeconds > 14_400) throw commonFault('ValidationError', 'too long')
        const [, , , , account] = one.roleArn.split(':')
        const { token, ...claims } = mint({
          account: account!, name: one.sessionName, role: { name: one.roleArn.split('/').at(-1)!, path: '/', id: ids.next('AROA') },
          expiresAt: new Date(at + durationSeconds * 1000), tags: [...one.tags].map(([Key, Value]) => ({ Key, Value })),
          federation: { provider: 'ldap-provider/staff', connector: identity.connector, subject: identity.subject, username: identity.username, rule: one.rule },
        })
        const credentials = { accessKeyId: claims.accessKeyId, secretAccessKey: claims.secretAccessKey, sessionToken: token, expiration: claims.expiresAt }
        return { credentials, claims, packedPolicySize: 3, decision: { effect: 'allow', because: [], missingContext: [] }, roleArn: one.roleArn }
      },
    },
    tries,
    checkTimeoutMs: 300,
    lifetimeSeconds: 8 * 3600,
  })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const publicUrl = new URL(wanted ?? origin)
  const consoleFederation = buildConsoleFederation({ ...eventPorts, publicUrl, issuers: () => world.issuers, openSession: (token) => sealed.get(token), callers, ephemeral })
  server.on('request', buildApp({
    publicUrl, branding: { name: 'Meridian Rail', helpUrl: 'https://help.meridian.example/' }, region: 'eu-west-1', bodyBytes: 262_144, signIn, consoleFederation, clock, ids,
    saml: buildSamlBrowser({
      ...eventPorts, publicUrl, signIn, ephemeral, tries, revocations: { endsSignIn: async () => false }, findProvider: async () => undefined, replay: { async claim() {} },
      federation: { permitted: async () => [], assumeWithIdentity: () => Promise.reject(new Error('not part of this house')) },
    }),
    outbound: { discovery: async () => undefined, keys: async () => undefined },
    ...(trustedProxies && { trustedProxies }), webIdentityOrigins,
    dispatch: async (request) => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...request, body: request.body.toString() }) }),
    decide: ({ action }) => ({ effect: action.startsWith('iam:') ? 'allow' : action === 's3:PutObject' ? 'explicit-deny' : 'implicit-deny', because: [], missingContext: [] }),
    findAccount: async (name) => ({ 'meridian-data': '268804417753', '268804417753': '268804417753' })[name],
    sessionStore: new session.MemoryStore(), sessionSecrets: ['test-secret'],
    log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
  }))
  return {
    origin, clock, events, logged, world, asked, mint,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function grant(role: string, account: string, more: Partial<Grant> = {}): Grant {
  return {
    rule: `rule-${role}`, roleArn: `arn:aws:iam::${account}:role/${role}`, sessionName: 'amina.okafor',
    tags: new Map([['team', 'platform']]), transitiveTagKeys: [], ...more,
  }
}

async function check(world: World, clock: { now(): Date }, connector: string, username: string, password: string): Promise<Identity> {
  if (world.directory === 'hangs') await new Promise(() => {})
  if (world.directory === 'down') throw new SignInFault('directory-unavailable', 'connection refused')
  if (!['amina', 'jonas'].includes(username.trim().toLowerCase()) || password !== 'right horse') throw new SignInFault('credentials-rejected', 'bind answered 49')
  const name = username.trim().toLowerCase()
  return {
    connector, protocol: 'ldap', subject: `uuid-of-${name}`, username: name === 'amina' ? 'amina.okafor' : '<b>jonas"\'</b>', displayName: name === 'amina' ? 'Amina Okafor' : '<script>alert(1)</script>',
    attributes: new Map([['mail', ['amina@meridian.example']]]), groups: ['data'], authenticatedAt: clock.now(), strength: 'password',
  }
}

function roleClaims(ids: Ids, now: Date): SessionClaims {
  return {
    kind: 'role', partition: 'aws', account: '268804417753', accessKeyId: ids.next('ASIA'), secretAccessKey: ids.secretAccessKey(),
    issuedAt: now, expiresAt: new Date(now.getTime() + 3600_000), name: 'broker-session', role: { name: 'DataAnalyst', path: '/', id: 'AROAEXAMPLE' },
    layers: [], tags: [], transitiveTagKeys: [], chained: false,
  }
}

function callerOf(claims: SessionClaims): Caller {
  return {
    principal: { kind: 'assumed-role', arn: sessionArn(claims) }, partition: claims.partition, account: claims.account, userId: `AROAEXAMPLE:${claims.name}`,
    credentials: 'console', accessKeyId: claims.accessKeyId, claims, layers: { identity: [] }, context: new Map(), multivalued: new Set(),
  }
}

/** As the port promises, without a store. */
export function inMemory(clock: { now(): Date }): Pick<Ephemeral, 'put' | 'get' | 'take' | 'remove' | 'count'> {
  const kept = new Map<string, { value: string; expiresAt: Date }>()
  const live = (name: string) => {
    const found = kept.get(name)
    return found && found.expiresAt > clock.now() ? found.value : undefined
  }
  return {
    put: async (space, key, value, expiresAt) => void kept.set(`${space}/${key}`, { value, expiresAt }),
    get: async (space, key) => live(`${space}/${key}`),
    async take(space, key) {
      const value = live(`${space}/${key}`)
      kept.delete(`${space}/${key}`)
      return value
    },
    remove: async (space, key) => void kept.delete(`${space}/${key}`),
    async count(space, key, windowSeconds) {
      const name = `${space}/${key}`
      const found = live(name) === undefined ? undefined : kept.get(name)
      const resetsAt = found?.expiresAt ?? new Date(clock.now().getTime() + windowSeconds * 1000)
      const count = Number(found?.value ?? 0) + 1
      kept.set(name, { value: String(count), expiresAt: resetsAt })
      return { count, resetsAt }
    },
  }
}
