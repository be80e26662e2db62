import { everyService, grantedServices } from '../../iam/last-accessed/accessed-services.ts'
import { type Source, sourceArn } from '../../iam/policy-source.ts'
import { policiesOfSource } from '../../iam/simulator/policies-of-source.ts'
import type { SimulatedPolicy } from '../../iam/simulator/simulated-policy.ts'
import { operation } from '../../operation.ts'
import { type RecordedCall, recordedAction } from '../../replay/recorded-call.ts'
import { findPrincipal, principalTarget } from '../explain/principal.ts'
import { type ServiceUse, StartUnusedAccess, type UnusedAccess } from './analysis-model.ts'
import { withOnly } from './change.ts'
import { comparedCalls, decidedCalls } from './decided-calls.ts'
import type { Progress } from './jobs.ts'
import type { AnalysisPorts } from './ports.ts'
import { smallerPolicy } from './proposal.ts'
import { type CallsOf, caughtUp } from './recorded-calls.ts'

const dayMs = 86_400_000
const defaultDays = 90
/** The same fault for every analysis. */
export const tooMany = 'As many analyses as may are running on this node. Try again in a minute.'

/**
 * What a user or role is allowed and did not use, a smaller policy, and the recorded calls under
 * that.
 */
export function startUnusedAccess(ports: AnalysisPorts) {
  return operation(StartUnusedAccess, {
    locate: ({ Principal }, call, reads) => findPrincipal(Principal, call, reads),
    authorize: ({ Principal }, call, found) => principalTarget(Principal, call, found),
    async handle({ Principal, Days = defaultDays }, call, found) {
      if (!found) throw call.fault('NoSuchEntity', `There is no ${Principal.slice(0, 256)}.`)
      if (found.kind === 'group')
        throw call.fault('InvalidInput', 'A user or a role is expected: groups call nothing.')
      const { account, now } = call
      const since = new Date(now.getTime() - Days * dayMs)
      const of = { source: found, arn: sourceArn(found, call), days: Days }
      const calls = callsOf(found, { since, until: now, account })
      const JobId = await ports.jobs.start({ account, since }, async (tell) => ({
        Unused: await analysed(ports, of, calls, tell),
      }))
      if (JobId === undefined) throw call.fault('LimitExceeded', tooMany)
      return { JobId }
    },
  })
}

type Period = Pick<CallsOf, 'since' | 'until' | 'account'>

/** The calls of exactly this user or role, and not of a namesake that is gone. */
function callsOf({ kind, record }: Source, period: Period): CallsOf {
  const { name, id } = record
  const isWanted = ({ userIdentity }: RecordedCall) =>
    userIdentity.sessionContext?.sessionIssuer?.principalId === id ||
    userIdentity.principalId === id
  const terms = kind === 'role' ? { role: [name] } : { person: [name.toLowerCase()] }
  return { ...period, terms, isWanted }
}

interface Analysed {
  readonly source: Source
  readonly arn: string
  readonly days: number
}

async function analysed(
  ports: AnalysisPorts,
  { source, arn, days }: Analysed,
  calls: CallsOf,
  tell: (progress: Progress) => void,
): Promise<UnusedAccess> {
  const policies = await policiesOfSource(source, ports.reads)
  const used = await usedActions(ports, source, calls, tell)
  const own = await ports.ownServices()
  const hidden = new Set(own.flatMap((one) => (one.localVerification ? [one.prefix] : [])))
  const every = await everyService(own)
  const isSeen = ({ namespace, tracked }: (typeof every)[number]) =>
    tracked.length > 0 && !hidden.has(namespace)
  const granted = grantedServices(
    every,
    policies.map(({ policy }) => policy),
  )
  const proposal = smallerPolicy(
    policies.map(({ text }) => text),
    {
      seen: new Set(every.filter(isSeen).map(({ namespace }) => namespace)),
      used: new Set([...used.values()].map(({ Action }) => Action)),
    },
  )
  return {
    Principal: arn,
    Days: days,
    Services: granted.map((service) =>
      serviceUse(
        service,
        every.some((one) => one.namespace === service.namespace && isSeen(one)),
        used,
      ),
    ),
    InPlaceOf: policies.map(nameOf),
    Proposal: proposal,
    Proof: await comparedCalls(ports, calls, { change: withOnly(proposal) }, tell),
  }
}

interface Used {
  readonly Action: string
  readonly LastAt: string
}

/** Actions that were called, by their names in lower case: from the trail, and what is kept. */
async function usedActions(
  ports: AnalysisPorts,
  { record }: Source,
  calls: CallsOf,
  tell: (progress: Progress) => void,
): Promise<ReadonlyMap<string, Used>> {
  const used = new Map<string, Used>()
  const note = (Action: string, LastAt: string) => {
    const name = Action.toLowerCase()
    if (!((used.get(name)?.LastAt ?? '') >= LastAt)) used.set(name, { Action, LastAt })
  }
  const accesses = await ports.lastAccessed.find(record.account, record.id)
  for (const [service, actions] of accesses)
    for (const [name, { at }] of actions)
      if (at >= calls.since) note(`${service}:${name}`, at.toISOString())
  await caughtUp(ports.index)
  let decided = 0
  for await (const { event, verdict } of decidedCalls(ports, calls)) {
    tell({ Calls: ++decided, Reached: event.eventTime })
    if (event.errorCode === 'AccessDenied') continue
    const at = new Date(event.eventTime).toISOString()
    for (const action of [recordedAction(event), ...verdict.actions]) note(action, at)
  }
  return used
}

function serviceUse(
  { namespace, tracked }: { readonly namespace: string; readonly tracked: readonly string[] },
  isSeen: boolean,
  used: ReadonlyMap<string, Used>,
): ServiceUse {
  const of = (name: string) => used.get(`${namespace}:${name}`.toLowerCase())
  return {
    Service: namespace,
    Seen: isSeen,
    Used: isSeen ? tracked.flatMap((name) => of(name) ?? []) : [],
    Unused: isSeen ? tracked.filter((name) => !of(name)) : [],
  }
}

/** `role/NAME/POLICY`, or an ARN. */
function nameOf({ sourceId, arn, held }: SimulatedPolicy): string {
  return held ? `${held.kind}/${held.holder}/${held.name}` : (arn ?? sourceId)
}
