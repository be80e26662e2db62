import { addressOf } from '../address.ts'
import { badge, type Cell, link, none, text, time } from '../cells.ts'
import { anyText, limitsOf } from '../limits.ts'
import { listPage } from '../page.ts'
import type { CredentialLine, KeyLine } from './credential-lines.ts'
import { originalReport, readCredentialReport } from './credential-report.ts'
import { type CredentialView, viewOf } from './credential-views.ts'
import { overview } from './overview.ts'
import { words } from './words.ts'

const told = words.credentials
const rowsOnPage = 50
/** A file is read in parts of so many lines. */
const rowsInFile = 5000
/** How many lines of the view come before the page. */
const marker = { ...anyText, max: 9, pattern: /^[1-9]\d*$/, patternText: '[1-9]\\d*' }

const optionsOf = (choices: Readonly<Record<string, string>>) =>
  Object.entries(choices).map(([value, said], i) => ({ value: i === 0 ? '' : value, words: said }))
const limitsIn = (choices: Readonly<Record<string, string>>) => ({
  ...anyText,
  values: Object.keys(choices),
})

/** `/console/reports/credentials`. */
export const credentials = listPage({
  path: '/console/reports/credentials',
  under: overview,
  crumb: told.title,
  calls: ['iam:GetCredentialReport'],
  title: told.title,
  says: told.says,
  actions: [
    { text: words.overview.make, href: '/console/reports/credentials/~create' },
    { text: told.original, href: '/console/reports/credentials?as=report' },
  ],
  noun: told.noun,
  empty: told.empty,
  marker,
  filters: [
    {
      name: 'name',
      label: told.name,
      limits: { ...limitsOf('iam:GetUser', 'UserName'), required: false },
    },
    {
      name: 'show',
      label: told.show,
      limits: limitsIn(told.shows),
      options: optionsOf(told.shows),
    },
    {
      name: 'order',
      label: told.order,
      limits: limitsIn(told.orders),
      options: optionsOf(told.orders),
    },
  ],
  orderOf: ({ order }) => told.orderBy(told.orders[(order ?? 'name') as CredentialView['order']]),
  async original(call, { query }) {
    if (query('as') !== 'report') return undefined
    const found = await originalReport(call)
    if (found === undefined) return undefined
    return { kind: 'file', name: 'credential-report.csv', type: 'text/csv', text: found }
  },
  async read(call, { filters, marker: after, isWhole, request }) {
    const report = await readCredentialReport(call, request.session.claims.account)
    const shown = viewOf(report?.lines ?? [], {
      name: filters.name,
      show: (filters.show ?? 'all') as CredentialView['show'],
      order: (filters.order ?? 'name') as CredentialView['order'],
      now: request.facts.now,
    })
    const from = Number(after ?? 0)
    const to = from + (isWhole ? rowsInFile : rowsOnPage)
    return {
      rows: shown.slice(from, to),
      marker: to < shown.length ? String(to) : undefined,
    }
  },
  columns: [
    { head: told.heads.user, cell: userCell },
    { head: told.heads.password, cell: passwordCell },
    {
      head: told.heads.mfa,
      cell: ({ mfa, password }) => {
        if (mfa) return badge(told.mfaOn)
        return password ? badge(told.mfaOff, 'warn') : none(told.mfaOff)
      },
    },
    { head: told.heads.first, width: 'desk', cell: ({ keys }) => keyCell(keys[0]) },
    { head: told.heads.second, width: 'desk', cell: ({ keys }) => keyCell(keys[1]) },
    {
      head: told.heads.certificates,
      width: 'wide',
      cell: ({ certificates }) => (certificates === 0 ? none() : text(String(certificates))),
    },
    {
      head: told.heads.created,
      width: 'wide',
      cell: ({ createdAt }) => (createdAt === undefined ? none() : time(new Date(createdAt))),
    },
  ],
})

const day = (at: number) => new Date(at).toISOString().slice(0, 10)

function userCell({ name, isRoot }: CredentialLine): Cell {
  return isRoot ? text(told.root) : link(name, addressOf('/console/users/:name', { name }))
}

function passwordCell({ password, passwordUsedAt, passwordChangedAt }: CredentialLine): Cell {
  if (!password) return none(told.none)
  const changed = passwordChangedAt === undefined ? '' : `${told.rotated(day(passwordChangedAt))}, `
  const used = passwordUsedAt === undefined ? told.unused : told.used(day(passwordUsedAt))
  return text(told.on, changed + used)
}

function keyCell({ active, rotatedAt, usedAt, service }: KeyLine): Cell {
  if (rotatedAt === undefined) return none(told.none)
  const used = usedAt === undefined ? told.unused : told.used(day(usedAt))
  const by = service === undefined ? '' : ` (${service})`
  return text(active ? told.on : told.off, `${told.rotated(day(rotatedAt))}, ${used}${by}`)
}
