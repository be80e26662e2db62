import type { Path } from './document.ts'

export interface TrustedPrincipal {
  readonly kind: 'AWS' | 'Federated'
  /** The path within the policy document. */
  readonly path: Path
  readonly text: string
}
interface Statement {
  readonly Principal?:
    | string
    | Readonly<Partial<Record<TrustedPrincipal['kind'], string | readonly string[]>>>
}

/**
 * Yields the principals of a trust policy that the policy engine accepted: users, roles, accounts
 * and providers.
 */
export function* trustedPrincipals(trustPolicy: string): Generator<TrustedPrincipal> {
  const { Statement: written } = JSON.parse(trustPolicy) as {
    readonly Statement: Statement | readonly Statement[]
  }
  for (const [{ Principal }, path] of valuesAt<Statement>(written, ['Statement'])) {
    if (typeof Principal !== 'object') continue
    for (const kind of ['AWS', 'Federated'] as const) {
      const named = Principal[kind]
      if (named === undefined) continue
      for (const [text, place] of valuesAt<string>(named, [...path, 'Principal', kind]))
        yield { kind, path: place, text }
    }
  }
}

/** Yields the values at a key: policies write one value alone, or several in a list. */
function valuesAt<T>(
  written: T | readonly T[],
  path: Path,
): readonly (readonly [value: T, path: Path])[] {
  return Array.isArray(written)
    ? written.map((value: T, index) => [value, [...path, index]] as const)
    : [[written as T, path]]
}
