import type { ActionReference, KeyType } from '../access-level.ts'

export interface KnownKey {
  /** As documented; `<key>` stands for a part that the caller chooses. */
  readonly name: string
  readonly type: KeyType
  readonly multivalued: boolean
}

/**
 * `[]` after a name: multi-valued. IAM user guide, "Global condition context keys", "IAM and STS
 * condition context keys".
 */
const table: Readonly<Record<KeyType, readonly string[]>> = {
  String: [
    'aws:CalledVia[]',
    'aws:CalledViaFirst',
    'aws:CalledViaLast',
    'aws:FederatedProvider',
    'aws:PrincipalAccount',
    'aws:PrincipalOrgID',
    // Only in the AWS Managed Policy Reference Guide, "AWSSSOServiceRolePolicy".
    'aws:PrincipalOrgMasterAccountId',
    'aws:PrincipalOrgPaths[]',
    'aws:PrincipalServiceName',
    'aws:PrincipalServiceNamesList[]',
    'aws:PrincipalTag/<key>',
    'aws:PrincipalType',
    'aws:referer',
    'aws:RequestedRegion',
    'aws:RequestTag/<key>',
    'aws:ResourceAccount',
    'aws:ResourceOrgID',
    'aws:ResourceOrgPaths[]',
    'aws:ResourceTag/<key>',
    'aws:SourceAccount',
    'aws:SourceIdentity',
    'aws:SourceOrgID',
    'aws:SourceOrgPaths[]',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:TagKeys[]',
    'aws:UserAgent',
    'aws:userid',
    'aws:username',
    'aws:VpceAccount',
    'aws:VpceOrgID',
    'aws:VpceOrgPaths[]',
    'aws:ChatbotSourceArn',
    'aws:Ec2InstanceSourceVpc',
    'sts:ExternalId',
    'sts:RoleSessionName',
    'sts:SourceIdentity',
    'sts:TransitiveTagKeys[]',
    'sts:AWSServiceName',
    'iam:PassedToService',
    'iam:AWSServiceName',
    'iam:PolicyARN',
    'saml:aud',
    'saml:iss',
    'saml:sub',
    'saml:sub_type',
    'saml:namequalifier',
    'saml:doc',
    'saml:cn[]',
    'saml:commonName[]',
    'saml:givenName',
    'saml:mail',
    'saml:name',
    'saml:organizationStatus[]',
    'saml:surname',
    'saml:uid',
    'saml:x500UniqueIdentifier[]',
    'saml:primaryGroupSID[]',
    'saml:eduPersonAffiliation[]',
    'saml:eduPersonAssurance[]',
    'saml:eduPersonEntitlement[]',
    'saml:eduPersonNickname[]',
    'saml:eduPersonOrgDN',
    'saml:eduPersonOrgUnitDN[]',
    'saml:eduPersonPrimaryAffiliation',
    'saml:eduPersonPrimaryOrgUnitDN',
    'saml:eduPersonPrincipalName',
    'saml:eduPersonScopedAffiliation[]',
    'saml:eduPersonTargetedID[]',
    'saml:eduOrgHomePageURI[]',
    'saml:eduOrgIdentityAuthNPolicyURI[]',
    'saml:eduOrgLegalName[]',
    'saml:eduOrgSuperiorURI[]',
    'saml:eduOrgWhitePagesURI[]',
    'saml:username',
    'saml:groups[]',
    'saml:attribute/<name>[]',
    'ldap:sub',
    'ldap:username',
    'ldap:groups[]',
    'ldap:attribute/<name>[]',
    'file:sub',
    'file:username',
    'file:groups[]',
    'file:attribute/<name>[]',
  ],
  ARN: [
    'aws:PrincipalArn',
    'aws:SourceArn',
    'aws:Ec2InstanceSourcePrivateIPv4Arn',
    'lambda:SourceFunctionArn',
  ],
  Bool: [
    'aws:AssumedRoot',
    'aws:MultiFactorAuthPresent',
    'aws:PrincipalIsAWSService',
    'aws:SecureTransport',
    'aws:ViaAWSService',
    'aws:IsMcpServiceAction',
    'aws:ViaAWSMCPService',
  ],
  Numeric: ['aws:MultiFactorAuthAge', 'aws:EpochTime'],
  Date: ['aws:CurrentTime', 'aws:TokenIssueTime'],
  IPAddress: ['aws:SourceIp', 'aws:VpcSourceIp', 'aws:Ec2InstanceSourcePrivateIPv4'],
  Binary: [],
}

const global: ReadonlyMap<string, KnownKey> = new Map(
  Object.entries(table).flatMap(([type, names]) =>
    names.map((written) => {
      const name = written.replace(/\[\]$/, '')
      return [
        shapeOf(name),
        { name, type: type as KeyType, multivalued: written.endsWith('[]') },
      ] as const
    }),
  ),
)

/** The keys that requests of every service, and sign-ins, may have. */
export function globalKeys(): readonly KnownKey[] {
  return [...global.values()]
}

/** Keys that every request has, so they can't be absent. */
const always: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:securetransport',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:userid',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:principalisawsservice',
  'aws:viaawsservice',
  'aws:useragent',
  'aws:sourceip',
])
export function isAlwaysThere(key: string): boolean {
  return always.has(key)
}

/** In lower case, without the variable part after a slash. */
function shapeOf(name: string): string {
  return name.toLowerCase().replace(/\/(?:<.*>|\$\{.*\})$/, '/')
}

/** Looks up a key, ignoring case. `unknown-prefix`: the prefix is neither `aws` nor a service. */
export function knownKey(
  key: string,
  reference: ActionReference | undefined,
): KnownKey | 'unknown' | 'unknown-prefix' | undefined {
  const lower = key.toLowerCase()
  const colon = lower.indexOf(':')
  const prefix = lower.slice(0, colon)
  const exact = global.get(lower) ?? global.get(lower.slice(0, lower.indexOf('/') + 1))
  // A key that takes the name of a tag is none without it.
  if (exact) return lower.endsWith('/') ? 'unknown' : exact
  if (!key.includes(':')) return 'unknown'
  // Keys of an issuer: its host, perhaps with a path.
  if (
    prefix.includes('.') ||
    prefix.includes('/') ||
    /^(?:arn|cognito-identity|graph)/.test(prefix)
  )
    return undefined
  if (prefix === 'aws') return 'unknown'
  if (!reference) return undefined
  if (reference.absence(prefix)) return undefined
  if (!reference.services.includes(prefix))
    return [...global.keys()].some((name) => name.startsWith(`${prefix}:`))
      ? 'unknown'
      : 'unknown-prefix'
  const found = reference.keys(prefix).find(({ name }) => fitsKey(name, lower))
  return found ?? 'unknown'
}

/** Whether the key has this documented name. */
export function fitsKey(name: string, lower: string): boolean {
  const documented = name.toLowerCase().replace(/\/tag-?key$/, '/<key>')
  const from = documented.search(/<|\$\{/)
  if (from < 0) return documented === lower
  const tail = documented.slice(
    Math.max(documented.lastIndexOf('>'), documented.lastIndexOf('}')) + 1,
  )
  return (
    lower.length > from + tail.length &&
    lower.startsWith(documented.slice(0, from)) &&
    lower.endsWith(tail)
  )
}

/** Names for suggestions. */
export function* keyNames(
  prefix: string,
  reference: ActionReference | undefined,
): Generator<string> {
  for (const { name } of global.values()) if (name.startsWith(`${prefix}:`)) yield name
  for (const { name } of reference?.keys(prefix) ?? []) yield name
}
