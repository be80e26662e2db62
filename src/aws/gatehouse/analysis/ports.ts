import type { LastAccessed } from '../../../sessions/last-accessed.ts'
import type { Reads } from '../../../store/store.ts'
import type { OwnService } from '../../iam/last-accessed/accessed-services.ts'
import type { Readable } from '../mapping/ports.ts'
import type { DecidingPorts, Rules } from './decided-calls.ts'
import type { Jobs } from './jobs.ts'

export interface AnalysisPorts extends DecidingPorts {
  readonly jobs: Jobs
  readonly reads: Reads
  readonly lastAccessed: Pick<LastAccessed, 'find'>
  readonly ownServices: () => Promise<
    readonly (OwnService & {
      /** Whether it verifies requests itself, so that not every call is seen. */
      readonly localVerification: boolean
    })[]
  >
  readonly readRules: (text: string) => Readable<Rules>
}
