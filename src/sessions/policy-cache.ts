import { hash } from 'node:crypto'
import { oldestOf } from '../kernel/oldest-of.ts'
import { type Policy, type PolicyKind, type Problem, parsePolicy } from '../policy/index.ts'
import { parseManaged } from '../reference/managed-policies.ts'

/** A compiled policy takes some ten times the memory of its text. */
const bytesACharacter = 10
/** Of a compiled policy with a short text. */
const leastBytes = 1000
const mostCharacters = 2_000_000
/** Of the compiled documents of the store that are kept. */
const defaultBytes = 64_000_000
/** Texts that were checked: a broker of few policies sends them again and again. */
const mostChecked = 1024

/** Session policies of tokens. */
export interface SessionPolicies {
  /** A text that does not parse denies everything (fail closed). */
  get(text: string): Policy
}

const sessionPolicyId = 'session policy'

/** Cached by text, within `mostCharacters`: a session uses the same policies for all its calls. */
export function createSessionPolicies(): SessionPolicies {
  const known = new Map<string, Policy>()
  let characters = 0
  return {
    get(text) {
      const found = known.get(text)
      if (found) return found
      const parsed = parsePolicy('session', sessionPolicyId, text)
      const policy = parsed.ok ? parsed.policy : denyAll(sessionPolicyId)
      compiledBytes.set(policy, bytesOfText(text))
      if (text.length > mostCharacters) return policy
      while (characters + text.length > mostCharacters)
        for (const one of oldestOf(known)) {
          known.delete(one)
          characters -= one.length
        }
      known.set(text, policy)
      characters += text.length
      return policy
    },
  }
}

/** Returns the first problem of a session policy from a caller; undefined: it parses. */
export type SessionPolicyCheck = (text: string) => Problem | undefined

/**
 * Keeps texts that parse and nothing of their policies: a broker that writes a policy for each
 * person must not fill the memory with policies that are not decided on here.
 */
export function createSessionPolicyCheck(): SessionPolicyCheck {
  const parses = new Set<string>()
  return (text) => {
    if (parses.has(text)) return undefined
    const parsed = parsePolicy('session', sessionPolicyId, text)
    if (!parsed.ok) return parsed.problems[0]
    if (parses.size >= mostChecked) parses.clear()
    parses.add(text)
    return undefined
  }
}

/** Identifies a document of the store. */
export interface StoredPolicy {
  readonly kind: PolicyKind
  readonly account: string
  /** How decisions name it: an ARN, or `user/NAME/POLICY`. */
  readonly id: string
  /** For a managed policy: `v1`. */
  readonly version?: string | undefined
}

/** Documents of the store, each compiled once. */
export interface StoredPolicies {
  /** Never throws. A document that does not parse denies everything (fail closed). */
  get(of: StoredPolicy, text: string): Policy
}

const compiledBytes = new WeakMap<Policy, number>()
const bytesOfText = (text: string) => Math.max(leastBytes, text.length * bytesACharacter)

/** About as many bytes as a compiled policy takes. */
export const policyBytes = (policy: Policy): number => compiledBytes.get(policy) ?? leastBytes

/**
 * About as many bytes as policies take that only their holder has: a managed policy is compiled
 * once for all, and counted where it is kept.
 */
export function ownPolicyBytes(policies: readonly Policy[] = []): number {
  return policies.reduce(
    (sum, policy) => sum + (policy.id.startsWith('arn:') ? 8 : policyBytes(policy)),
    0,
  )
}

/**
 * Cached by name, version and hash of the document, within `mostBytes`: a policy that is created
 * again under the same name replaces the old one.
 */
export function createStoredPolicies(mostBytes = defaultBytes): StoredPolicies {
  const known = new Map<string, { readonly sha256: string; readonly policy: Policy }>()
  let bytes = 0
  const remove = (name: string) => {
    const found = known.get(name)
    if (!found) return
    bytes -= policyBytes(found.policy)
    known.delete(name)
  }
  return {
    get({ kind, account, id, version = '' }, text) {
      const name = `${kind} ${account} ${version} ${id}`
      const sha256 = hash('sha256', text, 'base64')
      const found = known.get(name)
      if (found?.sha256 === sha256) return found.policy
      const parsed = parseManaged(kind, { arn: id }, text)
      const policy = parsed.ok ? parsed.policy : denyAll(id)
      compiledBytes.set(policy, bytesOfText(text))
      remove(name)
      bytes += policyBytes(policy)
      while (bytes > mostBytes && known.size > 0) for (const one of oldestOf(known)) remove(one)
      known.set(name, { sha256, policy })
      return policy
    },
  }
}

/**
 * Stands for a policy that is missing or can't be parsed: what it denied is unknown, so everything
 * is denied.
 */
export function denyAll(id: string): Policy {
  const statement = { Sid: 'UnreadablePolicy', Effect: 'Deny', Action: '*', Resource: '*' }
  const parsed = parsePolicy(
    'identity',
    id,
    JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  )
  if (!parsed.ok) throw new Error('the policy that denies everything does not parse')
  return parsed.policy
}
