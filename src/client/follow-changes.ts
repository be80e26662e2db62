import { setTimeout } from 'node:timers/promises'
import type { Ask } from './ask.ts'

/** Without an answer for so long, nothing that was kept may be used. */
const silentMs = 10_000
const retryMs = 1000

export interface Followed extends Disposable {
  /** The last revision that was heard of; undefined: none, or too long ago. */
  revision(): string | undefined
}

/** Asks for changes until it is disposed of. `changed`: drop what other revisions made. */
export function followChanges(
  ask: Pick<Ask, 'changes'>,
  asked: { readonly Version: string; readonly Service: string },
  changed: (revision: string | undefined) => void,
): Followed {
  const ended = new AbortController()
  const { signal } = ended
  let heard: { readonly revision: string; readonly at: number } | undefined

  const pause = () => setTimeout(retryMs, undefined, { signal, ref: false }).catch(() => undefined)

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        const began = performance.now()
        const { Revision } = await ask.changes({ ...asked, Known: heard?.revision }, signal)
        const news = Revision !== heard?.revision
        if (news) changed(Revision)
        heard = { revision: Revision, at: performance.now() }
        // Answered at once without news: too many wait there, or it is stopping.
        if (!news && heard.at - began < retryMs) await pause()
      } catch {
        await pause()
      }
    }
  }
  void follow()

  return {
    revision() {
      const fresh = heard && performance.now() - heard.at < silentMs
      return fresh ? heard?.revision : undefined
    },
    [Symbol.dispose]: () => ended.abort(),
  }
}
