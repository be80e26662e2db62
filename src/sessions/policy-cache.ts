import { type ParsedPolicy, parsePolicy, type Policy, type PolicyKind } from '../policy/index.ts'

/** Turns documents into policies, each text once. */
export interface PolicyCache {
  /** For texts that a caller brings: tells the problems. Only what parses is kept. */
  parse(kind: PolicyKind, id: string, text: string): ParsedPolicy
  /** For stored documents. Never throws: one that does not parse becomes one that denies everything: fail closed. */
  get(kind: PolicyKind, id: string, text: string): Policy
}

const mostPolicies = 10_000

export function policyCache(): PolicyCache {
  const kinds = new Map<PolicyKind, Map<string, ParsedPolicy>>()
  function parse(kind: PolicyKind, id: string, text: string): ParsedPolicy {
    let known = kinds.get(kind)
    if (!known) {
      known = new Map()
      kinds.set(kind, known)
    }
    const key = `${id}\n${text}`
    const found = known.get(key)
    if (found) return found
    const parsed = parsePolicy(kind, id, text)
    if (!parsed.ok) return parsed
    if (known.size >= mostPolicies) known.clear()
    known.set(key, parsed)
    return parsed
  }
  return {
    parse,
    get(kind, id, text) {
      const parsed = parse(kind, id, text)
      return parsed.ok ? parsed.policy : denyAll(id)
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
