/*
 * Reads one large metadata document in a thread of its own (metadata-thread.ts), because parsing it
 * would hold everything else up for seconds, and so that its memory has a limit.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { decodeXml } from './decode-xml.ts'
import { type DocumentExpectations, readMetadataDocument } from './feed.ts'
import { type IdpMetadata, type MetadataExpectations, readIdpMetadata } from './metadata.ts'
import { type SamlCheck, SamlFault } from './saml-fault.ts'

/** The bytes of a document of any number of entities, or the text of one of a single entity. */
export type MetadataJob =
  | { readonly bytes: Uint8Array; readonly expected: DocumentExpectations }
  | { readonly text: string; readonly expected: MetadataExpectations }

/** Only plain data and keys can pass between threads: a fault comes as its fields. */
export type MetadataAnswer =
  | { readonly metadata: IdpMetadata }
  | {
      readonly fault: {
        readonly check: SamlCheck
        readonly message: string
        readonly found: string | undefined
        readonly expected: string | undefined
      }
    }

function read(job: MetadataJob): IdpMetadata {
  if ('text' in job) return readIdpMetadata(job.text, job.expected)
  const { buffer, byteOffset, byteLength } = job.bytes
  const text = decodeXml(Buffer.from(buffer, byteOffset, byteLength))
  return readMetadataDocument(text, job.expected)
}

function answerTo(job: MetadataJob): MetadataAnswer {
  try {
    return { metadata: read(job) }
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error
    const { check, message, found, expected } = error
    return { fault: { check, message, found, expected } }
  }
}

parentPort?.postMessage(answerTo(workerData as MetadataJob))
