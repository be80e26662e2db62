import { type ActionReference, diff, type PolicyDiff, type PolicyKind } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { guessedKind, readPolicies, readText } from './read-policies.ts'

export interface DiffFilesOptions {
  readonly kind?: PolicyKind | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse policy diff OLD NEW`: reports whether the new policy allows anything more. Exit codes:
 * 0 certainly not, 1 it does or may, 2 a file is unusable.
 */
export async function diffFiles(
  before: string,
  after: string,
  { kind, json, reference }: DiffFilesOptions & { readonly reference: ActionReference },
  output: Output,
): Promise<0 | 1 | 2> {
  const text = kind ? '' : await readText(after, output)
  if (text === undefined) return 2
  const of = kind ?? guessedKind(text)
  const [old, fresh] = [
    await readPolicies([before], of, output),
    await readPolicies([after], of, output),
  ]
  if (!old || !fresh) return 2
  const compared = diff(of, old, fresh, { reference })
  output.out(json ? JSON.stringify(plain(compared), null, 2) : diffText(compared, after).join('\n'))
  return compared.outcome === 'nothing-new' ? 0 : 1
}

function plain(compared: PolicyDiff): object {
  if (compared.outcome !== 'new-access') return compared
  const { context, multivalued, ...question } = compared.witness
  return {
    ...compared,
    witness: {
      ...question,
      context: Object.fromEntries(context),
      multivalued: [...(multivalued ?? [])],
    },
  }
}

function diffText(compared: PolicyDiff, after: string): readonly string[] {
  switch (compared.outcome) {
    case 'nothing-new':
      return ['nothing new: whatever is asked, the new policy allows no more than the old one']
    case 'unknown':
      return [
        'unknown: no request was found that only the new policy allows, ' +
          'and it could not be shown that there is none',
        ...compared.unproved.map(
          ({ policy, statement, sid }) =>
            `  look at statement ${statement + 1}${sid ? ` (${sid})` : ''} of ${policy}`,
        ),
      ]
    case 'new-access': {
      const { principal, action, resource, context } = compared.witness
      return [
        'new access, for example:',
        `  ${principal.arn} asks for ${action} on ${resource}`,
        ...[...context].map(([key, values]) => `  with ${key} = ${values.join(', ')}`),
        ...compared.because
          .filter(({ policy }) => policy === after)
          .map(
            ({ statement, sid }) =>
              `  allowed by statement ${statement + 1}${sid ? ` (${sid})` : ''} of ${after}`,
          ),
      ]
    }
  }
}
