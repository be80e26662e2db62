import { actionOf, type TrailEvent } from '../../audit/index/terms.ts'
import { explainVersion } from '../../aws/gatehouse/explain/explain-model.ts'
import { parseArn } from '../../kernel/arn.ts'
import { withQuery } from '../address.ts'
import { code, link, none, text, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import { textLimits } from './simulated-question.ts'
import { recentPath, simulator } from './simulator.ts'
import { words } from './words.ts'

const { recent: told } = words
const rowsOnPage = 50
const rowsOfFile = 1000

/** `/console/simulator/sessions`: sessions of the audit log, to be asked about. */
export const recentSessions = listPage({
  path: recentPath,
  under: simulator,
  crumb: told.title,
  calls: ['gatehouse:LookupEvents'],
  title: told.title,
  says: told.says,
  noun: told.noun,
  orderOf: () => told.order,
  empty: told.empty,
  marker: limitsOf('gatehouse:LookupEvents', 'Marker'),
  filters: [
    { name: 'person', label: told.person, limits: textLimits(256) },
    { name: 'role', label: told.role, limits: textLimits(256) },
  ],
  async read(call, { filters: { person, role }, marker, isWhole, request }) {
    const { Events, Marker } = await call('gatehouse:LookupEvents', {
      Version: explainVersion,
      People: person === undefined ? undefined : [person],
      Roles: role === undefined ? undefined : [role],
      Actions: ['sts:AssumeRole*', 'signin:ConsoleLogin'],
      Outcomes: ['allowed'],
      Marker: marker,
      MaxItems: isWhole ? rowsOfFile : rowsOnPage,
    })
    const { account } = request.session.claims
    return { rows: Events.flatMap((event) => sessionIn(event, account) ?? []), marker: Marker }
  },
  columns: [
    {
      head: told.heads.who,
      cell: (one) =>
        link(one.name, simulatorAddress(one), one.isNarrowed ? told.narrowed : undefined),
    },
    { head: told.heads.since, cell: ({ event }) => time(new Date(event.eventTime)) },
    {
      head: told.heads.from,
      width: 'wide',
      cell: ({ event }) => (event.sourceIPAddress ? code(event.sourceIPAddress) : none('–')),
    },
    { head: told.heads.how, width: 'desk', cell: ({ event }) => text(actionOf(event)) },
    {
      head: told.heads.calls,
      width: 'desk',
      cell: ({ key }) =>
        key === undefined ? none('–') : link(told.calls, withQuery('/console/audit', { key })),
    },
  ],
})

interface RecentSession {
  readonly event: TrailEvent
  readonly arn: string
  /** `role/Reader/ada`, `user/ada`. */
  readonly name: string
  readonly key: string | undefined
  readonly isNarrowed: boolean
}

interface Parameters {
  readonly policy?: unknown
  readonly policyArns?: readonly { readonly arn?: unknown }[]
}

/** A session of the account that the simulator can be asked about. */
function sessionIn(event: TrailEvent, account: string): RecentSession | undefined {
  const { userIdentity, requestParameters } = event
  const { assumedRoleUser, credentials } = (event.responseElements ?? {}) as Readonly<
    Record<string, { readonly arn?: string; readonly accessKeyId?: string } | undefined>
  >
  const arn = assumedRoleUser?.arn ?? userIdentity?.arn
  const parsed = arn === undefined ? undefined : parseArn(arn)
  const [kind, ...names] = parsed?.resource.split('/') ?? []
  const isLogin = event.eventName === 'ConsoleLogin'
  if (arn === undefined || parsed?.account !== account) return undefined
  // The console of a role is no session of its own.
  if (kind !== (isLogin ? 'user' : 'assumed-role')) return undefined
  const { policy, policyArns = [] } = (requestParameters ?? {}) as Parameters
  return {
    event,
    arn,
    name: `${isLogin ? 'user' : 'role'}/${names.join('/')}`,
    key: credentials?.accessKeyId ?? userIdentity?.accessKeyId,
    isNarrowed: policy !== undefined || policyArns.length > 0,
  }
}

/** What does not fit into an address is left to the person to type. */
const mostInAddress = 2048

function simulatorAddress({ event, arn }: RecentSession): string {
  const { policy, policyArns = [] } = (event.requestParameters ?? {}) as Parameters
  const { sourceIPAddress: from } = event
  const fits = typeof policy === 'string' && policy.length <= mostInAddress
  const arns = policyArns.flatMap(({ arn: one }) => (typeof one === 'string' ? [one] : []))
  return withQuery(simulator.path, {
    principal: arn,
    context: from === undefined ? undefined : `aws:SourceIp = ${from}`,
    sessionPolicy: fits ? policy : undefined,
    sessionPolicyArns: arns.join('\n').slice(0, mostInAddress),
  })
}
