import { iamArn } from '../kernel/arn.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Rule } from '../mapping/index.ts'
import type { RevocationRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'
import type { UpstreamSettings } from '../upstream/settings.ts'
import type { Upstream, Upstreams } from '../upstream/upstream.ts'
import { UpstreamFault, type UpstreamFaultCode } from '../upstream/upstream-fault.ts'
import {
  concernsLiving,
  coversAll,
  type GrantNames,
  isExpressible,
  olderSessionsPolicy,
  olderSessionsPolicyName,
} from './older-sessions-policy.ts'
import { revocationsOf } from './revoke.ts'

/** What became of a revocation at the AWS account behind one of ours. */
export interface UpstreamEnding {
  readonly account: string
  /** Name of the role; absent: it concerns the account. */
  readonly role?: string | undefined
  /** Whether what AWS issued is ended there, within minutes. */
  readonly ended: boolean
  /** For whoever revoked: what was done, or what to do. */
  readonly detail: string
  /** AWS's id of the call. */
  readonly requestId?: string | undefined
  /** Why it was not done although it was tried. */
  readonly reason?: UpstreamFaultCode | undefined
}

export interface UpstreamRevocationPorts {
  readonly upstreams: Upstreams
  readonly accounts: () => readonly RevocableAccount[]
  readonly rules: () => readonly Rule[]
  readonly reads: Pick<Reads, 'linked'>
  readonly clock: Clock
  readonly log: Log
  /** What all roles together may take. */
  readonly timeoutMs?: number | undefined
}
export interface RevocableAccount {
  readonly id: string
  readonly partition?: string | undefined
  readonly upstream?: UpstreamSettings | undefined
  readonly roles?:
    | readonly { readonly name: string; readonly path?: string | undefined }[]
    | undefined
}
type Revoked = Pick<RevocationRecord, 'account' | 'scope' | 'target'>
interface Role {
  readonly account: string
  readonly name: string
  readonly arn: string
  readonly grants: readonly GrantNames[]
}

/**
 * Ends, at AWS, sessions that AWS issued: called after the revocation is in the store, so that no
 * new ones are taken. Never throws for what AWS does: each role's outcome is in the answer.
 */
export type EndUpstreamSessions = (revoked: Revoked) => Promise<readonly UpstreamEnding[]>

const defaultTimeoutMs = 20_000
const atOnce = 4
/** A revocation that is committed meanwhile is written by whoever comes last. */
const mostRounds = 3

export function buildEndUpstreamSessions(ports: UpstreamRevocationPorts): EndUpstreamSessions {
  const { upstreams, accounts, rules, clock, log, timeoutMs = defaultTimeoutMs } = ports
  return async (revoked) => {
    const until = clock.now().getTime() + timeoutMs
    const endings: UpstreamEnding[] = []
    for (const account of accounts()) {
      if (!account.upstream || !concerns(revoked, account)) continue
      const upstream = upstreams.of(account.id)
      const roles = rolesOf(account, rules()).filter(isNamedBy(revoked))
      if (roles.length === 0) continue
      const able = roles.filter(({ grants }) => isExpressible(revoked, grants))
      if (!upstream?.putRolePolicy) endings.push(notAllowed(account))
      else if (able.length === 0) endings.push(notExpressible(account.id, revoked))
      else {
        endings.push(...(await endRoles(ports, upstream, { roles: able, until })))
        const left = roles.filter(({ grants }) => !coversAll(revoked, grants))
        if (left.length > 0) endings.push(notExpressible(account.id, revoked, left))
      }
    }
    for (const { account, role, ended, reason, detail } of endings)
      if (!ended && reason !== undefined)
        log('upstream-unrevoked', { account, role, reason, detail })
    return endings
  }
}

function concerns({ account }: Revoked, { id }: RevocableAccount): boolean {
  return account === '*' || account === id
}

function isNamedBy({ scope, target }: Revoked) {
  return ({ name }: Role) => scope !== 'role' || name.toLowerCase() === target.toLowerCase()
}

function rolesOf(
  { id, partition = 'aws', roles = [] }: RevocableAccount,
  rules: readonly Rule[],
): readonly Role[] {
  const grants = rules.flatMap((rule) => rule.grants)
  return roles.map(({ name, path }) => {
    const arn = iamArn({ partition, account: id }, 'role', name, path)
    return { account: id, name, arn, grants: grants.filter(({ role }) => mayBe(role, arn)) }
  })
}

/** Whether a grant's role may be this one: it may have expressions in it. */
function mayBe(template: string, arn: string): boolean {
  const parts = template.split(/\$\{[^}]*\}/)
  if (parts.length === 1) return template === arn
  let at = 0
  return parts.every((part) => {
    const found = arn.indexOf(part, at)
    at = found + part.length
    return found >= 0
  })
}

/** Writes what the store says about roles of an account, until it says nothing else. */
async function endRoles(
  ports: UpstreamRevocationPorts,
  upstream: Upstream,
  { roles, until }: { readonly roles: readonly Role[]; readonly until: number },
): Promise<readonly UpstreamEnding[]> {
  const account = roles[0]?.account ?? ''
  const states = roles.map((role): State => ({ role, written: undefined, ending: untouched(role) }))
  for (let round = 0; round < mostRounds; round += 1) {
    const revocations = await youngRevocations(ports, account)
    const puts = await inTurn(
      states.map((state) => () => putOnce({ ...ports, until }, upstream, state, revocations)),
    )
    if (!puts.includes(true)) break
  }
  return states.map(({ ending }) => ending)
}

interface State {
  readonly role: Role
  written: string | undefined
  ending: UpstreamEnding
}

/** Whether it wrote the role's policy: not where that is written, or could not be. */
async function putOnce(
  { clock, until }: Pick<UpstreamRevocationPorts, 'clock'> & { readonly until: number },
  { putRolePolicy }: Upstream,
  state: State,
  revocations: readonly RevocationRecord[],
): Promise<boolean> {
  const { account, name, arn, grants } = state.role
  try {
    const document = olderSessionsPolicy({ role: name, grants }, revocations, clock.now())
    if (document === undefined || document === state.written || state.ending.reason) return false
    if (clock.now().getTime() >= until) {
      state.ending = late(state.role)
      return false
    }
    const policyName = olderSessionsPolicyName
    const put = { roleArn: arn, roleName: name, policyName, document }
    const { requestId } = await putRolePolicy!(put)
    const detail = `its policy \`${policyName}\` denies older sessions, within minutes`
    state.written = document
    state.ending = { account, role: name, ended: true, detail, requestId }
    return true
  } catch (error) {
    state.ending = { account, role: name, ended: false, ...failure(error) }
    return false
  }
}

function untouched({ account, name }: Role): UpstreamEnding {
  return { account, role: name, ended: true, detail: 'no session of AWS is as old as that' }
}

const pageLimit = 1000

/** Those of the account, and of all, that sessions of AWS may be older than. */
async function youngRevocations(
  { reads, clock }: Pick<UpstreamRevocationPorts, 'reads' | 'clock'>,
  account: string,
): Promise<readonly RevocationRecord[]> {
  const now = clock.now()
  const young: RevocationRecord[] = []
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await revocationsOf(reads, account, { now, limit: pageLimit, after })
    young.push(...page.revocations.filter((one) => concernsLiving(one, now)))
    after = page.next
  }
  return young
}

const revokeThere = "end its sessions there: *Revoke active sessions* of the role in AWS's console"

/** What to do about each failure. */
const advice: Readonly<Partial<Record<UpstreamFaultCode, string>>> = {
  refused: 'allow Gatehouse `iam:PutRolePolicy` on the role there',
  'not-known': 'the account does not know Gatehouse, or not its role of `revocation`',
  'too-large': 'the inline policies of the role are full: revoke the whole role',
  throttled: 'revoke once more',
  busy: 'revoke once more',
  unavailable: 'revoke once more',
}

function failure(error: unknown): Pick<UpstreamEnding, 'reason' | 'detail' | 'requestId'> {
  if (error instanceof RangeError)
    return { reason: 'too-large', detail: `${error.message}: revoke the whole role` }
  if (!(error instanceof UpstreamFault)) throw error
  const { code, message, requestId } = error
  const first = advice[code] ?? 'see to the role there'
  return { reason: code, detail: `${message}. ${first}, or ${revokeThere}`, requestId }
}

function late({ account, name }: Role): UpstreamEnding {
  const detail = `no time was left for it: revoke once more, or ${revokeThere}`
  return { account, role: name, ended: false, reason: 'unavailable', detail }
}

function notAllowed({ id, upstream }: RevocableAccount): UpstreamEnding {
  const able =
    upstream?.type === 'aws'
      ? `\`accounts.${id}.upstream.revocation\` is not set: ${revokeThere}`
      : 'this STS has no revocation that Gatehouse knows'
  return { account: id, ended: false, detail: `what it issued lives until its own end; ${able}` }
}

/** `left`: the roles of the account of which that is true; absent: all. */
function notExpressible(
  account: string,
  { scope }: Revoked,
  left: readonly Role[] = [],
): UpstreamEnding {
  const names = left.map(({ name }) => `\`${name}\``)
  const which = names.length === 0 ? 'of these roles' : `of ${names.join(', ')}`
  const detail =
    `AWS can't tell sessions of one ${scope} apart by the grants ${which}, so that they ` +
    'live until their own end: revoke the role'
  return { account, ended: false, detail }
}

/** Runs some at once; the results are in the order of the work. */
async function inTurn<T>(work: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const results: T[] = []
  const waiting = [...work.entries()]
  const runner = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results[next[0]] = await next[1]()
  }
  await Promise.all(Array.from({ length: atOnce }, runner))
  return results
}
