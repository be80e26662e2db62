import { createHash } from 'node:crypto'
import { canonical } from './canonical.ts'
import { anywhere, attributeOf, childrenNamed, isNamed } from './elements.ts'
import { type FeedPart, feedParts } from './feed-parts.ts'
import { type IdpMetadata, metadataLimits, readIdpMetadata } from './metadata.ts'
import { parseXml, withoutDeclaration, type XmlLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'
import {
  checkDigest,
  type SigningKey,
  type Statement,
  signerOf,
  takeSignature,
} from './signature.ts'

export interface DocumentExpectations {
  readonly now: Date
  readonly entityId?: string | undefined
  /** If present, the document must be signed by one of these keys. */
  readonly signedBy?: readonly SigningKey[] | undefined
  /** For the whole document. */
  readonly limits: XmlLimits
  /** For tests: where parts of a feed end (feed-parts.ts). */
  readonly partCharacters?: number | undefined
}

/** A part may be one entity of the largest size; its canonical form is a little longer. */
const partLimits: XmlLimits = { ...metadataLimits, characters: 2 * metadataLimits.characters }

/**
 * As `readIdpMetadata`, for documents of any number of entities. A feed is read in parts, one after
 * another, so that only one of them is a tree at a time; each is parsed within the start tags of
 * its groups, which give it the namespaces that it has in the whole. A signature is verified over
 * the canonical forms of all parts, and the entity is read from exactly these bytes. Throws
 * SamlFault.
 */
export function readMetadataDocument(text: string, expected: DocumentExpectations): IdpMetadata {
  const { now, entityId, signedBy, limits, partCharacters } = expected
  // A tag with `&` may write the entity id with a reference: parse it to decide.
  const names = [`"${entityId}"`, `'${entityId}'`, '&']
  const parts = feedParts(withoutDeclaration(text), {
    mostElements: limits.elements,
    isWanted: (tag) => entityId === undefined || names.some((one) => tag.includes(one)),
    partCharacters,
  })
  if (!parts) return readIdpMetadata(text, { now, entityId, signedBy, limits: metadataLimits })
  const places = placesOf(parts)
  const sought = onlyEntity(entityId)
  if (signedBy === undefined) readUnsigned(places, sought)
  else readSigned(places, signedBy, sought)
  return readIdpMetadata(sought.text(), { now, entityId, limits: partLimits })
}

/** A part, and the start tags of the groups around it, its own included for `open`. */
interface Place {
  readonly part: FeedPart
  readonly tags: readonly string[]
}

function placesOf(parts: readonly FeedPart[]): readonly Place[] {
  let tags: readonly string[] = []
  return parts.map((part) => {
    if (part.kind === 'open') tags = [...tags, part.tag]
    const place = { part, tags }
    if (part.kind === 'close') tags = tags.slice(0, -1)
    return place
  })
}

const endTagOf = (tag: string) => `</${/^<([^\s>/]+)/.exec(tag)![1]!}>`
const endTagsOf = (tags: readonly string[]) => tags.map(endTagOf).reverse().join('')

/** Parse a part as the whole has it. */
function within(tags: readonly string[], text: string): Element {
  return parseXml(tags.join('') + text + endTagsOf(tags), partLimits)
}

type Sought = ReturnType<typeof onlyEntity>

/** Find the part with the one entity that is looked for. */
function onlyEntity(wanted: string | undefined) {
  let [count, kept] = [0, '']
  const seen: string[] = []
  return {
    /** `text`: the part with its groups, to read the entity from. */
    look(root: Element, text: string): void {
      for (const one of anywhere(root, 'EntityDescriptor')) {
        if (!isNamed(one, 'md', 'EntityDescriptor')) continue
        const id = attributeOf(one, 'entityID')
        if (seen.length < 3) seen.push(id ?? '')
        if (wanted !== undefined && id !== wanted) continue
        if (++count === 1) kept = text
      }
    },
    text(): string {
      if (count === 1) return kept
      const message =
        wanted === undefined
          ? 'the metadata do not describe exactly one entity'
          : 'the metadata do not describe this entity'
      const times = count > 1 ? `${count} times ${wanted ?? ''}`.trim() : seen.join(' ')
      throw new SamlFault('metadata', message, { found: times || 'nothing', expected: wanted })
    },
  }
}

function readUnsigned(places: readonly Place[], sought: Sought): void {
  for (const { part, tags } of places) {
    if (part.kind !== 'content' || !part.wanted) continue
    sought.look(within(tags, part.text), tags.join('') + part.text + endTagsOf(tags))
  }
}

/**
 * Verify the signature of the root. The canonical form of an element is its start tag, the
 * canonical forms of its children within it, and its end tag, so that it can be hashed part by
 * part.
 */
function readSigned(
  places: readonly Place[],
  signedBy: readonly SigningKey[],
  sought: Sought,
): void {
  const signature = findSignature(places)
  // Verify this first: what anybody could have written is not worth the rest of the work.
  signerOf(signature.statement, signedBy)
  const { digest, prefixes } = signature.statement
  const hashed = createHash(digest.hash)
  /** The canonical start tags of the groups around a place. */
  const starts: string[] = ['']
  for (const { part, tags } of places) {
    const outer = starts.at(-1)!
    if (part.kind === 'close') {
      hashed.update(endTagOf(tags.at(-1)!))
      starts.pop()
      continue
    }
    const own = part === signature.part
    const root = own ? signature.root : within(tags, part.kind === 'content' ? part.text : '')
    const whole = canonical(root, prefixes)
    const ends = endTagsOf(tags)
    if (!whole.startsWith(outer) || !whole.endsWith(ends)) throw notAsExpected()
    const inner = whole.slice(outer.length, whole.length - ends.length)
    hashed.update(inner)
    if (part.kind === 'open') starts.push(outer + inner)
    else if (part.wanted) sought.look(root, whole)
  }
  checkDigest(signature.statement, hashed.digest())
}

const notAsExpected = () =>
  new SamlFault('signature', 'a part of the document has another canonical form than the whole')

interface FoundSignature {
  readonly part: FeedPart
  /** The part without the signature. */
  readonly root: Element
  readonly statement: Statement
}

/** The text of every element whose local name is `Signature`. */
const mayBeSignature = /<(?:[^\s<:>/]+:)?Signature[\s/>]/

/** Find the one signature directly in the root. Throws SamlFault. */
function findSignature(places: readonly Place[]): FoundSignature {
  const found: { readonly part: FeedPart; readonly root: Element }[] = []
  let count = 0
  for (const { part, tags } of places) {
    if (tags.length !== 1 || part.kind !== 'content' || !mayBeSignature.test(part.text)) continue
    const root = within(tags, part.text)
    const here = childrenNamed(root, 'ds', 'Signature').length
    count += here
    if (here > 0) found.push({ part, root })
  }
  const [first] = found
  if (!first || count !== 1)
    throw new SamlFault(
      'signature',
      `the metadata carry ${count === 0 ? 'no signature' : 'several signatures'}`,
    )
  return { ...first, statement: takeSignature(first.root, false) }
}
