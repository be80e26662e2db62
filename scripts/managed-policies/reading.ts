import { guessedLevel } from '../../src/policy/access-level.ts'
import type { CataloguedAction } from '../../src/policy/index.ts'

/**
 * Reads that hand out secrets, tokens or addresses that work without credentials: who may look at
 * everything does not get what lets others act. Names of what is listed are no secrets.
 */
const handsOut = new RegExp(
  `(?:${[
    'AccessKeys',
    'AuthCode',
    'ComputeAccess',
    'Credentials',
    'CredentialsForIdentity',
    'CredentialsForOrganization',
    'DashboardUrl',
    'DecryptedAPIKey',
    'EmbedUrl',
    'Password',
    'PasswordData',
    'PlayerConnectionDetails',
    'PresignedUrls?',
    'ResourceApiKey',
    'SecretValue',
    'Secrets',
    'SessionEndpoint',
    'SignedBluinsightsUrl',
    'StreamKey',
    'StreamingSessionURL',
    'Token',
    'TokenAuth',
    'TokenForDeveloperIdentity',
    'UnlockCode',
    'UploadJobPath',
    'UploadUrl',
  ].join('|')})$`,
)

/** What hands out a secret under a name that elsewhere does not. */
const handsOutToo = new Set([
  // An API key of AppSync is its id.
  'appsync:ListApiKeys',
  'cognito-idp:DescribeIdentityProvider',
  'cognito-idp:DescribeUserPoolClient',
  'geo:DescribeKey',
])

/** Tokens that carry no more than what their caller may do anyway. */
const harmless = new Set(['GetAuthorizationToken'])

/**
 * Whether an action only reads: the reference's level and the verb of its name say so. The
 * reference also calls `ssm:ExecuteAPI` and `codeconnections:UseConnection` reads.
 */
export function reads({ name, level }: CataloguedAction, service: string): boolean {
  if (level !== 'List' && level !== 'Read') return false
  if (handsOutToo.has(`${service}:${name}`)) return false
  const verb = /^(?:Describe|Get|List)/.test(name) ? level : guessedLevel(name)
  if (verb !== 'List' && verb !== 'Read') return false
  return name.startsWith('List') || harmless.has(name) || !handsOut.test(name)
}

/** Whether an action only tells what there is, and nothing of what it holds. */
export function views(action: CataloguedAction, service: string): boolean {
  return action.level === 'List' && reads(action, service)
}

/** What an auditor of security reads besides `views`: how things are set up, not what they hold. */
const settings = new RegExp(
  [
    'Acl|Analy[sz]|Audit|Backup|Certificate|Compliance|Config|Encryption|Evaluat|Finding',
    'Lifecycle|Logging|Ownership|Permission|Polic|Public|Resource|Role|Rotation|Rule',
    'Security|Setting|Status|Summary|Tag|Trail|Version|Vpc',
  ].join('|'),
)

export function audits(action: CataloguedAction, service: string): boolean {
  if (views(action, service)) return true
  return (
    reads(action, service) && (action.name.startsWith('Describe') || settings.test(action.name))
  )
}

const ofNetworks = new RegExp(
  [
    'Vpc|Vpn|Subnet|Route(?!d)|Gateway|SecurityGroup|NetworkAcl|NetworkInterface|NetworkInsights',
    'Dhcp|Address|FlowLog|PrefixList|Ipam|Cidr|TrafficMirror',
  ].join('|'),
)

/** Whether an action concerns networks, for services that have much else. */
export function networks({ name }: CataloguedAction): boolean {
  return ofNetworks.test(name)
}
