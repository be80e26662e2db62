/*
 * Keeps the index of a trail in a thread of its own, so that neither reading the trail nor a search
 * holds calls up. Nobody waits for it but who searches.
 */
import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { IndexFolder } from './index-folder.ts'
import type { IndexReader } from './index-reader.ts'
import { type EventSearch, eventsNamed, type FoundEvents, searchEvents } from './search.ts'
import { type SessionTree, sessionTree, type TreeAsked } from './session-tree.ts'
import type { TrailEvent } from './terms.ts'

export type IndexQuestion =
  | { readonly id: number; readonly search: EventSearch }
  | { readonly id: number; readonly named: string }
  | { readonly id: number; readonly tree: TreeAsked }
export interface IndexAnswer {
  readonly id: number
  readonly found?: FoundEvents | undefined
  readonly events?: readonly TrailEvent[] | undefined
  readonly tree?: SessionTree | undefined
  /** Bytes of the trail that are not indexed yet. */
  readonly behind: number
  readonly error?: string | undefined
}
export interface IndexJob {
  readonly trail: string
  /** Milliseconds between two looks at the trail. */
  readonly everyMs: number
}

const { trail, everyMs } = workerData as IndexJob
const folder = new IndexFolder(trail)
/** How long a question waits for the index to catch up: it is told how far behind it is. */
const questionMs = 500
/** How long a look at the trail lasts when nobody asks. */
const lookMs = 5000

/** Everything is done one after the other: a rotation closes what a search reads. */
let last: Promise<unknown> = Promise.resolve()
function inTurn(work: () => Promise<unknown>): void {
  last = last.then(work).catch(() => undefined)
}

/** Indexes the newest file first, because that is what most ask about. Returns what is left. */
async function catchUp(until: number): Promise<number> {
  let behind = 0
  for (const file of await folder.files()) {
    let left = file.readMore()
    while (left > 0 && Date.now() < until) {
      // So that a question that came meanwhile is at least received.
      await setImmediate()
      left = file.readMore()
    }
    behind += left
  }
  return behind
}

/** Returns how far behind the answer is, in bytes. */
async function answer(question: IndexQuestion): Promise<number> {
  const { id } = question
  try {
    const behind = await catchUp(Date.now() + questionMs)
    const files = await folder.files()
    reply({ id, behind, ...answerTo(question, files) })
    return behind
  } catch (error) {
    reply({ id, behind: 0, error: error instanceof Error ? error.message : String(error) })
    return 0
  }
}

function answerTo(question: IndexQuestion, files: readonly IndexReader[]) {
  if ('named' in question) return { events: eventsNamed(files, question.named) }
  if ('tree' in question) return { tree: sessionTree(files, question.tree) }
  return { found: searchEvents(files, question.search) }
}

function reply(message: IndexAnswer): void {
  parentPort!.postMessage(message)
}

let waiting = 0
const look = async () => {
  for (let behind = 1; behind > 0 && waiting === 0; ) behind = await catchUp(Date.now() + lookMs)
}
const timer = setInterval(() => inTurn(look), everyMs)
inTurn(look)

parentPort!.on('message', (question: IndexQuestion | 'close') => {
  waiting++
  if (question !== 'close') {
    inTurn(async () => {
      const behind = await answer(question).finally(() => waiting--)
      // Questions stop a look: whoever asks next should not wait for what this one left.
      if (behind > 0) inTurn(look)
    })
    return
  }
  clearInterval(timer)
  inTurn(async () => {
    folder.close()
    parentPort!.close()
  })
})
