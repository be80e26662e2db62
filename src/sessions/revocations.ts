import type { Ancestor, SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import {
  revokedByCheck as byCheck,
  revokedByPerson as byThePerson,
  type RevocationScope,
} from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Caller } from './caller.ts'
import { provedAt } from './proved-at.ts'
import {
  accountOf,
  everyAccount,
  revocationName,
  scopeOf,
  withAccount,
} from './revocation-names.ts'
import { type Revocation, removePassed, revoke, TooManyRevocations } from './revoke.ts'

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
  /**
   * Ends every session of a user of an account that was issued until `now`, because the user asks
   * for it. Throws as `endPerson`.
   */
  endUser(user: { readonly account: string; readonly id: string }, now: Date): Promise<void>
  /** Ends one session, and what was made with it, because its person asks for it. */
  endSession(
    session: { readonly account: string; readonly accessKeyId: string },
    now: Date,
  ): Promise<void>
  /** As `endPerson`, because a connector no longer lets the person in. */
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

/** As many as opened tokens are cached. */
const mostSessions = 4000
/** Limit of the names of ancestors in a token: enough for a dozen chained roles. */
const mostAncestorNames = 64

/**
 * Returns every name by which these credentials can be revoked, with the issue time that counts for
 * it: their own names, those of the person if the proof is older, and those of their ancestors.
 */
function revocable(claims: SessionClaims): readonly Ancestor[] {
  const { account, accessKeyId, issuedAt, role, federation, ancestors = [] } = claims
  const owner = ownerOf(claims)
  const names = [
    revocationName(account, 'session', accessKeyId),
    revocationName(account, 'everything', ''),
  ]
  if (role) names.push(revocationName(account, 'role', role.name))
  if (owner !== undefined) names.push(revocationName(account, 'user', owner))
  const person = federation ? proofNames(account, federation) : []
  const { rule, provedAt: proved = issuedAt.getTime() } = federation ?? {}
  if (rule !== undefined) names.push(revocationName(account, 'rule', rule))
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

/** The user's unique id, or the account for what its root made; absent for other sessions. */
function ownerOf({ kind, account, user }: SessionClaims): string | undefined {
  if (user) return user.id
  return kind === 'user-session' || kind === 'federated-user' ? account : undefined
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
  return [{ issuedAt: now.getTime(), names: [revocationName(account, 'user', userId)] }]
}

const accountsOf = (bearers: readonly Ancestor[]): ReadonlySet<string> =>
  new Set(bearers.flatMap(({ names }) => names.map(accountOf)))
export function createRevocations({
  store,
}: {
  readonly store: Pick<RememberingStore, 'reads' | 'cache' | 'transact'>
}): Revocations {
  const counts = store.cache<{ readonly any: boolean }>(1000)
  const endings = store.cache<{ readonly ending: Ending | undefined }, SessionClaims>(mostSessions)

  const counted = (account: string) =>
    counts.get(account, async () => ({
      any: (await store.reads.count('revocation', account)) > 0,
    }))

  /**
   * Whether there is any revocation in one of `accounts` or for all. Usually there is none, so that
   * no names have to be made.
   */
  async function anything(accounts: Iterable<string>): Promise<boolean> {
    if ((await counted(everyAccount))?.any) return true
    for (const account of accounts) if ((await counted(account))?.any) return true
    return false
  }

  /** Those of `accounts` in which a revocation could match. */
  async function touched(accounts: readonly string[]): Promise<readonly string[]> {
    if ((await counted(everyAccount))?.any) return accounts
    const any = await Promise.all(accounts.map(counted))
    return accounts.filter((_, at) => any[at]?.any)
  }

  /** Returns what revoked this name at its issue time or later, in its account or for all. */
  async function endOfName(one: string, issuedAt: number): Promise<Ending | undefined> {
    const account = accountOf(one)
    for (const of of new Set([account, everyAccount])) {
      const found = await store.reads.find('revocation', of, withAccount(of, one))
      if (found && (found.whenever || issuedAt <= Date.parse(found.before)))
        return { scope: scopeOf(one), own: found.by === byThePerson }
    }
    return undefined
  }

  async function endOf(bearers: readonly Ancestor[]): Promise<Ending | undefined> {
    for (const { issuedAt, names } of bearers) {
      for (const one of names) {
        const found = await endOfName(one, issuedAt)
        if (found) return found
      }
    }
    return undefined
  }

  async function endOfProof({ identity, issuedAt }: ProofOf, accounts: readonly string[]) {
    return endOf(
      (await touched([...accounts, everyAccount])).map((account) => ({
        issuedAt: issuedAt.getTime(),
        names: proofNames(account, { ...identity, certificate: identity.saml?.certificate }),
      })),
    )
  }

  async function endOfSession(claims: SessionClaims) {
    if (!(await anything([claims.account, ...accountsOf(claims.ancestors ?? [])]))) return undefined
    // The names that a session bears never change: its end does with a revocation of one of them.
    const found = await endings.get(claims, async () => ({
      ending: await endOf(revocable(claims)),
    }))
    return found?.ending
  }

  const endPerson = (
    { connector, subject }: Pick<Identity, 'connector' | 'subject'>,
    revocation: Pick<Revocation, 'account' | 'before' | 'by'>,
  ) => endOwn(store, { ...revocation, scope: 'person', target: `${connector}/${subject}` })

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
    endUser: ({ account, id }, before) =>
      endOwn(store, { account, scope: 'user', target: id, userId: id, before, by: byThePerson }),
    endSession: ({ account, accessKeyId: target }, before) =>
      endOwn(store, { account, scope: 'session', target, before, by: byThePerson }),
    endLostPerson: (person, now) =>
      endPerson(person, { account: everyAccount, before: now, by: byCheck }),
  }
}

/** Writes a revocation that the person or a check asks for. Throws RangeError without room. */
async function endOwn(
  store: Pick<RememberingStore, 'transact'>,
  revocation: Revocation,
): Promise<void> {
  const { account, before: now } = revocation
  for (;;) {
    try {
      await store.transact(
        async (tx) => {
          await revoke(tx, revocation, now)
        },
        [account],
      )
      return
    } catch (error) {
      // The refusal took back what was removed with it, maybe operators' alone: make room in
      // transactions that stay, until nothing has passed.
      if (!(error instanceof TooManyRevocations)) throw error
      if ((await store.transact((tx) => removePassed(tx, account, now), [account])) === 0)
        throw error
    }
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
          revocationName(account, 'person', `${oidc.provider}/${oidc.subject}`),
          revocationName(account, 'connector', oidc.provider),
        ]
      : []),
    revocationName(account, 'person', `${connector}/${subject}`),
    revocationName(account, 'username', `${connector}/${username}`),
    revocationName(account, 'connector', connector),
    revocationName(account, 'everything', ''),
    ...(certificate === undefined ? [] : [revocationName(account, 'certificate', certificate)]),
  ]
}
