import type { SessionClaims } from '../credentials/claims.ts'
import { assumedRoleArn, federatedUserArn, iamArn, rootArn } from '../kernel/arn.ts'
import { linkTo } from '../store/links.ts'
import type { AccountRecord, RoleRecord, UserRecord } from '../store/records.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Caller } from './caller.ts'
import type { PrincipalFacts } from './principal-context.ts'
import { type PolicyReader, type PrincipalPolicies, principalBytes } from './principal-policies.ts'
import { allowAll } from './session-layers.ts'
import { known } from './unknown-token.ts'

/** The owner of credentials according to the records, before anything that a session adds. */
export interface Holder {
  readonly principal: Caller['principal']
  /** GetCallerIdentity's UserId. */
  readonly userId: string
  readonly policies: PrincipalPolicies
  readonly facts: Pick<PrincipalFacts, 'arn' | 'type' | 'username' | 'tags'>
}

/**
 * Each throws AwsFault InvalidClientTokenId when the entity was deleted, or recreated under the
 * same name.
 */
export interface Holders {
  account(id: string): Promise<AccountRecord>
  /** `id`: the unique id that the role must have. */
  role(account: string, role: { readonly name: string; readonly id: string }): Promise<RoleRecord>
  ofRoot(partition: string, account: string): Holder
  ofUser(
    partition: string,
    account: string,
    user: { readonly name: string; readonly id?: string },
  ): Promise<Holder>
  ofClaims(claims: SessionClaims): Promise<Holder>
}

interface Resolved<R> {
  readonly record: R
  readonly policies: PrincipalPolicies
}

const mostHolders = 20_000
const resolvedBytes = ({ policies }: { readonly policies: PrincipalPolicies }) =>
  principalBytes(policies)

export function createHolders(
  store: Pick<RememberingStore, 'reads' | 'cache'>,
  policies: PolicyReader,
): Holders {
  const { reads } = store
  const rootPolicies: PrincipalPolicies = { identity: [allowAll()] }
  const users = store.cache<Resolved<UserRecord>>(mostHolders, resolvedBytes)
  const roles = store.cache<Resolved<RoleRecord>>(mostHolders, resolvedBytes)

  async function user(account: string, name: string, id?: string): Promise<Resolved<UserRecord>> {
    const key = name.toLowerCase()
    const found = await users.get(`${account}/${key}`, async () => {
      const record = await reads.find('user', account, key)
      return record && { record, policies: await policies.ofUser(record) }
    })
    if (id === undefined || found?.record.id === id) return known(found)
    return known(await renamed(account, id))
  }

  /** Finds the user with this id, who had another name when the session was issued. */
  function renamed(account: string, id: string): Promise<Resolved<UserRecord> | undefined> {
    return users.get(`${account}//${id}`, async () => {
      const [found] = await reads.linked('user', account, linkTo.id(id), { limit: 1 })
      const record = found && (await reads.find('user', account, found.key))
      return record?.id === id ? { record, policies: await policies.ofUser(record) } : undefined
    })
  }

  async function role(
    account: string,
    { name, id }: { readonly name: string; readonly id: string },
  ): Promise<Resolved<RoleRecord>> {
    const key = name.toLowerCase()
    const found = await roles.get(`${account}/${key}`, async () => {
      const record = await reads.find('role', account, key)
      return record && { record, policies: await policies.ofRole(record) }
    })
    return known(found?.record.id === id ? found : undefined)
  }

  const account: Holders['account'] = async (id) =>
    known(await reads.find('account', id, 'account'))

  const ofRoot: Holders['ofRoot'] = (partition, of) => {
    const arn = rootArn(partition, of)
    return {
      principal: { kind: 'root', arn, account: of },
      userId: of,
      policies: rootPolicies,
      facts: { arn, type: 'Account', tags: [] },
    }
  }

  const ofUser: Holders['ofUser'] = async (partition, of, { name, id }) =>
    userHolder(partition, await user(of, name, id))

  const ofRole = async (claims: SessionClaims): Promise<Holder> =>
    roleHolder(claims, await role(claims.account, claims.role!))

  async function ofUserSession({ partition, account: of, user }: SessionClaims): Promise<Holder> {
    if (user) return ofUser(partition, of, user)
    await account(of)
    return ofRoot(partition, of)
  }

  async function ofFederatedUser(claims: SessionClaims): Promise<Holder> {
    const { partition, account: of, name } = claims
    const issuer = await ofUserSession(claims)
    const arn = federatedUserArn(partition, of, name)
    return {
      principal: {
        kind: 'federated-user',
        arn,
        account: of,
        userArn: issuer.facts.arn,
        entityId: issuer.principal.entityId,
      },
      userId: `${of}:${name}`,
      policies: issuer.policies,
      facts: { arn, type: 'FederatedUser', tags: [] },
    }
  }

  const byKind: Readonly<
    Record<SessionClaims['kind'], (claims: SessionClaims) => Promise<Holder>>
  > = {
    role: ofRole,
    'federated-user': ofFederatedUser,
    'user-session': ofUserSession,
    'root-session': ofUserSession,
  }
  return {
    account,
    role: async (of, wanted) => (await role(of, wanted)).record,
    ofRoot,
    ofUser,
    ofClaims: (claims) => byKind[claims.kind](claims),
  }
}

function userHolder(
  partition: string,
  { record: { account, id, name, path, tags }, policies }: Resolved<UserRecord>,
): Holder {
  const arn = iamArn({ partition, account }, 'user', name, path)
  return {
    principal: { kind: 'user', arn, account, userArn: arn, entityId: id },
    userId: id,
    policies,
    facts: { arn, type: 'User', username: name, tags },
  }
}

function roleHolder(
  { partition, account, name }: SessionClaims,
  { record, policies }: Resolved<RoleRecord>,
): Holder {
  const roleArn = iamArn({ partition, account }, 'role', record.name, record.path)
  const arn = assumedRoleArn(partition, account, record.name, name)
  return {
    principal: { kind: 'assumed-role', arn, account, roleArn, entityId: record.id },
    userId: `${record.id}:${name}`,
    policies,
    facts: { arn: roleArn, type: 'AssumedRole', tags: record.tags },
  }
}
