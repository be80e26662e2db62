import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { cloudTrailLine } from './cloudtrail.ts'
import { eventBudget } from './cut.ts'
import type { Audit, AuditEvent, LeftEvent, Recordable } from './event.ts'
import { type LineOutbox, OutboxDelivery, type OutboxSweeps } from './outbox-delivery.ts'
import type { Rotation } from './rotation.ts'
import { openTrailFile, type TrailFile } from './trail-file.ts'

export interface TrailOptions {
  /** JSON lines. */
  readonly path: string
  /**
   * The operator's log. A failing trail is reported once each time that it begins to fail; dropped
   * events are reported at the first one and at every doubling of their count.
   */
  readonly log: Log
  readonly clock?: Clock | undefined
  /** Where transactions store the events of their writes. Absent: they store none. */
  readonly outbox?: LineOutbox | undefined
  /** Absent: the file grows until somebody moves it away. */
  readonly rotation?: Rotation | undefined
  /**
   * Other processes of this node write the same file, and rotate it; `sweeps`: which lines of the
   * outbox that others left this one delivers. Absent: the file is this process's own.
   */
  readonly shared?: { readonly sweeps: OutboxSweeps } | undefined
  /** `flushed`: each event is on disk before its call is answered. */
  readonly durability?: 'buffered' | 'flushed' | undefined
  /**
   * What happens to calls while the trail fails. Absent: writes are refused, other calls continue.
   */
  readonly whenFailing?: 'refuse' | 'continue' | undefined
  /**
   * Bytes of events that may wait in memory. New events beyond it are dropped and counted;
   * unauthenticated calls may use only half of it, so that they can't displace the events of
   * authenticated ones.
   */
  readonly keepBytes?: number | undefined
  /** Time until a failed write is tried again. */
  readonly retryMs?: number | undefined
  /** A write that takes longer than this counts as failing. */
  readonly stallMs?: number | undefined
  /** The longest that disposing waits for the last write. */
  readonly closeMs?: number | undefined
}

/**
 * How long a busy trail gathers events for one batch: a write and the check whether the file was
 * moved cost as much as many events.
 */
const gatherMs = 10
/** Limit of one batch. */
const batchBytes = 1024 * 1024
/** So many lines are made in one turn of the event loop: more would delay the calls that wait. */
const linesATurn = 32
/** An event that keeps more in memory is turned into its line at once, within its budget. */
const heavyBytes = 16 * 1024
/**
 * How much of the end of the trail is searched for a line of the outbox before it is written again.
 */
const tailBytes = 4 * 1024 * 1024

/** Dropped events, and the time of the first. */
interface Gap {
  readonly events: number
  readonly since: Date
}

interface Batch {
  readonly text: string
  /** Ids of its lines in the outbox. */
  readonly ids: readonly number[]
}

/** A finished line, an event to make a line from, or a line of the outbox. */
type Waiting = string | Recordable | LeftEvent

/**
 * Opens the trail on a file and moves what a killed process left in the outbox into it. Throws when
 * the file can't be opened.
 */
export async function openFileTrail(options: TrailOptions): Promise<Audit> {
  const { path, log, clock, rotation, shared } = options
  const rotationFailed = (error: unknown) =>
    log('audit.rotation-failed', { path, reason: reasonOf(error) })
  const opened = { rotation, shared: shared !== undefined, clock, rotationFailed }
  const trail = new Trail(await openTrailFile(path, opened), options)
  await trail.start()
  return trail
}

/**
 * Appends events as CloudTrail records, one a line, in the order of `record`. Writes in batches, so
 * that callers do not wait; limits the bytes of waiting events.
 */
export class Trail implements Audit {
  readonly #file: TrailFile
  readonly #options: TrailOptions
  readonly #clock: Clock
  readonly #keepBytes: number
  readonly #stallMs: number
  readonly #delivery: OutboxDelivery | undefined
  /** In the order of `record`; the first `#inHand` of them are being written. */
  #waiting: Waiting[] = []
  #inHand = 0
  #waitingBytes = 0
  #lostEvents = 0
  /** Events dropped that the trail does not report yet. */
  #gap: Gap | undefined
  #failing: string | undefined
  #closed = false
  #writing: Promise<void> | undefined
  #planned: NodeJS.Timeout | NodeJS.Immediate | undefined
  #busy = false
  /**
   * Promises of `durable`, in the order of events: each resolves once `events` events are written.
   */
  #awaited: { readonly events: number; readonly done: PromiseWithResolvers<void> }[] = []
  #recordedEvents = 0
  #writtenEvents = 0

  constructor(file: TrailFile, options: TrailOptions) {
    const { clock = systemClock, outbox, shared } = options
    this.#file = file
    this.#options = options
    this.#clock = clock
    this.#keepBytes = options.keepBytes ?? 64 * 1024 * 1024
    this.#stallMs = options.stallMs ?? 5000
    const enqueue = (line: string, id: number) =>
      this.#enqueue({ eventSource: 'sts.amazonaws.com', line, id }, this.#keepBytes / 2)
    const tail = () => this.#file.tail(tailBytes)
    const failing = () => this.#failing !== undefined
    const sweeps = shared?.sweeps ?? 'at-once'
    this.#delivery = outbox && new OutboxDelivery({ outbox, sweeps, clock, enqueue, tail, failing })
  }

  async start(): Promise<void> {
    await this.#delivery?.start()
  }

  record(recordable: Recordable): void {
    const most = recordable.unproved ? this.#keepBytes / 2 : this.#keepBytes
    // For a heavy event count at most the size of its line, which is limited.
    const bytes = Math.min(recordable.bytes, eventBudget.event)
    if (this.#waitingBytes + bytes > most) {
      this.#drop()
      return
    }
    const heavy = recordable.bytes > heavyBytes
    const waiting = heavy ? this.#lineOf(recordable) : recordable
    if (waiting !== undefined) this.#enqueue(waiting, Number.POSITIVE_INFINITY)
  }

  deliver(left: LeftEvent): void {
    // If there is no room, the line stays in the outbox and is delivered by a later sweep.
    if (this.#enqueue(left, this.#keepBytes)) this.#delivery?.takes(left.id)
  }

  async flush(): Promise<void> {
    if (this.#writing) await this.#writing
    do await this.#start()
    while (this.#waiting.length > 0 && this.#failing === undefined)
  }

  durable(): Promise<void> | undefined {
    if (this.#options.durability !== 'flushed') return undefined
    if (this.#failing !== undefined || this.#gap)
      return Promise.reject(new Error(this.#failing ?? 'events were lost'))
    if (this.#writtenEvents === this.#recordedEvents) return undefined
    const done = Promise.withResolvers<void>()
    this.#awaited.push({ events: this.#recordedEvents, done })
    return done.promise
  }

  refuses(writes: boolean): boolean {
    if (this.#failing === undefined && this.#gap === undefined) return false
    const { whenFailing = writes ? 'refuse' : 'continue' } = this.#options
    return whenFailing === 'refuse'
  }

  async probe(): Promise<void> {
    if (this.#failing === undefined && this.#gap === undefined) return
    const waits = `${this.#waiting.length} events wait`
    const lost = this.#gap ? `, ${this.#gap.events} were lost` : ''
    const reason = this.#failing ?? 'events come faster than they can be written'
    throw new Error(`the audit trail cannot be written: ${reason}; ${waits}${lost}`)
  }

  get losing(): boolean {
    return this.#gap !== undefined
  }

  get figures(): Audit['figures'] {
    return { waitingBytes: this.#waitingBytes, lostEvents: this.#lostEvents }
  }

  /**
   * Waits for the last write, but no longer than `closeMs`, because a hanging volume must not keep
   * the process alive.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const { closeMs = 5000 } = this.#options
    const { promise: tooLate, resolve } = Promise.withResolvers<'too late'>()
    const timer = setTimeout(resolve, closeMs, 'too late')
    const ended = await Promise.race([this.flush(), tooLate])
    clearTimeout(timer)
    this.#unplan()
    await this.#delivery?.[Symbol.asyncDispose]()
    const lost = this.#waiting.filter((one) => !isLeft(one)).length + (this.#gap?.events ?? 0)
    if (lost > 0) this.#logLoss(lost, this.#failing ?? 'a write has not returned')
    if (ended !== 'too late') await this.#file.close()
  }

  /** Returns false and keeps nothing when more than `most` bytes would wait. */
  #enqueue(waiting: Waiting, most: number): boolean {
    const bytes = bytesOf(waiting)
    if (this.#waitingBytes + bytes > most) return false
    this.#waiting.push(waiting)
    this.#waitingBytes += bytes
    this.#recordedEvents++
    this.#plan()
    return true
  }

  /** Returns how many are lost that the trail does not tell yet. */
  #countLost(): number {
    this.#lostEvents++
    const { events, since } = this.#gap ?? { events: 0, since: this.#clock.now() }
    this.#gap = { events: events + 1, since }
    return events + 1
  }

  #drop(): void {
    const lost = this.#countLost()
    const before = lost - 1
    // Log at powers of two only, so that many drops do not cause many log lines.
    if ((lost & before) === 0)
      this.#logLoss(lost, this.#failing ?? 'events come faster than they can be written')
  }

  #logLoss(lost: number, reason: string): void {
    this.#options.log('audit.lost', { path: this.#options.path, lost, reason })
  }

  /**
   * Returns undefined if making the line fails, which is a bug, so that other events are not lost.
   */
  #lineOf(recordable: Recordable): string | undefined {
    try {
      return cloudTrailLine(recordable.event())
    } catch (error) {
      const { eventSource } = recordable
      const reason = reasonOf(error)
      this.#countLost()
      this.#options.log('audit.lost', { path: this.#options.path, lost: 1, eventSource, reason })
      return undefined
    }
  }

  /**
   * Makes the next batch. Lines replace their events in the queue, because the write may fail and
   * be repeated.
   */
  async #nextBatch(): Promise<Batch> {
    const lines: string[] = []
    const ids: number[] = []
    let bytes = 0
    let taken = 0
    const most = this.#waiting.length
    for (; taken < most && bytes < batchBytes; taken++) {
      if (taken > 0 && taken % linesATurn === 0) await nextTurn()
      const waiting = this.#waiting[taken]!
      const line = this.#written(waiting, taken)
      if (isLeft(waiting)) ids.push(waiting.id)
      lines.push(line)
      bytes += line.length
    }
    this.#inHand = taken
    return { text: lines.join(''), ids }
  }

  #written(waiting: Waiting, at: number): string {
    if (typeof waiting === 'string') return waiting
    if (isLeft(waiting)) return waiting.line
    const line = this.#lineOf(waiting) ?? ''
    this.#waiting[at] = line
    this.#waitingBytes += bytesOf(line) - bytesOf(waiting)
    return line
  }

  async #writeBatch(): Promise<void> {
    const batch = await this.#nextBatch()
    if (batch.text !== '' || this.#gap) await this.#append(batch)
    const written = this.#waiting.splice(0, this.#inHand)
    for (const waiting of written) this.#waitingBytes -= bytesOf(waiting)
    this.#busy = written.length > 1
    this.#inHand = 0
    this.#writtenEvents += written.length
    while (this.#awaited.length > 0 && this.#awaited[0]!.events <= this.#writtenEvents)
      this.#awaited.shift()!.done.resolve()
  }

  async #append({ text, ids }: Batch): Promise<void> {
    const stalled = () => this.#fails(`a write has not returned for ${this.#stallMs} ms`)
    const watch = setTimeout(stalled, this.#stallMs).unref()
    const gap = this.#gap
    try {
      await this.#file.append(gap ? text + this.#lineOfGap(gap) : text)
      if (ids.length > 0 || this.#options.durability === 'flushed') await this.#file.sync()
    } finally {
      clearTimeout(watch)
    }
    this.#delivery?.written(ids)
    if (this.#failing !== undefined)
      this.#options.log('audit.recovered', { path: this.#options.path, lost: gap?.events ?? 0 })
    this.#failing = undefined
    // Events dropped during the write are reported by the next one.
    const untold = (this.#gap?.events ?? 0) - (gap?.events ?? 0)
    this.#gap = untold > 0 ? { events: untold, since: this.#clock.now() } : undefined
  }

  #fails(reason: string): void {
    if (this.#failing === undefined)
      this.#options.log('audit.failing', { path: this.#options.path, reason })
    this.#failing = reason
    for (const { done } of this.#awaited.splice(0)) done.reject(new Error(reason))
  }

  /** Returns a line that records how many events are missing from the trail. */
  #lineOfGap({ events, since }: Gap): string {
    const event: AuditEvent = {
      eventID: randomUUID(),
      eventTime: this.#clock.now(),
      eventSource: 'signin.amazonaws.com',
      eventName: 'AuditEventsLost',
      eventType: 'AwsServiceEvent',
      awsRegion: 'us-east-1',
      sourceIPAddress: 'gatehouse',
      userAgent: 'gatehouse',
      requestID: randomUUID(),
      userIdentity: { type: 'AWSService', invokedBy: 'gatehouse' },
      readOnly: false,
      chain: { detail: `${events} events since ${since.toISOString()} were not kept` },
    }
    return cloudTrailLine(event)
  }

  /** Schedules the next write: at once for a single event, after a pause if the trail is busy. */
  #plan(): void {
    if (this.#planned || this.#writing || this.#closed) return
    if (this.#waiting.length === 0 && !this.#gap) return
    const { retryMs = 1000 } = this.#options
    const start = () => void this.#start()
    if (this.#failing !== undefined) this.#planned = setTimeout(start, retryMs).unref()
    else this.#planned = this.#busy ? setTimeout(start, gatherMs) : setImmediate(start)
  }

  #unplan(): void {
    clearTimeout(this.#planned as NodeJS.Timeout)
    clearImmediate(this.#planned as NodeJS.Immediate)
    this.#planned = undefined
  }

  #start(): Promise<void> {
    this.#unplan()
    this.#writing ??= this.#writeBatch()
      .catch((error: unknown) => {
        this.#inHand = 0
        this.#fails(reasonOf(error))
      })
      .finally(() => {
        this.#writing = undefined
        this.#plan()
      })
    return this.#writing
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isLeft(waiting: Waiting): waiting is LeftEvent {
  return typeof waiting !== 'string' && 'line' in waiting
}

/** Returns the bytes in memory; for a text, two for each UTF-16 unit. */
function bytesOf(waiting: Waiting): number {
  if (typeof waiting === 'string') return waiting.length * 2
  return isLeft(waiting) ? waiting.line.length * 2 : waiting.bytes
}
