import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { IdpMetadata } from './metadata.ts'
import type { MetadataAnswer, MetadataJob } from './metadata-worker.ts'
import { SamlFault } from './saml-fault.ts'

const smallLength = 40_000
/** Start tags, end tags and comments. */
const fewTags = 3000

/** Whether a document costs so little to read, less than 20 ms, that it needs no thread. */
export function isSmall(document: string | Buffer): boolean {
  if (document.length > smallLength) return false
  let tags = 0
  for (let at = document.indexOf('<'); at >= 0; at = document.indexOf('<', at + 1)) tags++
  return tags <= fewTags
}

export interface ThreadLimits {
  /** For the JavaScript heap of the thread. */
  readonly heapMegabytes: number
  /** Ends the work. */
  readonly signal?: AbortSignal | undefined
}

const mostSeconds = 180

/**
 * Read metadata in a thread of its own, so that other work goes on. Bytes of the job must not be
 * used afterwards. Rejects with SamlFault, also when the thread needs too much memory or time.
 */
export async function readInThread(
  job: MetadataJob,
  { heapMegabytes, signal }: ThreadLimits,
): Promise<IdpMetadata> {
  const { promise, resolve, reject } = Promise.withResolvers<MetadataAnswer>()
  const file = new URL(`./metadata-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(file, {
    workerData: job,
    transferList: 'bytes' in job ? ownBuffer(job.bytes) : [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 32 },
    env: {},
  })
  worker.once('message', resolve)
  worker.once('error', (error: NodeJS.ErrnoException) => {
    reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch('memory') : error)
  })
  worker.once('exit', () => reject(new Error('the thread that read the metadata ended early')))
  const timer = setTimeout(() => reject(tooMuch('time')), mostSeconds * 1000)
  const stop = () => reject(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    signal?.throwIfAborted()
    const answer = await promise
    if ('metadata' in answer) return answer.metadata
    const { check, message, ...detail } = answer.fault
    throw new SamlFault(check, message, detail)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

/** A buffer of its own is handed over without a copy. */
function ownBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer.byteLength === byteLength && buffer instanceof ArrayBuffer ? [buffer] : []
}

const tooMuch = (what: string) =>
  new SamlFault('size', `reading the metadata took too much ${what}`)
