import type { Clock } from '../../../kernel/clock.ts'
import type { Ids } from '../../../kernel/ids.ts'
import type { Ephemeral } from '../../../store/ephemeral.ts'
import type { Analysis } from './analysis-model.ts'

export interface JobPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly ids: Pick<Ids, 'uuid'>
  readonly clock: Clock
}

/** How far the work is. */
export type Progress = Pick<Analysis, 'Calls' | 'Reached'>
export type Result = Pick<Analysis, 'Unused' | 'Replayed'>

export interface Jobs {
  /** Undefined: as many run already as may. Resolves before the work is done. */
  start(
    of: { readonly account: string; readonly since: Date },
    work: (tell: (progress: Progress) => void) => Promise<Result>,
  ): Promise<string | undefined>
  /** Undefined: it was never started here, or is forgotten. */
  find(account: string, id: string): Promise<Analysis | undefined>
}

const keptForMs = 3_600_000
const toldEveryMs = 1000
/** Of a node; each is one piece of work in slices. */
const mostRunning = 3
/** Who was not heard of for so long has stopped. */
const silentAfterMs = 60_000
/** A longer result is not kept: the work is bounded so that there is none. */
const mostCharacters = 2_000_000

interface Kept extends Analysis {
  /** Milliseconds. */
  readonly heardAt: number
}

/**
 * Work that goes on after the call that started it. What is known of it is kept in short-lived
 * state, so that every node can tell; it ends by itself when what it reads is closed.
 */
export function createJobs({ ephemeral, ids, clock }: JobPorts): Jobs {
  let running = 0

  function keep(key: string, analysis: Analysis): Promise<void> {
    const now = clock.now()
    const kept: Kept = { ...analysis, heardAt: now.getTime() }
    const until = new Date(now.getTime() + keptForMs)
    return ephemeral.put('analysis', key, JSON.stringify(kept), until)
  }

  return {
    async start({ account, since }, work) {
      if (running >= mostRunning) return undefined
      running++
      const id = ids.uuid()
      const key = `${account}/${id}`
      const begun: Analysis = { State: 'RUNNING', Calls: 0, Since: since.toISOString() }
      let latest = begun
      let toldAt = performance.now()
      const tell = (progress: Progress) => {
        latest = { ...begun, ...progress }
        if (performance.now() - toldAt < toldEveryMs) return
        toldAt = performance.now()
        keep(key, latest).catch(() => {})
      }
      try {
        await keep(key, begun)
      } catch (error) {
        running--
        throw error
      }
      const ended = work(tell)
        .then((result): Analysis => ({ ...latest, State: 'DONE', ...result }))
        .then((done) => (JSON.stringify(done).length > mostCharacters ? failed(latest) : done))
        .catch(() => failed(latest))
        .then((last) => keep(key, last))
        // The store is closed with the server: nobody asks any more.
        .catch(() => {})
      void ended.finally(() => {
        running--
      })
      return id
    },
    async find(account, id) {
      const text = await ephemeral.get('analysis', `${account}/${id}`)
      if (text === undefined) return undefined
      const { heardAt, ...analysis } = JSON.parse(text) as Kept
      const isSilent = clock.now().getTime() - heardAt > silentAfterMs
      return analysis.State === 'RUNNING' && isSilent ? failed(analysis) : analysis
    },
  }
}

function failed(analysis: Analysis): Analysis {
  return { ...analysis, State: 'FAILED' }
}
