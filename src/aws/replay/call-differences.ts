import type { Verdict } from '../decide-again.ts'
import { holderOf, type RecordedCall, recordedAction } from './recorded-call.ts'

/** Calls of one principal that would be decided otherwise. */
export interface CallDifference {
  readonly kind: 'gains' | 'loses'
  /** ARN of the user or role. */
  readonly principal: string
  readonly action: string
  /** Why the one or the other version denies. */
  readonly because: string
  readonly calls: number
  readonly lastAt: string
}
export interface CallsTold {
  readonly calls: number
  /** What the event lacks or the store no longer has. */
  readonly undecided: number
  readonly differences: readonly CallDifference[]
}

/**
 * Counts calls that two versions decide otherwise, by principal, action and reason; of at most
 * `most` kinds.
 */
export function callDifferences(most: number) {
  const found = new Map<string, CallDifference>()
  let calls = 0
  let undecided = 0
  return {
    add(event: RecordedCall, before: Verdict, after: Verdict): void {
      calls++
      if (before.result === 'undecided' || after.result === 'undecided') undecided++
      else if (before.result !== after.result) keep(found, most, event, [before, after])
    },
    told: (): CallsTold => ({ calls, undecided, differences: [...found.values()] }),
  }
}

function keep(
  found: Map<string, CallDifference>,
  most: number,
  event: RecordedCall,
  [before, after]: readonly [Verdict, Verdict],
): void {
  const principal = holderOf(event)
  const action = recordedAction(event)
  const denied = [before, after].find((one) => one.result === 'denied')
  const because = denied?.result === 'denied' ? denied.message : ''
  const kind = after.result === 'allowed' ? 'gains' : 'loses'
  // The sentence names the session: one of them stands for all.
  const [, reason = because] = / is not authorized to perform: (.*)$/s.exec(because) ?? []
  const key = [kind, principal, action, reason].join('\n')
  const known = found.get(key)
  if (!known && found.size >= most) return
  const lastAt = known && known.lastAt > event.eventTime ? known.lastAt : event.eventTime
  found.set(key, {
    ...{ kind, principal, action, because: reason, lastAt },
    calls: (known?.calls ?? 0) + 1,
  })
}
