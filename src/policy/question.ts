import type { ProblemCode } from './problem-code.ts'

/** Who asks. `arn` is the caller's own ARN; `kind` says which of the others are there. */
export interface Principal {
  readonly kind:
    | 'root' | 'user' | 'assumed-role' | 'federated-user'
    /** A person proved by a provider: arn is the provider's ARN, before any role is taken. */
    | 'federated' | 'service' | 'anonymous'
  readonly arn: string
  readonly account?: string
  /** The IAM role behind an assumed-role session. */
  readonly roleArn?: string
  /** The IAM user behind a federated-user session or a GetSessionToken session. */
  readonly userArn?: string
}

export interface Question {
  readonly principal: Principal
  /** `service:Action`. */
  readonly action: string
  /** An ARN, or `*` for actions that know no resource. */
  readonly resource: string
  /** The account that owns the resource. */
  readonly resourceAccount?: string
  /** Key names in lower case. An absent key is absent; a key with no values is present and empty. */
  readonly context: ReadonlyMap<string, readonly string[]>
  /** Lower-case names of those keys in `context` that are multi-valued by nature. */
  readonly multivalued?: ReadonlySet<string>
}

export type PolicyKind =
  | 'identity' | 'resource' | 'trust' | 'boundary' | 'session' | 'service-control' | 'resource-control'

export interface Decision {
  readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
  /** The statements that settled it: audit, console and simulator tell one story. */
  readonly because: readonly Reason[]
  /** The layer that stopped an implicit deny, where one did. */
  readonly blockedBy?: PolicyKind
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
}
