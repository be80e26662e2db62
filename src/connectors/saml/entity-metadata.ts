import { hash } from 'node:crypto'
import { Places } from '../../kernel/places.ts'
import { type IdpMetadata, metadataLimits, readIdpMetadata } from './metadata.ts'
import { isSmall, readInThread } from './metadata-thread.ts'
import type { XmlLimits } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'

/**
 * Limits for new metadata from the API: they describe one entity. Documents of AD FS, which lists
 * its claims, have 80,000 characters in a thousand elements; a logo in the text may add as much.
 * Every call and sign-in that names the provider loads its record with the document, 16 ms for a
 * million characters.
 */
const newLimits: XmlLimits = { characters: 1_000_000, elements: 10_000, document: true }
/** What is stored may be older than `newLimits`. */
const storedLimits: XmlLimits = { ...metadataLimits, elements: 40_000 }
/** The largest document of `storedLimits` is read in less than 96. */
const heapMegabytes = 160

/** The documents that callers send wait apart from those that people need to sign in. */
const sent = new Places({ atOnce: 1, waiting: 2 })
const stored = new Places({ atOnce: 1, waiting: 32 })

const mostWeight = 16_000_000
/** For a key, in memory of the process that no count of characters shows. */
const keyWeight = 8192
/** By SHA-256 of the document, the one that was used longest ago first. */
const known = new Map<string, { readonly metadata: IdpMetadata; readonly weight: number }>()
const begun = new Map<string, Promise<IdpMetadata>>()
let weight = 0

/**
 * Read the metadata of a SAML provider from the API, whose end the caller checks: it may have
 * passed. A large document is read in a thread of its own, one after another; what was read is
 * cached. Rejects with SamlFault, and with NoPlace when too many documents wait.
 */
export function readEntityMetadata(
  text: string,
  from: 'sent' | 'stored' = 'stored',
): Promise<IdpMetadata> {
  const limits = from === 'sent' ? newLimits : storedLimits
  if (text.length > limits.characters)
    return Promise.reject(
      new SamlFault('size', `the metadata have more than ${limits.characters} characters`),
    )
  const name = hash('sha256', text)
  const found = known.get(name)
  if (found) {
    known.delete(name)
    known.set(name, found)
    return Promise.resolve(found.metadata)
  }
  const reading = begun.get(name) ?? read(text, limits, from === 'sent' ? sent : stored)
  begun.set(name, reading)
  return reading.then((metadata) => kept(name, text, metadata)).finally(() => begun.delete(name))
}

async function read(text: string, limits: XmlLimits, places: Places): Promise<IdpMetadata> {
  const expected = { now: new Date(0), limits }
  if (isSmall(text)) return readIdpMetadata(text, expected)
  return places.run(() => readInThread({ text, expected }, { heapMegabytes }))
}

function kept(name: string, text: string, metadata: IdpMetadata): IdpMetadata {
  if (known.has(name)) return metadata
  const { keys, ...rest } = metadata
  // Texts of a document that was read here may hold all of it.
  const held = isSmall(text) ? text.length : JSON.stringify(rest).length
  const added = 2 * held + keyWeight * (1 + keys.length)
  known.set(name, { metadata, weight: added })
  weight += added
  for (const [oldest, { weight: freed }] of known) {
    if (weight <= mostWeight) break
    known.delete(oldest)
    weight -= freed
  }
  return metadata
}
