import { decidableOperations, decideAgain, type Verdict } from '../../aws/decide-again.ts'
import type { SignedOperation } from '../../aws/operation.ts'
import { recordedInput } from '../../aws/recorded-input.ts'
import type { KeyRing } from '../../credentials/key-ring.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Ids } from '../../kernel/ids.ts'
import type { Grant } from '../../mapping/grant.ts'
import type { Caller } from '../../sessions/caller.ts'
import { createPrincipals } from '../../sessions/principals.ts'
import { findRecentSignIn } from '../../sign-in/recent-sign-ins.ts'
import type { RecordedCall } from './recorded.ts'
import { type RecordedSessions, recordedSessions } from './sessions.ts'
import type { ReplayVersion } from './versions.ts'

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
  const judges = versions.map((version) => judgeOf(version, { operations, sessions, ring }))
  const found = new Map<string, CallDifference>()
  let calls = 0
  let undecided = 0
  for await (const event of events) {
    sessions.note(event)
    const operation = operations.get(actionOf(event))
    if (operation?.access !== 'signed' || event.userIdentity.arn === undefined) continue
    calls += 1
    const [before, after] = await Promise.all(judges.map((judge) => judge(event)))
    if (!before || !after || [before, after].some(({ result }) => result === 'undecided')) {
      undecided += 1
      continue
    }
    if (before.result !== after.result) add(found, event, before, after)
  }
  return { calls, undecided, differences: [...found.values()] }
}

function add(
  found: Map<string, CallDifference>,
  event: RecordedCall,
  before: Verdict,
  after: Verdict,
): void {
  const principal = holderOf(event)
  const action = actionOf(event)
  const because = [before, after].find((one) => one.result === 'denied')?.message ?? ''
  const kind = after.result === 'allowed' ? 'gains' : 'loses'
  // The sentence names the session: one of them stands for all.
  const [, reason = because] = / is not authorized to perform: (.*)$/s.exec(because) ?? []
  const key = [kind, principal, action, reason].join('\n')
  const known = found.get(key)
  if (!known && found.size >= mostDifferences) return
  found.set(key, {
    ...{ kind, principal, action, because: reason },
    calls: (known?.calls ?? 0) + 1,
    lastAt: event.eventTime,
  })
}

type Judge = (event: RecordedCall) => Promise<Verdict>

function judgeOf(
  { store, organization, mappings }: ReplayVersion,
  {
    operations,
    sessions,
    ring,
  }: {
    readonly operations: ReturnType<typeof decidableOperations>
    readonly sessions: RecordedSessions
    readonly ring: Pick<KeyRing, 'unseal'>
  },
): Judge {
  const principals = createPrincipals(store, systemClock, () => organization)
  const ids = new Ids()

  /** By which the session's role was given, for its tags and its policy. */
  async function grantOf({ additionalEventData, userIdentity }: RecordedCall) {
    const { rule, connector, identity } = additionalEventData?.gatehouse ?? {}
    if (rule === undefined || connector === undefined || !identity) return undefined
    const { subject } = identity
    const person = await findRecentSignIn(store.reads, ring, { connector, subject })
    const role = userIdentity.sessionContext?.sessionIssuer?.arn
    const grants: readonly Grant[] = person ? mappings.evaluate(person).grants : []
    const ofRole = grants.filter(({ roleArn }) => roleArn === role)
    return ofRole.find((one) => one.rule === rule) ?? ofRole[0]
  }

  async function callerOf(event: RecordedCall): Promise<Caller> {
    const claims = sessions.claimsOf(event, await grantOf(event))
    if (claims) return principals.ofClaims(claims, 'console')
    const { accessKeyId = '', accountId = '', userName, type } = event.userIdentity
    const key = { owner: accountId, userName: type === 'Root' ? undefined : userName }
    return principals.ofKey(accessKeyId, key)
  }

  return async (event) => {
    const operation = operations.get(actionOf(event)) as AnySigned
    const input = recordedInput(operation.model.input, event.requestParameters ?? {})
    if (input === undefined) return { result: 'undecided' }
    const facts = {
      now: new Date(event.eventTime),
      sourceAddress: event.sourceIPAddress,
      userAgent: event.userAgent ?? '',
      secure: true,
      region: event.awsRegion,
    }
    try {
      const caller = await callerOf(event)
      const { reads } = store
      return await decideAgain(operation, input as Readonly<Record<string, unknown>>, {
        ...{ caller, facts, reads, ids },
      })
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error
      return { result: 'denied', message: 'the user or role is gone' }
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input.
type AnySigned = SignedOperation<any, any, any, any>

function actionOf({ eventSource, eventName }: RecordedCall): string {
  return `${eventSource.split('.')[0]}:${eventName}`
}

/** The ARN of the role of a session, or of the user. */
function holderOf({ userIdentity }: RecordedCall): string {
  const { type, arn = '', sessionContext } = userIdentity
  return (type === 'AssumedRole' ? sessionContext?.sessionIssuer?.arn : undefined) ?? arn
}
