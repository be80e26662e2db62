import type { Log } from '../../kernel/log.ts'
import { StoreFault } from '../store-fault.ts'
import type { Connections } from './connections.ts'
import { refuseLeftBehind } from './schema-version.ts'

export interface TrustPorts {
  readonly connections: Pick<Connections, 'away'>
  readonly log: Log
  /** While PostgreSQL is known to be away, what is in memory counts for so long. */
  readonly trustedMs: number
  /** The schema version that this Gatehouse knows. */
  readonly known: number
}

/** An instant, by two clocks. */
type Mark = readonly [steady: number, wall: number]

/** Whether what is in memory may be trusted, and the operator's log of when it may not. */
export interface Trust {
  /** Call before the other nodes' changes are asked for. */
  mark(): Mark
  /** All changes up to `mark` are known. `worksFrom`: of the schema, as it is now. */
  isUpToDate(mark: Mark, worksFrom: number): void
  /** How long ago this node was up to date, in milliseconds. */
  ageMs(): number
  /** Whether it did not ask for long without a known failure, and may ask now. */
  stoodStill(): boolean
  /** Throws StoreFault when memory must not be trusted. */
  refuse(): void
}

/**
 * Without a known failure, a node that did not ask for so long stood still. It asks before it
 * trusts its memory again.
 */
const quietMs = 5000

export function createTrust({ connections, log, trustedMs, known }: TrustPorts): Trust {
  const upToDate = createStopwatch()
  let isCutOff = false
  let isLeftBehind = false
  let worksFrom = 0
  return {
    mark: upToDate.mark,
    ageMs: upToDate.ageMs,
    isUpToDate(mark, version) {
      upToDate.set(mark)
      worksFrom = version
      const wasLeftBehind = isLeftBehind
      isLeftBehind = known < worksFrom
      if (isLeftBehind && !wasLeftBehind) log('store-too-new', { worksFrom, known })
      if (isCutOff) log('store-up-to-date', {})
      isCutOff = false
    },
    stoodStill: () => upToDate.ageMs() > quietMs && connections.away() === undefined,
    refuse() {
      refuseLeftBehind(worksFrom, known)
      const age = upToDate.ageMs()
      if (age <= quietMs) return
      const away = connections.away()
      if (away && age <= trustedMs) return
      const seconds = Math.round(age / 1000)
      if (!isCutOff) log('store-cut-off', { seconds })
      isCutOff = true
      const message = `what other nodes did in the last ${seconds} s is not known here`
      throw new StoreFault('failing', message, { cause: away?.reason })
    },
  }
}

/**
 * Knows how long ago something was marked. A process that stood still, or a machine that slept, may
 * have missed it on one of its clocks: the longer time counts.
 */
function createStopwatch() {
  const mark = (): Mark => [performance.now(), Date.now()]
  let set = mark()
  return {
    mark,
    set(to: Mark) {
      set = to
    },
    ageMs() {
      const [steady, wall] = mark()
      return Math.max(steady - set[0], wall - set[1])
    },
  }
}
