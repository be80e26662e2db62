import { z } from 'zod'
import { fileSettings } from '../connectors/file/settings.ts'
import { ldapSettings } from '../connectors/ldap/settings.ts'
import { oauth2Settings } from '../connectors/oauth2/settings.ts'
import { oidcSettings } from '../connectors/oidc/settings.ts'
import { samlSettings, secondReader } from '../connectors/saml/settings.ts'
import { isLoopback } from '../kernel/loopback.ts'
import { outboundSettings } from '../outbound/settings.ts'
import { accounts } from './accounts.ts'
import { apps } from './apps.ts'
import { audit } from './audit.ts'
import { duration } from './duration.ts'
import { ephemeral } from './ephemeral.ts'
import { gate } from './gate.ts'
import { limits } from './limits.ts'
import { apart, listen, operations } from './listen.ts'
import { organization } from './organization.ts'
import { services } from './own-services.ts'
import type { AccountSettings } from './placements.ts'
import { registration } from './registration.ts'
import { knownResources, resources } from './resources.ts'
import { rule } from './rules.ts'
import { securityKeys, unfitRpId } from './security-keys.ts'
import { shutdown } from './shutdown.ts'
import { store } from './store.ts'
import { terminal } from './terminal.ts'
import { unfitIssuers } from './upstream-accounts.ts'

const web = (value: string): boolean => /^https?:$/.test(URL.parse(value)?.protocol ?? '')
const link = z
  .string()
  .max(2048)
  .refine(
    (value) => web(value) || value.startsWith('mailto:'),
    'expected a URL: `https://…` or `mailto:…`',
  )

const rootKey = z.union([
  z.strictObject({
    file: z.string().min(1).describe('Path of a file, made at the first start with mode 0600'),
  }),
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable')
      .describe('Name of an environment variable that holds 32 bytes in base64'),
  }),
  z.strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe('Program and arguments; prints 32 bytes in base64'),
  }),
])
const keys = z
  .strictObject({
    rootKey: rootKey.describe(
      'Where the root key comes from, under which everything secret is sealed: one of `file`, ' +
        '`env`, `command`',
    ),
    rotateEvery: duration(86_400, 31_536_000)
      .default(2_592_000)
      .describe(
        'A new key seals tokens after this time, and new keys sign; what the older ones made ' +
          'lives on. Default 30d',
      ),
  })
  .transform(({ rotateEvery, ...rest }) => ({ ...rest, rotateEverySeconds: rotateEvery }))

const connector = z.discriminatedUnion('type', [
  fileSettings.safeExtend({
    type: z
      .literal('file')
      .describe('People and password hashes in this file, for demos and break-glass'),
  }),
  ldapSettings.safeExtend({
    type: z.literal('ldap').describe('OpenLDAP, Active Directory, and others that speak LDAPv3'),
  }),
  oauth2Settings.safeExtend({
    type: z.literal('oauth2').describe('Providers of OAuth 2.0 without OpenID Connect'),
  }),
  oidcSettings.safeExtend({
    type: z.literal('oidc').describe('Any provider of OpenID Connect'),
  }),
  samlSettings.safeExtend({
    type: z.literal('saml').describe('Any identity provider that speaks SAML 2.0'),
  }),
])
const connectorId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a–z 0–9 -, at most 63, a letter first')

const session = z
  .strictObject({
    lifetime: duration(300, 604_800)
      .default(43_200)
      .describe('A sign-in at the portal counts for this long; default 12h'),
    keepPeopleFor: duration(0, 34_560_000)
      .default(2_592_000)
      .describe(
        'What the last sign-in of each person proved is kept sealed for this long, so that ' +
          'changed mappings can be tried on it (`gatehouse replay`); 0: not kept. Default 30d',
      ),
  })
  .transform(({ lifetime, keepPeopleFor }) => ({
    lifetimeSeconds: lifetime,
    keepPeopleForSeconds: keepPeopleFor,
  }))

const issuer = z
  .string()
  .refine((value) => web(value) && value.length <= 2048, 'expected `https://…`')

const origin = z
  .string()
  .regex(
    /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:[\]-]{1,255})$/,
    'expected `*` or an origin: scheme, host and port, such as `https://app.example.com`',
  )

/**
 * The schema of the whole file. Every key is described, because docs/settings.md and
 * config/gatehouse.schema.json are generated from it.
 */
export const settingsSchema = z
  .strictObject({
    listen: listen.prefault({}).describe('The listener that people, AWS clients and apps reach'),
    publicUrl: z
      .string()
      .superRefine(reachable)
      .describe('How the outside reaches Gatehouse: https, or http on loopback. No path'),
    operations: operations
      .prefault({})
      .describe('A listener of its own for /healthz, /readyz and /metrics'),
    shutdown: shutdown.prefault({}).describe('How SIGTERM ends a node'),
    workers: z
      .union([z.literal('auto'), z.int().min(1).max(64)])
      .default(1)
      .describe(
        'Processes that share the listener, the store and the audit log of this node; `auto`: as ' +
          'many as there are cores. Default 1',
      ),
    settingsName: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'expected up to 64 of A–Z a–z 0–9 _ . -')
      .default('main')
      .describe(
        'What this file is called among those of all nodes on one store: the same file, the same ' +
          'name. What one puts in place the others leave alone',
      ),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region, such as `eu-central-1`')
      .default('us-east-1')
      .describe(
        'The region that credentials are shown with; calls may be scoped to it and to the ' +
          'regions of AWS',
      ),
    ownRegions: z
      .array(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a name, such as `local`'))
      .max(50)
      .default([])
      .describe(
        'Further names that calls may be scoped to, as clients have them configured: `local`, ' +
          '`aws-global`',
      ),
    store: store.describe('Where everything durable is kept'),
    ephemeral: ephemeral
      .optional()
      .describe('Where short-lived state is kept; absent: in the store'),
    keys: keys.describe('Keys'),
    accounts: accounts.describe(
      'Accounts by id, with what is put in place in each at start and reload. What the API made ' +
        'is not touched',
    ),
    organization: organization
      .optional()
      .describe('The organization of the accounts: its units, and the policies that limit all'),
    connectors: z
      .record(connectorId, connector)
      .default({})
      .describe('Ways to sign in, by id. The id is in provider ARNs: choose it once'),
    mappings: z
      .array(rule)
      .default([])
      .describe('Rules from identity to roles; every rule that matches gives its grants'),
    apps: apps
      .default({})
      .describe('Apps that people sign in to with OpenID Connect, by client id'),
    resources: resources
      .default({})
      .describe('APIs that apps get tokens for, by the address that names them'),
    acrValues: z
      .record(
        z.string().regex(/^[\x21-\x7e]{1,128}$/, 'expected printable characters without space'),
        z.enum(['password', 'multi-factor', 'hardware']),
      )
      .default({})
      .describe('Names that apps know strengths of sign-ins by (`acr`), with the strength of each'),
    services: services
      .default({})
      .describe('Services of yours that ask who calls and what they may do, by prefix'),
    registration: registration
      .prefault({})
      .describe('Apps that register themselves (RFC 7591), off by default'),
    terminal: terminal.prefault({}).describe('Sign-ins at the terminal, `gatehouse login`'),
    gate: gate
      .prefault({})
      .describe('Forward authentication: applications that speak no protocol, behind a proxy'),
    federation: z
      .strictObject({
        issuers: z
          .array(issuer)
          .max(200)
          .default([])
          .describe('Addresses of custom brokers that an ended console session may link back to'),
      })
      .prefault({})
      .describe('Custom federation brokers'),
    webIdentity: z
      .strictObject({
        allowedOrigins: z
          .array(origin)
          .max(200)
          .default([])
          .describe(
            'Origins whose pages may call AssumeRoleWithWebIdentity from the browser (CORS), or ' +
              '`*`; none by default',
          ),
      })
      .prefault({})
      .describe('AssumeRoleWithWebIdentity'),
    samlProviders: z
      .strictObject({
        secondReader: secondReader.describe('As of a connector, for the assertions of all of them'),
      })
      .prefault({})
      .describe('SAML providers that accounts made with `CreateSAMLProvider`'),
    calls: z
      .strictObject({
        passwordsInQuery: z
          .boolean()
          .default(false)
          .describe(
            'Whether AssumeRoleWithLDAPIdentity takes the password from the query string too, as ' +
              'some clients send it. Proxies on the way write URLs down: a warning says so',
          ),
      })
      .prefault({})
      .describe('Calls of the API'),
    outbound: outboundSettings
      .prefault({})
      .describe('What Gatehouse asks of others over HTTPS: keys of OpenID Connect issuers'),
    branding: z
      .strictObject({
        name: z.string().min(1).max(80).default('Gatehouse').describe('What pages call this place'),
        helpUrl: link.optional().describe('Where people get help'),
        privacyUrl: link.optional().describe('Privacy notice'),
        support: z
          .string()
          .min(1)
          .max(200)
          .optional()
          .describe(
            'Whom people ask for a role or about a refusal: ' +
              'an e-mail address, a URL or a few words',
          ),
      })
      .prefault({})
      .describe('How pages look'),
    audit: audit.describe('Audit'),
    limits: limits.prefault({}).describe('Limits'),
    session: session.prefault({}).describe('Browser sessions'),
    securityKeys: securityKeys.prefault({}).describe('Security keys (WebAuthn)'),
  })
  .superRefine(consistent)
  .superRefine(apart)
  .superRefine(shareable)
  .superRefine(knownResources)

export type Settings = z.output<typeof settingsSchema>
export type ConnectorSettings = Settings['connectors'][string]

function reachable(value: string, context: z.RefinementCtx): void {
  const url = URL.parse(value)
  const problem = (message: string) => context.addIssue({ code: 'custom', message })
  if (!url || !web(value)) problem('expected a URL: `https://sso.example.com`')
  else if (url.protocol === 'http:' && !isLoopback(url.hostname))
    problem(
      'expected https: passwords and cookies would go in the clear (http is for loopback only)',
    )
  else if (
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  )
    problem('expected scheme, host and port only')
}

function shareable(
  { workers, store }: { workers: 'auto' | number; store: { sqlite?: string | undefined } },
  context: z.RefinementCtx,
): void {
  if (workers === 1 || store?.sqlite !== ':memory:') return
  const message = 'a store in memory is of one process: expected 1'
  context.addIssue({ code: 'custom', path: ['workers'], message })
}

function consistent(
  settings: {
    publicUrl: string
    accounts: readonly AccountSettings[]
    connectors: Readonly<Record<string, { readonly accounts: readonly string[] }>>
    securityKeys: {
      readonly rpId?: string | undefined
      readonly people?: { readonly connectors?: readonly string[] | undefined } | undefined
    }
  },
  context: z.RefinementCtx,
): void {
  const unfit = unfitRpId(settings.securityKeys?.rpId, settings.publicUrl)
  if (unfit !== undefined)
    context.addIssue({ code: 'custom', path: ['securityKeys', 'rpId'], message: unfit })
  for (const [at, id] of (settings.securityKeys?.people?.connectors ?? []).entries())
    if (!Object.hasOwn(settings.connectors ?? {}, id))
      context.addIssue({
        code: 'custom',
        path: ['securityKeys', 'people', 'connectors', at],
        message: `no connector \`${id}\``,
      })
  // After a problem inside the accounts they were not transformed into a list.
  if (!Array.isArray(settings.accounts)) return
  for (const found of unfitIssuers(settings)) context.addIssue({ code: 'custom', ...found })
}
