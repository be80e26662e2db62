import { samplePolicy } from '../mapping/index.ts'
import { type PolicyKind, parsePolicy, refusedAtSave } from '../policy/index.ts'
import type { PolicyHolder } from '../policy/quotas.ts'
import { actionOutsideSts } from '../policy/trust-actions.ts'
import type { Path } from './document.ts'
import type { Settings } from './settings.ts'

export interface PolicyProblem {
  readonly path: Path
  readonly message: string
  /** Offset in characters into the text at `path`, where it is known. */
  readonly offset?: number | undefined
}

/**
 * Runs every policy of the file through the policy engine: a policy that the API would refuse is
 * refused here too.
 */
export function policyProblems(settings: Settings): readonly PolicyProblem[] {
  return [...policyDocuments(settings)].flatMap(({ kind, path, text, ...circumstances }) => {
    const parsed = parsePolicy(kind, path.join('/'), text)
    const outside = parsed.ok && kind === 'trust' ? actionOutsideSts(parsed.policy) : undefined
    if (outside !== undefined) {
      const message =
        `\`${outside}\` takes no role: ` +
        'a trust policy has actions of `sts` only, such as `sts:AssumeRole`'
      return [{ path, message }]
    }
    return refusedAtSave(kind, text, circumstances).map((problem) => ({
      path: [...path, ...stepsOf(problem.path)],
      message: problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`,
    }))
  })
}

export interface PolicyDocument {
  readonly kind: PolicyKind
  readonly path: Path
  readonly text: string
  /** The kind of entity that holds an identity policy. */
  readonly holder?: PolicyHolder | undefined
  /** Of the account; absent where the account is known only at sign-in. */
  readonly partition?: string | undefined
}

const holders = { groups: 'group', users: 'user', roles: 'role' } as const

export function* policyDocuments({
  accounts,
  mappings,
  services,
  organization,
}: Settings): Generator<PolicyDocument> {
  for (const account of accounts) {
    const base = ['accounts', account.id]
    const { partition = 'aws' } = account
    for (const { name, document } of account.policies ?? [])
      yield {
        kind: 'identity',
        holder: 'managed',
        partition,
        path: [...base, 'policies', name, 'document'],
        text: document,
      }
    for (const kind of ['groups', 'users', 'roles'] as const) {
      for (const { name, policies = {} } of account[kind] ?? []) {
        for (const [policy, text] of Object.entries(policies))
          yield {
            kind: 'identity',
            holder: holders[kind],
            partition,
            path: [...base, kind, name, 'policies', policy],
            text,
          }
      }
    }
    for (const { name, trustPolicy } of account.roles ?? [])
      yield {
        kind: 'trust',
        partition,
        path: [...base, 'roles', name, 'trustPolicy'],
        text: trustPolicy,
      }
  }
  for (const [prefix, { policies }] of Object.entries(services))
    for (const [name, text] of Object.entries(policies))
      yield { kind: 'resource', path: ['services', prefix, 'policies', name], text }
  for (const kind of ['service-control', 'resource-control'] as const) {
    const section = `${kind === 'service-control' ? 'service' : 'resource'}ControlPolicies` as const
    for (const [name, text] of Object.entries(organization?.[section] ?? {}))
      yield { kind, path: ['organization', section, name], text }
  }
  for (const [index, { grants }] of mappings.entries()) {
    for (const [place, { sessionPolicy }] of grants.entries()) {
      const text = sessionPolicy === undefined ? undefined : samplePolicy(sessionPolicy)
      if (text !== undefined)
        yield { kind: 'session', path: ['mappings', index, 'grants', place, 'sessionPolicy'], text }
    }
  }
}

/**
 * Splits a path such as `Statement[0].Action` into its steps; a policy that was written as YAML has
 * the same steps in the file.
 */
export function stepsOf(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(
    ([, index, quoted, name]) => {
      if (index !== undefined) return Number(index)
      return quoted === undefined ? name! : (JSON.parse(quoted) as string)
    },
  )
}
