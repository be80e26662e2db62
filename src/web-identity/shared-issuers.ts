import { membersOf, parsed } from './json.ts'
import { familiar } from './provider.ts'

/**
 * Issuers that sign tokens for anybody with an account, for audiences that anybody may choose: a
 * role that trusts one without naming whom trusts the whole world. The value is the condition key
 * that must be present, after `HOST:`.
 */
const shared: Readonly<Record<string, string>> = {
  'token.actions.githubusercontent.com': 'sub',
  'gitlab.com': 'sub',
  'app.terraform.io': 'sub',
  'agent.buildkite.com': 'sub',
  'oidc.codefresh.io': 'sub',
  'api.pulumi.com/oidc': 'sub',
  'oidc.vercel.com': 'sub',
}
/**
 * Operators that require a named value. The others match strangers too, or match when the key is
 * absent.
 */
const naming = /^(?:ForAnyValue:)?(?:StringEquals|StringEqualsIgnoreCase|StringLike)$/i

/**
 * The condition key that an Allow statement lacks for a shared issuer; undefined when it lacks
 * none. `principals`: how the policy may name the provider.
 */
export function missingGuard(
  trustPolicy: string,
  provider: string,
  principals: readonly string[],
): string | undefined {
  const claim = Object.hasOwn(shared, provider) ? shared[provider] : undefined
  if (claim === undefined) return undefined
  const key = `${provider}:${claim}`
  const { Statement = [] } = membersOf(parsed(trustPolicy)) ?? {}
  const open = listOf(Statement)
    .map(membersOf)
    .some(
      (statement) =>
        statement?.Effect === 'Allow' &&
        listOf(membersOf(statement.Principal)?.Federated).some((named) =>
          principals.includes(named as string),
        ) &&
        !guarded(membersOf(statement.Condition) ?? {}, key),
    )
  return open ? key : undefined
}

function guarded(condition: Readonly<Record<string, unknown>>, key: string): boolean {
  return Object.entries(condition).some(
    ([operator, tests]) =>
      naming.test(operator) &&
      Object.entries(membersOf(tests) ?? {}).some(
        ([name, values]) =>
          name.toLowerCase() === key.toLowerCase() &&
          listOf(values).length > 0 &&
          listOf(values).every(namesSomebody),
      ),
  )
}

/**
 * The text before the first wildcard or variable must name an owner completely: `repo:octo/*`, but
 * neither `repo:*` nor `repo:oct*`.
 */
function namesSomebody(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false
  const open = value.search(/[*?]|\$\{/)
  return open < 0 || /^[^:]+:.*[^:/][:/]/s.test(value.slice(0, open))
}

/** The principals by which a trust policy may name the provider with this ARN. */
export function principalsOf(provider: string, arn: string): readonly string[] {
  return Object.hasOwn(familiar, provider) ? [arn, familiar[provider]!.principal] : [arn]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
