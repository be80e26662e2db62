import { actionOf, type TrailEvent } from '../../audit/index/terms.ts'
import { addressOf, withQuery } from '../address.ts'
import { type Cell, code, exactTime, link, text } from '../cells.ts'
import type { Section, Terms } from '../shown.ts'
import { chainOf, resourceOf, roleOf } from './event-facts.ts'
import { words } from './words.ts'

const { terms: labels, ...told } = words.event

/** Rows for what an event has; absent values have none. */
function rows(...all: readonly (readonly [string, Cell | undefined])[]): Terms {
  return all.flatMap(([label, cell]): [string, Cell][] => (cell ? [[label, cell]] : []))
}

const plain = (value: string | undefined) => (value ? text(value) : undefined)
const named = (value: string | undefined) => (value ? code(value) : undefined)

/** Who did it, and from where. */
export function whoSection(event: TrailEvent): Section {
  const { userIdentity: who = {}, sourceIPAddress: address } = event
  const { connector, samlProvider, identity, rule, session, upstream } = chainOf(event)
  const { sessionContext: context } = who
  const began = context?.attributes?.creationDate
  const mfa = context?.attributes?.mfaAuthenticated
  const role = roleOf(event)
  const user = who.type === 'IAMUser' && who.arn !== undefined ? who.userName : undefined
  return {
    kind: 'terms',
    title: told.who,
    terms: rows(
      [labels.principal, named(who.arn)],
      [labels.type, plain(who.type)],
      [labels.person, plain(identity?.username)],
      [labels.user, user ? linkTo('/console/users/:name', user) : undefined],
      [labels.role, role ? linkTo('/console/roles/:name', role) : undefined],
      [labels.session, plain(session)],
      [labels.sourceIdentity, plain(context?.sourceIdentity)],
      [labels.connector, plain(samlProvider ?? connector)],
      [labels.strength, plain(identity?.strength)],
      [labels.rule, plain(rule)],
      [labels.mfa, mfa === undefined ? undefined : plain(told.mfa[mfa] ?? mfa)],
      [labels.key, named(who.accessKeyId)],
      [labels.issued, began === undefined ? undefined : exactTime(new Date(began))],
      [labels.account, plain(who.accountId)],
      [labels.address, address ? link(address, audited({ address })) : undefined],
      [labels.program, plain(event.userAgent)],
      [labels.upstream, plain(upstream?.type)],
    ),
  }
}

const linkTo = (path: string, name: string) => link(name, addressOf(path, { name }))
const audited = (filters: Readonly<Record<string, string>>) => withQuery('/console/audit', filters)

/** What was asked, and what was answered. */
export function whatSection(event: TrailEvent): Section {
  const { reference, detail, decision } = chainOf(event)
  const { errorCode } = event
  return {
    kind: 'terms',
    title: told.what,
    terms: rows(
      [labels.action, code(decision?.question?.action ?? actionOf(event))],
      [labels.resource, named(resourceOf(event))],
      [labels.time, exactTime(new Date(event.eventTime))],
      [labels.error, named(errorCode)],
      [labels.detail, plain(detail)],
      [labels.reference, named(reference)],
      [labels.request, named(event.requestID)],
      [labels.event, named(event.eventID)],
    ),
  }
}

const mostParameters = 60
const mostCharacters = 400

/** The parameters as the event has them, a row for each value. */
export function parameterSections({ requestParameters }: TrailEvent): readonly Section[] {
  const found = flattened(requestParameters ?? {})
  const some = found.slice(0, mostParameters)
  if (some.length === 0) return []
  return [
    {
      kind: 'terms',
      title: told.parameters,
      note: found.length > some.length ? told.cut : undefined,
      terms: some.map(([name, value]): [string, Cell] => [name, code(shortened(value))]),
    },
  ]
}

function shortened(value: string): string {
  return value.length > mostCharacters ? `${value.slice(0, mostCharacters)}…` : value
}

/** `tags.0.key` and its value, for every value that is inside. At most one more than is shown. */
function flattened(value: unknown, name = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  const all: (readonly [string, string])[] = []
  for (const [key, inner] of Object.entries(value)) {
    all.push(...flattened(inner, name === '' ? key : `${name}.${key}`))
    if (all.length > mostParameters) break
  }
  return all
}
