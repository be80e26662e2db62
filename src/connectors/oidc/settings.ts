import { z } from 'zod'
import { algorithms } from '../../web-identity/algorithms.ts'
import { providerName } from '../../web-identity/provider.ts'
import { recheckSettings } from '../recheck.ts'
import { claimPath, isOfGraph } from './claim-path.ts'

const text = z
  .string()
  .min(1)
  .max(1024)
  .refine((value) => value === value.trim(), 'expected no spaces at either end')
const seconds = (least: number, most: number) => z.int().min(least).max(most)

/** `?`, `#` and user info have no place in an issuer (OpenID Connect Discovery 1.0, section 3). */
export const issuerText = text.refine((value) => {
  const url = URL.parse(value)
  return (
    url?.protocol === 'https:' &&
    !/[?#]/.test(value) &&
    url.username === '' &&
    url.password === '' &&
    // An issuer is compared letter by letter: what URL parsing would change is refused here.
    [url.href, url.href.replace(/\/$/, '')].includes(value) &&
    // Roles trust it as an entity of their account.
    providerName(value) !== undefined
  )
}, 'expected the issuer as its discovery document writes it: `https://…`, without port and query')

const attribute = z.union([
  claimPath.transform((claim) => ({ claim, as: claim.at(-1)! })),
  z
    .strictObject({
      claim: claimPath.describe('The claim, or the way to it: `realm_access.roles`'),
      as: text.optional().describe('What mappings call it; default: the last name of the claim'),
    })
    .transform(({ claim, as }) => ({ claim, as: as ?? claim.at(-1)! })),
])

/** Parameters of the request that Gatehouse sets itself. */
const ownParameters = [
  'client_id',
  'client_assertion',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
] as const

/** IANA, "OAuth Token Endpoint Authentication Methods". */
const authentication = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'none',
])
export type ClientAuthenticationMethod = z.output<typeof authentication>

/** The settings of protocol `oidc`, for any provider of OpenID Connect. */
const fields = z.strictObject({
  label: text.max(80).describe('What the sign-in page calls this way'),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'expected a 12-digit account'))
    .min(1)
    .describe('The accounts that this connector serves'),
  issuer: issuerText.describe(
    "The provider's issuer, letter by letter as its discovery document has it",
  ),
  clientId: text.describe('What the provider calls Gatehouse'),
  clientSecret: text.optional().describe('The secret of that client; give it by reference'),
  authentication: authentication
    .optional()
    .describe(
      'How Gatehouse proves to the provider that it is that client. Default: ' +
        '`client_secret_basic` with a secret, `private_key_jwt` with a key, else `none`',
    ),
  keyFile: text
    .optional()
    .describe('PEM file of a private key (RSA, P-256 or P-384), for `private_key_jwt`, mTLS, JAR'),
  keyId: text.optional().describe('The `kid` under which the provider knows that key'),
  certificateFile: text.optional().describe('PEM file of its certificate, for `tls_client_auth`'),
  appleTeam: text
    .optional()
    .describe('Apple: the team id. The client secret is then made of the `keyFile`, at each use'),
  assertionAudience: z
    .enum(['issuer', 'token-endpoint'])
    .default('issuer')
    .describe('Whom `private_key_jwt` names as audience, where a provider insists'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'expected a scope'))
    .min(1)
    .max(50)
    .default(['openid', 'profile', 'email'])
    .describe('What is asked for; `openid` has to be among them'),
  responseMode: z
    .enum(['query', 'form_post'])
    .default('query')
    .describe(
      'How the answer comes back: a posted one goes on by a query, which brings the cookies',
    ),
  pushedRequests: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe('Whether requests are pushed (PAR, RFC 9126) where the provider offers it'),
  signedRequests: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe(
      'Whether requests are signed with the `keyFile` (JAR, RFC 9101): `auto` where the provider ' +
        'offers it and knows the key, by `private_key_jwt`',
    ),
  userInfo: z
    .enum(['when-missing', 'always', 'never'])
    .default('when-missing')
    .describe(
      'When the UserInfo endpoint is asked: where a claim that the settings name is not in the ' +
        'ID token, always, or never. What the ID token says goes first',
    ),
  subjectClaim: claimPath
    .default(['sub'])
    .describe('What names the person for life; never an e-mail address'),
  usernameClaim: claimPath.optional().describe('What calls the person; default: the subject'),
  displayNameClaim: claimPath
    .optional()
    .describe('What pages call the person; default: `name`, else the user name'),
  groupsClaim: claimPath.optional().describe("What lists the person's groups"),
  groupsOverage: z
    .enum(['refuse', 'microsoft-graph'])
    .default('refuse')
    .describe(
      'What happens when Entra ID leaves the groups out because there are too many: the sign-in ' +
        'is refused and says why, or Microsoft Graph is asked for them',
    ),
  attributes: z
    .array(attribute)
    .max(100)
    .default([])
    .describe('What mappings can read: a claim, or { claim, as }'),
  unverifiedEmail: z
    .enum(['refuse', 'accept'])
    .default('refuse')
    .describe(
      'Whether the claim `email` counts without `email_verified: true`. Refused, it is as if it ' +
        'were not there',
    ),
  requiredClaims: z
    .record(z.string().min(1).max(256), z.array(text).min(1).max(200))
    .default({})
    .describe(
      'Claims of the ID token that must have one of these values: `hd` for Google, `tid` for ' +
        'Entra ID',
    ),
  requestedContexts: z
    .array(text)
    .max(10)
    .default([])
    .describe('Authentication contexts to ask for (`acr_values`); another `acr` is refused'),
  multiFactorContexts: z
    .array(text)
    .max(20)
    .default([])
    .describe('Values of `acr` that count as multi-factor'),
  multiFactorMethods: z
    .array(text)
    .max(20)
    .default(['mfa'])
    .describe('Values of `amr` (RFC 8176), one of which counts as multi-factor'),
  hardwareMethods: z
    .array(text)
    .max(20)
    .default(['hwk'])
    .describe('Values of `amr` that make a multi-factor sign-in one with hardware'),
  maxAgeSeconds: seconds(0, 2_592_000)
    .optional()
    .describe('How long ago the person may have authenticated there; 0: anew each time'),
  prompt: z
    .enum(['login', 'select_account', 'consent'])
    .optional()
    .describe('What the provider has to ask; `login` authenticates anew each time'),
  loginHint: text.optional().describe('Sent as `login_hint`'),
  domainHint: text.optional().describe('Sent as `domain_hint` and `hd`, to skip a choice there'),
  parameters: z
    .record(z.string().regex(/^[\w.-]{1,64}$/), z.string().max(1024))
    .default({})
    .refine(
      (given) => !ownParameters.some((one) => Object.hasOwn(given, one)),
      `expected none of those that Gatehouse sets: ${ownParameters.join(', ')}`,
    )
    .describe('Further parameters of the request'),
  algorithms: z
    .array(z.enum(Object.keys(algorithms) as [keyof typeof algorithms]))
    .min(1)
    .default(Object.keys(algorithms) as (keyof typeof algorithms)[])
    .describe('What ID tokens may be signed with'),
  clockSkewSeconds: seconds(0, 600)
    .default(60)
    .describe('How far the two clocks may be apart, in seconds'),
  recheck: recheckSettings.describe(
    'Asks the provider again about people who are signed in, with the refresh token of their ' +
      'sign-in; absent: a sign-in stays as it was proved until it ends',
  ),
})

export const oidcSettings = fields.superRefine((settings, context) => {
  const problem = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message })
  const { clientSecret, keyFile, certificateFile, appleTeam, keyId } = settings
  const method = authenticationMethod(settings)
  if (appleTeam !== undefined && (keyFile === undefined || keyId === undefined))
    problem('appleTeam', 'the secret for Apple needs a `keyFile` and its `keyId`')
  if (appleTeam !== undefined && clientSecret !== undefined)
    problem('clientSecret', 'with `appleTeam` the secret is made here')
  if (appleTeam === undefined && method.startsWith('client_secret') && clientSecret === undefined)
    problem('authentication', `\`${method}\` needs a \`clientSecret\``)
  if (method === 'private_key_jwt' && keyFile === undefined)
    problem('authentication', '`private_key_jwt` needs a `keyFile`')
  if (method === 'tls_client_auth' && (keyFile === undefined || certificateFile === undefined))
    problem('authentication', '`tls_client_auth` needs a `keyFile` and a `certificateFile`')
  if (settings.signedRequests === 'always' && keyFile === undefined)
    problem('signedRequests', 'signed requests need a `keyFile`')
  if (settings.groupsOverage === 'microsoft-graph' && !isOfGraph(settings.groupsClaim))
    problem('groupsOverage', 'Microsoft Graph tells groups: expected `groupsClaim: groups`')
  if (!settings.scopes.includes('openid'))
    problem('scopes', 'expected `openid` among them: without it there is no ID token')
  if (sharedTenants.test(settings.issuer) && settings.requiredClaims.tid === undefined)
    problem('requiredClaims', 'this issuer serves every tenant of Entra ID: name yours as `tid`')
})

export type OidcSettings = z.output<typeof oidcSettings>

const sharedTenants =
  /^https:\/\/login\.microsoftonline\.(?:com|us)\/(?:common|organizations|consumers)\//

/** The method in force, from what the settings have. */
export function authenticationMethod({
  authentication: named,
  clientSecret,
  keyFile,
  appleTeam,
}: Pick<
  OidcSettings,
  'authentication' | 'clientSecret' | 'keyFile' | 'appleTeam'
>): ClientAuthenticationMethod {
  if (appleTeam !== undefined) return 'client_secret_post'
  if (named !== undefined) return named
  if (clientSecret !== undefined) return 'client_secret_basic'
  return keyFile === undefined ? 'none' : 'private_key_jwt'
}
