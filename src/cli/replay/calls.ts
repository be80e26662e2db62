import { decidableOperations } from '../../aws/decide-again.ts'
import { type CallsTold, callDifferences } from '../../aws/replay/call-differences.ts'
import { grantOfCall } from '../../aws/replay/grant-of-call.ts'
import { createJudge, isDecidable } from '../../aws/replay/judge.ts'
import type { RecordedCall } from '../../aws/replay/recorded-call.ts'
import { recordedSessions } from '../../aws/replay/recorded-sessions.ts'
import type { KeyRing } from '../../credentials/key-ring.ts'
import { systemClock } from '../../kernel/clock.ts'
import { findRecentSignIn } from '../../sign-in/recent-sign-ins.ts'
import type { ReplayVersion } from './versions.ts'

/** Differences beyond are not told apart. */
const mostDifferences = 10_000

/**
 * Decides recorded calls by both versions, and returns those that differ, by principal, action and
 * reason.
 */
export async function compareCalls(
  events: AsyncIterable<RecordedCall>,
  versions: readonly [ReplayVersion, ReplayVersion],
  ring: Pick<KeyRing, 'unseal'>,
): Promise<CallsTold> {
  const operations = decidableOperations()
  const sessions = recordedSessions(operations)
  const judges = versions.map(({ store, organization, mappings }) => {
    const judge = createJudge({
      ...{ store, operations, clock: systemClock },
      organization: () => organization,
    })
    const find = (person: Parameters<typeof findRecentSignIn>[2]) =>
      findRecentSignIn(store.reads, ring, person)
    const grantOf = (event: RecordedCall) => grantOfCall(event, { find, mappings })
    return (event: RecordedCall) => judge(event, { sessions, grantOf })
  })
  const differences = callDifferences(mostDifferences)
  for await (const event of events) {
    sessions.note(event)
    if (!isDecidable(event, operations)) continue
    const [before, after] = await Promise.all(judges.map((judge) => judge(event)))
    if (before && after) differences.add(event, before, after)
  }
  return differences.told()
}
