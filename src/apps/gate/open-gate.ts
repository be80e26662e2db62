import type { KeyRing } from '../../credentials/key-ring.ts'
import type { SigningKeys } from '../../credentials/signing-keys.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { AppRules } from '../../mapping/app-rules.ts'
import { identityOf, identityText } from '../../sign-in/identity-text.ts'
import { oneTime } from '../../sign-in/one-time.ts'
import type { SignIn } from '../../sign-in/sign-in.ts'
import {
  type EventPorts,
  identityChain,
  type Origin,
  recordSignIn,
} from '../../sign-in/sign-in-event.ts'
import { networkOf } from '../../sign-in/tries.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import { type People, subjectOf } from '../people.ts'
import { attemptSeconds, browserMark, gateAttempts } from './attempts.ts'
import { cookieNames, readCookies, setCookie } from './cookies.ts'
import { type Decision, decide, refusedPath } from './decide.ts'
import { keptDecisions } from './kept-decisions.ts'
import { pathAccess } from './path-access.ts'
import { gateSessions } from './sessions.ts'
import { type GateSettings, type NamedSite, sitesByHost } from './site.ts'
import { type Answering, buildVerify, ownPath, type Question } from './verify.ts'

/** What a reload exchanges as a whole. */
export interface GateConfiguration {
  readonly settings: GateSettings
  readonly rules: AppRules
  readonly isProxy: (address: string) => boolean
}

export interface GatePorts extends EventPorts {
  /** The same object until a reload. */
  readonly current: () => GateConfiguration
  readonly people: People
  readonly signIn: Pick<SignIn, 'endsAt'>
  readonly appKeys: Pick<SigningKeys, 'sign' | 'signers' | 'published'>
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly ephemeral: Ephemeral
  readonly publicUrl: URL
}

/** A redirect, with a cookie for the application's host. */
export interface Onward {
  readonly url: string
  readonly cookie?: string | undefined
}

/** What the edge has to do next with a person on the way to an application. */
export type GateStep =
  | { readonly step: 'gone' }
  | { readonly step: 'sign-in' }
  /** Too many at once, of one person: each leaves a session. */
  | { readonly step: 'later' }
  | {
      readonly step: 'refused'
      readonly label: string
      /** The site as a whole, or the page of it that was asked for. */
      readonly what: 'site' | 'page'
      readonly reference: string
    }
  | { readonly step: 'go'; readonly url: string }

/** Forward authentication. The road is told in docs/forward-auth.md. */
export interface OpenGate {
  /** Whether this is the host of an application. */
  serves(host: string | undefined): boolean
  readonly any: () => boolean
  /** Answers a proxy. Rejects with StoreFault while the store is away. */
  verify(question: Question): Answering
  /** At the application's host: marks the browser and sends it to Gatehouse. */
  start(at: AtHost & { readonly to: string; readonly sourceAddress: string }): Promise<Onward>
  /** At Gatehouse: hands over to the application's host whoever is signed in. */
  enter(attempt: string, identity: Identity | undefined, origin: Origin): Promise<GateStep>
  /**
   * At the application's host: takes the hand-over; undefined: it was used, or is not this
   * browser's.
   */
  arrive(
    at: AtHost & { readonly code: string; readonly origin: Origin },
  ): Promise<Onward | undefined>
  /** The keys of tokens, as a JWK set. */
  keys(): Promise<object>
  /** The name of the application at a host. */
  label(host: string): string | undefined
}

export interface AtHost {
  readonly host: string
  readonly cookieHeader: string | undefined
}

interface HandOver {
  readonly host: string
  readonly browser: string
  readonly to: string
  readonly identity: string
}

/** The hand-over follows at once, by a redirect. */
const handOverSeconds = 60
/** A person with many tabs of many applications, after a night. */
const mostEnteredPerMinute = 300
/** Unknown codes from one network that are recorded: anybody can make them up. */
const mostUnknownPerMinute = 60

export function openGate(ports: GatePorts): OpenGate {
  const { publicUrl, ring, ephemeral, clock, ids } = ports
  const cookies = cookieNames(publicUrl.protocol === 'https:')
  const attempts = gateAttempts({ ring, ephemeral, clock })
  const inner: Inner = {
    ...ports,
    attempts,
    sessions: gateSessions({ ephemeral, clock, ids }),
    handOvers: oneTime<HandOver>({ ephemeral, ids, clock }, 'gate', handOverSeconds),
    compiled: compiling(ports),
    cookies,
  }
  return {
    any: () => Object.keys(ports.current().settings.sites).length > 0,
    serves: (host) => host !== undefined && inner.compiled().sites.has(host),
    label: (host) => inner.compiled().sites.get(host)?.label,
    verify: (question) => inner.compiled().verify(question),
    async start({ host, cookieHeader, to, sourceAddress }) {
      // Keep the mark while it lives: other tabs are on their way with it.
      const mark = readCookies(cookieHeader, cookies).browser ?? ids.opaque(32)
      const attempt = { host, browser: browserMark(mark), to }
      return {
        url: `${publicUrl.origin}/gate/enter/${await attempts.begin(attempt, sourceAddress)}`,
        cookie: setCookie(cookies.browser, mark, attemptSeconds),
      }
    },
    enter: (attempt, identity, origin) => enter(inner, attempt, identity, origin),
    arrive: (at) => arrive(inner, at),
    async keys() {
      // Made at first use, so that who asks before the first token does not keep an empty set.
      const published = await ports.appKeys.published()
      if (published.keys.length > 0) return published
      await ports.appKeys.signers()
      return ports.appKeys.published()
    },
  }
}

interface Compiled {
  readonly sites: ReadonlyMap<string, NamedSite>
  readonly verify: (question: Question) => Answering
  readonly decide: (host: string, identity: Identity, origin: Origin) => Promise<Decision>
}

interface Inner extends GatePorts {
  readonly attempts: ReturnType<typeof gateAttempts>
  readonly sessions: ReturnType<typeof gateSessions>
  readonly handOvers: ReturnType<typeof oneTime<HandOver>>
  readonly compiled: () => Compiled
  readonly cookies: ReturnType<typeof cookieNames>
}

/** Where a check comes from that a kept decision asks for: several requests may wait for it. */
function byGate({ ids }: Pick<GatePorts, 'ids'>): Origin {
  const bare = { sourceAddress: 'gate.gatehouse', userAgent: '', secure: true, region: 'us-east-1' }
  return { ...bare, requestId: ids.uuid() }
}

/** What is made of the settings: anew after a reload, and with it every decision. */
function compiling(ports: GatePorts): () => Compiled {
  const { publicUrl, clock } = ports
  const sessions = gateSessions(ports)
  const cookies = cookieNames(publicUrl.protocol === 'https:')
  let made: { readonly of: GateConfiguration; readonly compiled: Compiled } | undefined
  return () => {
    const of = ports.current()
    if (made?.of === of) return made.compiled
    const { settings, rules, isProxy } = of
    const { recheckSeconds } = settings
    const sites = sitesByHost(settings)
    const decideAt: Compiled['decide'] = async (host, identity, origin) => {
      const site = sites.get(host)
      return site
        ? decide(ports, { site, host, rules, recheckSeconds, origin }, identity)
        : { result: 'ended' }
    }
    const decisions = keptDecisions({ clock, recheckSeconds }, async (cookie, host) => {
      const identity = await sessions.find(cookie, host)
      return identity ? decideAt(host, identity, byGate(ports)) : { result: 'ended' }
    })
    const verify = buildVerify({ settings, isProxy, decisions, publicUrl, cookies })
    made = { of, compiled: { sites, verify, decide: decideAt } }
    return made.compiled
  }
}

async function enter(
  ports: Inner,
  sealed: string,
  identity: Identity | undefined,
  origin: Origin,
): Promise<GateStep> {
  const attempt = await ports.attempts.open(sealed)
  const site = attempt && ports.compiled().sites.get(attempt.host)
  if (!site) return { step: 'gone' }
  const decision = identity && (await ports.compiled().decide(attempt.host, identity, origin))
  if (!decision || decision.result === 'ended') return { step: 'sign-in' }
  const reason =
    decision.result === 'refused'
      ? decision.reason
      : refusedPath(decision, pathAccess(site.paths, attempt.to, 'GET'))
  if (reason !== undefined) {
    const reference = ports.ids.reference()
    recordSignIn(ports, {
      name: 'GateSignIn',
      origin,
      identity,
      chain: { ...identityChain(identity), reference, detail: reason },
      request: { site: site.id, host: attempt.host },
      error: { code: 'access_denied', message: 'The person may not use this application' },
    })
    await ports.audit.durable()
    const what = decision.result === 'refused' ? 'site' : 'page'
    return { step: 'refused', label: site.label, what, reference }
  }
  const { count } = await ports.ephemeral.count('rate', `gate/enter/${subjectOf(identity)}`, 60)
  if (count > mostEnteredPerMinute) return { step: 'later' }
  const { host, browser, to } = attempt
  const code = await ports.handOvers.hand({ host, browser, to, identity: identityText(identity) })
  return { step: 'go', url: `${originAt(ports, host)}${ownPath}/return?code=${code}` }
}

async function arrive(
  ports: Inner,
  { host, cookieHeader, code, origin }: AtHost & { readonly code: string; readonly origin: Origin },
): Promise<Onward | undefined> {
  // Taken in any case: a code that was shown to another browser is good for none.
  const handOver = /^[\w-]{43}$/.test(code) ? await ports.handOvers.redeem(code) : undefined
  const site = ports.compiled().sites.get(host)
  const mark = readCookies(cookieHeader, ports.cookies).browser
  const reason = whyNot(handOver, host, mark)
  const identity = handOver && identityOf(handOver.identity)
  if (reason !== undefined || !site || !identity) {
    if (handOver || (await isWorthRecord(ports, origin)))
      recordSignIn(ports, {
        name: 'GateSignIn',
        origin,
        // Only the one who holds the hand-over's browser is proved.
        chain: { detail: reason },
        request: { site: site?.id, host },
        error: { code: 'invalid_grant', message: 'The hand-over was refused' },
      })
    return undefined
  }
  const seconds = lifetimeOf(ports, site, identity)
  const cookie = await ports.sessions.open(
    host,
    identity,
    new Date(ports.clock.now().getTime() + seconds * 1000),
  )
  recordSignIn(ports, {
    name: 'GateSignIn',
    origin,
    identity,
    chain: identityChain(identity),
    request: { site: site.id, host },
  })
  await ports.audit.durable()
  return {
    url: originAt(ports, host) + handOver!.to,
    cookie: setCookie(ports.cookies.session, cookie, seconds),
  }
}

async function isWorthRecord({ ephemeral }: Inner, { sourceAddress }: Origin): Promise<boolean> {
  const key = `gate/unknown/${networkOf(sourceAddress)}`
  return (await ephemeral.count('rate', key, 60)).count <= mostUnknownPerMinute
}

function whyNot(
  handOver: HandOver | undefined,
  host: string,
  mark: string | undefined,
): string | undefined {
  if (!handOver) return 'the code is unknown, was used, or is too old'
  if (handOver.host !== host) return 'the code is of another host'
  if (mark === undefined) return 'the browser keeps no cookies, or did not begin here'
  return handOver.browser === browserMark(mark) ? undefined : 'another browser began'
}

/** Seconds, rounded up; not past the sign-in at Gatehouse, whose end counts anyway. */
function lifetimeOf({ signIn, clock }: GatePorts, site: NamedSite, identity: Identity): number {
  const left = (signIn.endsAt(identity).getTime() - clock.now().getTime()) / 1000
  return Math.max(Math.ceil(Math.min(left, site.lifetimeSeconds ?? Infinity)), 1)
}

function originAt({ publicUrl }: GatePorts, host: string): string {
  return `${publicUrl.protocol}//${host}`
}
