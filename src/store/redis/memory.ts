import { type Clock, systemClock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'

interface Marking {
  markMemory(mark: string, now: string): Promise<readonly [since: string, now: string]>
}

export interface Memory {
  /** Writes every mark. */
  mark(commands: Marking): Promise<void>
  /** What the server's clock is ahead of this node's: with it, nodes whose clocks differ agree. */
  aheadMs(): number
  /** What an operator should know of it. */
  remark(): string | undefined
}

/** A difference of clocks that is worth a line: signatures of AWS stand five minutes of it. */
const toldSkewMs = 30_000

/** Follows since when Redis remembers, and how its clock and this node's differ. */
export function createMemory(
  marks: readonly string[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Memory {
  let aheadMs: number | undefined
  let since = 0
  const isSkewed = () => Math.abs(aheadMs ?? 0) >= toldSkewMs
  /** The server looked between `beganMs` and now. */
  const measured = (serverMs: number, beganMs: number) => {
    // A clock that was handed over moves as its owner likes: that is time that passes.
    if (aheadMs !== undefined && clock !== systemClock) return
    const before = isSkewed()
    aheadMs = serverMs - (beganMs + clock.now().getTime()) / 2
    if (isSkewed() && !before) log('clock-skewed', { seconds: Math.round(-aheadMs / 1000) })
  }
  return {
    async mark(commands) {
      const beganMs = clock.now().getTime()
      const now = aheadMs === undefined ? '' : String(Math.round(beganMs + aheadMs))
      const answers = await Promise.all(marks.map((mark) => commands.markMemory(mark, now)))
      measured(Number(answers[0]![1]), beganMs)
      const latest = Math.max(...answers.map(([of]) => Number(of)))
      if (since > 0 && latest > since) log('redis-forgot', {})
      since = latest
    },
    aheadMs: () => aheadMs ?? 0,
    remark() {
      if (!isSkewed()) return undefined
      const seconds = Math.round(Math.abs(aheadMs!) / 1000)
      return `this node's clock is ${seconds} s ${aheadMs! < 0 ? 'ahead of' : 'behind'} Redis's`
    },
  }
}
