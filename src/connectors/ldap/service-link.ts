import type { LdapSettings } from './settings.ts'
import { DirectoryTrouble, type Session, type Transport } from './transport.ts'

type ServiceBind = Extract<LdapSettings['bind'], { readonly how: 'search' }>

/**
 * The service account's one connection: opened when first needed, shared by all searches, opened anew when it has
 * ended. No person ever binds on it.
 */
export class ServiceLink implements AsyncDisposable {
  readonly #transport: Transport
  readonly #bind: ServiceBind
  readonly #ending = new AbortController()
  #opening: Promise<Session> | undefined
  #session: Session | undefined

  constructor(transport: Transport, bind: ServiceBind) {
    this.#transport = transport
    this.#bind = bind
  }

  /** Runs `work`, which only reads; once more on a new connection when the old one broke under it. */
  async use<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    const reused = this.#session !== undefined && !this.#session.closed
    const session = await this.#open(signal)
    try {
      return await work(session)
    } catch (error) {
      if (!reused || !session.closed || signal.aborted) throw error
      return work(await this.#open(signal))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(new Error('the connector was closed'))
    await this.#opening?.catch(() => undefined)
    this.#session?.[Symbol.dispose]()
  }

  /** One person who gives up does not end the opening for the others: it has time limits of its own. */
  async #open(signal: AbortSignal): Promise<Session> {
    if (this.#ending.signal.aborted) throw new DirectoryTrouble('the connector was closed')
    if (this.#session && !this.#session.closed) return this.#session
    this.#opening ??= this.#bound().finally(() => { this.#opening = undefined })
    const { promise, reject } = Promise.withResolvers<never>()
    const giveUp = () => reject(new DirectoryTrouble('given up before the service account was bound'))
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    this.#opening.catch(() => undefined)
    try {
      return await Promise.race([this.#opening, promise])
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  async #bound(): Promise<Session> {
    const ending = this.#ending.signal
    const session = await this.#transport.connect(ending)
    try {
      const { resultCode, diagnostic } = await session.bind(this.#bind.dn, this.#bind.password, ending)
      if (resultCode !== 0) throw new DirectoryTrouble(`${session.server}: the service account is refused (LDAP result ${resultCode}: ${diagnostic})`)
    } catch (error) {
      session[Symbol.dispose]()
      throw error
    }
    this.#session = session
    return session
  }
}
