import { parsePolicy, type Policy, type PolicyKind } from '../policy/index.ts'

/** Turns stored documents into policies, each text once. */
export interface PolicyCache {
  /** Never throws. A document that does not parse becomes one that denies everything: fail closed. */
  get(kind: PolicyKind, id: string, text: string): Policy
}

const mostPolicies = 10_000

export function policyCache(): PolicyCache {
  const kinds = new Map<PolicyKind, Map<string, Policy>>()
  return {
    get(kind, id, text) {
      let known = kinds.get(kind)
      if (!known) {
        known = new Map()
        kinds.set(kind, known)
      }
      const key = `${id}\n${text}`
      const found = known.get(key)
      if (found) return found
      const parsed = parsePolicy(kind, id, text)
      const policy = parsed.ok ? parsed.policy : denyAll(id)
      if (known.size >= mostPolicies) known.clear()
      known.set(key, policy)
      return policy
    },
  }
}

/** Stands for a policy that is gone or cannot be read: what it denied is not known, so everything is. */
export function denyAll(id: string): Policy {
  const statement = { Sid: 'UnreadablePolicy', Effect: 'Deny', Action: '*', Resource: '*' }
  const parsed = parsePolicy('identity', id, JSON.stringify({ Version: '2012-10-17', Statement: statement }))
  if (!parsed.ok) throw new Error('the policy that denies everything does not parse')
  return parsed.policy
}
