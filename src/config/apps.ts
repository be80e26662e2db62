import { z } from 'zod'
import { wrongReturn } from '../kernel/return-address.ts'
import { appCertificate, appKeys, appKeysUri } from './app-keys.ts'
import { duration } from './duration.ts'
import { frontChannelLogout, wrongFrame } from './front-channel-logout.ts'
import { resourceId, scope } from './resources.ts'
import { trustedAssertions } from './trusted-assertions.ts'

/** Claims that the protocol itself fills in (OpenID Connect Core, section 2; RFC 7519, 4.1). */
const ownClaims: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'auth_time', 'nonce', 'acr', 'amr', 'azp'],
  ...['sid', 'at_hash', 'c_hash', 's_hash', 'cnf', 'act', 'events', 'groups'],
  ...['sub_id', '_claim_names', '_claim_sources', '__proto__'],
])
const address = z
  .string()
  .max(2048)
  .refine((value) => URL.canParse(value) && !/[\s#*]/.test(value), 'expected a whole address')
const expression = z.string().min(1)
/** A role, or several whose names begin alike. The account is always said. */
const roles = z
  .array(
    z
      .string()
      .max(2048)
      .regex(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]*(?<!\/)\*?$/,
        'expected the ARN of a role, which may end in `*`',
      )
      .refine((arn) => !arn.endsWith(':role/*'), 'expected how the names begin before the `*`'),
  )
  .max(100)
  .default([])

const exchange = z
  .strictObject({
    roles: roles.describe(
      'Roles whose temporary credentials the app may get for a person that it has an access ' +
        'token of. Mappings and trust policies decide besides',
    ),
    sessions: roles.describe('Roles whose sessions may get an access token of the app'),
  })
  .prefault({})
  .describe('Token exchange (RFC 8693), by ARNs of roles that may end in `*`; absent: none')

const app = z
  .strictObject({
    label: z.string().min(1).max(80).describe('What pages call the app'),
    secret: z
      .string()
      .min(16)
      .max(512)
      .optional()
      .describe('The secret that the app proves itself with, by reference. Absent: a public app'),
    authentication: z
      .enum([
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'tls_client_auth',
        'self_signed_tls_client_auth',
      ])
      .default('client_secret_basic')
      .describe('How the app sends its `secret`, or proves itself by its keys or `certificate`'),
    keys: appKeys.describe('Public keys that the app signs assertions and requests with, as JWK'),
    keysUri: appKeysUri
      .optional()
      .describe(
        'Where the app publishes such keys as a JWK set, in place of `keys`: fetched through ' +
          '`outbound`, kept for at most an hour',
      ),
    certificate: appCertificate.optional().describe('The certificate that the app shows in TLS'),
    signedRequests: z
      .boolean()
      .default(false)
      .describe('The app has to sign its requests by one of its keys (JAR, RFC 9101)'),
    pushedRequests: z
      .boolean()
      .default(false)
      .describe('The app has to push its requests before it sends the person (PAR, RFC 9126)'),
    boundTokens: z
      .enum(['dpop', 'certificate'])
      .optional()
      .describe('Its tokens serve only with its key (DPoP, RFC 9449) or certificate (RFC 8705)'),
    type: z
      .enum(['web', 'native'])
      .default('web')
      .describe(
        '`native`: a program on the device of the person. It may have a scheme of its own, and ' +
          'any port of a registered loopback address',
      ),
    redirectUris: z
      .array(address)
      .max(50)
      .default([])
      .describe('Where people are sent back to; compared letter by letter'),
    postLogoutRedirectUris: z
      .array(address)
      .max(50)
      .default([])
      .describe('Where the app may send people after signing out'),
    backChannelLogoutUri: address
      .refine((value) => value.startsWith('https://'), 'expected https')
      .optional()
      .describe('Where the app is told that a sign-in has ended (Back-Channel Logout 1.0)'),
    frontChannelLogout: frontChannelLogout
      .optional()
      .describe('How the app is told of a sign-out in the browser (Front-Channel Logout 1.0)'),
    pkce: z
      .enum(['required', 'optional'])
      .default('required')
      .describe('`optional`: for an app with a secret that can send no PKCE challenge'),
    thirdParty: z
      .boolean()
      .default(false)
      .describe("Not the company's own: the person is asked before the app is told anything"),
    when: expression
      .optional()
      .describe('CEL condition over `identity`: who may use the app; absent: everybody'),
    groups: expression
      .optional()
      .describe('CEL list of texts: the groups that the app is told; absent: none'),
    claims: z
      .record(
        z
          .string()
          .regex(/^[\w:/.-]{1,128}$/, 'expected the name of a claim')
          .refine((name) => !ownClaims.has(name), 'the protocol, or `groups`, has this claim'),
        expression,
      )
      .default({})
      .describe('Claims by name: CEL of a text, a bool or a list of texts'),
    subject: z
      .enum(['public', 'pairwise'])
      .default('public')
      .describe('`pairwise`: the app gets a `sub` that no other host gets'),
    signing: z.enum(['RS256', 'ES256']).default('RS256').describe('What ID tokens are signed with'),
    refreshTokens: z
      .boolean()
      .default(false)
      .describe('The app gets refresh tokens. They end with the sign-in of the person'),
    device: z
      .boolean()
      .default(false)
      .describe(
        'People may sign in to the app on a device without a browser, by a code (RFC 8628)',
      ),
    exchange,
    assertions: trustedAssertions.describe(
      'Issuers whose assertions (RFC 7523) may get an access token of the app',
    ),
    clientCredentials: z
      .boolean()
      .default(false)
      .describe('The app gets tokens for its `resources` without a person. It needs a secret'),
    resources: z
      .record(resourceId, z.array(scope).min(1).max(200))
      .default({})
      .describe('Scopes that the app may have at each of the `resources`'),
    defaultResource: resourceId
      .optional()
      .describe(
        'Which of its `resources` access tokens are for when the app names none. ' +
          'Absent: they are opaque, and for `userinfo`',
      ),
    lifetimes: z
      .strictObject({
        accessToken: duration(60, 86_400).default(600).describe('Default 10m'),
        idToken: duration(60, 86_400).default(600).describe('Default 10m'),
        refreshToken: duration(300, 2_592_000)
          .default(43_200)
          .describe('Each time it is used, a new one lasts as long again; default 12h'),
      })
      .prefault({})
      .describe('How long tokens last'),
  })
  .superRefine((value, context) => {
    const problem = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    for (const key of ['redirectUris', 'postLogoutRedirectUris'] as const)
      for (const [index, uri] of value[key].entries()) {
        const message = wrongReturn(uri, value.type)
        if (message !== undefined) problem([key, index], message)
      }
    const { frontChannelLogout: front, redirectUris } = value
    const frame = front && wrongFrame(front.uri, redirectUris)
    if (frame !== undefined) problem(['frontChannelLogout', 'uri'], frame)
    if (value.redirectUris.length === 0 && !value.device && !value.clientCredentials)
      problem(
        ['redirectUris'],
        'expected an address; only an app with `device` or `clientCredentials` needs none',
      )
    if (value.pkce === 'optional' && value.secret === undefined)
      problem(['pkce'], '`optional` is for apps with a secret: a code of others could be stolen')
    if (value.exchange.roles.length > 0 && value.secret === undefined)
      problem(['exchange', 'roles'], 'an app without a secret gets no credentials of roles')
    for (const [path, message] of wrongProofs(value)) problem([path], message)
    const hosts = new Set(value.redirectUris.map((uri) => URL.parse(uri)?.host))
    if (value.subject === 'pairwise' && hosts.size > 1)
      problem(['subject'], 'pairwise: all of `redirectUris` have to be on one host')
  })

const proofs = {
  client_secret_basic: ['secret', ''],
  client_secret_post: ['secret', ''],
  private_key_jwt: ['keys', 'this app needs `keys` or `keysUri`'],
  tls_client_auth: ['certificate', 'this app needs a `certificate`'],
  self_signed_tls_client_auth: ['certificate', 'this app needs a `certificate`'],
} as const

interface WrittenProofs {
  readonly authentication: keyof typeof proofs
  readonly secret?: string | undefined
  readonly keys: readonly unknown[]
  readonly keysUri?: string | undefined
  readonly certificate?: z.output<typeof appCertificate> | undefined
  readonly signedRequests: boolean
  readonly clientCredentials: boolean
  readonly resources: object
}

/** What is wrong with how an app proves itself, and where. */
function* wrongProofs(app: WrittenProofs): Iterable<readonly [path: string, message: string]> {
  const { authentication, secret, certificate, keys, keysUri } = app
  const hasKeys = keys.length > 0 || keysUri !== undefined
  const [needed, message] = proofs[authentication]
  if (needed !== 'secret' && secret !== undefined)
    yield ['secret', 'this app proves itself otherwise']
  if (needed === 'keys' ? !hasKeys : app[needed] === undefined) {
    if (needed !== 'secret') yield ['authentication', message]
    else if (app.clientCredentials)
      yield ['clientCredentials', 'an app that acts for itself needs a `secret`']
  }
  const member = authentication === 'tls_client_auth' ? 'dns' : 'pem'
  if (certificate && certificate[member] === undefined)
    yield ['certificate', `this app needs \`${member}\` of it`]
  if (app.signedRequests && !hasKeys)
    yield ['signedRequests', 'signed requests need `keys` or `keysUri`']
  if (keys.length > 0 && keysUri !== undefined) yield ['keysUri', 'this app has `keys` already']
  if (app.clientCredentials && Object.keys(app.resources).length === 0)
    yield ['clientCredentials', 'an app that acts for itself needs `resources`']
}

const reserved = /^(\.|dyn\.|__proto__$|constructor$|prototype$|gatehouse-terminal$)/

/** The section `apps`: clients of Gatehouse as OpenID provider, by client id. */
export const apps = z.record(
  z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'expected up to 64 of A–Z a–z 0–9 _ . -')
    .refine((id) => !reserved.test(id), 'this id is reserved'),
  app,
)

export type AppSettings = z.output<typeof app>
