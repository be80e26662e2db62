import type { SessionClaims } from '../credentials/claims.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Caller } from './caller.ts'
import { createHolders } from './holders.ts'
import { createSessionPolicies } from './policy-cache.ts'
import { principalContext } from './principal-context.ts'
import { createPolicyReader } from './principal-policies.ts'
import { sessionLayers } from './session-layers.ts'
import { known, unknownToken } from './unknown-token.ts'

export interface Principals {
  /**
   * For long-term keys. Throws AwsFault InvalidClientTokenId when the account or the user was
   * deleted.
   */
  ofKey(
    accessKeyId: string,
    key: { readonly owner: string; readonly userName?: string | undefined },
  ): Promise<Caller>
  /**
   * Throws AwsFault InvalidClientTokenId when the role or user was deleted or recreated, or when a
   * key or role that the session was made with was.
   */
  ofClaims(claims: SessionClaims, credentials: 'temporary' | 'console'): Promise<Caller>
}

type OfSession = Omit<Caller, 'credentials'>

const mostKeys = 20_000
/** As many as opened tokens are cached. */
const mostSessions = 4000
const nothingMultivalued: ReadonlySet<string> = new Set()

/** Makes callers from records, and caches each until one of its records changes. */
export function createPrincipals(
  store: Pick<RememberingStore, 'reads' | 'cache'>,
  clock: Clock,
): Principals {
  const policyReader = createPolicyReader(store)
  const sessionPolicies = createSessionPolicies()
  const holders = createHolders(store, policyReader)
  const sessions = store.cache<OfSession, SessionClaims>(mostSessions)
  const ofKeys = store.cache<Caller>(mostKeys)

  /**
   * A session works only while the key that it was made with is active and the roles in between
   * exist.
   */
  async function refuseOrphan({ issuingKeyId, ancestors }: SessionClaims): Promise<void> {
    if (issuingKeyId !== undefined) {
      const key = known(await store.reads.find('accessKey', '*', issuingKeyId))
      if (key.status !== 'Active') throw unknownToken()
      await holders.account(key.owner)
    }
    for (const { role } of ancestors ?? []) {
      if (!role) continue
      await holders.account(role.account)
      await holders.role(role.account, role)
    }
  }

  async function makeOfClaims(claims: SessionClaims): Promise<OfSession> {
    const { partition, account, accessKeyId } = claims
    const { principal, userId, policies, facts } = await holders.ofClaims(claims)
    // An account that left the settings ends its sessions, also those of entities that the API made
    // in it. An account that changed its partition does too: its ARNs changed, and a Deny on the
    // new ones would not match old sessions.
    if ((await holders.account(account)).partition !== partition) throw unknownToken()
    await refuseOrphan(claims)
    const session = await sessionLayers(claims, policyReader.managed, sessionPolicies)
    const { identity, boundary } = policies
    return {
      principal,
      partition,
      account,
      userId,
      accessKeyId,
      claims,
      layers: { identity, ...(boundary && { boundary }), ...(session && { session }) },
      context: principalContext({ ...facts, account, userId, claims, now: clock.now() }),
      multivalued: nothingMultivalued,
    }
  }

  async function makeOfKey(
    accessKeyId: string,
    account: string,
    userName: string | undefined,
  ): Promise<Caller> {
    const { partition } = await holders.account(account)
    const { principal, userId, policies, facts } =
      userName === undefined
        ? holders.ofRoot(partition, account)
        : await holders.ofUser(partition, account, { name: userName })
    return {
      principal,
      partition,
      account,
      userId,
      credentials: 'long-term',
      accessKeyId,
      layers: policies,
      context: principalContext({ ...facts, account, userId, now: clock.now() }),
      multivalued: nothingMultivalued,
    }
  }

  return {
    // Can be cached, because it does not depend on the time: only sessions carry times.
    ofKey: async (accessKeyId, { owner, userName }) =>
      known(
        await ofKeys.get(`${accessKeyId}/${owner}/${userName ?? ''}`, () =>
          makeOfKey(accessKeyId, owner, userName),
        ),
      ),
    async ofClaims(claims, credentials) {
      // The age of a one-time code changes with time, so sessions with MFA are not cached. For
      // calls on the wire the claims are the same object while the token is cached.
      const kept = credentials === 'temporary' && claims.mfaAt === undefined
      const make = () => makeOfClaims(claims)
      return { ...known(await (kept ? sessions.get(claims, make) : make())), credentials }
    },
  }
}
