import { iamArn, parseArn } from '../../../kernel/arn.ts'
import { linkTo } from '../../../store/links.ts'
import { findPrincipal } from '../../../store/principal-ids.ts'
import type { RoleRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'

type Finding = Pick<Reads, 'find' | 'linked'>

/**
 * Returns a role's trust policy as the API shows it: as saved, except that a renamed user appears
 * under the new name and a deleted principal as its unique id (IAM user guide, "Principal").
 */
export async function shownTrust(
  { trustPolicy, trustedIds = {} }: Pick<RoleRecord, 'trustPolicy' | 'trustedIds'>,
  reads: Finding,
): Promise<string> {
  const shown = new Map<string, string>()
  for (const [text, id] of Object.entries(trustedIds)) {
    if ((await findPrincipal(reads, text))?.id === id) continue
    shown.set(text, (await newArn(text, id, reads)) ?? id)
  }
  return shown.size === 0 ? trustPolicy : withPrincipals(trustPolicy, shown)
}

/** Returns a user's current ARN; undefined when no user has the id. Roles can't be renamed. */
async function newArn(text: string, id: string, reads: Finding): Promise<string | undefined> {
  const arn = parseArn(text)
  if (!arn?.resource.startsWith('user/')) return undefined
  const [user] = await reads.linked('user', arn.account, linkTo.id(id), { limit: 1 })
  return user && iamArn(arn, 'user', user.record.name, user.record.path)
}

function withPrincipals(document: string, shown: ReadonlyMap<string, string>): string {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return shown.get(value) ?? value
    return Array.isArray(value) ? value.map(replaced) : value
  }
  return JSON.stringify(JSON.parse(document), (key, value: unknown) => {
    if (key !== 'Principal' || typeof value !== 'object' || value === null) return value
    if (!('AWS' in value)) return value
    return { ...value, AWS: replaced(value.AWS) }
  })
}
