import { parseArn } from '../../kernel/arn.ts'
import { parsePolicy } from '../../policy/index.ts'
import type { PrincipalPattern } from '../../policy/principal.ts'
import type { Statement } from '../../policy/statement.ts'
import { words as all } from './words.ts'

const words = all.trusted

/**
 * Describes each principal of a trust policy once, in the order of the document. Leaves out
 * conditions, which the policy itself shows. Returns an empty list when the policy trusts nobody.
 */
export function trustedBy(document: string, account: string): readonly string[] {
  const parsed = parsePolicy('trust', 'trust policy', document)
  if (!parsed.ok) return []
  const allowing = parsed.policy.statements.filter(({ effect }) => effect === 'Allow')
  return [...new Set(allowing.flatMap((statement) => trustedIn(statement, account)))]
}

/** Describes each principal of one statement. */
export function trustedIn(
  { principals }: Pick<Statement, 'principals'>,
  account: string,
): readonly string[] {
  const names = principals?.values.map((pattern) => wordsOf(pattern, account)) ?? []
  return principals?.not ? [words.allBut(names.join(', '))] : names
}

function wordsOf({ kind, text, account: whole }: PrincipalPattern, own: string): string {
  if (kind === '*') return words.anybody
  if (kind === 'Service') return words.service(text)
  if (whole !== undefined) return whole === own ? words.own : words.account(grouped(whole))
  const arn = parseArn(text)
  if (!arn) return text
  const slash = arn.resource.indexOf('/')
  const type = arn.resource.slice(0, slash)
  const name = arn.resource.slice(slash + 1)
  const provider = words.providers[type]
  if (provider !== undefined) return words.named(provider, name)
  const entity = words.named(words.entities[type] ?? type, name)
  return arn.account === own ? entity : words.from(entity, grouped(arn.account))
}

function grouped(account: string): string {
  return account.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1 $2 $3')
}
