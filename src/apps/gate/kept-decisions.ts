import type { Clock } from '../../kernel/clock.ts'
import type { Decision } from './decide.ts'

/** Decisions by session cookie and host, each for the time that the settings state. */
export interface KeptDecisions {
  /** At once when there is one that is new enough. Those who ask for one at a time share it. */
  of(cookie: string, host: string): Decision | Promise<Decision>
  /** How many are held. */
  readonly size: number
}

interface Kept {
  readonly host: string
  readonly until: number
  readonly decision: Decision | Promise<Decision>
}

const most = 20_000

export function keptDecisions(
  { clock, recheckSeconds }: { readonly clock: Clock; readonly recheckSeconds: number },
  make: (cookie: string, host: string) => Promise<Decision>,
): KeptDecisions {
  const kept = new Map<string, Kept>()
  return {
    get size() {
      return kept.size
    },
    of(cookie, host) {
      const now = clock.now().getTime()
      const known = kept.get(cookie)
      // A clock that was set back must not lengthen it.
      if (known?.host === host && now < known.until && known.until - now <= recheckSeconds * 1000)
        return known.decision
      // From the moment of the question, since what is read may have changed while it is read.
      const until = now + recheckSeconds * 1000
      const decision = make(cookie, host)
      const pending: Kept = { host, until, decision }
      kept.delete(cookie)
      // Oldest first: what is over holds no memory.
      for (const [old, { until: end }] of kept) {
        if (end > now) break
        kept.delete(old)
      }
      if (kept.size >= most) kept.delete(kept.keys().next().value!)
      kept.set(cookie, pending)
      const settle = (found?: Decision) => {
        if (kept.get(cookie) !== pending) return
        // What stands for nobody is not worth a place: strangers could fill it.
        if (!found || found.result === 'ended') kept.delete(cookie)
        else kept.set(cookie, { host, until, decision: found })
      }
      decision.then(settle, () => settle())
      return decision
    },
  }
}
