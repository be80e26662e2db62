import { samplePolicy } from '../mapping/index.ts'
import { type PolicyKind, parsePolicy } from '../policy/index.ts'
import { actionOutsideSts } from '../policy/trust-actions.ts'
import type { Path } from './document.ts'
import type { Settings } from './settings.ts'

export interface PolicyProblem {
  readonly path: Path
  readonly message: string
}

/** Every policy of the file through the policy engine: what it would refuse through the API is refused here. */
export function policyProblems(settings: Settings): readonly PolicyProblem[] {
  return [...policyDocuments(settings)].flatMap(({ kind, path, text }) => {
    const parsed = parsePolicy(kind, path.join('/'), text)
    const outside = parsed.ok && kind === 'trust' ? actionOutsideSts(parsed.policy) : undefined
    if (outside !== undefined) return [{ path, message: `\`${outside}\` takes no role: a trust policy has actions of \`sts\` only, such as \`sts:AssumeRole\`` }]
    return (parsed.ok ? [] : parsed.problems).map((problem) => ({
      path: [...path, ...partsOf(problem.path)],
      message: problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`,
    }))
  })
}

export interface PolicyDocument {
  readonly kind: PolicyKind
  readonly path: Path
  readonly text: string
  /** Where an identity policy is kept. */
  readonly holder?: 'managed' | 'group' | 'user' | 'role'
}

const holders = { groups: 'group', users: 'user', roles: 'role' } as const

/** Every policy that the file has. */
export function* policyDocuments({ accounts, mappings }: Settings): Generator<PolicyDocument> {
  for (const account of accounts) {
    const base = ['accounts', account.id]
    for (const { name, document } of account.policies ?? []) yield { kind: 'identity', holder: 'managed', path: [...base, 'policies', name, 'document'], text: document }
    for (const kind of ['groups', 'users', 'roles'] as const) {
      for (const { name, policies = {} } of account[kind] ?? []) {
        for (const [policy, text] of Object.entries(policies)) yield { kind: 'identity', holder: holders[kind], path: [...base, kind, name, 'policies', policy], text }
      }
    }
    for (const { name, trustPolicy } of account.roles ?? []) yield { kind: 'trust', path: [...base, 'roles', name, 'trustPolicy'], text: trustPolicy }
  }
  for (const [index, { grants }] of mappings.entries()) {
    for (const [place, { sessionPolicy }] of grants.entries()) {
      const text = sessionPolicy === undefined ? undefined : samplePolicy(sessionPolicy)
      if (text !== undefined) yield { kind: 'session', path: ['mappings', index, 'grants', place, 'sessionPolicy'], text }
    }
  }
}

/** `Statement[0].Action` → its steps; a document that was written as YAML has them in the file. */
export function partsOf(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)]
    .map(([, index, quoted, name]) => index !== undefined ? Number(index) : quoted !== undefined ? JSON.parse(quoted) as string : name!)
}
