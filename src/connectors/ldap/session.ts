import { NotLdap, UnreadableEntry } from './ber.ts'
import { DirectoryTrouble, reasonOf, type TroubleCode } from './directory-trouble.ts'
import { bindExchange } from './messages.ts'
import { exchangeOn } from './open-wire.ts'
import { type Answer, readHead, readMessage, readResult } from './read-message.ts'
import {
  type Entry,
  type Limits,
  readSearchAnswer,
  type Search,
  searchEntry,
  searchRequest,
} from './search-messages.ts'
import { Turns } from './turns.ts'
import { type LdapWire, LongMessage, tooLong } from './wire.ts'

export interface Timeouts {
  readonly connectMs: number
  readonly bindMs: number
  readonly searchMs: number
}

/** A search that a server has not finished answering. */
interface Owed {
  readonly entries: Entry[]
  bytes: number
  /**
   * Entries beyond this are counted by their bytes but not kept, because some servers ignore size
   * limits.
   */
  readonly mostEntries: number
  /** Why the search will fail when it ends; until then its answers are read but not kept. */
  unreadable: UnreadableEntry | undefined
  readonly done: (page: Page) => void
  readonly failed: (error: Error) => void
}

interface Page {
  readonly entries: readonly Entry[]
  readonly answer: Answer
  readonly cookie: Buffer
}

/** The largest size limit without paging, and the size of a page. */
const pageSize = 200
/**
 * Limit on all answers to one request together, so that a server that never stops cannot fill the
 * memory.
 */
const maxAnswerBytes = 64 * 1024 * 1024
const maxMessageId = 2 ** 31 - 1

/** Result codes (RFC 4511, appendix A). */
export const code = {
  success: 0,
  sizeLimitExceeded: 4,
  adminLimitExceeded: 11,
  noSuchObject: 32,
  busy: 51,
  unavailable: 52,
} as const

/**
 * One connection: binds once, then runs many searches at a time. An unsolicited answer, data that
 * is not LDAP, or a search without an answer in time ends the connection. An unreadable entry ends
 * only its own search.
 */
export class Session implements Disposable {
  readonly server: string
  readonly #wire: LdapWire
  readonly #timeouts: Timeouts
  readonly #owed = new Map<number, Owed>()
  /** Directories keep one paged search per connection: a second one ends the first. */
  readonly #pagedTurns = new Turns()
  #messageId = 0
  #searching = false
  #mayHaveJudged = false

  constructor(server: string, wire: LdapWire, timeouts: Timeouts) {
    this.server = server
    this.#wire = wire
    this.#timeouts = timeouts
  }

  get closed(): boolean {
    return this.#wire.destroyed
  }

  /** True once a bind was sent, unless the directory answered that it cannot check it. */
  get mayHaveJudged(): boolean {
    return this.#mayHaveJudged
  }

  /**
   * Performs a simple bind. Returns whatever the directory answers; throws DirectoryTrouble for
   * busy, unavailable, and no answer in time.
   */
  async bind(name: string, password: string, signal: AbortSignal): Promise<Answer> {
    // Empty values are refused earlier. Should that check ever fail, this one prevents an
    // unauthenticated bind.
    if (password === '' || name === '' || this.#searching)
      throw new DirectoryTrouble('unfit', 'a bind that must not be sent')
    const exchange = bindExchange(this.#nextId(), name, password)
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#timeouts.bindMs)])
    let answer: Answer
    this.#mayHaveJudged = !this.#wire.destroyed
    try {
      answer = await exchangeOn(this.#wire, exchange, limit)
    } catch (error) {
      throw this.#trouble('bind', error, signal)
    }
    if (answer.resultCode === code.busy || answer.resultCode === code.unavailable) {
      this.#mayHaveJudged = false
      throw this.#answered('bind', 'busy', answer)
    }
    return answer
  }

  /**
   * Returns the entries that match. Throws DirectoryTrouble, `no-base` when the base does not
   * exist, and `too-many` beyond `search.most`.
   */
  async search(search: Search, signal: AbortSignal): Promise<readonly Entry[]> {
    const few = search.scope === 'base' || search.most === 1
    const sizeLimit = few ? 2 : Math.min(search.most + 1, pageSize)
    const { answer, entries } = await this.#page(search, { sizeLimit }, signal)
    const { resultCode } = answer
    const cut = resultCode === code.sizeLimitExceeded || resultCode === code.adminLimitExceeded
    // A single entry from a truncated answer may be one of several.
    if (resultCode === code.success || (cut && few && entries.length > search.most)) {
      if (!few && entries.length > search.most) throw tooMany(search)
      return entries
    }
    if (!cut || few) throw this.#refused(answer, search)
    if (entries.length > search.most) throw tooMany(search)
    return await this.#paged(search, signal)
  }

  [Symbol.dispose](): void {
    // An unbind request is optional (RFC 4511, section 4.3): closing the connection means the same.
    this.#wire.destroy()
  }

  /** Reads page after page while no other paged search runs on this connection. */
  async #paged(search: Search, signal: AbortSignal): Promise<readonly Entry[]> {
    const endTurn = await this.#pagedTurns.take(signal)
    let inHand: Promise<unknown> = Promise.resolve()
    try {
      const found: Entry[] = []
      let cookie: Buffer = Buffer.alloc(0)
      do {
        const page = { size: pageSize, cookie }
        // Settles with the page's answer, even when the caller has given up.
        const asked = this.#ask(search, { sizeLimit: 0, page })
        inHand = asked
        const { entries, answer, cookie: next } = await this.#unlessGivenUp(asked, signal)
        if (answer.resultCode !== code.success) throw this.#refused(answer, search)
        found.push(...entries)
        if (found.length > search.most) throw tooMany(search)
        if (entries.length === 0 && next.equals(cookie))
          throw new DirectoryTrouble(
            'not-ldap',
            `${this.server}: search: a page that leads nowhere`,
          )
        cookie = next
      } while (cookie.length > 0)
      return found
    } finally {
      void inHand.catch(() => undefined).finally(endTurn)
    }
  }

  async #page(
    search: Search,
    limits: Pick<Limits, 'sizeLimit' | 'page'>,
    signal: AbortSignal,
  ): Promise<Page> {
    return await this.#unlessGivenUp(this.#ask(search, limits), signal)
  }

  /**
   * Sends one request and collects all its answers. Ends the connection when they are not complete
   * in time.
   */
  async #ask(search: Search, limits: Pick<Limits, 'sizeLimit' | 'page'>): Promise<Page> {
    if (!this.#searching) this.#listen()
    const { promise, resolve, reject } = Promise.withResolvers<Page>()
    const id = this.#nextId()
    const timer = setTimeout(
      () => this.#wire.destroy(new DirectoryTrouble('no-answer', 'no answer in time')),
      this.#timeouts.searchMs,
    )
    try {
      if (this.#wire.destroyed) throw new Error('the connection is closed')
      this.#owed.set(id, {
        entries: [],
        bytes: 0,
        mostEntries: search.most + 1,
        unreadable: undefined,
        done: resolve,
        failed: reject,
      })
      const timeLimitSeconds = Math.ceil(this.#timeouts.searchMs / 1000)
      this.#wire.write(searchRequest(id, search, { ...limits, timeLimitSeconds }))
      return await promise
    } catch (error) {
      throw this.#trouble('search', error)
    } finally {
      clearTimeout(timer)
      this.#owed.delete(id)
    }
  }

  #listen(): void {
    this.#searching = true
    this.#wire.on('data', (message: Buffer | LongMessage) => {
      try {
        this.#takeOrSpoil(message)
      } catch (error) {
        this.#wire.destroy(error as Error)
      }
    })
    this.#wire.on('close', () => {
      const error = this.#wire.errored ?? new Error('the directory closed the connection')
      for (const owed of this.#owed.values()) owed.failed(error)
    })
    this.#wire.resume()
  }

  /**
   * Fails only the search of an unreadable entry: neither the server nor other searches are at
   * fault.
   */
  #takeOrSpoil(message: Buffer | LongMessage): void {
    const isLong = message instanceof LongMessage
    const { id, operation } = isLong ? message.head : readHead(message)
    try {
      if (isLong) throw new UnreadableEntry(tooLong)
      this.#take(message)
    } catch (error) {
      const owed = this.#owed.get(id)
      if (!(error instanceof UnreadableEntry) || !owed || operation !== searchEntry) throw error
      owed.unreadable ??= error
      owed.entries.length = 0
    }
  }

  #take(frame: Buffer): void {
    const message = readMessage(frame)
    // A notice of disconnection is the only unsolicited message (RFC 4511, section 4.4.1).
    if (message.id === 0) {
      const { resultCode, diagnostic } = readResult(message)
      const what = `the directory disconnects (LDAP result ${resultCode}: ${diagnostic})`
      throw new DirectoryTrouble('busy', what)
    }
    const owed = this.#owed.get(message.id)
    if (!owed) throw new NotLdap('an answer that nobody asked for')
    owed.bytes += frame.length
    if (owed.bytes > maxAnswerBytes) throw new NotLdap('answers without an end')
    const answer = readSearchAnswer(message)
    if (answer.kind === 'done') {
      this.#owed.delete(message.id)
      if (owed.unreadable) owed.failed(owed.unreadable)
      else owed.done({ entries: owed.entries, answer: answer.answer, cookie: answer.cookie })
    }
    const isKept = !owed.unreadable && owed.entries.length < owed.mostEntries
    if (answer.kind === 'entry' && isKept) owed.entries.push(answer.entry)
  }

  /**
   * Rejects for a caller that gives up, and leaves the connection open because others may be
   * searching on it.
   */
  async #unlessGivenUp<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const abort = () => reject(new DirectoryTrouble('given-up', 'given up before an answer'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    work.catch(() => undefined)
    try {
      return await Promise.race([work, promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  #nextId(): number {
    do this.#messageId = this.#messageId >= maxMessageId ? 1 : this.#messageId + 1
    while (this.#owed.has(this.#messageId))
    return this.#messageId
  }

  #refused(answer: Answer, { base }: Search): DirectoryTrouble {
    const { resultCode, matchedDn } = answer
    if (resultCode === code.busy || resultCode === code.unavailable)
      return this.#answered('search', 'busy', answer)
    if (resultCode !== code.noSuchObject) return this.#answered('search', 'refused', answer)
    const known = matchedDn === '' ? '' : `; the directory knows it up to \`${matchedDn}\``
    const what = `\`${base}\` does not exist, or the reader may not see it${known}`
    return new DirectoryTrouble('no-base', `${this.server}: search: ${what}`)
  }

  #answered(step: string, kind: TroubleCode, { resultCode, diagnostic }: Answer): DirectoryTrouble {
    const words = diagnostic === '' ? '' : `: ${diagnostic}`
    return new DirectoryTrouble(kind, `${this.server}: ${step}: LDAP result ${resultCode}${words}`)
  }

  #trouble(step: string, error: unknown, signal?: AbortSignal): DirectoryTrouble {
    const words = `${this.server}: ${step}: ${reasonOf(error)}`
    return new DirectoryTrouble(kindOf(error, signal), words, { cause: error })
  }
}

function kindOf(error: unknown, signal: AbortSignal | undefined): TroubleCode {
  if (error instanceof UnreadableEntry) return 'unreadable-entry'
  if (error instanceof NotLdap) return 'not-ldap'
  if (error instanceof DirectoryTrouble) return error.code
  return signal?.aborted ? 'given-up' : 'ended'
}

function tooMany({ base, most }: Search): DirectoryTrouble {
  return new DirectoryTrouble('too-many', `a search below ${base} found more than ${most} entries`)
}
