import { isUtf8 } from 'node:buffer'
import { type Filter, PagedResultsControl, SearchRequest } from 'ldapts'
import { type Element, elements, NotLdap, smallInteger, UnreadableEntry } from './ber.ts'
import { type Answer, type Message, readResult, tag } from './read-message.ts'

/**
 * Messages of a search. `ldapts` writes the requests; the server's answers are read here, strictly,
 * because the reader of `ldapts` takes a result without a code for success, returns null for an
 * element that runs past the message, and takes an empty page of a search for the last one.
 */
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
  /**
   * A search that finds more entries than this fails with DirectoryTrouble; with `most` 1 it may
   * return `most + 1` entries instead.
   */
  readonly most: number
}

export interface Limits {
  /** Maximum number of entries; 0 leaves it to the directory. */
  readonly sizeLimit: number
  readonly timeLimitSeconds: number
  /** Requests a page (RFC 2696); an empty cookie requests the first. */
  readonly page?: { readonly size: number; readonly cookie: Buffer } | undefined
}

export type SearchAnswer =
  | { readonly kind: 'entry'; readonly entry: Entry }
  /** A referral to another server. Not followed, because a connector is one directory. */
  | { readonly kind: 'reference' }
  /** `cookie` requests the next page; empty after the last one. */
  | { readonly kind: 'done'; readonly answer: Answer; readonly cookie: Buffer }

export const searchEntry = 0x64
const searchDone = 0x65
const searchReference = 0x73
const none = Buffer.alloc(0)

export function searchRequest(messageId: number, search: Search, limits: Limits): Buffer {
  return new SearchRequest({
    messageId,
    baseDN: search.base,
    scope: search.scope,
    filter: search.filter,
    attributes: [...search.attributes],
    derefAliases: 'never',
    sizeLimit: limits.sizeLimit,
    timeLimit: limits.timeLimitSeconds,
    controls: limits.page ? [new PagedResultsControl({ value: limits.page })] : [],
  }).write()
}

/**
 * Throws NotLdap for anything but an answer to a search, and UnreadableEntry for an entry that is
 * well formed but not acceptable.
 */
export function readSearchAnswer(message: Message): SearchAnswer {
  const { operation } = message
  if (operation.tag === searchEntry) return { kind: 'entry', entry: readEntry(operation) }
  if (operation.tag === searchReference) {
    for (const uri of elements(operation.content))
      if (uri.tag !== tag.octets) throw new NotLdap('a reference that is no text')
    return { kind: 'reference' }
  }
  if (operation.tag !== searchDone) throw new NotLdap('another kind of answer than to a search')
  return { kind: 'done', answer: readResult(message), cookie: readCookie(message) }
}

/** Reads a SearchResultEntry (RFC 4511, section 4.5.2). */
function readEntry({ content }: Element): Entry {
  const [name, attributes, surplus] = elements(content)
  if (name?.tag !== tag.octets || attributes?.tag !== tag.sequence || surplus)
    throw new NotLdap('an entry that is none')
  if (!isUtf8(name.content)) throw new UnreadableEntry('its name is not UTF-8')
  const values = new Map<string, readonly Buffer[]>()
  for (const attribute of elements(attributes.content)) {
    const [type, list, more] = elements(attribute.content)
    if (attribute.tag !== tag.sequence || type?.tag !== tag.octets || list?.tag !== tag.set || more)
      throw new NotLdap('an attribute that is none')
    const key = type.content.toString('latin1').toLowerCase()
    if (values.has(key)) throw new UnreadableEntry('it names one attribute twice')
    values.set(key, elements(list.content).map(octets))
  }
  return { dn: name.content.toString('utf8'), values }
}

function octets(element: Element): Buffer {
  if (element.tag !== tag.octets) throw new NotLdap('a value that is no string')
  return element.content
}

/**
 * Returns the cookie of the paging control. An unreadable control must not pass for the last page,
 * because the remaining entries would be lost.
 */
function readCookie({ controls }: Message): Buffer {
  const value = controls.get(PagedResultsControl.type)
  if (!value) return none
  const [sequence, another] = elements(value)
  const [size, cookie, more] = sequence ? elements(sequence.content) : []
  if (sequence?.tag !== tag.sequence || another || more)
    throw new NotLdap('a page without its control')
  if (size?.tag !== tag.integer || cookie?.tag !== tag.octets)
    throw new NotLdap('a page without its control')
  smallInteger(size.content)
  return cookie.content
}
