import type { LookupEventsRequest } from '../../aws/gatehouse/explain/explain-model.ts'
import { explainVersion } from '../../aws/gatehouse/explain/explain-model.ts'
import { parseArn } from '../../kernel/arn.ts'
import { textLimits } from '../explain/simulated-question.ts'
import type { Limits } from '../limits.ts'
import type { Filter } from '../list.ts'
import { words } from './words.ts'

const { filters: labels } = words.audit
const termLimits = textLimits(256)
const dayLimits: Limits = {
  ...textLimits(10),
  pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
}
const oneOf = (values: readonly string[]): Limits => ({ ...textLimits(40), values })

const outcomes = Object.entries(words.outcomes).map(([value, { text }]) => ({ value, words: text }))
const sources = Object.entries(words.sources).map(([value, text]) => ({ value, words: text }))
const chosen = (none: string, options: readonly { value: string; words: string }[]) => ({
  options: [{ value: '', words: none }, ...options],
  limits: oneOf(options.map(({ value }) => value)),
})

/** By what events are searched on the page. */
export const filters: readonly Filter[] = [
  { name: 'person', label: labels.person, limits: textLimits(2048) },
  { name: 'action', label: labels.action, limits: termLimits },
  { name: 'outcome', label: labels.outcome, ...chosen(words.audit.anyOutcome, outcomes) },
  {
    name: 'period',
    label: labels.period,
    options: words.audit.periods,
    limits: oneOf(words.audit.periods.map(({ value }) => value).filter((one) => one !== '')),
  },
  { name: 'event', label: labels.event, limits: termLimits, isMore: true },
  { name: 'role', label: labels.role, limits: textLimits(2048), tidy: nameIn, isMore: true },
  { name: 'error', label: labels.error, limits: termLimits, isMore: true },
  {
    name: 'source',
    label: labels.source,
    ...chosen(words.audit.anySource, sources),
    isMore: true,
  },
  { name: 'address', label: labels.address, limits: termLimits, isMore: true },
  { name: 'key', label: labels.key, limits: termLimits, isMore: true },
  { name: 'from', label: labels.from, limits: dayLimits, isDay: true, isMore: true },
  { name: 'to', label: labels.to, limits: dayLimits, isDay: true, isMore: true },
]

/** The name at the end of an ARN; a text that is none stays. */
function nameIn(typed: string): string {
  return typed.startsWith('arn:') ? typed.slice(typed.lastIndexOf('/') + 1) : typed
}

type Filled = Readonly<Record<string, string | undefined>>
type Asked = Omit<LookupEventsRequest, 'Version'>

/** What the filters ask the operation. A reference or an id names one event, whatever else. */
export function askedBy(filled: Filled, now: Date): LookupEventsRequest {
  const { event, action, role, outcome, error, source, address, key, to } = filled
  if (event !== undefined) return { Version: explainVersion, Token: event }
  const listed = (text: string | undefined) => (text === undefined ? undefined : [text])
  const { People, Roles = listed(role) } = principalIn(filled.person)
  return {
    Version: explainVersion,
    People,
    Roles,
    Actions: listed(action),
    Outcomes: listed(outcome) as Asked['Outcomes'],
    Errors: listed(error),
    Sources: listed(source),
    Addresses: listed(address),
    AccessKeys: listed(key),
    From: later(startOf(filled.period, now), filled.from),
    To: to,
  }
}

/** A name, or the ARN of a user, a role or a session. */
function principalIn(typed: string | undefined): Pick<Asked, 'People' | 'Roles'> {
  const arn = typed === undefined ? undefined : parseArn(typed)
  if (typed === undefined) return {}
  if (!arn) return { People: [typed.slice(0, 256)] }
  const [kind, ...names] = arn.resource.split('/')
  const last = (names.at(-1) ?? arn.resource).slice(0, 256)
  if (kind === 'role') return { Roles: [last] }
  if (kind === 'assumed-role') return { Roles: [names[0] ?? last], People: [last] }
  return { People: [last] }
}

const hourMs = 3_600_000
const periodHours: Readonly<Record<string, number>> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 }

function startOf(period: string | undefined, now: Date): string | undefined {
  const hours = period === undefined ? undefined : periodHours[period]
  return hours === undefined ? undefined : new Date(now.getTime() - hours * hourMs).toISOString()
}

/** The later of an instant and a day, as texts. */
function later(instant: string | undefined, day: string | undefined): string | undefined {
  if (instant === undefined || day === undefined) return instant ?? day
  return `${day}T00:00:00.000Z` > instant ? day : instant
}
