import { protocolOf } from '../connectors/protocol-of.ts'
import { type IamKind, iamArn, parseArn } from '../kernel/arn.ts'
import { nearest } from '../kernel/nearest.ts'
import { isReadyMade, type ManagedPolicies } from '../reference/managed-policies.ts'
import { providerName } from '../web-identity/provider.ts'
import type { Path } from './document.ts'
import type { PolicyProblem } from './policies.ts'
import type { Settings } from './settings.ts'
import { type TrustedPrincipal, trustedPrincipals } from './trusted-principals.ts'

/**
 * Warns of ARNs that match nothing in the file: attached policies and boundaries, roles of mapping
 * rules, principals of trust policies and of services. Warns of deactivated regions that no call
 * can be scoped to, because a misspelt one leaves the intended region active. These are warnings
 * because the API may have made the entity, and `gatehouse accounts open` the account.
 */
export function crossReferenceWarnings(
  settings: Settings,
  { awsRegions, readyMade }: Known,
): readonly PolicyProblem[] {
  const known = { ...entitiesOf(settings), readyMade }
  return [
    ...attachments(settings, known),
    ...grantedRoles(settings, known),
    ...trusted(settings, known),
    ...servicePrincipals(settings, known),
    ...namedAccounts(settings, known),
    ...regions(settings, awsRegions),
  ]
}

/** What is known besides the file. */
interface Known {
  readonly awsRegions: readonly string[]
  /** By partition. */
  readonly readyMade: ReadonlyMap<string, ManagedPolicies>
}

interface Entity {
  readonly arn: string
  readonly kind: IamKind
  readonly name: string
}
interface Entities {
  readonly arns: ReadonlySet<string>
  /** The entities of each account of the file. */
  readonly of: ReadonlyMap<string, readonly Entity[]>
}
type WithReadyMade = Entities & Pick<Known, 'readyMade'>
const policyKinds: readonly IamKind[] = ['policy']
const roleKinds: readonly IamKind[] = ['role']
const userKinds: readonly IamKind[] = ['user']
const providerKinds: readonly IamKind[] = [
  'ldap-provider',
  'file-provider',
  'saml-provider',
  'oidc-provider',
]

function entitiesOf({ accounts, connectors }: Settings): Entities {
  const of = new Map(
    accounts.map(
      ({ id, partition = 'aws', policies = [], users = [], roles = [], oidcProviders = [] }) => {
        const entity = (kind: IamKind, name: string, path?: string): Entity => ({
          arn: iamArn({ partition, account: id }, kind, name, path),
          kind,
          name,
        })
        return [
          id,
          [
            ...policies.map(({ name, path }) => entity('policy', name, path)),
            ...users.map(({ name, path }) => entity('user', name, path)),
            ...roles.map(({ name, path }) => entity('role', name, path)),
            ...Object.entries(connectors)
              // The provider of an OIDC connector is an entity of the account.
              .map(
                ([name, { type, accounts: served }]) => [name, protocolOf(type), served] as const,
              )
              .filter(([, protocol, served]) => protocol !== 'oidc' && served.includes(id))
              .map(([name, protocol]) => entity(`${protocol}-provider`, name)),
            ...oidcProviders.map(({ name }) => entity('oidc-provider', providerName(name) ?? name)),
          ],
        ]
      },
    ),
  )
  return { arns: new Set([...of.values()].flat().map(({ arn }) => arn)), of }
}

function* attachments({ accounts }: Settings, known: WithReadyMade): Generator<PolicyProblem> {
  for (const account of accounts) {
    for (const kind of ['groups', 'users', 'roles'] as const) {
      for (const holder of account[kind] ?? []) {
        const path = ['accounts', account.id, kind, holder.name]
        for (const [index, arn] of (holder.attachedPolicies ?? []).entries())
          yield* attached([...path, 'attachedPolicies', index], arn, account, known)
        const boundary = 'permissionsBoundary' in holder ? holder.permissionsBoundary : undefined
        if (boundary !== undefined)
          yield* attached([...path, 'permissionsBoundary'], boundary, account, known)
      }
    }
  }
}

/**
 * Warns unless the policy is one of the account's own managed policies or a ready-made one. A
 * missing policy may have been a Deny, so that nothing is allowed any more.
 */
function* attached(
  path: Path,
  arn: string,
  { id: account, partition = 'aws' }: Settings['accounts'][number],
  known: WithReadyMade,
): Generator<PolicyProblem> {
  const readyMade = isReadyMade(arn) ? known.readyMade.get(partition) : undefined
  if (readyMade?.find(arn)) return
  const { account: owner, resource = '' } = parseArn(arn) ?? {}
  if (owner === account) {
    if (!known.arns.has(arn)) yield missing({ path, arn, account, kinds: policyKinds }, known)
    return
  }
  const near =
    nearestOf(resource, known.of.get(account) ?? [], policyKinds)?.arn ??
    nearestReadyMade(resource, readyMade)
  const foreign = `\`${shown(arn)}\` is no policy of account ${account}`
  yield { path, message: `${foreign}: it counts as one that denies everything${meant(near)}` }
}

/** Compares without the path, which is forgotten more often than the name is misspelt. */
function nearestReadyMade(
  resource: string,
  { arns }: Pick<ManagedPolicies, 'arns'> = { arns: [] },
): string | undefined {
  const nameOf = (text: string) => text.slice(text.lastIndexOf('/') + 1)
  const name = nearest(nameOf(resource), arns.map(nameOf))
  return name === undefined ? undefined : arns.find((arn) => nameOf(arn) === name)
}

function* grantedRoles({ mappings }: Settings, known: Entities): Generator<PolicyProblem> {
  for (const [rule, { grants }] of mappings.entries()) {
    for (const [index, { role: arn }] of grants.entries()) {
      // The role of a template is known only at sign-in.
      if (arn.includes('$' + '{')) continue
      const path = ['mappings', rule, 'grants', index, 'role']
      const account = parseArn(arn)?.account ?? ''
      if (!known.of.has(account)) yield noAccount(path, account, known)
      else if (!known.arns.has(arn)) yield missing({ path, arn, account, kinds: roleKinds }, known)
    }
  }
}

function* trusted({ accounts }: Settings, known: Entities): Generator<PolicyProblem> {
  for (const { id, roles = [] } of accounts) {
    for (const { name, trustPolicy } of roles) {
      for (const principal of trustedPrincipals(trustPolicy)) {
        const path = ['accounts', id, 'roles', name, 'trustPolicy', ...principal.path]
        yield* principal.kind === 'AWS'
          ? caller(path, principal, known)
          : provider(path, principal, id, known)
      }
    }
  }
}

/** By the first segment of the ARN's resource. */
const callerKinds: Readonly<Record<string, readonly IamKind[]>> = {
  user: userKinds,
  role: roleKinds,
}

/** Warns unless the principal belongs to an account of the file: every caller does. */
function* caller(
  path: Path,
  { text }: Pick<TrustedPrincipal, 'text'>,
  known: Entities,
): Generator<PolicyProblem> {
  if (text === '*') return
  const { account = text, service, resource = '' } = parseArn(text) ?? {}
  const kinds = callerKinds[resource.slice(0, resource.indexOf('/'))]
  if (!known.of.has(account)) yield noAccount(path, account, known)
  // Sessions are created later, and the root stands for the account: neither is in the file.
  else if (service === 'iam' && kinds && !known.arns.has(text))
    yield missing({ path, arn: text, account, kinds }, known)
}

function* provider(
  path: Path,
  { text }: TrustedPrincipal,
  account: string,
  known: Entities,
): Generator<PolicyProblem> {
  const { account: owner, resource = '' } = parseArn(text) ?? {}
  // Issuers that are named by their domain belong to no account.
  if (owner === undefined) return
  const near = nearestOf(resource, known.of.get(account) ?? [], providerKinds)
  if (owner !== account)
    yield {
      path,
      message:
        `a provider of account ${owner} vouches for nobody in account ${account}` +
        meant(near?.arn),
    }
  else if (!known.arns.has(text))
    yield missing({ path, arn: text, account, kinds: providerKinds }, known)
}

/** Warns of services that nobody can run or come to, by a role, user or header that is missing. */
function* servicePrincipals(
  { services, listen }: Settings,
  known: Entities,
): Generator<PolicyProblem> {
  for (const [prefix, { principals, bearer, proofs }] of Object.entries(services)) {
    const path = ['services', prefix]
    for (const [index, text] of principals.entries())
      yield* caller([...path, 'principals', index], { text }, known)
    for (const [index, text] of (bearer?.roles ?? []).entries())
      yield* caller([...path, 'bearer', 'roles', index], { text }, known)
    if (proofs && proofs.certificates.length > 0 && !listen.clientCertificate)
      yield {
        path: [...path, 'proofs', 'certificates'],
        message: 'no certificate counts without `listen.clientCertificate`',
      }
  }
}

/** Members of the organization and accounts that connectors serve may be opened by command. */
function* namedAccounts(
  { organization, connectors }: Settings,
  known: Entities,
): Generator<PolicyProblem> {
  for (const id of Object.keys(organization?.accounts ?? {}))
    if (!known.of.has(id)) yield noAccount(['organization', 'accounts', id], id, known)
  for (const [name, { accounts }] of Object.entries(connectors))
    for (const [index, id] of accounts.entries())
      if (!known.of.has(id)) yield noAccount(['connectors', name, 'accounts', index], id, known)
}

function* regions(
  { accounts, region: own }: Settings,
  awsRegions: readonly string[],
): Generator<PolicyProblem> {
  const known = new Set([...awsRegions, own])
  for (const { id, deactivatedRegions = [] } of accounts) {
    for (const [index, region] of deactivatedRegions.entries()) {
      if (!known.has(region))
        yield {
          path: ['accounts', id, 'deactivatedRegions', index],
          message: `no region \`${region}\`${meant(nearest(region, known))}`,
        }
    }
  }
}

function noAccount(path: Path, account: string, known: Entities): PolicyProblem {
  return {
    path,
    message: `no account \`${account}\` in \`accounts\`${meant(nearest(account, known.of.keys()))}`,
  }
}

/** An ARN of an account of the file that matches no entity there. */
interface Dangling {
  readonly path: Path
  readonly arn: string
  readonly account: string
  /** The kinds of entity that the ARN may refer to. */
  readonly kinds: readonly IamKind[]
}

function missing({ path, arn, account, kinds }: Dangling, known: Entities): PolicyProblem {
  const resource = parseArn(arn)?.resource ?? ''
  const near = nearestOf(resource, known.of.get(account) ?? [], kinds)
  // LDAP and file providers are connectors of the settings, which the API does not make.
  const found = /^(?:ldap|file)-provider\//.test(resource)
    ? `no connector serves account ${account} as \`${shown(resource)}\``
    : `no \`${shown(resource)}\` of account ${account} in this file (the API may have made one)`
  return { path, message: `${found}${meant(near?.arn)}` }
}

/** Compares names only, without the path, and for OIDC providers without the prefix of the kind. */
function nearestOf(
  resource: string,
  entities: readonly Entity[],
  kinds: readonly IamKind[],
): Entity | undefined {
  const wanted = resource.startsWith(oidc)
    ? resource.slice(oidc.length)
    : resource.slice(resource.lastIndexOf('/') + 1)
  const candidates = entities.filter(({ kind }) => kinds.includes(kind))
  const name = nearest(
    wanted,
    candidates.map((one) => one.name),
  )
  return candidates.find((one) => one.name === name)
}
const oidc = 'oidc-provider/'

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

function meant(near: string | undefined): string {
  return near === undefined ? '' : `: did you mean \`${near}\`?`
}
