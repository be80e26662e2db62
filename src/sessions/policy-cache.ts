import { hash } from 'node:crypto'
import { oldestOf } from '../kernel/oldest-of.ts'
import { type Policy, type PolicyKind, type Problem, parsePolicy } from '../policy/index.ts'
import { parseManaged } from '../reference/managed-policies.ts'

const mostPolicies = 10_000
/** A compiled policy takes some ten times the memory of its text. */
const mostCharacters = 2_000_000
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

/**
 * Cached by name, version and hash of the document: a policy that is created again under the same
 * name replaces the old one.
 */
export function createStoredPolicies(): StoredPolicies {
  const known = new Map<string, { readonly sha256: string; readonly policy: Policy }>()
  return {
    get({ kind, account, id, version = '' }, text) {
      const name = `${kind} ${account} ${version} ${id}`
      const sha256 = hash('sha256', text, 'base64')
      const found = known.get(name)
      if (found?.sha256 === sha256) return found.policy
      const parsed = parseManaged(kind, { arn: id }, text)
      const policy = parsed.ok ? parsed.policy : denyAll(id)
      if (!found && known.size >= mostPolicies) for (const one of oldestOf(known)) known.delete(one)
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
