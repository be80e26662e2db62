import { longestChainedSeconds } from '../kernel/role-sessions.ts'
import { hasRegion } from '../upstream/partitions.ts'
import { audienceOf, type UpstreamSettings } from '../upstream/settings.ts'

interface Account {
  readonly partition?: string | undefined
  readonly upstream?: UpstreamSettings | undefined
  readonly roles?:
    | Readonly<
        Record<
          string,
          {
            readonly policies?: object | undefined
            readonly attachedPolicies?: object | undefined
            readonly permissionsBoundary?: string | undefined
            readonly maxSessionDuration?: number | undefined
          }
        >
      >
    | undefined
}
interface Problem {
  readonly path: readonly string[]
  readonly message: string
}

/** Yields what can't hold in an account whose roles give the credentials of another STS. */
export function* upstreamProblems(
  byId: Readonly<Record<string, Account>>,
): Generator<Problem, void> {
  const externalIds = new Map<string, string>()
  const audiences = new Map<string, string>()
  for (const [id, account] of Object.entries(byId)) {
    const { upstream } = account
    if (!upstream) continue
    yield* connection(id, account, upstream)
    yield* roles(id, account, upstream)
    yield* administration(id, account, upstream)
    yield* shared(externalIds, upstream.externalId, { id, path: ['externalId'] })
    if (upstream.credentials.from === 'signed-token')
      yield* shared(audiences, audienceOf(id, upstream), { id, path: ['credentials', 'audience'] })
  }
}

/** Yields a value that another account has: what one account takes for proof, no other may. */
function* shared(
  owners: Map<string, string>,
  value: string | undefined,
  { id, path }: { readonly id: string; readonly path: readonly string[] },
): Generator<Problem, void> {
  if (value === undefined) return
  const other = owners.get(value)
  if (other !== undefined)
    yield {
      path: [id, 'upstream', ...path],
      message: `account ${other} has the same one: each account needs its own`,
    }
  owners.set(value, id)
}

function* connection(
  id: string,
  { partition = 'aws' }: Account,
  { type, region, credentials, externalId }: UpstreamSettings,
): Generator<Problem, void> {
  if (type === 'aws' && !hasRegion(partition, region))
    yield {
      path: [id, 'upstream', 'region'],
      message: `\`${region}\` is not in the account's partition \`${partition}\``,
    }
  if (credentials.from === 'signed-token' && externalId !== undefined)
    yield {
      path: [id, 'upstream', 'externalId'],
      message: 'AssumeRoleWithWebIdentity, to which a signed token goes, has no external id',
    }
}

/** The role for revocations is Gatehouse's own: who may take it administers the others. */
function* administration(
  id: string,
  { partition = 'aws', roles: named = {} }: Account,
  upstream: UpstreamSettings,
): Generator<Problem, void> {
  if (upstream.type !== 'aws' || !upstream.revocation) return
  const { role } = upstream.revocation
  const path = [id, 'upstream', 'revocation', 'role']
  if (role === undefined) {
    if (upstream.credentials.from === 'signed-token')
      yield { path, message: 'a signed token is for a role: name the one that may revoke there' }
    return
  }
  if (!role.startsWith(`arn:${partition}:iam::${id}:role/`))
    yield {
      path,
      message: `expected a role of the account: \`arn:${partition}:iam::${id}:role/…\``,
    }
  const own = role.slice(role.lastIndexOf('/') + 1).toLowerCase()
  if (Object.keys(named).some((name) => name.toLowerCase() === own))
    yield { path, message: 'people may take that role: name one that stands in no `roles`' }
}

/** Our own session there is a role's already, and one taken with it lasts an hour at most. */
const chained = ['instance', 'container', 'web-identity']

function* roles(
  id: string,
  { roles: named = {} }: Account,
  { credentials }: UpstreamSettings,
): Generator<Problem, void> {
  for (const [name, role] of Object.entries(named)) {
    for (const key of ['policies', 'attachedPolicies', 'permissionsBoundary'] as const) {
      if (role[key] !== undefined)
        yield {
          path: [id, 'roles', name, key],
          message: 'what a role of an account with an upstream may do is decided there, not here',
        }
    }
    const most = role.maxSessionDuration ?? 0
    if (most > longestChainedSeconds && chained.includes(credentials.from))
      yield {
        path: [id, 'roles', name, 'maxSessionDuration'],
        message:
          `with credentials from \`${credentials.from}\` a role lasts 1h at most ` +
          '(role chaining)',
      }
  }
}

/**
 * Yields the accounts whose STS would be sent tokens of an issuer that it can't have: it is https
 * and has no port (IAM API reference, CreateOpenIDConnectProvider, "Url").
 */
export function* unfitIssuers({
  publicUrl,
  accounts,
}: {
  readonly publicUrl: string
  readonly accounts: readonly (Pick<Account, 'upstream'> & { readonly id: string })[]
}): Generator<{ path: string[]; message: string }, void> {
  const url = URL.parse(publicUrl)
  if (url?.protocol === 'https:' && url.port === '') return
  for (const { id, upstream } of accounts) {
    if (upstream?.credentials.from === 'signed-token')
      yield {
        path: ['accounts', id, 'upstream', 'credentials'],
        message: 'tokens are signed for `publicUrl`, which has to be https and without a port',
      }
  }
}
