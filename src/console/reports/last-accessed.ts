import { addressOf, withQuery } from '../address.ts'
import type { Call, Output } from '../call.ts'
import { type Cell, code, link, none, text, time } from '../cells.ts'
import { limitsOf, problemOf } from '../limits.ts'
import { detailPage, type Page } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { type AccessedSubject, accessedSubjects, callerCell } from './accessed-subjects.ts'
import { words } from './words.ts'

const told = words.accessed
const rowsOnPage = 100
const marker = limitsOf('iam:GetServiceLastAccessedDetails', 'Marker')
const service = {
  ...limitsOf('iam:GetServiceLastAccessedDetailsWithEntities', 'ServiceNamespace'),
  pattern: /^[\w-]{1,64}$/,
}
/** Seconds until a page looks again for a report that is being made. */
const againAfter = 3

type Details = Output<'iam:GetServiceLastAccessedDetails'>
type Service = Details['ServicesLastAccessed'][number]

/**
 * A job is asked for again while it is made, because one of many callers takes longer than a page
 * may. The address then names it.
 */
async function jobOf(
  call: Call<'iam:GenerateServiceLastAccessedDetails'>,
  Arn: string,
  { query }: PageRequest,
): Promise<string> {
  const named = query('job') ?? ''
  if (/^[0-9a-f-]{36}$/.test(named)) return named
  const made = await call('iam:GenerateServiceLastAccessedDetails', {
    Arn,
    Granularity: 'ACTION_LEVEL',
  })
  return made.JobId ?? ''
}

/** A marker that can be none leads to the first page. */
function markerIn({ query }: PageRequest): string | undefined {
  const typed = query('marker') || undefined
  return typed !== undefined && problemOf(marker, typed) === undefined ? typed : undefined
}

function inProgress(here: string, job: string) {
  return {
    main: [{ kind: 'decision', tone: 'implicit', title: told.busy, text: told.busyText }] as const,
    again: { seconds: againAfter, href: withQuery(here, { job }) },
  }
}

/** `/console/KIND/NAME/last-accessed`: the services that policies allow, and their last call. */
function servicesPage(of: AccessedSubject): Page {
  return detailPage({
    path: `${of.page.path}/last-accessed` as Page['path'],
    params: of.page.params,
    under: of.page,
    crumb: told.title,
    calls: [
      ...of.reads,
      'iam:GenerateServiceLastAccessedDetails',
      'iam:GetServiceLastAccessedDetails',
    ],
    async read(call, request) {
      const { params } = request
      const { arn, name } = await of.find(call, params)
      const JobId = await jobOf(call, arn, request)
      const Marker = markerIn(request)
      const asked = { JobId, MaxItems: rowsOnPage, Marker }
      const found = await call('iam:GetServiceLastAccessedDetails', asked)
      const here = addressOf(`${of.page.path}/last-accessed`, params)
      const head = { title: told.of(name), says: told.says[of.kind], actions: [], aside: [] }
      if (found.JobStatus === 'IN_PROGRESS') return { ...head, ...inProgress(here, JobId) }
      return { ...head, main: [servicesSection(of, found, { here, job: JobId, Marker })] }
    },
  })
}

interface Place {
  readonly here: string
  readonly job: string
  readonly Marker: string | undefined
}

function servicesSection(
  of: AccessedSubject,
  found: Details,
  { here, job, Marker }: Place,
): Section {
  const { heads } = told
  return {
    kind: 'rows',
    title: told.services,
    note: told.note,
    heads: [
      { head: heads.service },
      { head: heads.last },
      { head: of.isShared ? heads.by : heads.actions, width: 'desk' },
      { head: heads.region, width: 'wide' },
    ],
    rows: found.ServicesLastAccessed.map((one) => [
      link(
        one.ServiceName,
        `${here}/${encodeURIComponent(one.ServiceNamespace)}`,
        one.ServiceNamespace,
      ),
      lastCell(one),
      of.isShared ? byCell(one) : actionsCell(one),
      one.LastAuthenticatedRegion === undefined ? none('–') : code(one.LastAuthenticatedRegion),
    ]),
    empty: Marker === undefined ? told.nothing : told.noMore,
    links: [
      ...(Marker === undefined ? [] : [{ text: told.first, href: withQuery(here, { job }) }]),
      ...(found.Marker
        ? [{ text: told.next, href: withQuery(here, { job, marker: found.Marker }) }]
        : []),
    ],
  }
}

function lastCell({ LastAuthenticated: at, TrackedActionsLastAccessed: tracked }: Service): Cell {
  if (at) return time(at)
  return none(tracked ? told.never : told.unseen)
}

function byCell({ LastAuthenticatedEntity: by, TotalAuthenticatedEntities: many = 0 }: Service) {
  if (by === undefined) return none('–')
  const cell = callerCell(by)
  return many > 1 && cell.kind === 'link' ? { ...cell, sub: told.andOthers(many - 1) } : cell
}

function actionsCell({ TrackedActionsLastAccessed: tracked }: Service): Cell {
  if (!tracked) return none('–')
  const used = tracked.filter(({ LastAccessedTime }) => LastAccessedTime !== undefined)
  return text(told.actionsUsed(used.length, tracked.length))
}

/** `/console/KIND/NAME/last-accessed/SERVICE`: its actions, and who called it. */
function servicePage(of: AccessedSubject, under: Page): Page {
  const entities = of.isShared ? (['iam:GetServiceLastAccessedDetailsWithEntities'] as const) : []
  return detailPage({
    path: `${under.path}/:service` as Page['path'],
    params: { ...of.page.params, service },
    under,
    crumb: ({ service: named = '' }) => named,
    calls: [
      ...of.reads,
      'iam:GenerateServiceLastAccessedDetails',
      'iam:GetServiceLastAccessedDetails',
      ...entities,
    ],
    async read(call, request) {
      const { params } = request
      const { arn, name } = await of.find(call, params)
      const JobId = await jobOf(call, arn, request)
      const namespace = params.service ?? ''
      const found = await call('iam:GetServiceLastAccessedDetails', { JobId, MaxItems: 1000 })
      const here = addressOf(`${under.path}/:service`, params)
      const one = found.ServicesLastAccessed.find((each) => each.ServiceNamespace === namespace)
      const title = told.serviceOf(one?.ServiceName ?? namespace, name)
      const head = { title, says: told.serviceSays, actions: [], aside: [] }
      if (found.JobStatus === 'IN_PROGRESS') return { ...head, ...inProgress(here, JobId) }
      if (!of.isShared) return { ...head, main: [actionsSection(one)] }
      const Marker = markerIn(request)
      const who = await call('iam:GetServiceLastAccessedDetailsWithEntities', {
        ...{ JobId, ServiceNamespace: namespace, MaxItems: rowsOnPage, Marker },
      })
      return {
        ...head,
        main: [entitiesSection(who, { here, job: JobId, Marker }), actionsSection(one)],
      }
    },
  })
}

function actionsSection(one: Service | undefined): Section {
  const { actionHeads: heads } = told
  const rows = [...(one?.TrackedActionsLastAccessed ?? [])].sort(
    (a, b) => (b.LastAccessedTime?.getTime() ?? 0) - (a.LastAccessedTime?.getTime() ?? 0),
  )
  return {
    kind: 'rows',
    title: told.actions,
    heads: [
      { head: heads.action },
      { head: heads.last },
      { head: heads.by, width: 'desk' },
      { head: heads.region, width: 'wide' },
    ],
    rows: rows.map((each) => [
      code(each.ActionName ?? ''),
      each.LastAccessedTime ? time(each.LastAccessedTime) : none(told.never),
      each.LastAccessedEntity === undefined ? none('–') : callerCell(each.LastAccessedEntity),
      each.LastAccessedRegion === undefined ? none('–') : code(each.LastAccessedRegion),
    ]),
    empty: one ? told.noActions : told.notAllowed,
  }
}

function entitiesSection(
  found: Output<'iam:GetServiceLastAccessedDetailsWithEntities'>,
  { here, job, Marker }: Place,
): Section {
  const { entityHeads: heads } = told
  return {
    kind: 'rows',
    title: told.entities,
    heads: [{ head: heads.who }, { head: heads.last }],
    rows: found.EntityDetailsList.map(({ EntityInfo, LastAuthenticated }) => [
      callerCell(EntityInfo.Arn),
      LastAuthenticated ? time(LastAuthenticated) : none(told.never),
    ]),
    empty: Marker === undefined ? told.nobody : told.noMore,
    links: [
      ...(Marker === undefined ? [] : [{ text: told.first, href: withQuery(here, { job }) }]),
      ...(found.Marker
        ? [{ text: told.next, href: withQuery(here, { job, marker: found.Marker }) }]
        : []),
    ],
  }
}

/** What was called last with what users, groups, roles and policies allow. */
export const lastAccessedPages: readonly Page[] = accessedSubjects.flatMap((of) => {
  const services = servicesPage(of)
  return [services, servicePage(of, services)]
})
