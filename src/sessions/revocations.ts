import type { Ancestor, SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import type { RevocationRecord, RevocationScope } from '../store/records.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import { versionedCache } from '../store/versioned-cache.ts'
import type { Caller } from './caller.ts'

/** What ends together: sessions of `account` that `scope` and `target` name, issued at `before` or earlier. */
export interface Revocation {
  /** 12 digits; `*`: of every account. */
  readonly account: string
  readonly scope: RevocationScope
  /** Which one; see `targetForms`. Empty for `everything`. */
  readonly target: string
  readonly before: Date
  /** Who asked: an ARN, or `command`. */
  readonly by: string
}

export interface Revocations {
  /** Throws AwsFault ExpiredToken, which makes clients ask for new credentials. */
  refuseRevoked(claims: SessionClaims): Promise<void>
  /** Whether a sign-in at the portal was ended, by one of `accounts` (those that its connector serves) or for every account. */
  endsSignIn(identity: Identity, accounts: readonly string[]): Promise<boolean>
  /** Whether a proof of that moment, which its holder can show again, buys no more sessions in this account. */
  endsProof(account: string, proof: Pick<Identity, 'connector' | 'subject' | 'saml'>, provedAt: Date): Promise<boolean>
}

/** How each scope names its target. */
export const targetForms: Readonly<Record<RevocationScope, { readonly pattern: RegExp; readonly form: string }>> = {
  session: { pattern: /^ASIA[A-Z2-7]{16}$/, form: 'the access key id of the session' },
  person: { pattern: /^[\w.-]{1,255}\/.{1,512}$/s, form: '`CONNECTOR/SUBJECT`' },
  username: { pattern: /^[\w.-]{1,255}\/.{1,512}$/s, form: '`CONNECTOR/USERNAME`' },
  connector: { pattern: /^[\w.-]{1,255}(?:\/[\x21-\x7e]{0,254})?$/, form: 'the connector\'s id, or an OpenID Connect provider\'s URL without `https://`' },
  certificate: { pattern: /^(?:[0-9a-f]{64}|(?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i, form: 'the SHA-256 fingerprint of a SAML identity provider\'s certificate, as `openssl x509 -noout -fingerprint -sha256` tells it' },
  rule: { pattern: /^.{1,200}$/s, form: 'the mapping rule\'s name' },
  role: { pattern: /^[\w+=,.@-]{1,64}$/, form: 'the role\'s name' },
  user: { pattern: /^[\w+=,.@-]{1,64}$/, form: 'the user\'s name, or unique id' },
  everything: { pattern: /^$/, form: 'no target' },
}

/** Revocations of every account lie under this one. */
const everyAccount = '*'
/** No session and no sign-in at the portal lives longer: what was issued before is over by itself then. */
const keepMs = 8 * 86_400_000
/** So many of one account at once; `everything` always finds room. */
const mostRevocations = 1000
/** A dozen chained roles; each adds its names to the token. */
const mostAncestorNames = 64

/** Every name that a revocation may know these credentials by, and when what bears it was issued: their own, and those of what they came from. */
function revocable(claims: SessionClaims): readonly Ancestor[] {
  const { account, accessKeyId, issuedAt, role, user, federation, ancestors = [] } = claims
  const names = [name(account, 'session', accessKeyId), name(account, 'everything', '')]
  if (role) names.push(name(account, 'role', role.name))
  if (user) names.push(name(account, 'user', user.id))
  if (federation) {
    const { connector, subject, username, rule, certificate } = federation
    names.push(name(account, 'person', `${connector}/${subject}`), name(account, 'username', `${connector}/${username}`), name(account, 'connector', connector))
    if (rule !== undefined) names.push(name(account, 'rule', rule))
    if (certificate !== undefined) names.push(name(account, 'certificate', certificate))
  }
  return [...ancestors, { issuedAt: issuedAt.getTime(), names, ...(role && { role: { account, name: role.name, id: role.id } }) }]
}

/**
 * What a session that `caller` makes now comes from: it ends with the session of the caller, with all that that one came from, and with the user
 * whose key was used. undefined when that is too much for one token.
 */
export function ancestryOf({ claims, account, principal, userId }: Caller, now: Date): readonly Ancestor[] | undefined {
  const found = claims ? revocable(claims) : principal.kind === 'user' ? [{ issuedAt: now.getTime(), names: [name(account, 'user', userId)] }] : []
  return found.reduce((sum, { names }) => sum + names.length, 0) > mostAncestorNames ? undefined : found
}

function name(account: string, scope: RevocationScope, target: string): string {
  const told = scope === 'rule' || scope === 'person' ? target : target.toLowerCase()
  return `${account} ${scope} ${scope === 'certificate' ? told.replaceAll(':', '') : told}`
}

/** Name without its account → the last instant that is over, in milliseconds. */
type Known = ReadonlyMap<string, number>
const accountOf = (one: string): string => one.slice(0, one.indexOf(' '))
const accountsOf = (bearers: readonly Ancestor[]): ReadonlySet<string> => new Set(bearers.flatMap(({ names }) => names.map(accountOf)))
const restOf = (one: string): string => one.slice(one.indexOf(' '))

export function openRevocations({ store }: { readonly store: Pick<Store, 'reads' | 'version'> }): Revocations {
  const cache = versionedCache<Known>(() => store.version(), 1000)
  const known = (account: string): Promise<Known | undefined> =>
    cache.get(account, async () => new Map((await listed(store.reads, account)).map(({ record }) => [restOf(keyOf(record)), Date.parse(record.before)])))

  /** Whether anything at all was revoked in one of `accounts`, or in all: mostly nothing was, and no name needs to be made. */
  async function anything(accounts: Iterable<string>): Promise<boolean> {
    if ((await known(everyAccount))?.size) return true
    for (const account of accounts) if ((await known(account))?.size) return true
    return false
  }

  /** Whether one of the names was revoked, in its account or in all, when what bears it was there already. */
  async function ended(bearers: readonly Ancestor[]): Promise<boolean> {
    const everywhere = await known(everyAccount)
    for (const account of accountsOf(bearers)) {
      const here = await known(account)
      for (const { issuedAt, names } of bearers) {
        const over = names.some((one) => accountOf(one) === account && issuedAt <= Math.max(here?.get(restOf(one)) ?? 0, everywhere?.get(restOf(one)) ?? 0))
        if (over) return true
      }
    }
    return false
  }

  return {
    async refuseRevoked(claims) {
      if (!(await anything([claims.account, ...accountsOf(claims.ancestors ?? [])]))) return
      if (await ended(revocable(claims))) throw new AwsFault('ExpiredToken', 403, 'The security token included in the request has been revoked')
    },
    endsSignIn({ connector, subject, username, authenticatedAt, saml }, accounts) {
      return ended([...accounts, everyAccount].map((of) => ({
        issuedAt: authenticatedAt.getTime(), names: proofNames(of, { connector, subject, username, saml }),
      })))
    },
    async endsProof(account, { connector, subject, saml }, provedAt) {
      return await anything([account]) && ended([{ issuedAt: provedAt.getTime(), names: proofNames(account, { connector, subject, username: subject, saml }) }])
    },
  }
}

/** By what names a proof of somebody, before it is a session, can be revoked. */
function proofNames(account: string, { connector, subject, username, saml }: Pick<Identity, 'connector' | 'subject' | 'username'> & { readonly saml: Identity['saml'] | undefined }): readonly string[] {
  return [
    name(account, 'person', `${connector}/${subject}`), name(account, 'username', `${connector}/${username}`), name(account, 'connector', connector), name(account, 'everything', ''),
    ...(saml?.certificate === undefined ? [] : [name(account, 'certificate', saml.certificate)]),
  ]
}

/**
 * Writes a revocation in the open transaction, and drops those that no living session can concern. Counts from the commit on,
 * on every process of the store. Throws RangeError with a sentence for the caller when the target has not the scope's form.
 */
export async function revoke(writes: Writes, { account, scope, target, before, by }: Revocation, now: Date): Promise<RevocationRecord> {
  const { pattern, form } = targetForms[scope]
  if (!pattern.test(target)) throw new RangeError(`a revocation of scope ${scope} takes ${form}`)
  const userId = scope === 'user' ? await idOfUser(writes, account, target) : undefined
  const found = await listed(writes, account)
  const living = found.filter(({ record }) => Date.parse(record.expiresAt) > now.getTime())
  for (const { key } of found.filter((one) => !living.includes(one))) await writes.remove('revocation', account, key)
  const key = name(account, scope, userId ?? target)
  const same = living.find((one) => one.key === key)?.record
  if (!same && scope !== 'everything' && living.length >= mostRevocations) throw new RangeError(`there are ${mostRevocations} revocations of this account already: revoke everything`)
  const latest = same && Date.parse(same.before) > before.getTime() ? same.before : before.toISOString()
  const record: RevocationRecord = {
    account, scope, target, ...(userId !== undefined && { userId }), before: latest, expiresAt: new Date(Date.parse(latest) + keepMs).toISOString(), by,
    createdAt: now.toISOString(), managedBy: 'api',
  }
  if (!(await writes.insert('revocation', account, key, record))) await writes.update('revocation', account, key, record)
  return record
}

/** By the name of today, or by the unique id: what a user issued bears the id, whatever the user is called since. */
async function idOfUser(reads: Pick<Reads, 'find'>, account: string, target: string): Promise<string> {
  const found = await reads.find('user', account, target.toLowerCase())
  if (!found && !/^AIDA[A-Z2-7]{16}$/.test(target)) throw new RangeError(`no user \`${target}\` in this account: name one that is there, or give the unique id (AIDA…) of one that is gone`)
  return found?.id ?? target
}

/** Those of one account and those of all, in order of their names. */
export async function revocationsOf(reads: Pick<Reads, 'list'>, account: string): Promise<readonly RevocationRecord[]> {
  return (await Promise.all([account, everyAccount].map((of) => listed(reads, of)))).flat().map(({ record }) => record)
}

const keyOf = ({ account, scope, target, userId }: RevocationRecord) => name(account, scope, userId ?? target)

function listed(reads: Pick<Reads, 'list'>, account: string) {
  return reads.list('revocation', account, { limit: mostRevocations + 1 })
}
