import { Client, type Filter, type SearchOptions } from 'ldapts'
import { type Answer, bindExchange } from './messages.ts'
import { exchangeOn, openWire, type Security, type Server } from './open-wire.ts'
import type { LdapWire } from './wire.ts'

/** The directory cannot be asked, or answered what cannot be used. The message is for the operator and holds no secret. */
export class DirectoryTrouble extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DirectoryTrouble'
  }
}

export interface Entry {
  readonly dn: string
  /** Attribute name in lower case → the values' bytes. */
  readonly values: ReadonlyMap<string, readonly Buffer[]>
}

export interface Search {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** One entry more than this ends the search with DirectoryTrouble, or returns `most + 1` entries if `most` is 1. */
  readonly most: number
}

export interface TransportSettings {
  readonly servers: readonly string[]
  readonly security: Security
  readonly timeouts: { readonly connectMs: number; readonly bindMs: number; readonly searchMs: number }
}

/** `ldapts` compares names by case; bytes are wanted of every attribute, whatever its spelling. */
const everyAttribute: string[] = []
everyAttribute.includes = () => true

/** One connection. Bind first, search then: a bind under a running search library would race with it. */
export class Session implements Disposable {
  readonly server: string
  readonly #wire: LdapWire
  readonly #timeouts: TransportSettings['timeouts']
  #client: Client | undefined
  #messageId = 0

  constructor(server: string, wire: LdapWire, timeouts: TransportSettings['timeouts']) {
    this.server = server
    this.#wire = wire
    this.#timeouts = timeouts
  }

  get closed(): boolean {
    return this.#wire.destroyed
  }

  /** Simple bind. Whatever the directory answers is an answer; no answer in time is DirectoryTrouble. */
  async bind(name: string, password: string, signal: AbortSignal): Promise<Answer> {
    // Empty is refused long before; should that ever fail, it must not become an unauthenticated bind here.
    if (password === '' || name === '' || this.#client) throw new DirectoryTrouble('a bind that must not be sent')
    const exchange = bindExchange(++this.#messageId, name, password)
    return this.#told('bind', exchangeOn(this.#wire, exchange, AbortSignal.any([signal, AbortSignal.timeout(this.#timeouts.bindMs)])))
  }

  /** The entries that match; none when the base is not there. */
  async search({ base, scope, filter, attributes, most }: Search, signal: AbortSignal): Promise<readonly Entry[]> {
    this.#client ??= this.#handOver()
    const options: SearchOptions = { scope, filter, attributes: [...attributes], explicitBufferAttributes: everyAttribute, derefAliases: 'never' }
    const timeLimit = Math.ceil(this.#timeouts.searchMs / 1000)
    const client = this.#client
    const found: Entry[] = []
    const work = async (): Promise<void> => {
      if (scope === 'base' || most === 1) {
        const { searchEntries } = await client.search(base, { ...options, sizeLimit: 2, timeLimit })
        found.push(...searchEntries.map(entryOf))
        return
      }
      for await (const { searchEntries } of client.searchPaginated(base, { ...options, paged: { pageSize: 200 }, timeLimit })) {
        found.push(...searchEntries.map(entryOf))
        if (found.length > most) throw new DirectoryTrouble(`a search below ${base} found more than ${most} entries`)
      }
    }
    try {
      await this.#told('search', this.#orTimeout(work(), this.#timeouts.searchMs, signal))
    } catch (error) {
      if (error instanceof DirectoryTrouble && codeOf(error.cause) === noSuchObject) return []
      throw error
    }
    return found
  }

  [Symbol.dispose](): void {
    // An unbind request is a courtesy (RFC 4511, section 4.3); closing says the same.
    this.#wire.destroy()
  }

  /** The library gets this wire, once: a connection that it made anew would be neither secured nor bound. */
  #handOver(): Client {
    let given = false
    const createConnection = () => {
      if (given || this.#wire.destroyed) throw new Error('the connection is closed')
      given = true
      process.nextTick(() => this.#wire.resume())
      return this.#wire
    }
    return new Client({ url: 'ldap://wire', createConnection: createConnection as unknown as typeof import('node:net').connect })
  }

  /** No answer in time ends the connection. One person who gives up does not: others may be searching on it. */
  async #orTimeout<T>(work: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      this.#wire.destroy(new Error('no answer in time'))
      reject(new Error('no answer in time'))
    }, limitMs)
    const abort = () => reject(new Error('given up before an answer'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    work.catch(() => undefined)
    try {
      return await Promise.race([work, promise])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  async #told<T>(step: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (error instanceof DirectoryTrouble) throw error
      throw new DirectoryTrouble(`${this.server}: ${step}: ${reasonOf(error)}`, { cause: error })
    }
  }
}

export interface Transport {
  /** A connection to the first server that can be reached; stays with the one that answered last. */
  connect(signal: AbortSignal): Promise<Session>
}

export function ldapTransport({ servers, security, timeouts }: TransportSettings, log: (event: string, detail: Record<string, unknown>) => void): Transport {
  const all = servers.map(parseServer)
  let preferred = 0
  return {
    async connect(signal) {
      const reasons: string[] = []
      const first = preferred
      for (let step = 0; step < all.length && !signal.aborted; step++) {
        const index = (first + step) % all.length
        const server = all[index]!
        try {
          const wire = await openWire(server, security, AbortSignal.any([signal, AbortSignal.timeout(timeouts.connectMs)]))
          if (preferred !== index) log('ldap.failover', { from: all[first]!.url, to: server.url })
          preferred = index
          return new Session(server.url, wire, timeouts)
        } catch (error) {
          reasons.push(`${server.url}: ${reasonOf(error)}`)
        }
      }
      throw new DirectoryTrouble(`no server can be reached: ${reasons.join('; ') || 'given up'}`)
    },
  }
}

function parseServer(url: string): Server {
  const { hostname, port, protocol } = new URL(url)
  return { url, host: hostname.replace(/^\[|\]$/g, ''), port: port ? Number(port) : protocol === 'ldaps:' ? 636 : 389 }
}

const noSuchObject = 32

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** The system's and the directory's words; neither repeats a password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble'
  const inner = error instanceof AggregateError ? error.errors.map(reasonOf).join(', ') : ''
  return (error.message || inner || error.name).replace(/\p{Cc}+/gu, ' ').trim().slice(0, 300)
}

function entryOf(raw: Readonly<Record<string, unknown>> & { readonly dn: string }): Entry {
  const values = new Map<string, readonly Buffer[]>()
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'dn') continue
    values.set(name.toLowerCase(), [value].flat().filter((item): item is Buffer => Buffer.isBuffer(item)))
  }
  return { dn: raw.dn, values }
}
