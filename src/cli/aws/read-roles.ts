import { z } from 'zod'
import { parseArn } from '../../kernel/arn.ts'
import { visibleText } from '../../kernel/visible-text.ts'
import { parsePolicy } from '../../policy/index.ts'
import { notForPeople } from './not-for-people.ts'

/** A role of the account, checked. */
export interface AwsRole {
  readonly name: string
  readonly arn: string
  readonly path: string
  /** Its trust policy there: JSON. */
  readonly trust: string
  readonly description?: string | undefined
  readonly maxSessionSeconds?: number | undefined
  readonly tags: Readonly<Record<string, string>>
}
/** Something of the account that is not taken over, and why. */
export interface LeftOut {
  readonly name: string
  readonly why: string
}

/** IAM's quota is 5,000 roles an account, and some raise it. */
export const mostRoles = 20_000
const mostTrustCharacters = 65_536

/**
 * A role as `get-account-authorization-details` and `list-roles` tell it: the first without
 * duration and description, the second without tags.
 */
const rawRole = z.object({
  RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  Arn: z.string().max(2048),
  Path: z.string().regex(/^\/([\x21-\x7e]{1,510}\/)?$/),
  AssumeRolePolicyDocument: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  Description: z.string().max(1000).optional(),
  MaxSessionDuration: z.int().min(3600).max(43_200).optional(),
  Tags: z
    .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(50)
    .optional(),
})
type RawRole = z.output<typeof rawRole>

export interface Answers {
  /** Of `get-account-authorization-details`. */
  readonly details: readonly unknown[]
  /** Of `list-roles`. */
  readonly listed: readonly unknown[]
}

/** Returns the roles of answers of the AWS CLI; a sentence where the text is none. */
export function answersIn(text: string): Answers | string {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return 'it is no JSON'
  }
  const found = z
    .object({ RoleDetailList: z.array(z.unknown()), Roles: z.array(z.unknown()) })
    .partial()
    .safeParse(told)
  const { RoleDetailList: details, Roles: listed } = found.data ?? {}
  if (!details && !listed)
    return (
      'it has no `RoleDetailList` and no `Roles`: save the answer of ' +
      '`aws iam get-account-authorization-details --filter Role` or of `aws iam list-roles`'
    )
  return { details: details ?? [], listed: listed ?? [] }
}

export interface Wanted {
  readonly account: string
  readonly partition: string
  /** Also roles that no person takes today. */
  readonly all?: boolean | undefined
}

/**
 * Checks the roles of an account, which may be anything: they come from a file, or from the other
 * side. Throws RangeError, with a sentence, where they are not of this account or too many.
 */
export function readRoles(
  { details, listed }: Answers,
  { account, partition, all = false }: Wanted,
): { readonly roles: readonly AwsRole[]; readonly leftOut: readonly LeftOut[] } {
  if (details.length > mostRoles || listed.length > mostRoles)
    throw new RangeError(`there are more than ${mostRoles} roles`)
  const leftOut: LeftOut[] = []
  const byName = new Map<string, RawRole>()
  for (const one of [...details, ...listed]) {
    const parsed = rawRole.safeParse(one)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      leftOut.push({ name: nameOf(one), why: `its ${issue?.path.join('.') || 'form'} is not fit` })
      continue
    }
    const role = parsed.data
    refuseForeign(role, account, partition)
    const key = role.RoleName.toLowerCase()
    const known = byName.get(key)
    // What only one of the two answers tells is added to the other.
    if (known === undefined || known.RoleName === role.RoleName)
      byName.set(key, { ...known, ...role })
    else leftOut.push({ name: role.RoleName, why: `\`${known.RoleName}\` is the same name` })
  }
  const roles: AwsRole[] = []
  for (const role of byName.values()) {
    const read = checkedRole(role, all)
    if ('why' in read) leftOut.push(read)
    else roles.push(read)
  }
  return { roles: roles.toSorted(byNameOf), leftOut }
}

const byNameOf = (one: AwsRole, other: AwsRole) => (one.name < other.name ? -1 : 1)

function refuseForeign({ Arn, RoleName, Path }: RawRole, account: string, partition: string): void {
  const { account: owner = '' } = parseArn(Arn) ?? {}
  if (/^\d{12}$/.test(owner) && owner !== account)
    throw new RangeError(`it is of account ${owner}, not of ${account}`)
  if (Arn !== `arn:${partition}:iam::${account}:role${Path}${RoleName}`)
    throw new RangeError(`\`${visibleText(Arn).slice(0, 200)}\` is no role of the account`)
}

function checkedRole(role: RawRole, all: boolean): AwsRole | LeftOut {
  const { RoleName: name, Arn: arn, Path: path, Tags = [] } = role
  const without = (why: string): LeftOut => ({ name, why })
  if (name === '__proto__') return without('settings can not have that name')
  const trust = documentIn(role.AssumeRolePolicyDocument)
  if (trust === undefined) return without('its trust policy can not be read')
  const parsed = parsePolicy('trust', name, trust)
  if (!parsed.ok) {
    const [problem] = parsed.problems
    return without(`its trust policy can not be read: ${visibleText(problem?.message ?? '')}`)
  }
  const why = notForPeople(trust, path)
  if (why !== undefined && !(all && why.changeable)) return without(why.text)
  return {
    name,
    arn,
    path,
    trust,
    description: role.Description,
    maxSessionSeconds: role.MaxSessionDuration,
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
  }
}

/** The CLI writes documents as JSON, the API and the SDKs as a text that is URL-encoded. */
function documentIn(document: RawRole['AssumeRolePolicyDocument']): string | undefined {
  if (document === undefined) return undefined
  if (typeof document !== 'string') {
    const text = JSON.stringify(document)
    return text.length > mostTrustCharacters ? undefined : text
  }
  if (document.length > 3 * mostTrustCharacters) return undefined
  try {
    const text = document.startsWith('%') ? decodeURIComponent(document) : document
    return JSON.stringify(JSON.parse(text))
  } catch {
    return undefined
  }
}

function nameOf(one: unknown): string {
  const name = (one as { readonly RoleName?: unknown } | null)?.RoleName
  return typeof name === 'string' ? visibleText(name.replace(/\s+/g, ' ')).slice(0, 64) : '(none)'
}
