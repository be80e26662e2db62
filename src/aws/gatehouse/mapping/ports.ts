import type { Identity } from '../../../kernel/identity.ts'
import type { Protocol } from '../../../kernel/protocol.ts'
import type { MappingResult } from '../../../mapping/grant.ts'
import type { Mappings } from '../../../mapping/index.ts'
import type { Federation } from '../../../sessions/federate.ts'
import type { RequestOrigin } from '../../../sessions/request-facts.ts'
import type { Reads } from '../../../store/store.ts'

/** A text that was read, or what is wrong with it, for the person who wrote it. */
export type Readable<T> =
  | { readonly value: T }
  | { readonly problems: readonly { readonly line: number; readonly message: string }[] }

export interface KnownConnector {
  readonly id: string
  readonly label: string
  readonly protocol: Protocol
  readonly accounts: readonly string[]
}
export interface KnownState {
  readonly reachable: boolean
  readonly remark?: string | undefined
  readonly servers: readonly {
    readonly url: string
    readonly trouble: { readonly reason: string; readonly askedAgainAt: Date } | undefined
  }[]
  readonly certificates: readonly {
    readonly whose: string
    readonly fingerprint: string
    readonly expiresAt: Date
  }[]
}
export interface KnownFailure {
  readonly at: Date
  readonly code: string
  readonly detail?: string | undefined
  readonly reference?: string | undefined
}
/** Mappings that may give a part of the grants only. */
export interface Judging {
  evaluate(identity: Identity): MappingResult
}

/** What the operations on connectors and mappings need of the side of sign-ins. */
export interface MappingPorts {
  readonly connectors: () => readonly KnownConnector[]
  /** Asks the directory or provider. undefined: the connector is gone. */
  readonly stateOf: (id: string) => Promise<KnownState | undefined>
  /** The latest first. */
  readonly failuresOf: (id: string) => readonly KnownFailure[]
  readonly mappings: () => Mappings
  readonly permitted: Federation['permitted']
  /** What a person would gain or lose if the second mappings took the place of the first. */
  readonly compare: (
    identity: Identity,
    mappings: readonly [Judging, Judging],
    from: RequestOrigin,
  ) => Promise<
    readonly {
      readonly kind: 'gains' | 'loses' | 'changes'
      readonly name: string
      readonly because: string
    }[]
  >
  /** People who signed in by a connector since `since`, those of the latest day first. */
  readonly recentOf: (
    reads: Reads,
    asked: { readonly connector: string; readonly since: Date },
  ) => AsyncIterable<{ readonly at: Date; readonly identity: Identity }>
  readonly findRecent: (
    reads: Reads,
    person: Pick<Identity, 'connector' | 'subject'>,
  ) => Promise<Identity | undefined>
  /** `gatehouse explain`'s form of an identity. */
  readonly readIdentity: (text: string) => Readable<Identity>
  readonly readRules: (text: string) => Readable<Mappings>
}
