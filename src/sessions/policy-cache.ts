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
  // By kind and id, then by text: a text of two thousand characters is not copied to be looked up.
  const named = new Map<string, Map<string, ParsedPolicy>>()
  let kept = 0
  function parse(kind: PolicyKind, id: string, text: string): ParsedPolicy {
    const name = `${kind} ${id}`
    const found = named.get(name)?.get(text)
    if (found) return found
    const parsed = parsePolicy(kind, id, text)
    if (!parsed.ok) return parsed
    if (++kept > mostPolicies) {
      named.clear()
      kept = 1
    }
    const known = named.get(name) ?? new Map<string, ParsedPolicy>()
    named.set(name, known.set(text, parsed))
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
