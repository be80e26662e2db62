import type { Ancestor, SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import { type Identity, longestName } from '../kernel/identity.ts'
import type { RevocationRecord, RevocationScope } from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Reads, Writes } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { provedAt } from './proved-at.ts'

/**
 * A revocation: ends the sessions of `account` that `scope` and `target` name and that were issued
 * at `before` or earlier.
 */
export interface Revocation {
  /** 12 digits; `*` for every account. */
  readonly account: string
  readonly scope: RevocationScope
  /** See `targetForms`. Empty for `everything`. */
  readonly target: string
  readonly before: Date
  /** Who revoked: an ARN, or `command`. */
  readonly by: string
}

export interface Revocations {
  /** Throws AwsFault ExpiredToken, so that clients get new credentials. */
  refuseRevoked(claims: SessionClaims): Promise<void>
  /** Returns what revoked a session, for the person whose it was. */
  endOfSession(claims: SessionClaims): Promise<Ending | undefined>
  /**
   * Whether a sign-in at the portal was revoked, by one of `accounts` (those that its connector
   * serves) or for every account.
   */
  endsSignIn(identity: Identity, accounts: readonly string[]): Promise<boolean>
  /** Like `endsSignIn`, and returns what revoked it. */
  endOfSignIn(identity: Identity, accounts: readonly string[]): Promise<Ending | undefined>
  /**
   * Ends every session of a person that was issued until `now`, because the person asks for it: in
   * one account where that account's own SAML provider proved the person, since it may have the
   * name of a connector of others. Throws RangeError when too many people asked lately.
   */
  endPerson(person: Pick<Identity, 'connector' | 'account' | 'subject'>, now: Date): Promise<void>
  /** Likewise, because a connector no longer lets the person in. */
  endLostPerson(person: Pick<Identity, 'connector' | 'subject'>, now: Date): Promise<void>
  /**
   * Whether the assertion or token that authenticated a person was issued before a revocation in
   * one of `accounts` or for every account. It must give no more sessions then, because its holder
   * could evade the revocation by presenting it afterwards.
   */
  endsProof(proof: ProofOf, accounts: readonly string[]): Promise<boolean>
}

/** What ended a session. */
export interface Ending {
  readonly scope: RevocationScope
  /** The person signed out everywhere. */
  readonly own: boolean
}

/** The authenticated person, and when the proof was issued. */
export interface ProofOf {
  readonly identity: Pick<Identity, 'connector' | 'subject' | 'username' | 'saml' | 'oidc'>
  readonly issuedAt: Date
}

const ofConnector = new RegExp(String.raw`^[\w.-]{1,255}/.{1,${longestName}}$`, 's')

/** The form of the target for each scope. */
export const targetForms: Readonly<
  Record<RevocationScope, { readonly pattern: RegExp; readonly form: string }>
> = {
  session: { pattern: /^ASIA[A-Z2-7]{16}$/, form: 'the access key id of the session' },
  person: { pattern: ofConnector, form: '`CONNECTOR/SUBJECT`' },
  username: { pattern: ofConnector, form: '`CONNECTOR/USERNAME`' },
  connector: {
    pattern: /^[\w.-]{1,255}(?:\/[\x21-\x7e]{0,254})?$/,
    form: "the connector's id, or an OpenID Connect provider's URL without `https://`",
  },
  certificate: {
    pattern: /^(?:[0-9a-f]{64}|(?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i,
    form:
      "the SHA-256 fingerprint of a SAML identity provider's certificate, as " +
      '`openssl x509 -noout -fingerprint -sha256` tells it',
  },
  rule: { pattern: /^.{1,200}$/s, form: "the mapping rule's name" },
  role: { pattern: /^[\w+=,.@-]{1,64}$/, form: "the role's name" },
  user: { pattern: /^[\w+=,.@-]{1,64}$/, form: "the user's name, or unique id" },
  everything: { pattern: /^$/, form: 'no target' },
}

/** The account under which revocations for all accounts are stored. */
const everyAccount = '*'
/** Longer than any session or portal sign-in lasts. */
const keepMs = 8 * 86_400_000
/** The most revocations of an account at once; `everything` is always accepted. */
const mostRevocations = 1000
/**
 * The most people who may have signed out everywhere or were lost to a check, counted apart, so
 * that they leave operators room for theirs.
 */
const mostOwnRevocations = 5000
/** Who revoked, when people end their own sessions. */
const byThePerson = 'the person'
/** Who revoked, when a check found that a connector no longer lets the person in. */
const byCheck = 'a check of the sign-in'
const isAutomatic = (by: string): boolean => by === byThePerson || by === byCheck
/** Limit of the names of ancestors in a token: enough for a dozen chained roles. */
const mostAncestorNames = 64

/**
 * Returns every name by which these credentials can be revoked, with the issue time that counts for
 * it: their own names, those of the person if the proof is older, and those of their ancestors.
 */
function revocable(claims: SessionClaims): readonly Ancestor[] {
  const { account, accessKeyId, issuedAt, role, user, federation, ancestors = [] } = claims
  const names = [name(account, 'session', accessKeyId), name(account, 'everything', '')]
  if (role) names.push(name(account, 'role', role.name))
  if (user) names.push(name(account, 'user', user.id))
  const person = federation ? proofNames(account, federation) : []
  const { rule, provedAt: proved = issuedAt.getTime() } = federation ?? {}
  if (rule !== undefined) names.push(name(account, 'rule', rule))
  const older = proved < issuedAt.getTime()
  if (!older) names.push(...person)
  return [
    ...ancestors,
    ...(older ? [{ issuedAt: proved, names: person }] : []),
    {
      issuedAt: issuedAt.getTime(),
      names,
      ...(role && { role: { account, name: role.name, id: role.id } }),
    },
  ]
}

/**
 * Returns the ancestors of a session that `caller` makes now: it ends with the caller's session,
 * with that session's ancestors, and with the user whose key was used. Returns undefined when they
 * do not fit into a token.
 */
export function ancestryOf(
  { claims, account, principal, userId }: Caller,
  now: Date,
): readonly Ancestor[] | undefined {
  const found = claims ? revocable(claims) : ofUser({ account, principal, userId }, now)
  return found.reduce((sum, { names }) => sum + names.length, 0) > mostAncestorNames
    ? undefined
    : found
}

/** Returns the name of the user for a user's long-term key, and none for the root user's. */
function ofUser(
  { account, principal, userId }: Pick<Caller, 'account' | 'principal' | 'userId'>,
  now: Date,
): readonly Ancestor[] {
  if (principal.kind !== 'user') return []
  return [{ issuedAt: now.getTime(), names: [name(account, 'user', userId)] }]
}

function name(account: string, scope: RevocationScope, target: string): string {
  const folded = scope === 'rule' || scope === 'person' ? target : target.toLowerCase()
  return `${account} ${scope} ${scope === 'certificate' ? folded.replaceAll(':', '') : folded}`
}

/**
 * Name without its account → the latest time (milliseconds) up to which its sessions are revoked,
 * and by whom.
 */
type Known = ReadonlyMap<string, { readonly until: number; readonly own: boolean }>
const accountOf = (one: string): string => one.slice(0, one.indexOf(' '))
const accountsOf = (bearers: readonly Ancestor[]): ReadonlySet<string> =>
  new Set(bearers.flatMap(({ names }) => names.map(accountOf)))
const restOf = (one: string): string => one.slice(one.indexOf(' '))
const scopeOf = (one: string) => one.split(' ', 2)[1] as RevocationScope

export function createRevocations({
  store,
}: {
  readonly store: Pick<RememberingStore, 'reads' | 'cache' | 'transact'>
}): Revocations {
  const cache = store.cache<Known>(1000)
  const known = (account: string): Promise<Known | undefined> =>
    cache.get(
      account,
      async () =>
        new Map(
          (await listed(store.reads, account)).map(({ record }) => [
            restOf(keyOf(record)),
            { until: Date.parse(record.before), own: record.by === byThePerson },
          ]),
        ),
    )

  /**
   * Whether there is any revocation in one of `accounts` or for all. Usually there is none, so that
   * no names have to be made.
   */
  async function anything(accounts: Iterable<string>): Promise<boolean> {
    if ((await known(everyAccount))?.size) return true
    for (const account of accounts) if ((await known(account))?.size) return true
    return false
  }

  /**
   * Returns what revoked one of the names, in its account or for all, at its issue time or later.
   */
  async function endOf(bearers: readonly Ancestor[]): Promise<Ending | undefined> {
    const everywhere = await known(everyAccount)
    for (const account of accountsOf(bearers)) {
      const here = await known(account)
      for (const { issuedAt, names } of bearers) {
        for (const one of names) {
          if (accountOf(one) !== account) continue
          const found = [here, everywhere]
            .map((some) => some?.get(restOf(one)))
            .find((end) => end !== undefined && issuedAt <= end.until)
          if (found) return { scope: scopeOf(one), own: found.own }
        }
      }
    }
    return undefined
  }

  async function endOfProof({ identity, issuedAt }: ProofOf, accounts: readonly string[]) {
    if (!(await anything(accounts))) return undefined
    return endOf(
      [...accounts, everyAccount].map((account) => ({
        issuedAt: issuedAt.getTime(),
        names: proofNames(account, { ...identity, certificate: identity.saml?.certificate }),
      })),
    )
  }

  async function endOfSession(claims: SessionClaims) {
    if (!(await anything([claims.account, ...accountsOf(claims.ancestors ?? [])]))) return undefined
    return endOf(revocable(claims))
  }

  async function endPerson(
    { connector, subject }: Pick<Identity, 'connector' | 'subject'>,
    revocation: Pick<Revocation, 'account' | 'before' | 'by'>,
  ): Promise<void> {
    const named = { scope: 'person', target: `${connector}/${subject}` } as const
    await store.transact(async (tx) => {
      await revoke(tx, { ...revocation, ...named }, revocation.before)
    })
  }

  const endOfSignIn = (identity: Identity, accounts: readonly string[]) =>
    endOfProof({ identity, issuedAt: provedAt(identity) }, accounts)

  return {
    async refuseRevoked(claims) {
      if (await endOfSession(claims))
        throw new AwsFault(
          'ExpiredToken',
          'The security token included in the request has been revoked',
        )
    },
    endOfSession,
    endOfSignIn,
    endsSignIn: async (identity, accounts) => (await endOfSignIn(identity, accounts)) !== undefined,
    endsProof: async (proof, accounts) => (await endOfProof(proof, accounts)) !== undefined,
    endPerson: ({ account = everyAccount, ...person }, now) =>
      endPerson(person, { account, before: now, by: byThePerson }),
    endLostPerson: (person, now) =>
      endPerson(person, { account: everyAccount, before: now, by: byCheck }),
  }
}

type Proved = Pick<Identity, 'connector' | 'subject' | 'username'> & {
  /** OIDC: the names under which AssumeRoleWithWebIdentity knows the same person. */
  readonly oidc?: { readonly provider: string; readonly subject: string } | undefined
  readonly certificate?: string | undefined
}

/**
 * Returns the names by which the proof of a person, and the sessions made from it, can be revoked.
 */
function proofNames(
  account: string,
  { connector, subject, username, oidc, certificate }: Proved,
): readonly string[] {
  return [
    ...(oidc
      ? [
          name(account, 'person', `${oidc.provider}/${oidc.subject}`),
          name(account, 'connector', oidc.provider),
        ]
      : []),
    name(account, 'person', `${connector}/${subject}`),
    name(account, 'username', `${connector}/${username}`),
    name(account, 'connector', connector),
    name(account, 'everything', ''),
    ...(certificate === undefined ? [] : [name(account, 'certificate', certificate)]),
  ]
}

/**
 * Writes a revocation in the open transaction, and deletes those that no valid session can match.
 * Takes effect at the commit, for every process of the store. Throws RangeError with a sentence for
 * the caller when the target does not have the form of the scope.
 */
export async function revoke(
  writes: Writes,
  { account, scope, target, before, by }: Revocation,
  now: Date,
): Promise<RevocationRecord> {
  const { pattern, form } = targetForms[scope]
  if (!pattern.test(target)) throw new RangeError(`a revocation of scope ${scope} takes ${form}`)
  const userId = scope === 'user' ? await idOfUser(writes, account, target) : undefined
  const found = await listed(writes, account)
  const living = found.filter(({ record }) => Date.parse(record.expiresAt) > now.getTime())
  for (const { key } of found.filter((one) => !living.includes(one)))
    await writes.remove('revocation', account, key)
  const key = name(account, scope, userId ?? target)
  const same = living.find((one) => one.key === key)?.record
  if (!same) refuseTooMany(living, { scope, by })
  const latest =
    same && Date.parse(same.before) > before.getTime() ? same.before : before.toISOString()
  const record: RevocationRecord = {
    account,
    scope,
    target,
    userId,
    before: latest,
    expiresAt: new Date(Date.parse(latest) + keepMs).toISOString(),
    by,
    createdAt: now.toISOString(),
    managedBy: 'api',
  }
  if (!(await writes.insert('revocation', account, key, record)))
    await writes.update('revocation', account, key, record)
  return record
}

function refuseTooMany(
  living: readonly { readonly record: RevocationRecord }[],
  { scope, by }: Pick<Revocation, 'scope' | 'by'>,
): void {
  const own = living.filter(({ record }) => isAutomatic(record.by)).length
  if (isAutomatic(by)) {
    if (own >= mostOwnRevocations) throw new RangeError('too many people signed out everywhere')
  } else if (scope !== 'everything' && living.length - own >= mostRevocations)
    throw new RangeError(
      `there are ${mostRevocations} revocations of this account already: revoke everything`,
    )
}

/**
 * Finds the user's unique id by current name or by the id itself. Sessions of a user contain the
 * id, so renaming the user does not matter.
 */
async function idOfUser(
  reads: Pick<Reads, 'find'>,
  account: string,
  target: string,
): Promise<string> {
  const found = await reads.find('user', account, target.toLowerCase())
  if (!found && !/^AIDA[A-Z2-7]{16,17}$/.test(target))
    throw new RangeError(
      `no user \`${target}\` in this account: name one that is there, or give the unique id ` +
        '(AIDA…) of one that is gone',
    )
  return found?.id ?? target
}

/**
 * The revocations of an account and those of all accounts, ordered by name, without those of people
 * who signed out everywhere.
 */
export async function revocationsOf(
  reads: Pick<Reads, 'list'>,
  account: string,
): Promise<readonly RevocationRecord[]> {
  return (await Promise.all([account, everyAccount].map((of) => listed(reads, of))))
    .flat()
    .map(({ record }) => record)
    .filter(({ by }) => by !== byThePerson)
}

const keyOf = ({ account, scope, target, userId }: RevocationRecord) =>
  name(account, scope, userId ?? target)

function listed(reads: Pick<Reads, 'list'>, account: string) {
  // `everything` comes on top of the limit.
  const limit = mostRevocations + mostOwnRevocations + 1
  return reads.list('revocation', account, { limit })
}
