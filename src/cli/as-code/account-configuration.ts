import { z } from 'zod'

/**
 * The entities of an account as files hold them, one for each: in the words of `accounts:` in the
 * settings. Names are checked by the API, which alone knows what it takes.
 */
const text = z.string().min(1).max(4096)
const document = z.record(z.string(), z.unknown())
const tags = z.record(z.string(), z.string()).default({})
const path = z.string().max(512).default('/')
const holder = {
  path,
  policies: z.record(text, document).default({}),
  attachedPolicies: z.array(text).max(1000).default([]),
}

const policy = z.strictObject({
  path,
  description: z.string().max(1000).optional(),
  document,
  tags,
})
const group = z.strictObject(holder)
const user = z.strictObject({
  ...holder,
  groups: z.array(text).max(1000).default([]),
  permissionsBoundary: text.optional(),
  tags,
})
const role = z.strictObject({
  ...holder,
  description: z.string().max(1000).optional(),
  maxSessionDuration: z.int().default(3600),
  trustPolicy: document,
  permissionsBoundary: text.optional(),
  tags,
})
const instanceProfile = z.strictObject({ path, role: text.optional(), tags })
const oidcProvider = z.strictObject({
  url: text,
  clientIds: z.array(text).default([]),
  thumbprints: z.array(text).default([]),
  tags,
})

/** As UpdateAccountPasswordPolicy takes it. */
const passwordPolicy = z.strictObject({
  minimumPasswordLength: z.int().default(6),
  requireSymbols: z.boolean().default(false),
  requireNumbers: z.boolean().default(false),
  requireUppercaseCharacters: z.boolean().default(false),
  requireLowercaseCharacters: z.boolean().default(false),
  allowUsersToChangePassword: z.boolean().default(false),
  maxPasswordAge: z.int().optional(),
  passwordReusePrevention: z.int().optional(),
  hardExpiry: z.boolean().default(false),
})
/** What the account itself has. */
const ofAccount = z.strictObject({
  alias: text.optional(),
  passwordPolicy: passwordPolicy.optional(),
})

/** The folder of each kind, with the schema of its files. */
export const kinds = {
  policies: policy,
  groups: group,
  users: user,
  roles: role,
  'instance-profiles': instanceProfile,
  'oidc-providers': oidcProvider,
} as const
export type Kind = keyof typeof kinds
export const kindNames = Object.keys(kinds) as readonly Kind[]
/** The file of the account itself, beside the folders. */
export const accountFile = ofAccount

export type Document = z.output<typeof document>
export type Tags = z.output<typeof tags>
export type Policy = z.output<typeof policy>
export type Group = z.output<typeof group>
export type User = z.output<typeof user>
export type Role = z.output<typeof role>
export type InstanceProfile = z.output<typeof instanceProfile>
export type OidcProvider = z.output<typeof oidcProvider>
export type OfAccount = z.output<typeof ofAccount>
type Entities = { readonly [K in Kind]: ReadonlyMap<string, z.output<(typeof kinds)[K]>> }

/** The entities of an account, by kind and name; OpenID Connect providers by URL. */
export interface AccountConfiguration {
  readonly account: string
  readonly entities: Entities
  /** Absent: the folder says nothing of it, so that it stays as it is. */
  readonly ofAccount?: OfAccount | undefined
}

/** An account as it is, with what only removing and replacing need to know. */
export interface CurrentAccount extends AccountConfiguration {
  readonly partition: string
  /** Versions of managed policies that are not the default, the oldest first. */
  readonly otherVersions: ReadonlyMap<string, readonly string[]>
}

/** Maps that are being filled. */
export type Filling = { readonly [K in Kind]: Map<string, z.output<(typeof kinds)[K]>> }

export function nothing(): Filling {
  return {
    policies: new Map(),
    groups: new Map(),
    users: new Map(),
    roles: new Map(),
    'instance-profiles': new Map(),
    'oidc-providers': new Map(),
  }
}
