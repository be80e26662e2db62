import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Asked, headerNames, opensPage, readAsked } from './asked.ts'
import { mostKept } from './attempts.ts'
import { type CookieNames, readCookies } from './cookies.ts'
import { type Decision, refusedPath } from './decide.ts'
import { bringsIdentity, identityHeaders, lookAlikesOf } from './identity-headers.ts'
import type { KeptDecisions } from './kept-decisions.ts'
import { pathAccess } from './path-access.ts'
import { type GateSettings, type NamedSite, sitesByHost } from './site.ts'

/** Outcomes of questions, for metrics. */
export const outcomes = [
  'allowed',
  'public',
  'sign-in',
  'refused',
  'not-believed',
  'unreadable',
  'failed',
] as const
export type Outcome = (typeof outcomes)[number]

/** An answer to a proxy. Its body is one line. */
export interface GateAnswer {
  readonly status: number
  readonly outcome: Exclude<Outcome, 'failed'>
  /** Flat names and values. */
  readonly headers: readonly string[]
}

export interface VerifyPorts {
  readonly settings: GateSettings
  readonly isProxy: (address: string) => boolean
  readonly decisions: KeptDecisions
  readonly publicUrl: URL
  readonly cookies: CookieNames
}

/** A question of a proxy, from the connection `sourceAddress`. */
export interface Question {
  readonly req: IncomingMessage
  readonly sourceAddress: string
}

interface Known {
  readonly site: NamedSite
  readonly lookAlikes: ReadonlySet<string>
  readonly nobody: readonly string[]
}

/** Where hosts send people to sign in, below each application's own address. */
export const ownPath = '/.gatehouse'

/**
 * Answers whether a request may go on to its application: 200 with the headers for it, or 401 or
 * 403 (or a redirect, where the proxy hands our answer on). Whatever is missing, said twice, or
 * said by somebody who is no proxy of the settings is refused.
 */
export function buildVerify(ports: VerifyPorts): (question: Question) => Answering {
  const { settings, cookies, decisions } = ports
  const byHost = new Map(
    [...sitesByHost(settings)].map(([host, site]): [string, Known] => [
      host,
      { site, lookAlikes: lookAlikesOf(site), nobody: identityHeaders(site) },
    ]),
  )
  const believes = believing(ports)
  return ({ req, sourceAddress }) => {
    const { headers, rawHeaders, method } = req
    if (!believes(sourceAddress, headers)) return refusal('not-believed')
    const names = headerNames(rawHeaders)
    const asked = names && readAsked({ url: req.url!, method, headers })
    const known = asked && byHost.get(asked.host)
    if (!known || bringsIdentity(names, known.lookAlikes)) return refusal('unreadable')
    const access = pathAccess(known.site.paths, asked.target, asked.method)
    const { session, rest } = readCookies(headers.cookie, cookies)
    if (access.access === 'public') return pass('public', known.nobody, rest)
    const away = () => opensPage(asked, headers)
    const finish = (decision: Decision): GateAnswer => {
      if (decision.result === 'ended') return signIn(ports.publicUrl, asked, away())
      const refused = decision.result === 'refused' || refusedPath(decision, access) !== undefined
      return refused
        ? turnAway(ports.publicUrl, asked, away())
        : pass('allowed', decision.headers, rest)
    }
    if (session === undefined) return finish(ended)
    const decision = decisions.of(session, asked.host)
    return decision instanceof Promise ? decision.then(finish) : finish(decision)
  }
}

export type Answering = GateAnswer | Promise<GateAnswer>

const ended: Decision = { result: 'ended' }

/**
 * By address, by secret, or by both if the settings have both; nobody if they have neither. An
 * address alone does not count at Gatehouse's public host: there the proxy hands on what clients
 * ask.
 */
function believing({ settings: { proxies, secret }, isProxy, publicUrl }: VerifyPorts) {
  const expected = secret === undefined ? undefined : hash('sha256', secret, 'buffer')
  return (address: string, { host, 'x-gatehouse-proxy': given }: IncomingHttpHeaders) => {
    if (proxies.length === 0 && !expected) return false
    if (proxies.length > 0 && !isProxy(address)) return false
    if (!expected) return hostname(host) !== publicUrl.hostname
    return typeof given === 'string' && timingSafeEqual(hash('sha256', given, 'buffer'), expected)
  }
}

/** Of a Host header: clients choose its port and its last dot, and reach the same server. */
function hostname(host: string | undefined): string | undefined {
  return host?.toLowerCase().replace(/\.?(?::\d*)?$/, '')
}

const always = ['Cache-Control', 'no-store']

/**
 * Cookies of ours stop here: the application gets the others as this header, if the proxy is told
 * so.
 */
function pass(
  outcome: GateAnswer['outcome'],
  headers: readonly string[],
  cookies: string,
): GateAnswer {
  return { status: 200, outcome, headers: [...always, ...headers, 'Cookie', cookies] }
}

function refusal(outcome: GateAnswer['outcome']): GateAnswer {
  return { status: 403, outcome, headers: always }
}

function signIn(publicUrl: URL, asked: Asked, away: boolean): GateAnswer {
  const outcome = 'sign-in'
  if (away) return redirect(publicUrl, asked, { outcome, status: 401 })
  return { status: 401, outcome, headers: [...always, 'WWW-Authenticate', 'Gatehouse'] }
}

/** Who opens a page is shown why, at Gatehouse; a script is told no. */
function turnAway(publicUrl: URL, asked: Asked, away: boolean): GateAnswer {
  const outcome = 'refused'
  return away ? redirect(publicUrl, asked, { outcome, status: 403 }) : refusal(outcome)
}

function redirect(
  { protocol }: URL,
  { host, target, proxyAnswers }: Asked,
  { outcome, status }: Pick<GateAnswer, 'outcome' | 'status'>,
): GateAnswer {
  const to = target.length > mostKept ? '/' : target
  const address = `${protocol}//${host}${ownPath}/start?to=${encodeURIComponent(to)}`
  return {
    status: proxyAnswers ? status : 302,
    outcome,
    headers: [...always, 'Location', address],
  }
}
