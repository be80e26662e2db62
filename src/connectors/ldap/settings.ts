import { FilterParser } from 'ldapts'
import { z } from 'zod'
import { recheckSettings } from '../recheck.ts'
import { type Format, formats } from './attribute-formats.ts'

const text = z
  .string()
  .min(1)
  .max(1024)
  .refine((value) => !value.includes('\0'), 'expected no NUL')
const attributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]*$|^\d+(\.\d+)+$/, 'expected an attribute name')
/** Options, such as `;binary`, are part of the name (RFC 4512, section 2.5). */
const attributeDescription = z
  .string()
  .regex(
    /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)(;[A-Za-z0-9-]+)*$/,
    'expected an attribute name, with options where it has some: `userCertificate;binary`',
  )
const dn = text.regex(
  /^[A-Za-z][A-Za-z0-9-]*=/,
  'expected a distinguished name, such as `ou=people,dc=example,dc=com`',
)
const filter = text
  .refine(
    isFilter,
    'expected an LDAP filter in parentheses that all close, such as `(objectClass=person)`',
  )
  .refine(
    (value) => !placeholder.test(value),
    'found a place for the name: the filter says who counts, and `loginAttributes` what is typed',
  )
const milliseconds = (standard: number) => z.int().min(50).max(60_000).default(standard)

const server = text.refine(
  isServerUrl,
  'expected `ldaps://host`, `ldap://host` or either with a port, and nothing more',
)
const format = z.enum(Object.keys(formats) as [Format, ...Format[]])
const attribute = z.union([
  attributeDescription.transform((name) => ({ name, as: name, format: undefined })),
  z
    .strictObject({
      name: attributeDescription.describe('The attribute in the directory'),
      as: text.optional().describe('What mappings call it; default: the same'),
      format: format
        .optional()
        .describe('How its bytes are read; default: as the attribute is known, else text'),
    })
    .transform(({ name, as, format: given }) => ({ name, as: as ?? name, format: given })),
])

const tls = z.strictObject({
  mode: z
    .enum(['ldaps', 'starttls', 'cleartext-allowed'])
    .describe('How the wire is secured. `cleartext-allowed` sends passwords in the clear'),
  caFile: text.optional().describe("PEM file of the authorities to trust, instead of the system's"),
  serverName: text
    .optional()
    .describe('The name in the certificate, when it is not the host of the URL'),
})

const timeouts = z.strictObject({
  connectMs: milliseconds(3000).describe('Connection and TLS, for each server'),
  bindMs: milliseconds(5000).describe('One bind'),
  searchMs: milliseconds(5000).describe('One search'),
})

const bind = z.discriminatedUnion('how', [
  z.strictObject({
    how: z.literal('search').describe('A service account finds the person, then the person binds'),
    dn: text.describe('The service account: a DN, or on Active Directory a UPN'),
    password: z
      .string()
      .min(1)
      .max(1024)
      .describe('Its password, by an `env:` or `file:` reference'),
  }),
  z.strictObject({
    how: z
      .literal('direct')
      .describe('The person binds under a name made from a template, and reads their own entry'),
    template: text
      .refine(
        isTemplate,
        'expected a DN or UPN with one `{username}`, such as ' +
          '`uid={username},ou=people,dc=example,dc=com` or `{username}@corp.example`',
      )
      .describe('The name to bind with'),
  }),
])

const people = z.strictObject({
  base: z
    .union([dn.transform((one) => [one]), z.array(dn).min(1).max(10)])
    .describe('Where people are: one base, or a list'),
  domain: text
    .regex(/^[^\\\s@]+$/, 'expected a domain, such as CORP')
    .optional()
    .describe('What may stand before a name with a backslash: `CORP\\\\alice`'),
  filter: filter.default('(objectClass=person)').describe('Who counts as a person'),
  loginAttributes: z
    .array(attributeName)
    .min(1)
    .max(5)
    .default(['uid'])
    .describe('What may be typed as the name; one person must match'),
  usernameAttribute: attributeName
    .optional()
    .describe('The canonical name; default: the first login attribute'),
  displayNameAttribute: attributeName
    .default('displayName')
    .describe('What pages call the person; falls back to cn'),
  subjectAttribute: attributeName
    .default('entryUUID')
    .describe('Stable for the life of the person: entryUUID, objectGUID'),
})

const groupName = z
  .union([z.literal('dn'), attributeName])
  .optional()
  .describe(
    'How mappings name a group: an attribute of the group, or `dn`; default: cn, and ' +
      'sAMAccountName where the other keys are of Active Directory',
  )
const groupBase = dn.describe('Where groups are; others are ignored')
const groupFilter = (standard: string) =>
  filter.default(standard).describe('What counts as a group')
const walk = {
  maxDepth: z.int().min(1).max(32).default(8).describe('Groups in groups, at most this deep'),
  maxGroups: z
    .int()
    .min(1)
    .max(5000)
    .default(500)
    .describe('More groups than this refuse the sign-in'),
}
const groups = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('none').describe('No groups') }),
  z.strictObject({
    how: z.literal('memberOf').describe("The person's own attribute lists them"),
    base: groupBase,
    name: groupName,
    filter: groupFilter('(objectClass=*)'),
    attribute: attributeName.default('memberOf').describe('The attribute that lists them'),
    nested: z.enum(['none', 'walk']).default('none').describe('Whether groups of groups count'),
    memberAttribute: attributeName
      .default('member')
      .describe("For the walk: what lists a group's members"),
    primary: z
      .enum(['none', 'active-directory', 'posix'])
      .default('none')
      .describe('Whether the primary group counts'),
    ...walk,
  }),
  z.strictObject({
    how: z.literal('search').describe('Groups that list the person'),
    base: groupBase,
    name: groupName,
    filter: groupFilter('(objectClass=groupOfNames)'),
    memberAttribute: attributeName.default('member').describe("What lists a group's members"),
    memberIs: z
      .enum(['dn', 'username'])
      .default('dn')
      .describe("`username` for posixGroup's memberUid"),
    nested: z
      .enum(['none', 'walk', 'in-chain'])
      .default('none')
      .describe('`in-chain`: Active Directory follows nesting itself'),
    primary: z
      .enum(['none', 'active-directory', 'posix'])
      .default('none')
      .describe('Whether the primary group counts'),
    ...walk,
  }),
  z.strictObject({
    how: z
      .literal('tokenGroups')
      .describe('Active Directory: every security group, nested and primary ones included'),
    base: groupBase,
    name: groupName,
    filter: groupFilter('(objectClass=group)'),
    maxGroups: walk.maxGroups,
  }),
])

/** Settings of `ldap` connectors: OpenLDAP, Active Directory, and others that speak LDAPv3. */
export const ldapSettings = z
  .strictObject({
    label: text.max(80).describe('What the sign-in page calls this way'),
    accounts: z
      .array(z.string().regex(/^\d{12}$/, 'expected a 12-digit account'))
      .min(1)
      .describe('The accounts that this connector serves'),
    servers: z
      .array(server)
      .min(1)
      .max(16)
      .describe('The first that answers is asked; one that does not rests, then is asked again'),
    tls: tls.default({ mode: 'ldaps' }).describe('How the wire is secured'),
    timeouts: timeouts.prefault({}).describe('How long each step may take, in milliseconds'),
    bind: bind.describe('How a password is proved'),
    people: people.describe('How a person is found'),
    attributes: z
      .array(attribute)
      .max(100)
      .default([])
      .describe('What mappings can read: a name, or { name, as, format }'),
    groups: groups.default({ how: 'none' }).describe('How the groups of a person are found'),
    passwordUrl: z
      .url({ protocol: /^https?$/, error: 'expected a URL: `https://…`' })
      .max(2048)
      .optional()
      .describe('Where people change their password: the portal links to it before the end'),
    leastRefusalMs: z
      .int()
      .min(0)
      .max(10_000)
      .default(500)
      .describe('A refusal is never told sooner than this, in milliseconds'),
    recheck: recheckSettings.describe(
      'Looks people up again while they are signed in, with the service account; absent: a ' +
        'sign-in stays as it was proved until it ends',
    ),
  })
  .superRefine(consistent)

export type LdapSettings = z.output<typeof ldapSettings>
export type GroupSettings = LdapSettings['groups']

function consistent(
  settings: {
    tls: z.output<typeof tls>
    servers: string[]
    bind: z.output<typeof bind>
    groups: z.output<typeof groups>
    recheck?: z.output<typeof recheckSettings>
  },
  context: z.RefinementCtx,
): void {
  const problem = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', path, message })
  const scheme = settings.tls.mode === 'ldaps' ? 'ldaps:' : 'ldap:'
  for (const [index, url] of settings.servers.entries()) {
    if (URL.canParse(url) && new URL(url).protocol !== scheme)
      problem(
        ['servers', index],
        `\`${url}\` does not fit tls.mode ${settings.tls.mode}: expected ${scheme}//`,
      )
  }
  if (settings.recheck && settings.bind.how === 'direct')
    problem(['recheck'], 'people are looked up by a service account: it needs `bind.how: search`')
  const { groups: g } = settings
  if (g.how === 'search' && g.memberIs === 'username' && g.nested !== 'none')
    problem(['groups', 'nested'], 'groups of groups need memberIs: dn')
}

function isServerUrl(url: string): boolean {
  const parts = URL.parse(url)
  return (
    parts !== null &&
    /^ldaps?:$/.test(parts.protocol) &&
    parts.hostname !== '' &&
    parts.username === '' &&
    parts.password === '' &&
    (parts.pathname === '' || parts.pathname === '/') &&
    parts.search === '' &&
    parts.hash === ''
  )
}

const dnTemplate = /^[A-Za-z][A-Za-z0-9-]*=\{username\},.+=.+$/
const upnTemplate = /^\{username\}@[^@\s{}]+$/
const downLevelTemplate = /^[^\\\s{}@=]+\\\{username\}$/

/** A bare `{username}` would let people choose the whole name to bind with. */
function isTemplate(template: string): boolean {
  return (
    template.split('{username}').length === 2 &&
    [dnTemplate, upnTemplate, downLevelTemplate].some((form) => form.test(template))
  )
}

/** `%s`, `{0}`, `{username}`, `$user`: placeholders that other products replace with the name. */
const placeholder = /=\s*\*?(%[a-z]|%\w+%|\{\w*\}|\$\{?\w+)/i

/** Parentheses inside a value are escaped (RFC 4515, section 3). */
function isFilter(value: string): boolean {
  let open = 0
  for (let index = 0; index < value.length; index++) {
    const character = value[index]
    if (character === '(') open++
    if (character === ')') open--
    if (open < 0 || (open === 0 && index > 0 && index < value.length - 1)) return false
  }
  try {
    FilterParser.parseString(value)
    return value.startsWith('(') && open === 0
  } catch {
    return false
  }
}
