import type { CheckedSettings } from '../config/load.ts'
import type { Log } from '../kernel/log.ts'
import type { MetricFigures } from './metrics.ts'
import type { WorkerReadiness } from './readiness.ts'
import {
  endWorker,
  forkWorker,
  setWorkerProgram,
  type WorkerEnd,
  type WorkerProcess,
} from './worker-process.ts'

export interface KeepWorkersPorts {
  readonly count: number
  readonly checked: CheckedSettings
  readonly newStore?: boolean | undefined
  /** What a worker runs. */
  readonly program: string
  readonly log: Log
  /** Takes the figures that a worker told, by its place: `worker 1`. */
  readonly counted: (place: string, figures: readonly MetricFigures[]) => void
  /** The worker of a place has ended. */
  readonly ended: (place: string) => void
}

/** One place: a worker, and after its end another. */
interface Place {
  readonly number: number
  /** Undefined while there is no process. */
  process: WorkerProcess | undefined
  /** Ends in a row, none of which was long after its start. */
  endsInARow: number
}

/** Probes of readiness have 3 s themselves. */
const readinessMs = 4000
const metricsMs = 2000
/** Beyond its own times: the last write of the trail has 5 s, the store 2 s. */
const closeMs = 9000
/** A worker that lived so long did not end because of how it was begun. */
const settledMs = 60_000
const [firstPauseMs, longestPauseMs] = [100, 30_000]

/** How long to wait before a worker is replaced that ended the nth time in a row. */
export function pauseBeforeNext(endsInARow: number): number {
  return Math.min(firstPauseMs * 2 ** (endsInARow - 1), longestPauseMs)
}

/**
 * Starts workers that share the listener, the first one alone: it makes the store where there is
 * none. Replaces each that ends, with pauses that double from 100 ms to 30 s while they end soon
 * after their start. Rejects when a worker can't begin at the start, with all ended.
 */
export async function keepWorkers(ports: KeepWorkersPorts): Promise<Workers> {
  setWorkerProgram(ports.program)
  const workers = new Workers(ports)
  await workers.start()
  return workers
}

export class Workers {
  readonly #ports: KeepWorkersPorts
  readonly #places: readonly Place[]
  readonly #timers = new Set<NodeJS.Timeout>()
  #checked: CheckedSettings
  #stopping = false
  #restarts = 0
  #address = ''

  constructor(ports: KeepWorkersPorts) {
    this.#ports = ports
    this.#checked = ports.checked
    this.#places = Array.from(
      { length: ports.count },
      (_, at): Place => ({ number: at + 1, process: undefined, endsInARow: 0 }),
    )
  }

  async start(): Promise<void> {
    const [first, ...others] = this.#places
    // They load the program at the same time, whatever begins first.
    for (const place of this.#places) this.#fork(place)
    try {
      this.#address = await this.#begin(first!, false)
      await Promise.all(others.map((place) => this.#begin(place, true)))
    } catch (error) {
      await this.#end(closeMs)
      throw error
    }
  }

  /** Where they listen. */
  get address(): string {
    return this.#address
  }

  get restarts(): number {
    return this.#restarts
  }

  /**
   * Applies settings in one worker, then in all others. Throws, with nothing changed, when the
   * first one can't. One that can't follow then is replaced.
   */
  async reload(next: CheckedSettings): Promise<void> {
    const [first, ...others] = this.#places.filter(({ process }) => process?.serves)
    await first?.process?.ask('reload', next)
    this.#checked = next
    const follow = async (place: Place) => {
      const { process } = place
      await process?.ask('reload', next).catch((error: unknown) => {
        this.#failed(place, error)
        process.kill()
      })
    }
    await Promise.all(others.map(follow))
  }

  readiness(): Promise<readonly WorkerReadiness[]> {
    const ask = async ({ number, process }: Place) => ({
      number,
      outcomes: process?.serves
        ? await process.ask('readiness', undefined, readinessMs).catch(() => undefined)
        : undefined,
    })
    return Promise.all(this.#places.map(ask))
  }

  /** Has the figures of all workers told. Answers which ones told them. */
  count(): Promise<readonly { readonly number: number; readonly answered: boolean }[]> {
    const ask = async (place: Place) => {
      const { number, process } = place
      if (!process?.serves) return { number, answered: false }
      const figures = await process.ask('metrics', undefined, metricsMs).catch(() => undefined)
      if (figures) this.#ports.counted(placeName(place), figures)
      return { number, answered: figures !== undefined }
    }
    return Promise.all(this.#places.map(ask))
  }

  /** Ends all workers. Those that do not end in time are killed. */
  async stop({
    idleMs,
    timeoutMs,
    hurry,
  }: {
    readonly idleMs: number
    readonly timeoutMs: number
    readonly hurry: AbortSignal
  }): Promise<void> {
    const hurried = ({ ask }: WorkerProcess) => void ask('hurry', undefined).catch(() => undefined)
    const ask = async (process: WorkerProcess) => {
      const stopped = process.ask('stop', { idleMs, timeoutMs })
      if (hurry.aborted) hurried(process)
      else hurry.addEventListener('abort', () => hurried(process), { once: true })
      await stopped
    }
    await this.#end(idleMs + timeoutMs + closeMs, ask)
  }

  async #end(timeMs: number, ask?: (process: WorkerProcess) => Promise<void>): Promise<void> {
    this.#stopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    const { log } = this.#ports
    const ends = this.#places.map(
      ({ number, process }) => process && endWorker(process, { number, ask, timeMs, log }),
    )
    await Promise.all(ends)
  }

  async #begin(place: Place, joins: boolean): Promise<string> {
    const process = place.process ?? this.#fork(place)
    const given = this.#checked
    const { number } = place
    const { newStore, log } = this.#ports
    const address = await process.ask('begin', { checked: given, newStore, number, joins })
    // The settings were changed while it began with those of before.
    if (given !== this.#checked) await process.ask('reload', this.#checked)
    process.serves = true
    log('worker-started', { worker: number, pid: process.pid })
    return address
  }

  #fork(place: Place): WorkerProcess {
    const process = forkWorker((how) => this.#ended(place, process, how))
    place.process = process
    return process
  }

  #ended(place: Place, process: WorkerProcess, how: WorkerEnd): void {
    if (place.process !== process) return
    place.process = undefined
    this.#ports.ended(placeName(place))
    if (this.#stopping) return
    const { pid, bornAt } = process
    const isSettled = performance.now() - bornAt > settledMs
    place.endsInARow = isSettled ? 1 : place.endsInARow + 1
    const againMs = pauseBeforeNext(place.endsInARow)
    this.#ports.log('worker-ended', { worker: place.number, pid, ...how, againMs })
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#restarts++
      this.#begin(place, true).catch((error: unknown) => {
        if (this.#stopping) return
        this.#failed(place, error)
        place.process?.kill()
      })
    }, againMs)
    this.#timers.add(timer)
  }

  #failed({ number }: Place, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.#ports.log('worker-failed', { worker: number, reason })
  }
}

function placeName({ number }: Place): string {
  return `worker ${number}`
}
