import { mappingVersion, type ReplayedMapping } from '../../aws/gatehouse/mapping/mapping-model.ts'
import { badge, text } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { askField, typedIn } from './ask-field.ts'
import { refusedAnswer } from './mapping.ts'
import { words } from './words.ts'

const told = words.replay
const tones = { gains: 'allow', loses: 'deny', changes: 'warn' } as const

/** `/console/replay`: what edited rules would change for people who signed in lately. */
export const replay = askPage({
  path: '/console/replay',
  nav: { section: 'Sign-in', label: told.title, glyph: 'simulate' },
  crumb: told.title,
  calls: ['gatehouse:ReplayMapping'],
  method: 'post',
  async read(call, request) {
    const Rules = typedIn(request, 'rules')
    const days = typedIn(request, 'days').trim()
    const badDays = /^(|[1-9]\d?|[1-3]\d\d|400)$/.test(days) ? undefined : told.badDays
    const form = formOf(request, badDays)
    if (Rules.trim() === '') return { ...form, answers: [] }
    if (badDays !== undefined)
      return { ...form, answers: [], status: 400, problem: { title: told.nothing, next: badDays } }
    try {
      const Days = days === '' ? undefined : Number(days)
      const asked = { Version: mappingVersion, Rules, Days }
      return { ...form, answers: [answerOf(await call('gatehouse:ReplayMapping', asked))] }
    } catch (error) {
      return { ...form, answers: [], ...refusedAnswer(error, told.nothing) }
    }
  },
})

function formOf(request: PageRequest, badDays: string | undefined) {
  const rules = limitsOf('gatehouse:ReplayMapping', 'Rules')
  const days = { ...limitsOf('gatehouse:ReplayMapping', 'Days'), required: false }
  return {
    title: told.title,
    says: told.says,
    fields: [
      askField(request, {
        ...{ name: 'rules', label: told.rules, help: told.rulesHelp, rows: 14, limits: rules },
      }),
      askField(
        request,
        { name: 'days', label: told.days, help: told.daysHelp, limits: days },
        badDays,
      ),
    ],
    more: [],
    button: told.button,
    empty: told.empty,
  }
}

function answerOf({ Judged, Truncated, People }: ReplayedMapping): Section {
  return {
    kind: 'rows',
    title: told.people,
    note: told.note(Judged, People.length, Truncated),
    heads: [
      { head: told.heads.who },
      { head: told.heads.what },
      { head: told.heads.role },
      { head: told.heads.because, width: 'desk' },
    ],
    rows: People.flatMap(({ UserName, Connector, Differences }) =>
      Differences.map(({ Kind, RoleArn, Because }) => [
        text(UserName, Connector),
        badge(told.kinds[Kind], tones[Kind]),
        text(RoleArn.slice(RoleArn.lastIndexOf('/') + 1)),
        text(Because),
      ]),
    ),
    empty: told.nobody,
  }
}
