import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { IndexAnswer, IndexJob, IndexQuestion } from './index-worker.ts'
import type { EventSearch, FoundEvents } from './search.ts'
import type { SessionTree, TreeAsked } from './session-tree.ts'
import type { TrailEvent } from './terms.ts'

/** What an index answers, and how many bytes of the trail it has not read yet. */
export type Indexed<T> = T & { readonly behind: number }

/** Finds events of the trail, also in the files that were rotated away. */
export interface AuditIndex extends AsyncDisposable {
  /** Events with this event id, request id or reference; letter case and hyphens don't matter. */
  named(token: string): Promise<Indexed<{ readonly events: readonly TrailEvent[] }>>
  search(asked: EventSearch): Promise<Indexed<FoundEvents>>
  /** Absent where nothing is found that may be seen. */
  tree(asked: TreeAsked): Promise<Indexed<{ readonly tree: SessionTree | undefined }>>
}

const defaultEveryMs = 15_000
const soonMs = 30_000
/** More questions are refused: each holds an answer in memory. */
const mostWaiting = 100

/**
 * Opens the index of a trail: a thread that reads the trail's files in the background, from the
 * first question on, or from `beginSoon`. Keeps what it read in `TRAIL.index`, beside the trail.
 */
export function openAuditIndex(
  trail: string,
  everyMs = defaultEveryMs,
): AuditIndex & {
  /** Begins to read after a while, so that a start has the machine for itself. */
  beginSoon(): void
} {
  let worker: Worker | undefined
  let closed = false
  let soon: NodeJS.Timeout | undefined
  let last = 0
  const waiting = new Map<number, PromiseWithResolvers<IndexAnswer>>()

  function thread(): Worker {
    if (worker) return worker
    const code = new URL(`./index-worker${extname(import.meta.url)}`, import.meta.url)
    const job: IndexJob = { trail, everyMs }
    const started = new Worker(code, { workerData: job, env: {} })
    started.unref()
    started.on('message', (answer: IndexAnswer) => {
      const asked = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) started.unref()
      if (answer.error === undefined) asked?.resolve(answer)
      else asked?.reject(new Error(`the index of the audit trail failed: ${answer.error}`))
    })
    const failed = (error: Error) => {
      if (worker === started) worker = undefined
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    started.on('error', failed)
    started.on('exit', () => failed(new Error('the index of the audit trail ended')))
    worker = started
    return started
  }

  async function ask(question: Question): Promise<IndexAnswer> {
    if (closed) throw new Error('the index of the audit trail is closed')
    if (waiting.size >= mostWaiting) throw new Error('too many searches of the audit trail at once')
    const answered = Promise.withResolvers<IndexAnswer>()
    const id = ++last
    waiting.set(id, answered)
    const asked: IndexQuestion = { id, ...question }
    const asking = thread()
    asking.ref()
    asking.postMessage(asked)
    return answered.promise
  }

  return {
    beginSoon() {
      soon = setTimeout(thread, soonMs).unref()
    },
    async named(token) {
      const { events = [], behind } = await ask({ named: token })
      return { events, behind }
    },
    async search(asked) {
      const { found, behind } = await ask({ search: asked })
      return { ...found!, behind }
    },
    async tree(asked) {
      const { tree, behind } = await ask({ tree: asked })
      return { tree, behind }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      clearTimeout(soon)
      if (!worker) return
      const ended = once(worker, 'exit')
      worker.postMessage('close')
      await ended
    },
  }
}

type Question =
  | { readonly search: EventSearch }
  | { readonly named: string }
  | { readonly tree: TreeAsked }
