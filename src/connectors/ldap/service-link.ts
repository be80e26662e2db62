import { DirectoryTrouble } from './directory-trouble.ts'
import { isServersFault } from './server-health.ts'
import type { Session } from './session.ts'
import type { LdapSettings } from './settings.ts'
import type { Transport } from './transport.ts'

type ServiceBind = Extract<LdapSettings['bind'], { readonly how: 'search' }>

/** A bound connection, and the number of its running searches. */
interface Link {
  readonly session: Session
  uses: number
  /** True once another connection replaced this one: it closes after its last search. */
  retired: boolean
}

/**
 * The single connection of the service account: opened on first use, shared by all searches,
 * reopened after it has ended, and moved back to an earlier server once that is fit again. No
 * person ever binds on it.
 */
export class ServiceLink implements AsyncDisposable {
  readonly #transport: Transport
  readonly #bind: ServiceBind
  readonly #ending = new AbortController()
  #opening: Promise<Link> | undefined
  #link: Link | undefined

  constructor(transport: Transport, bind: ServiceBind) {
    this.#transport = transport
    this.#bind = bind
  }

  /**
   * Runs `work`, which only reads. When the server is at fault, runs it again on a new connection:
   * to the next server, or to the same one when an existing connection ended or gave no answer.
   * Directories, and firewalls in front of them, drop idle connections; that is not counted as a
   * failure of the server.
   */
  async use<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    let serversLeft = this.#transport.size
    for (;;) {
      const before = this.#link
      const link = await this.#current(signal)
      link.uses++
      try {
        return await work(link.session)
      } catch (error) {
        if (!isServersFault(error)) throw error
        link.session[Symbol.dispose]()
        const forgotten = link === before && (error.code === 'ended' || error.code === 'no-answer')
        if (!forgotten) {
          this.#transport.failed(link.session, error)
          serversLeft--
        }
        if (signal.aborted || serversLeft === 0) throw error
      } finally {
        link.uses--
        if (link.retired && link.uses === 0) link.session[Symbol.dispose]()
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('the connector was closed'))
    await this.#opening?.catch(() => undefined)
    this.#link?.session[Symbol.dispose]()
  }

  async #current(signal: AbortSignal): Promise<Link> {
    if (this.#ending.signal.aborted)
      throw new DirectoryTrouble('given-up', 'the connector was closed')
    const link = this.#link
    if (link && !link.session.closed) {
      // The move to an earlier server runs in the background; this connection serves until then.
      if (this.#transport.hasBetter(link.session)) this.#open().catch(() => undefined)
      return link
    }
    return await this.#opened(signal)
  }

  /**
   * Rejects for a caller that gives up, but continues the opening for the others: it has time
   * limits of its own.
   */
  async #opened(signal: AbortSignal): Promise<Link> {
    const { promise, reject } = Promise.withResolvers<never>()
    const giveUp = () =>
      reject(new DirectoryTrouble('given-up', 'given up before the service account was bound'))
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    const opening = this.#open()
    opening.catch(() => undefined)
    try {
      return await Promise.race([opening, promise])
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  #open(): Promise<Link> {
    this.#opening ??= this.#bound().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #bound(): Promise<Link> {
    const ending = this.#ending.signal
    const { dn, password } = this.#bind
    const session = await this.#transport.open(ending, async (candidate) => {
      const { resultCode, diagnostic } = await candidate.bind(dn, password, ending)
      if (resultCode === 0) return
      const what = `the service account is refused (LDAP result ${resultCode}: ${diagnostic})`
      throw new DirectoryTrouble('service-refused', `${candidate.server}: ${what}`)
    })
    const old = this.#link
    if (old) {
      old.retired = true
      if (old.uses === 0) old.session[Symbol.dispose]()
    }
    this.#link = { session, uses: 0, retired: false }
    return this.#link
  }
}
