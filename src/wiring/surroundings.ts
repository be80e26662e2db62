import type { OutboxSweeps } from '../audit/outbox-delivery.ts'
import type { Configuration } from '../config/load.ts'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { currentOrganization } from './organization.ts'

/** The inputs that every part of the wiring receives. */
export interface Surroundings {
  /** The settings at the start; most sections take effect only then. */
  readonly settings: Settings
  /** The settings after the last reload. */
  readonly current: () => Configuration
  /** The organization of those. */
  readonly organization: ReturnType<typeof currentOrganization>
  readonly env: Environment
  readonly publicUrl: URL
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Create a store when it is missing, even though its root key exists. */
  readonly newStore?: boolean | undefined
  /**
   * Other processes of this node serve beside this one, on one store and one audit trail, which is
   * rotated for them. Which lines of the outbox that others left this one delivers is `outbox`.
   */
  readonly shares?: { readonly outbox: OutboxSweeps } | undefined
  /** Whether this node is about to stop: nobody should send it anything more. */
  readonly retired?: (() => boolean) | undefined
}
