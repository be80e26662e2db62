import { z } from 'zod'
import { foldName } from '../connectors/fold-name.ts'
import { defaultCost, parseArgon2id } from '../kernel/argon2id.ts'
import { partitionNames } from '../kernel/partitions.ts'
import { longestSession } from '../kernel/role-sessions.ts'
import { upstreamSettings } from '../upstream/settings.ts'
import { providerName } from '../web-identity/provider.ts'
import { duration } from './duration.ts'
import type { AccountSettings } from './placements.ts'
import { upstreamProblems } from './upstream-accounts.ts'
import { account, policyDocument } from './value-schemas.ts'

const name = (most: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[\\w+=,.@-]{1,${most}}$`),
      `expected 1 to ${most} of A–Z a–z 0–9 _ + = , . @ -`,
    )
const path = z
  .string()
  .regex(/^\/([\x21-\x7e]{1,510}\/)?$/, 'expected a path that starts and ends with `/`')
  .describe('IAM path; default `/`')
const tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .describe('Tags: name and value')
const policyArn = z
  .string()
  .regex(
    /^arn:aws(-us-gov|-cn|-eusc)?:iam::(\d{12}|aws):policy\/.+$/,
    "expected a managed policy's ARN: `arn:aws:iam::ACCOUNT:policy/NAME`",
  )

const accessKey = z.strictObject({
  accessKeyId: z
    .string()
    .regex(/^AKIA[A-Z2-7]{16}$/, 'expected AKIA and 16 of A–Z 2–7')
    .describe('AKIA and 16 of A–Z 2–7'),
  secretAccessKey: z
    .string()
    .regex(/^[A-Za-z0-9/+]{40}$/, 'expected 40 of A–Z a–z 0–9 / +')
    .describe('40 characters; give it by an `env:` or `file:` reference'),
})
const accessKeys = z.array(accessKey).max(2)

const holder = {
  path: path.optional(),
  policies: z
    .record(name(128), policyDocument)
    .optional()
    .describe('Inline policies: name and document, as YAML or JSON'),
  attachedPolicies: z
    .array(policyArn)
    .optional()
    .describe(
      'ARNs of managed policies: the account’s own, and ready-made ones (docs/managed-policies.md)',
    ),
}
const bounded = {
  ...holder,
  permissionsBoundary: policyArn
    .optional()
    .describe('ARN of the managed policy that bounds what this principal can do'),
  tags: tags.optional(),
}

const user = z
  .strictObject({
    ...bounded,
    groups: z.array(z.string()).optional().describe('Names of groups in this account'),
    accessKeys: accessKeys.optional().describe('Long-term access keys, at most two'),
  })
  .describe('A user with long-term keys: brokers, and machines that cannot sign in')

const role = z
  .strictObject({
    ...bounded,
    description: z.string().max(1000).optional().describe('For people'),
    trustPolicy: policyDocument.describe('Who may assume the role'),
    maxSessionDuration: duration(longestSession.leastSeconds, longestSession.mostSeconds)
      .optional()
      .describe('Longest session, 1h to 12h; default 1h'),
  })
  .describe('What an identity takes to get credentials')

const policy = z
  .strictObject({
    path: path.optional(),
    description: z.string().max(1000).optional().describe('For people'),
    document: policyDocument.describe('The policy, as YAML or JSON'),
  })
  .describe('A managed policy')

const root = z
  .strictObject({
    name: z
      .string()
      .max(320)
      .regex(/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u, 'expected a name like an e-mail address')
      .describe(
        'What the root types as its name, in the form of an e-mail address; case does not matter',
      ),
    passwordHash: z
      .string()
      .refine(hasOurCost, 'expected an argon2id hash as `gatehouse hash-password` prints it')
      .describe('argon2id in PHC form, as `gatehouse hash-password` prints it'),
    mfa: z
      .enum(['required', 'optional'])
      .default('required')
      .describe(
        'Whether the root needs a second factor: `required` asks for one at the first sign-in',
      ),
  })
  .describe("How the account's root signs in with a browser. Absent: it does not")

/** Another cost takes another time, by which a name that is there could be told from others. */
function hasOurCost(text: string): boolean {
  const hash = parseArgon2id(text)
  const costs = ['memoryKib', 'passes', 'parallelism'] as const
  return hash !== undefined && costs.every((one) => hash[one] === defaultCost[one])
}

const providerUrl = z
  .string()
  .refine(
    (url) => providerName(url) !== undefined,
    'expected `https://`, a host and a path, without port and query',
  )
const oidcProvider = z
  .strictObject({
    clientIds: z
      .array(z.string().min(1).max(255))
      .max(100)
      .describe('The audiences that tokens may have'),
    thumbprints: z
      .array(z.string().regex(/^[0-9a-fA-F]{40}$/, 'expected a SHA-1: 40 hexadecimal digits'))
      .max(5)
      .optional()
      .describe(
        'SHA-1 of certificates that stand in for a trusted authority, when the issuer has none',
      ),
    tags: tags.optional(),
  })
  .describe('An OpenID Connect issuer whose tokens AssumeRoleWithWebIdentity takes')

export const accountSettings = z.strictObject({
  alias: z
    .string()
    .regex(
      /^(?!\d{12}$)[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/,
      'expected 3 to 63 of a–z 0–9 -, and not 12 digits',
    )
    .optional()
    .describe('Readable name: 3 to 63 of a–z 0–9 -'),
  partition: z.enum(partitionNames).optional().describe('First part of every ARN; default `aws`'),
  rootManagedBy: account
    .optional()
    .describe('The account whose principals may do root tasks in this one (AssumeRoot)'),
  deactivatedRegions: z
    .array(
      z
        .string()
        .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'expected a region, such as `eu-central-1`'),
    )
    .optional()
    .describe(
      'Regions that no call for temporary credentials may be scoped to; us-east-1, GovCloud, ' +
        'China and the European Sovereign Cloud are always active',
    ),
  upstream: upstreamSettings
    .optional()
    .describe('The STS behind this account: its roles give the credentials of that, not of ours'),
  rootAccessKeys: accessKeys.optional().describe("Keys of the account's root, for bootstrap"),
  root: root.optional(),
  policies: z.record(name(128), policy).optional().describe('Managed policies by name'),
  groups: z
    .record(name(128), z.strictObject(holder).describe('A group of users'))
    .optional()
    .describe('Groups by name'),
  users: z.record(name(64), user).optional().describe('Users by name'),
  roles: z.record(name(64), role).optional().describe('Roles by name'),
  oidcProviders: z
    .record(providerUrl, oidcProvider)
    .optional()
    .describe("OpenID Connect providers by URL, spelled as the tokens' `iss`"),
})

/** Parses a map by account id into the list that is put in place. */
export const accounts = z
  .record(account, accountSettings)
  .superRefine(consistent)
  .transform((byId): readonly AccountSettings[] =>
    Object.entries(byId).map(
      ([id, { policies, groups, users, roles, oidcProviders, ...rest }]) => ({
        id,
        ...rest,
        policies: named(policies),
        groups: named(groups),
        users: named(users),
        roles: named(roles),
        oidcProviders: named(oidcProviders),
      }),
    ),
  )

function named<T extends object>(
  byName: Readonly<Record<string, T>> = {},
): readonly (T & { readonly name: string })[] {
  return Object.entries(byName).map(([key, value]) => ({ ...value, name: key }))
}

/**
 * Checks the parts of the accounts against each other: names that differ in case only, groups,
 * aliases and keys.
 */
function consistent(
  byId: Readonly<Record<string, z.output<typeof accountSettings>>>,
  context: z.RefinementCtx,
): void {
  const problem = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message })
  const aliases = new Set<string>()
  const rootNames = new Set<string>()
  const keys = new Set<string>()
  const once = (path: (string | number)[], id: string) => {
    if (keys.has(id)) problem(path, `access key \`${id}\` is there already`)
    keys.add(id)
  }
  for (const found of upstreamProblems(byId)) problem([...found.path], found.message)
  for (const [id, one] of Object.entries(byId)) {
    if (one.alias && aliases.has(one.alias))
      problem([id, 'alias'], `another account has the alias \`${one.alias}\``)
    if (one.alias) aliases.add(one.alias)
    const rootName = one.root && foldName(one.root.name)
    if (rootName !== undefined && rootNames.has(rootName))
      problem([id, 'root', 'name'], 'the root of another account has this name')
    if (rootName !== undefined) rootNames.add(rootName)
    for (const [index, key] of (one.rootAccessKeys ?? []).entries())
      once([id, 'rootAccessKeys', index], key.accessKeyId)
    for (const kind of ['policies', 'groups', 'users', 'roles'] as const) {
      const seen = new Map<string, string>()
      for (const key of Object.keys(one[kind] ?? {})) {
        const other = seen.get(key.toLowerCase())
        if (other)
          problem([id, kind, key], `\`${key}\` and \`${other}\` are one name: case does not matter`)
        seen.set(key.toLowerCase(), key)
      }
    }
    for (const [key, { path: at }] of Object.entries(one.roles ?? {}))
      if (at?.startsWith('/aws-service-role/'))
        problem([id, 'roles', key, 'path'], 'this path is for service-linked roles')
    const groups = new Set(Object.keys(one.groups ?? {}).map((group) => group.toLowerCase()))
    for (const [name, { groups: memberOf = [], accessKeys: owned = [] }] of Object.entries(
      one.users ?? {},
    )) {
      for (const [index, group] of memberOf.entries()) {
        if (!groups.has(group.toLowerCase()))
          problem([id, 'users', name, 'groups', index], `no group \`${group}\` in account ${id}`)
      }
      for (const [index, key] of owned.entries())
        once([id, 'users', name, 'accessKeys', index], key.accessKeyId)
    }
  }
}
