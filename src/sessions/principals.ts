import type { SessionClaims } from '../credentials/claims.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Organization, organizationListKeys } from '../policy/index.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Caller } from './caller.ts'
import { createHolders } from './holders.ts'
import { type CurrentOrganization, withServiceControl } from './organization-layers.ts'
import { createOrphanCheck } from './orphans.ts'
import { createSessionPolicies, ownPolicyBytes } from './policy-cache.ts'
import { principalContext } from './principal-context.ts'
import { createPolicyReader, principalBytes } from './principal-policies.ts'
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

/**
 * Makes callers from records, and caches each until one of its records, or the organization,
 * changes.
 */
export function createPrincipals(
  store: Pick<RememberingStore, 'reads' | 'cache' | 'cacheBytes'>,
  clock: Clock,
  current: CurrentOrganization,
): Principals {
  const policyReader = createPolicyReader(store)
  const sessionPolicies = createSessionPolicies()
  const holders = createHolders(store, policyReader)
  const refuseOrphan = createOrphanCheck(store, holders)
  const kept = callersOf(store, current)

  async function makeOfClaims(
    claims: SessionClaims,
    organization: Organization | undefined,
  ): Promise<OfSession> {
    const { partition, account, accessKeyId } = claims
    const { principal, userId, policies, facts } = await holders.ofClaims(claims)
    // An account that left the settings ends its sessions, also those of entities that the API made
    // in it. An account that changed its partition does too: its ARNs changed, and a Deny on the
    // new ones would not match old sessions.
    if ((await holders.account(account)).partition !== partition) throw unknownToken()
    await refuseOrphan(claims)
    const session = await sessionLayers(claims, policyReader.managed, sessionPolicies)
    const { identity, boundary } = policies
    const layers = { identity, ...(boundary && { boundary }), ...(session && { session }) }
    const member = organization?.of(account)
    return {
      principal,
      partition,
      account,
      userId,
      accessKeyId,
      claims,
      layers: withServiceControl(layers, principal, organization),
      organization,
      context: principalContext({ ...facts, account, userId, claims, member, now: clock.now() }),
      multivalued: organizationListKeys,
    }
  }

  async function makeOfKey(
    accessKeyId: string,
    { owner: account, userName }: Parameters<Principals['ofKey']>[1],
    organization: Organization | undefined,
  ): Promise<Caller> {
    const { partition } = await holders.account(account)
    const { principal, userId, policies, facts } =
      userName === undefined
        ? holders.ofRoot(partition, account)
        : await holders.ofUser(partition, account, { name: userName })
    const member = organization?.of(account)
    return {
      principal,
      partition,
      account,
      userId,
      credentials: 'long-term',
      accessKeyId,
      layers: withServiceControl(policies, principal, organization),
      organization,
      context: principalContext({ ...facts, account, userId, member, now: clock.now() }),
      multivalued: organizationListKeys,
    }
  }

  return {
    // Can be cached, because it does not depend on the time: only sessions carry times.
    async ofKey(accessKeyId, key) {
      const { ofKeys, organization } = kept()
      return known(
        await ofKeys.get(`${accessKeyId}/${key.owner}/${key.userName ?? ''}`, () =>
          makeOfKey(accessKeyId, key, organization),
        ),
      )
    },
    async ofClaims(claims, credentials) {
      // The age of a one-time code changes with time, so sessions with MFA are not cached. For
      // calls on the wire the claims are the same object while the token is cached.
      const cached = credentials === 'temporary' && claims.mfaAt === undefined
      const { sessions, organization } = kept()
      const make = () => makeOfClaims(claims, organization)
      return { ...known(await (cached ? sessions.get(claims, make) : make())), credentials }
    },
  }
}

/** Counts what the caller alone has: the context has the person's attributes and all tags. */
function callerBytes({ layers: { identity, boundary, session }, context }: OfSession): number {
  let characters = 0
  for (const [key, values] of context)
    for (const value of values) characters += key.length + value.length
  return principalBytes({ identity, boundary }) + ownPolicyBytes(session?.flat()) + 2 * characters
}

/** Caches of callers, for the organization in force: those made for another are dropped. */
function callersOf(store: Pick<RememberingStore, 'cache'>, current: CurrentOrganization) {
  const empty = (organization: Organization | undefined) => ({
    organization,
    sessions: store.cache<OfSession, SessionClaims>(mostSessions, callerBytes),
    ofKeys: store.cache<Caller>(mostKeys, callerBytes),
  })
  let caches = empty(current())
  return (): typeof caches => {
    const organization = current()
    if (organization !== caches.organization) caches = empty(organization)
    return caches
  }
}
