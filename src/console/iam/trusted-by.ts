import { parseArn } from '../../kernel/arn.ts'
import { parsePolicy } from '../../policy/index.ts'
import type { PrincipalPattern } from '../../policy/principal.ts'
import type { Statement } from '../../policy/statement.ts'

/**
 * Describes each principal of a trust policy once, in the order of the document. Leaves out
 * conditions, which the policy itself shows. Returns an empty list when the policy trusts nobody.
 */
export function trustedBy(document: string, account: string): readonly string[] {
  const parsed = parsePolicy('trust', 'the trust policy', document)
  if (!parsed.ok) return []
  const allowing = parsed.policy.statements.filter(({ effect }) => effect === 'Allow')
  return [...new Set(allowing.flatMap((statement) => trustedIn(statement, account)))]
}

/** Describes each principal of one statement. */
export function trustedIn(
  { principals }: Pick<Statement, 'principals'>,
  account: string,
): readonly string[] {
  const words = principals?.values.map((pattern) => wordsOf(pattern, account)) ?? []
  return principals?.not ? [`Everybody but ${words.join(', ')}`] : words
}

const providers: Readonly<Record<string, string>> = {
  'saml-provider': 'SAML',
  'oidc-provider': 'OIDC',
  'ldap-provider': 'LDAP',
  'file-provider': 'Connector',
}

function wordsOf({ kind, text, account: whole }: PrincipalPattern, own: string): string {
  if (kind === '*') return 'Anybody'
  if (kind === 'Service') return `Service ${text}`
  if (whole !== undefined) return whole === own ? 'This account' : `Account ${grouped(whole)}`
  const arn = parseArn(text)
  if (!arn) return text
  const slash = arn.resource.indexOf('/')
  const type = arn.resource.slice(0, slash)
  const name = arn.resource.slice(slash + 1)
  const provider = providers[type]
  if (provider !== undefined) return `${provider} ${name}`
  const from = arn.account === own ? '' : ` of account ${grouped(arn.account)}`
  return `${entities[type] ?? type} ${name}${from}`
}

const entities: Readonly<Record<string, string>> = {
  user: 'User',
  role: 'Role',
  'assumed-role': 'Session',
  'federated-user': 'Federated user',
}

function grouped(account: string): string {
  return account.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1 $2 $3')
}
