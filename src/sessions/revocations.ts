import type { SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import type { RevocationRecord, RevocationScope } from '../store/records.ts'
import type { Reads, Store, Writes } from '../store/store.ts'
import { versionedCache } from '../store/versioned-cache.ts'

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
  /** Whether a sign-in at the portal was ended. */
  endsSignIn(identity: Identity): Promise<boolean>
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
  user: { pattern: /^[\w+=,.@-]{1,64}$/, form: 'the user\'s name' },
  everything: { pattern: /^$/, form: 'no target' },
}

/** Revocations are found before their account is known, as access keys are. */
const anyAccount = '*'
/** No session and no sign-in at the portal lives longer: what was issued before is over by itself then. */
const keepMs = 8 * 86_400_000
/** So many at once; more is what `everything` is for. */
const mostRevocations = 10_000

/** Every name that a revocation may know these credentials by, those of the sessions that they came from included. */
export function revocableAs(claims: SessionClaims): readonly string[] {
  const { account, accessKeyId, role, user, federation, ancestors = [] } = claims
  const names = [name(account, 'session', accessKeyId), name(account, 'everything', '')]
  if (role) names.push(name(account, 'role', role.name))
  if (user) names.push(name(account, 'user', user.name))
  if (federation) {
    const { connector, subject, username, rule, certificate } = federation
    names.push(name(account, 'person', `${connector}/${subject}`), name(account, 'username', `${connector}/${username}`), name(account, 'connector', connector))
    if (rule !== undefined) names.push(name(account, 'rule', rule))
    if (certificate !== undefined) names.push(name(account, 'certificate', certificate))
  }
  return [...names, ...ancestors]
}

/** The name of a user's own key for `ancestors`: what the user assumed ends with the user. */
export function revocableUser(account: string, userName: string): string {
  return name(account, 'user', userName)
}

function name(account: string, scope: RevocationScope, target: string): string {
  const told = scope === 'rule' || scope === 'person' ? target : target.toLowerCase()
  return `${account} ${scope} ${scope === 'certificate' ? told.replaceAll(':', '') : told}`
}

export function openRevocations({ store }: { readonly store: Pick<Store, 'reads' | 'version'> }): Revocations {
  const cache = versionedCache<Known>(() => store.version(), 2)
  const known = () => cache.get('all', async () => knownOf((await all(store.reads)).map(({ record }) => record)))

  return {
    async refuseRevoked(claims) {
      const revoked = await known()
      if (!revoked || revoked.byName.size === 0) return
      const issuedAt = claims.issuedAt.getTime()
      const over = revocableAs(claims).some((one) => issuedAt <= Math.max(revoked.byName.get(one) ?? 0, revoked.byName.get(anyAccount + restOf(one)) ?? 0))
      if (over) throw new AwsFault('ExpiredToken', 403, 'The security token included in the request has been revoked')
    },
    async endsSignIn({ connector, subject, username, authenticatedAt, saml }) {
      const revoked = await known()
      if (!revoked || revoked.byName.size === 0) return false
      const names = [name(anyAccount, 'person', `${connector}/${subject}`), name(anyAccount, 'username', `${connector}/${username}`), name(anyAccount, 'connector', connector), name(anyAccount, 'everything', ''), ...certificateNames(anyAccount, saml)]
      return names.some((one) => authenticatedAt.getTime() <= (revoked.anywhere.get(restOf(one)) ?? 0))
    },
    async endsProof(account, { connector, subject, saml }, provedAt) {
      const revoked = await known()
      if (!revoked || revoked.byName.size === 0) return false
      const person = `${connector}/${subject}`
      const names = [account, anyAccount].flatMap((of) => [name(of, 'person', person), name(of, 'username', person), name(of, 'connector', connector), name(of, 'everything', ''), ...certificateNames(of, saml)])
      return names.some((one) => provedAt.getTime() <= (revoked.byName.get(one) ?? 0))
    },
  }
}

function certificateNames(account: string, saml: Identity['saml']): readonly string[] {
  return saml?.certificate === undefined ? [] : [name(account, 'certificate', saml.certificate)]
}

interface Known {
  /** Name, account included → the last instant that is over, in milliseconds. */
  readonly byName: ReadonlyMap<string, number>
  /** Without the account: one account's revocation ends the sign-in behind it, or it would hand out new credentials at once. */
  readonly anywhere: ReadonlyMap<string, number>
}

function knownOf(records: readonly RevocationRecord[]): Known {
  const byName = new Map<string, number>()
  const anywhere = new Map<string, number>()
  for (const record of records) {
    const [key, before] = [keyOf(record), Date.parse(record.before)]
    byName.set(key, before)
    anywhere.set(restOf(key), Math.max(before, anywhere.get(restOf(key)) ?? 0))
  }
  return { byName, anywhere }
}

/** A name without its account. */
function restOf(one: string): string {
  return one.slice(one.indexOf(' '))
}

/**
 * Writes a revocation in the open transaction, and drops those that no living session can concern. Counts from the commit on,
 * on every process of the store. Throws RangeError with a sentence for the caller when the target has not the scope's form.
 */
export async function revoke(writes: Writes, { account, scope, target, before, by }: Revocation, now: Date): Promise<RevocationRecord> {
  const { pattern, form } = targetForms[scope]
  if (!pattern.test(target)) throw new RangeError(`a revocation of scope ${scope} takes ${form}`)
  const known = await all(writes)
  for (const { key, record } of known) {
    if (Date.parse(record.expiresAt) <= now.getTime()) await writes.remove('revocation', anyAccount, key)
  }
  const living = known.filter(({ record }) => Date.parse(record.expiresAt) > now.getTime())
  const key = name(account, scope, target)
  const found = living.find((one) => one.key === key)?.record
  if (!found && living.length >= mostRevocations) throw new RangeError(`there are ${mostRevocations} revocations already: revoke a wider scope`)
  const latest = found && Date.parse(found.before) > before.getTime() ? found.before : before.toISOString()
  const record: RevocationRecord = {
    account: anyAccount, of: account, scope, target, before: latest, expiresAt: new Date(Date.parse(latest) + keepMs).toISOString(), by,
    createdAt: now.toISOString(), managedBy: 'api',
  }
  if (!(await writes.insert('revocation', anyAccount, key, record))) await writes.update('revocation', anyAccount, key, record)
  return record
}

/** Those of one account and those of all, in order of their names. */
export async function revocationsOf(reads: Reads, account: string): Promise<readonly RevocationRecord[]> {
  return (await all(reads)).map(({ record }) => record).filter(({ of }) => of === account || of === anyAccount)
}

const keyOf = ({ of, scope, target }: RevocationRecord) => name(of, scope, target)

function all(reads: Pick<Reads, 'list'>) {
  return reads.list('revocation', anyAccount, { limit: mostRevocations })
}
