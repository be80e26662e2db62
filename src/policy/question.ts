import type { ProblemCode } from './problem-code.ts'

/**
 * The principal of a request. `arn` is the caller's own ARN; `kind` says which of the other ARNs
 * are present.
 */
export interface Principal {
  readonly kind:
    | 'root'
    | 'user'
    | 'assumed-role'
    | 'federated-user'
    /**
     * A person who was authenticated by a provider: `arn` is the provider's ARN, before a role is
     * assumed.
     */
    | 'federated'
    | 'service'
    | 'anonymous'
  readonly arn: string
  readonly account?: string
  /** The unique id of the user, or of the IAM role or user behind a session. */
  readonly entityId?: string | undefined
  /** The IAM role behind an assumed-role session. */
  readonly roleArn?: string
  /** The IAM user behind a federated-user session or a GetSessionToken session. */
  readonly userArn?: string
}

export interface Question {
  readonly principal: Principal
  /** `service:Action`. */
  readonly action: string
  /** An ARN, or `*` for actions without a resource. */
  readonly resource: string
  /** The account that owns the resource. */
  readonly resourceAccount?: string | undefined
  /** Names of keys in lower case. An absent key differs from a key without values. */
  readonly context: ReadonlyMap<string, readonly string[]>
  /** Lower-case names of those keys in `context` that are multi-valued by nature. */
  readonly multivalued?: ReadonlySet<string> | undefined
}

export type PolicyKind =
  | 'identity'
  | 'resource'
  | 'trust'
  | 'boundary'
  | 'session'
  | 'service-control'
  | 'resource-control'

export interface Decision {
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
  /** The statements that decided, for audit events, console and simulator alike. */
  readonly because: readonly Reason[]
  /** The layer that caused an implicit deny, if one did. */
  readonly blockedBy?: PolicyKind
  /** Absent condition keys that could change it: of the Deny, else of Allows for the action. */
  readonly missingContext: readonly string[]
}

export interface Reason {
  readonly policy: string
  /** Zero-based. */
  readonly statement: number
  readonly sid?: string
  readonly layer: PolicyKind
}

export interface Problem {
  readonly code: ProblemCode
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** JSON path of the element: `Statement[0].Action`. */
  readonly path: string
  readonly message: string
  /** The text at fault, where the problem is about one. */
  readonly value?: string | undefined
}
