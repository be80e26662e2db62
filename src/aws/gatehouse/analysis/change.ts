import { type Policy, type PolicyKind, parsePolicy } from '../../../policy/index.ts'
import type { Caller } from '../../../sessions/caller.ts'
import { denyAll } from '../../../sessions/policy-cache.ts'

/** The caller with a document in place of all its identity policies. */
export function withOnly(document: string | undefined): (caller: Caller) => Caller {
  const identity = document === undefined ? [] : [parsedOr('identity', 'proposal', document)]
  return (caller) => ({ ...caller, layers: { ...caller.layers, identity } })
}

/**
 * The caller with a document in place of one policy, wherever it has that: among its identity
 * policies, as its boundary or as a session policy. A caller without it stays the same.
 */
export function withEdited(id: string, document: string): (caller: Caller) => Caller {
  const edited = new Map<PolicyKind, Policy>()
  const of = (kind: PolicyKind): Policy => {
    const known = edited.get(kind) ?? parsedOr(kind, id, document)
    edited.set(kind, known)
    return known
  }
  const replaced = (policies: readonly Policy[]) =>
    policies.map((one) => (one.id === id ? of(one.kind) : one))
  return (caller) => {
    const { identity, boundary, session } = caller.layers
    const all = [...identity, ...(boundary ?? []), ...(session?.flat() ?? [])]
    if (!all.some((one) => one.id === id)) return caller
    const layers = {
      ...caller.layers,
      identity: replaced(identity),
      ...(boundary && { boundary: replaced(boundary) }),
      ...(session && { session: session.map(replaced) }),
    }
    return { ...caller, layers }
  }
}

/** As in decisions, a document that does not parse denies everything. */
function parsedOr(kind: PolicyKind, id: string, text: string): Policy {
  const parsed = parsePolicy(kind, id, text)
  return parsed.ok ? parsed.policy : denyAll(id)
}
