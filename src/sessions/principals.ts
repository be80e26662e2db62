import { commonFault } from '../kernel/aws-fault.ts'
import { assumedRoleArn, federatedUserArn, iamArn, rootArn } from '../kernel/arn.ts'
import type { Clock } from '../kernel/clock.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import type { AccessKeyRecord, AccountRecord, RoleRecord, UserRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { policyCache } from './policy-cache.ts'
import { type PrincipalContext, principalContext } from './principal-context.ts'
import { policyReader, type PrincipalPolicies } from './principal-policies.ts'
import { allowAll, sessionLayers } from './session-layers.ts'
import { type VersionedCache, versionedCache } from '../store/versioned-cache.ts'

export interface Principals {
  /** Long-term keys. Throws AwsFault InvalidClientTokenId when the account or the user is gone. */
  ofKey(accessKeyId: string, key: { readonly owner: string; readonly userName?: string }): Promise<Caller>
  /** Throws AwsFault InvalidClientTokenId when the role or user is gone, or is another one of the same name, or when what it was made with is. */
  ofClaims(claims: SessionClaims, credentials: 'temporary' | 'console'): Promise<Caller>
}

interface Resolved<R> { readonly record: R; readonly policies: PrincipalPolicies }

const mostPrincipals = 20_000
/** As many as tokens are held open. */
const mostSessions = 4000
const nothingMultivalued: ReadonlySet<string> = new Set()

/** Callers from records: read once a version of the store, never frozen in a token. */
export function principals(store: Store, clock: Clock): Principals {
  const cache = policyCache()
  const reader = policyReader(store.reads, cache)
  const rootPolicies: PrincipalPolicies = { identity: [allowAll()] }
  const version = () => store.version()
  const accounts = versionedCache<AccountRecord>(version, mostPrincipals)
  const users = versionedCache<Resolved<UserRecord>>(version, mostPrincipals)
  const roles = versionedCache<Resolved<RoleRecord>>(version, mostPrincipals)
  const activeKeys = versionedCache<AccessKeyRecord>(version, mostPrincipals)
  const sessions = versionedCache<Omit<Caller, 'credentials'>, SessionClaims>(version, mostSessions)
  const ofKeys = versionedCache<Caller>(version, mostPrincipals)

  async function account(id: string): Promise<AccountRecord> {
    return found(await accounts.get(id, () => store.reads.find('account', id, 'account')))
  }
  async function user(owner: string, name: string, id?: string): Promise<Resolved<UserRecord>> {
    const resolved = await resolve(users, owner, name, 'user', (record) => reader.ofUser(record))
    return found(id === undefined || resolved?.record.id === id ? resolved : undefined)
  }
  async function role(owner: string, { name, id }: { readonly name: string; readonly id: string }): Promise<Resolved<RoleRecord>> {
    const resolved = await resolve(roles, owner, name, 'role', (record) => reader.ofRole(record))
    return found(resolved?.record.id === id ? resolved : undefined)
  }
  async function resolve<K extends 'user' | 'role', R extends UserRecord | RoleRecord>(
    known: VersionedCache<Resolved<R>>, owner: string, name: string, kind: K, policiesOf: (record: R) => Promise<PrincipalPolicies>,
  ): Promise<Resolved<R> | undefined> {
    const key = name.toLowerCase()
    return known.get(`${owner}/${key}`, async () => {
      const record = await store.reads.find(kind, owner, key) as R | undefined
      return record && { record, policies: await policiesOf(record) }
    })
  }

  async function ofRole(claims: SessionClaims): Promise<Omit<Caller, 'credentials'>> {
    const { partition, account: owner, name } = claims
    const { record, policies } = await role(owner, claims.role!)
    const roleArn = iamArn(partition, owner, 'role', record.name, record.path)
    const arn = assumedRoleArn(partition, owner, record.name, name)
    const userId = `${record.id}:${name}`
    const context = principalContext({ arn: roleArn, account: owner, type: 'AssumedRole', userId, tags: record.tags, claims, now: clock.now() })
    return of(claims, { kind: 'assumed-role', arn, account: owner, roleArn }, userId, policies, context)
  }

  async function ofFederatedUser(claims: SessionClaims): Promise<Omit<Caller, 'credentials'>> {
    const { partition, account: owner, name } = claims
    const issuer = claims.user ? await user(owner, claims.user.name, claims.user.id) : undefined
    if (!issuer) await account(owner)
    const arn = federatedUserArn(partition, owner, name)
    const userId = `${owner}:${name}`
    const context = principalContext({ arn, account: owner, type: 'FederatedUser', userId, tags: [], claims, now: clock.now() })
    const userArn = issuer ? userArnOf(partition, issuer.record) : rootArn(partition, owner)
    return of(claims, { kind: 'federated-user', arn, account: owner, userArn }, userId, issuer?.policies ?? rootPolicies, context)
  }

  async function ofUserSession(claims: SessionClaims): Promise<Omit<Caller, 'credentials'>> {
    const { partition, account: owner } = claims
    if (!claims.user) {
      await account(owner)
      const arn = rootArn(partition, owner)
      const context = principalContext({ arn, account: owner, type: 'Account', userId: owner, tags: [], claims, now: clock.now() })
      return of(claims, { kind: 'root', arn, account: owner }, owner, rootPolicies, context)
    }
    const { record, policies } = await user(owner, claims.user.name, claims.user.id)
    return of(claims, userPrincipal(partition, record), record.id, policies, userContext(partition, record, clock.now(), claims))
  }

  /** Nothing works longer than the key that it was made with is active, and the roles between are there. */
  async function refuseOrphan({ issuingKeyId, ancestors }: SessionClaims): Promise<void> {
    if (issuingKeyId !== undefined) await account(found(await activeKeys.get(issuingKeyId, () => activeKey(issuingKeyId))).owner)
    for (const { role: one } of ancestors ?? []) {
      if (!one) continue
      await account(one.account)
      await role(one.account, one)
    }
  }
  async function activeKey(id: string): Promise<AccessKeyRecord | undefined> {
    const key = await store.reads.find('accessKey', '*', id)
    return key?.status === 'Active' ? key : undefined
  }

  async function of(
    claims: SessionClaims, principal: Caller['principal'], userId: string, { identity, boundary }: PrincipalPolicies, context: PrincipalContext,
  ): Promise<Omit<Caller, 'credentials'>> {
    // An account that left the settings takes its sessions along, those of what the API made in it too; one that changed its partition
    // has other ARNs since, and a Deny that names them would not meet the old ones.
    if ((await account(claims.account)).partition !== claims.partition) throw unknownToken()
    await refuseOrphan(claims)
    const session = await sessionLayers(claims, reader, cache)
    const { partition, account: owner, accessKeyId } = claims
    const layers = { identity, ...(boundary && { boundary }), ...(session && { session }) }
    return { principal, partition, account: owner, userId, accessKeyId, claims, layers, context, multivalued: nothingMultivalued }
  }

  async function makeOfKey(accessKeyId: string, owner: string, userName: string | undefined): Promise<Caller> {
    const { partition } = await account(owner)
    const base = { partition, account: owner, credentials: 'long-term' as const, accessKeyId, multivalued: nothingMultivalued }
    if (userName === undefined) {
      const arn = rootArn(partition, owner)
      const context = principalContext({ arn, account: owner, type: 'Account', userId: owner, tags: [], now: clock.now() })
      return { ...base, principal: { kind: 'root', arn, account: owner }, userId: owner, layers: rootPolicies, context }
    }
    const { record, policies } = await user(owner, userName)
    return { ...base, principal: userPrincipal(partition, record), userId: record.id, layers: policies, context: userContext(partition, record, clock.now()) }
  }

  return {
    // Nothing in it depends on the moment: only sessions carry times.
    ofKey: async (accessKeyId, { owner, userName }) => found(await ofKeys.get(`${accessKeyId}/${owner}/${userName ?? ''}`, () => makeOfKey(accessKeyId, owner, userName))),
    async ofClaims(claims, credentials) {
      const make = { role: ofRole, 'federated-user': ofFederatedUser, 'user-session': ofUserSession, 'root-session': ofUserSession }[claims.kind]
      // The age of a one-time code moves on; nothing else in a session does. Claims of the wire are the same object as long as the token is known.
      const kept = credentials === 'temporary' && claims.mfaAt === undefined
      return { ...found(await (kept ? sessions.get(claims, () => make(claims)) : make(claims))), credentials }
    },
  }
}

function userArnOf(partition: string, { account, name, path }: UserRecord): string {
  return iamArn(partition, account, 'user', name, path)
}

function userPrincipal(partition: string, record: UserRecord): Caller['principal'] {
  const arn = userArnOf(partition, record)
  return { kind: 'user', arn, account: record.account, userArn: arn }
}

function userContext(partition: string, record: UserRecord, now: Date, claims?: SessionClaims): PrincipalContext {
  const { account, id, name, tags } = record
  return principalContext({ arn: userArnOf(partition, record), account, type: 'User', userId: id, username: name, tags, now, ...(claims && { claims }) })
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw unknownToken()
  return thing
}

/** Unknown, inactive, altered, of another ring, or of a principal that is gone: one answer. */
export function unknownToken() {
  return commonFault('InvalidClientTokenId', 'The security token included in the request is invalid.')
}
