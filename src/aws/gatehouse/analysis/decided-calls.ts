import type { Identity } from '../../../kernel/identity.ts'
import type { Grant, MappingResult } from '../../../mapping/grant.ts'
import type { Caller } from '../../../sessions/caller.ts'
import type { Verdict } from '../../decide-again.ts'
import { callDifferences } from '../../replay/call-differences.ts'
import { grantOfCall } from '../../replay/grant-of-call.ts'
import type { Judge } from '../../replay/judge.ts'
import type { RecordedCall } from '../../replay/recorded-call.ts'
import { recordedSessions } from '../../replay/recorded-sessions.ts'
import type { ReplayedCalls } from './analysis-model.ts'
import type { Progress } from './jobs.ts'
import {
  type CallsOf,
  caughtUp,
  mostCalls,
  type RecordedPorts,
  recordedCalls,
} from './recorded-calls.ts'

/** Mappings, as far as calls depend on them. */
export interface Rules {
  evaluate(identity: Identity): Pick<MappingResult, 'grants'>
}

export interface DecidingPorts extends RecordedPorts {
  readonly judge: Judge
  readonly rules: () => Rules
  readonly findRecent: (
    person: Pick<Identity, 'connector' | 'subject'>,
  ) => Promise<Identity | undefined>
}

/** What another version has in place of what is in force. */
export interface Edited {
  readonly change?: ((caller: Caller) => Caller) | undefined
  readonly rules?: Rules | undefined
}

/** Differences beyond are counted with none of those that are told. */
const mostDifferences = 1000
/** People whose grants are known without asking the rules again. */
const mostKnown = 10_000

/** Decides recorded calls as they would be decided now. Yields each with its verdict. */
export async function* decidedCalls(
  ports: DecidingPorts,
  calls: CallsOf,
): AsyncGenerator<{ readonly event: RecordedCall; readonly verdict: Verdict }> {
  const sessions = recordedSessions(ports.operations)
  const grantOf = grants(ports, ports.rules())
  for await (const event of recordedCalls(ports, calls, sessions))
    yield { event, verdict: await ports.judge(event, { sessions, grantOf }) }
}

/** Decides recorded calls as they would be decided now, and with something edited. */
export async function comparedCalls(
  ports: DecidingPorts,
  calls: CallsOf,
  { change, rules }: Edited,
  tell: (progress: Progress) => void,
): Promise<ReplayedCalls> {
  const isWhole = await caughtUp(ports.index)
  const sessions = recordedSessions(ports.operations)
  const grantNow = grants(ports, ports.rules())
  const grantThen = rules ? grants(ports, rules) : grantNow
  const differences = callDifferences(mostDifferences)
  let decided = 0
  let kept = 0
  for await (const event of recordedCalls(ports, calls, sessions)) {
    const before = await ports.judge(event, { sessions, grantOf: grantNow })
    const isLost = rules && (await grantNow(event)) && !(await grantThen(event))
    const after: Verdict = isLost
      ? { result: 'denied', message: 'the rules no longer give the role', actions: [] }
      : await ports.judge(event, { sessions, grantOf: grantThen, change })
    differences.add(event, before, after)
    if (before.result === 'allowed' && after.result === 'allowed') kept++
    tell({ Calls: ++decided, Reached: event.eventTime })
  }
  return { ...differences.told(), kept, cut: !isWhole || decided >= mostCalls }
}

/** The grants of calls by some rules; those of one person are asked for once. */
function grants({ findRecent }: DecidingPorts, mappings: Rules) {
  const known = new Map<string, Promise<Grant | undefined>>()
  return (event: RecordedCall): Promise<Grant | undefined> => {
    const { rule, connector, identity } = event.additionalEventData?.gatehouse ?? {}
    if (rule === undefined || connector === undefined || !identity)
      return Promise.resolve(undefined)
    const role = event.userIdentity.sessionContext?.sessionIssuer?.arn
    const name = JSON.stringify([rule, connector, identity.subject, role])
    const found = known.get(name) ?? grantOfCall(event, { find: findRecent, mappings })
    if (known.size >= mostKnown) known.clear()
    known.set(name, found)
    return found
  }
}
