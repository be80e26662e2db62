import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { ServerState } from '../connector.ts'
import { DirectoryTrouble, reasonOf } from './directory-trouble.ts'
import { openWire, type Security, type Server } from './open-wire.ts'
import { isServersFault, ServerHealth } from './server-health.ts'
import { Session, type Timeouts } from './session.ts'

export interface TransportSettings {
  readonly servers: readonly string[]
  readonly security: Security
  readonly timeouts: Timeouts
}

export interface TransportPorts {
  readonly clock: Clock
  readonly log: Log
}

type Work<T> = (session: Session) => Promise<T>

/** A caller that gave up sooner than this did not wait long enough to blame the server. */
const patienceMs = 1000

/**
 * The servers of one directory. The first fit one is used; when it is at fault (no connection, no
 * answer, busy, not LDAP) it rests, and the next one is tried. When its rest ends, the first one is
 * used again.
 */
export class Transport {
  readonly #servers: readonly Server[]
  readonly #settings: TransportSettings
  readonly #health: ServerHealth
  readonly #log: TransportPorts['log']
  /**
   * Sessions already reported: a broken connection counts as one failure of its server, however
   * many searches ran on it.
   */
  readonly #reported = new WeakSet<Session>()
  #last = 0

  constructor(settings: TransportSettings, { clock, log }: TransportPorts) {
    this.#servers = settings.servers.map(parseServer)
    this.#settings = settings
    this.#health = new ServerHealth(settings.servers, clock)
    this.#log = log
  }

  get size(): number {
    return this.#servers.length
  }

  /**
   * Runs `work` on a connection of its own, once per server until one answers. Tries no further
   * server after one that may have checked a bind of `work`, because a wrong password would count
   * on each.
   */
  async run<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    let result: { readonly value: T } | undefined
    const prepare: Work<void> = async (session) => {
      result = { value: await work(session) }
    }
    using _session = await this.open(signal, prepare, (session) => session.mayHaveJudged)
    return result!.value
  }

  /**
   * Returns a connection to the first server on which `prepare` resolves. Throws what `prepare`
   * throws where the server is not at fault or `isLast` holds, and DirectoryTrouble with all
   * reasons when every server is at fault.
   */
  async open(
    signal: AbortSignal,
    prepare: Work<void>,
    isLast: (session: Session) => boolean = () => false,
  ): Promise<Session> {
    const troubles: DirectoryTrouble[] = []
    for (const index of this.#health.order()) {
      if (signal.aborted) break
      const begun = performance.now()
      this.#health.begin(index)
      let session: Session | undefined
      try {
        session = await this.#connect(index, signal)
        await prepare(session)
        this.#answered(index, troubles)
        return session
      } catch (error) {
        session?.[Symbol.dispose]()
        const patient = performance.now() - begun >= patienceMs
        const trouble = signal.aborted && patient ? silent(this.#servers[index]!) : error
        if (isServersFault(trouble)) this.#health.failed(index, trouble)
        else if (!signal.aborted) this.#answered(index, troubles)
        if (!isServersFault(error) || (session && isLast(session))) throw error
        troubles.push(error)
      }
    }
    throw this.#none(troubles)
  }

  /** Records that a connection returned by `open` turned out to be at fault. */
  failed(session: Session, trouble: DirectoryTrouble): void {
    if (this.#reported.has(session)) return
    this.#reported.add(session)
    this.#health.failed(this.#indexOf(session), trouble)
  }

  /** Returns whether a server listed before that of `session` is fit (again). */
  hasBetter(session: Session): boolean {
    return this.#health.hasBetter(this.#indexOf(session))
  }

  states(): readonly ServerState[] {
    return this.#health.states()
  }

  reconsider(): void {
    this.#health.reconsider()
  }

  async #connect(index: number, signal: AbortSignal): Promise<Session> {
    const { security, timeouts } = this.#settings
    const server = this.#servers[index]!
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeouts.connectMs)])
    try {
      return new Session(server.url, await openWire(server, security, limit), timeouts)
    } catch (error) {
      const kind = signal.aborted ? 'given-up' : 'unreachable'
      throw new DirectoryTrouble(kind, `${server.url}: ${reasonOf(error)}`, { cause: error })
    }
  }

  #answered(index: number, troubles: readonly DirectoryTrouble[]): void {
    this.#health.answered(index)
    if (index === this.#last) return
    const [from, to] = [this.#servers[this.#last]!.url, this.#servers[index]!.url]
    const now = troubles.map(({ message }) => message).join('; ')
    const before = this.#health.states()[this.#last]!.trouble?.reason
    this.#log('ldap.failover', { from, to, reason: now || (before ?? 'it is asked again') })
    this.#last = index
  }

  #none(troubles: readonly DirectoryTrouble[]): DirectoryTrouble {
    const [first] = troubles
    if (first) {
      const reasons = troubles.map(({ message }) => message).join('; ')
      return new DirectoryTrouble(first.code, `no server answers: ${reasons}`, { cause: first })
    }
    const resting = this.#health.states().flatMap(({ trouble }) => trouble ?? [])
    const soonest = resting.map(({ askedAgainAt }) => askedAgainAt.toISOString()).sort()[0]
    const reasons = resting.map(({ reason }) => reason).join('; ')
    if (soonest === undefined) return new DirectoryTrouble('given-up', 'given up before an answer')
    const when = `not asked again before ${soonest} or the next reload`
    return new DirectoryTrouble('service-refused', `${reasons} (${when})`)
  }

  #indexOf({ server }: Session): number {
    return this.#servers.findIndex(({ url }) => url === server)
  }
}

function silent({ url }: Server): DirectoryTrouble {
  return new DirectoryTrouble('no-answer', `${url}: no answer before it was given up`)
}

function parseServer(url: string): Server {
  const { hostname, port, protocol } = new URL(url)
  const usual = protocol === 'ldaps:' ? 636 : 389
  return { url, host: hostname.replace(/^\[|\]$/g, ''), port: port ? Number(port) : usual }
}
