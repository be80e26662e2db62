import { Places } from '../../kernel/places.ts'
import { decodeXml } from './decode-xml.ts'
import { type DocumentExpectations, readMetadataDocument } from './feed.ts'
import { type IdpMetadata, metadataLimits } from './metadata.ts'
import { isSmall, readInThread } from './metadata-thread.ts'
import { SamlFault } from './saml-fault.ts'

export interface FeedExpectations extends Omit<DocumentExpectations, 'limits'> {
  /** The maximum size of the whole document. */
  readonly maxBytes: number
  /** The memory for a large one; default: by its size. */
  readonly heapMegabytes?: number | undefined
  /** Ends the work. */
  readonly signal?: AbortSignal | undefined
}

/** Documents that may be larger are fetched and read one after another: each needs much memory. */
export const usualBytes = 10_000_000
/** The time to fetch one of them. */
export const feedTimeoutMs = 60_000
const places = new Places({ atOnce: 1, waiting: 100 })

/**
 * As `readIdpMetadata`, from the bytes that `source` fetches. A large document is read in a thread
 * of its own, so that other work goes on, with a limit for memory (docs/connectors/saml.md). The
 * bytes must not be used afterwards. Rejects with SamlFault, and with what `source` rejects with.
 */
export function readFeed(
  source: () => Promise<Buffer>,
  expected: FeedExpectations,
): Promise<IdpMetadata> {
  const read = async () => readBytes(await source(), expected)
  return expected.maxBytes > usualBytes ? places.run(read, expected.signal) : read()
}

function readBytes(
  bytes: Buffer,
  { maxBytes, signal, heapMegabytes = heapFor(bytes.length), ...rest }: FeedExpectations,
): IdpMetadata | Promise<IdpMetadata> {
  if (bytes.length > maxBytes)
    throw new SamlFault('size', 'the metadata are too long', {
      found: `${bytes.length} bytes`,
      expected: `at most ${maxBytes}: \`maxMegabytes\``,
    })
  const limits = {
    ...metadataLimits,
    elements: Math.max(metadataLimits.elements, Math.ceil(maxBytes / 25)),
  }
  const expected = { ...rest, limits }
  if (isSmall(bytes)) return readMetadataDocument(decodeXml(bytes), expected)
  return readInThread({ bytes, expected }, { heapMegabytes, signal })
}

/**
 * The text takes up to two bytes for each one of the document, once as it came and once while it is
 * decoded; the rest is for the largest part as a tree.
 */
const heapFor = (bytes: number) => 128 + Math.ceil((4 * bytes) / 1_000_000)
