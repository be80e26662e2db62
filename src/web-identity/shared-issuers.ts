import { familiar } from './provider.ts'
import { membersOf, parsed } from './key-set.ts'

/**
 * Issuers that sign for everybody who has an account with them, under an audience that everybody may ask for: who trusts
 * one of them without saying whom trusts all the world. The key that has to be there, after `HOST:`.
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
/** Operators that name somebody; the others hold for strangers too, or when the key is absent. */
const naming = /^(?:ForAnyValue:)?(?:StringEquals|StringEqualsIgnoreCase|StringLike)$/i

/**
 * The condition key that an Allow statement of a trust policy lacks for a shared issuer; undefined when nothing is lacking.
 * `principals` are the ways in which the policy may name the provider.
 */
export function missingGuard(trustPolicy: string, provider: string, principals: readonly string[]): string | undefined {
  const claim = Object.hasOwn(shared, provider) ? shared[provider] : undefined
  if (claim === undefined) return undefined
  const key = `${provider}:${claim}`
  const { Statement = [] } = membersOf(parsed(trustPolicy)) ?? {}
  const open = listOf(Statement).map(membersOf).some((statement) => statement?.Effect === 'Allow'
    && listOf(membersOf(statement.Principal)?.Federated).some((named) => principals.includes(named as string))
    && !guarded(membersOf(statement.Condition) ?? {}, key))
  return open ? key : undefined
}

function guarded(condition: Readonly<Record<string, unknown>>, key: string): boolean {
  return Object.entries(condition).some(([operator, tests]) => naming.test(operator)
    && Object.entries(membersOf(tests) ?? {}).some(([name, values]) => name.toLowerCase() === key.toLowerCase()
      && listOf(values).length > 0 && listOf(values).every(namesSomebody)))
}

/** What stands before the first wildcard or variable has to name an owner to its end: `repo:octo/*`, not `repo:*`, and not `repo:oct*`. */
function namesSomebody(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false
  const open = value.search(/[*?]|\$\{/)
  return open < 0 || /^[^:]+:.*[^:/][:/]/s.test(value.slice(0, open))
}

/** The ways in which a trust policy may name the provider of that ARN. */
export function principalsOf(provider: string, arn: string): readonly string[] {
  return Object.hasOwn(familiar, provider) ? [arn, familiar[provider]!.principal] : [arn]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
