// biome-ignore-all lint/suspicious/noTemplateCurlyInString: descriptions show the mapping language
import { z } from 'zod'
import { fileSettings } from '../connectors/file/settings.ts'
import { ldapSettings } from '../connectors/ldap/settings.ts'
import { samlSettings } from '../connectors/saml/settings.ts'
import { outboundSettings } from '../outbound/settings.ts'
import { accounts } from './accounts.ts'
import { duration, host, policyDocument, port } from './parts.ts'

const web = (value: string): boolean => /^https?:$/.test(URL.parse(value)?.protocol ?? '')
const link = z.string().max(2048).refine((value) => web(value) || value.startsWith('mailto:'), 'expected a URL: `https://…` or `mailto:…`')

const defaultPort = 8080
interface Listener {
  readonly host: string
  readonly port: number
}
const listen = z.strictObject({
  host: host.default('127.0.0.1').describe('Address to listen on'),
  port: port.default(defaultPort).describe('Port; 0 takes a free one'),
  trustedProxies: z.array(z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$|^loopback$/, 'expected an IP address, a network (`10.0.0.0/8`) or `loopback`')).default([])
    .describe('Addresses or networks of proxies whose X-Forwarded-For and -Proto count; none by default'),
})

const operations = z.strictObject({
  host: host.default('127.0.0.1').describe('Address to listen on; keep it from the outside'),
  port: port.default(9090).describe('Port; 0 takes a free one'),
})

const store = z.strictObject({
  sqlite: z.string().min(1).describe('Path of the SQLite file; made at the first start. Relative to the working directory'),
})

const ephemeral = z.strictObject({
  redis: z.string().refine((value) => /^rediss?:$/.test(URL.parse(value)?.protocol ?? ''), 'expected `redis://host:port` or `rediss://…`')
    .describe('URL of a Redis for browser sessions, one-time tokens, replay guards and counts. Give a password by reference'),
  prefix: z.string().regex(/^[\w:-]{1,40}$/, 'expected up to 40 of A–Z a–z 0–9 _ : -').default('gatehouse:').describe('What every Redis key starts with'),
})

const rootKey = z.union([
  z.strictObject({ file: z.string().min(1).describe('Path of a file, made at the first start with mode 0600') }),
  z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable').describe('Name of an environment variable that holds 32 bytes in base64') }),
  z.strictObject({ command: z.array(z.string().min(1)).min(1).describe('Program and arguments; prints 32 bytes in base64') }),
])
const keys = z.strictObject({
  rootKey: rootKey.describe('Where the root key comes from, under which everything secret is sealed: one of `file`, `env`, `command`'),
  rotateEvery: duration(86_400, 31_536_000).default(2_592_000).describe('A new key seals tokens after this time, and new keys sign; what the older ones made lives on. Default 30d'),
}).transform(({ rotateEvery, ...rest }) => ({ ...rest, rotateEverySeconds: rotateEvery }))

const connector = z.discriminatedUnion('type', [
  fileSettings.safeExtend({ type: z.literal('file').describe('People and password hashes in this file, for demos and break-glass') }),
  ldapSettings.safeExtend({ type: z.literal('ldap').describe('OpenLDAP, Active Directory, and others that speak LDAPv3') }),
  samlSettings.safeExtend({ type: z.literal('saml').describe('Any identity provider that speaks SAML 2.0') }),
])
const connectorId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a–z 0–9 -, at most 63, a letter first')

const grant = z.strictObject({
  role: z.string().min(1).max(2048).describe('ARN of the role'),
  sessionName: z.string().min(1).max(2048).optional().describe('Role session name; default `${identity.username}`'),
  tags: z.record(z.string(), z.string().max(2048)).optional().describe('Session tags: name and value'),
  transitiveTagKeys: z.array(z.string()).optional().describe('Tags that stay when the session assumes another role'),
  sourceIdentity: z.string().min(1).max(2048).optional().describe('Source identity, which no later role can change'),
  maxDuration: duration(900, 43_200).optional().describe('Longest session of this grant, 15m to 12h; the role\'s own limit holds too'),
  sessionPolicy: policyDocument.optional().describe('Narrows every session of this grant; YAML or JSON'),
}).transform(({ maxDuration, ...rest }) => ({ ...rest, ...(maxDuration !== undefined && { maxDurationSeconds: maxDuration }) }))

const rule = z.strictObject({
  name: z.string().min(1).max(128).describe('Names the rule in audit events and in `gatehouse explain`'),
  when: z.string().min(1).optional().describe('CEL condition over `identity`; absent: everybody'),
  forEach: z.string().min(1).optional().describe('CEL list of texts; the grants are made for each, with the variable `item`'),
  grants: z.array(grant).min(1).describe('The roles that the rule gives. Texts may have `${CEL}` parts'),
})

const window = (count: number, span: string, seconds: number) => z.strictObject({
  count: z.int().min(1).max(100_000).default(count).describe('Tries'),
  window: duration(1, 86_400).default(seconds).describe(`Within this time; default ${span}`),
}).transform((value) => ({ count: value.count, windowSeconds: value.window })).prefault({})

const limits = z.strictObject({
  signInsPerName: window(10, '15m', 900).describe('Tries for one name at one connector; a right password clears them'),
  signInsPerAddress: window(100, '15m', 900).describe('Tries from one address, or one IPv6 /64: passwords, and SAML sign-ins as they start and as they arrive; and as many wrong one-time codes'),
  signInTimeout: duration(1, 120).default(20).describe('One password check takes no longer; default 20s'),
  bodyBytes: z.int().min(16_384).max(4_194_304).default(262_144).describe('Largest body of an API call, in bytes; SAML metadata (`CreateSAMLProvider`, `UpdateSAMLProvider`) may have 10,000,000 characters'),
}).transform(({ signInTimeout, ...rest }) => ({ ...rest, signInTimeoutMs: signInTimeout * 1000 }))

const session = z.strictObject({
  lifetime: duration(300, 604_800).default(43_200).describe('A sign-in at the portal counts for this long; default 12h'),
}).transform(({ lifetime }) => ({ lifetimeSeconds: lifetime }))

const issuer = z.string().refine((value) => web(value) && value.length <= 2048, 'expected `https://…`')

const origin = z.string().regex(/^(?:\*|[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:[\]-]{1,255})$/, 'expected `*` or an origin: scheme, host and port, such as `https://app.example.com`')

/** The whole file. Every key is described: docs/settings.md and config/gatehouse.schema.json are made from here. */
export const settingsSchema = z.strictObject({
  listen: listen.prefault({}).describe('The listener that people, AWS clients and apps reach'),
  publicUrl: z.string().superRefine(reachable).describe('How the outside reaches Gatehouse: https, or http on loopback. No path'),
  operations: operations.prefault({}).describe('A listener of its own for /healthz, /readyz and /metrics'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region, such as `eu-central-1`').default('us-east-1').describe('The region that credentials are shown with; calls may be scoped to it and to the regions of AWS'),
  store: store.describe('Where everything durable is kept'),
  ephemeral: ephemeral.optional().describe('Where short-lived state is kept; absent: in the store'),
  keys: keys.describe('Keys'),
  accounts: accounts.describe('Accounts by id, with what is put in place in each at start and reload. What the API made is not touched'),
  connectors: z.record(connectorId, connector).default({}).describe('Ways to sign in, by id. The id is in provider ARNs: choose it once'),
  mappings: z.array(rule).default([]).describe('Rules from identity to roles; every rule that matches gives its grants'),
  federation: z.strictObject({
    issuers: z.array(issuer).max(200).default([]).describe('Addresses of custom brokers that an ended console session may link back to'),
  }).prefault({}).describe('Custom federation brokers'),
  webIdentity: z.strictObject({
    allowedOrigins: z.array(origin).max(200).default([])
      .describe('Origins whose pages may call AssumeRoleWithWebIdentity from the browser (CORS), or `*`; none by default'),
  }).prefault({}).describe('AssumeRoleWithWebIdentity'),
  outbound: outboundSettings.prefault({}).describe('What Gatehouse asks of others over HTTPS: keys of OpenID Connect issuers'),
  branding: z.strictObject({
    name: z.string().min(1).max(80).default('Gatehouse').describe('What pages call this place'),
    helpUrl: link.optional().describe('Where people get help'),
    privacyUrl: link.optional().describe('Privacy notice'),
  }).prefault({}).describe('How pages look'),
  audit: z.strictObject({
    file: z.string().min(1).describe('Path of the audit log, a JSON line for each call and sign-in'),
  }).describe('Audit'),
  limits: limits.prefault({}).describe('Limits'),
  session: session.prefault({}).describe('Browser sessions'),
}).superRefine(consistent).superRefine(apart)

export type Settings = z.output<typeof settingsSchema>
export type ConnectorSettings = Settings['connectors'][string]

function reachable(value: string, context: z.RefinementCtx): void {
  const url = URL.parse(value)
  const problem = (message: string) => context.addIssue({ code: 'custom', message })
  if (!url || !web(value)) problem('expected a URL: `https://sso.example.com`')
  else if (url.protocol === 'http:' && !isLoopback(url.hostname)) problem('expected https: passwords and cookies would go in the clear (http is for loopback only)')
  else if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') problem('expected scheme, host and port only')
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function consistent(settings: { accounts: readonly { readonly id: string }[]; connectors: Readonly<Record<string, { readonly accounts: readonly string[] }>> }, context: z.RefinementCtx): void {
  // After a problem inside the accounts they have not become a list.
  if (!Array.isArray(settings.accounts)) return
  const known = new Set(settings.accounts.map(({ id }) => id))
  for (const [id, { accounts: served }] of Object.entries(settings.connectors)) {
    for (const [index, one] of served.entries()) {
      if (!known.has(one)) context.addIssue({ code: 'custom', path: ['connectors', id, 'accounts', index], message: `no account ${one} in \`accounts\`` })
    }
  }
}

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Two listeners can't share an address. The one that does not have its default port is the one that stands in the file. */
function apart({ listen, operations }: { listen?: Listener; operations?: Listener }, context: z.RefinementCtx): void {
  // After a problem inside one of them there is nothing to compare.
  if (listen?.port === undefined || listen.port === 0 || listen.port !== operations?.port) return
  const hosts = [listen.host.toLowerCase(), operations.host.toLowerCase()]
  const wide = hosts.find((host) => everyAddress.has(host))
  if (hosts[0] !== hosts[1] && wide === undefined) return
  const path = [listen.port === defaultPort ? 'operations' : 'listen', 'port']
  const place = wide === undefined ? `\`${listen.host}\`, port ${listen.port}` : `port ${listen.port}, and \`${wide}\` is every address`
  context.addIssue({ code: 'custom', path, message: `\`listen\` and \`operations\` are both on ${place}: give one of them another port` })
}
