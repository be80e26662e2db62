import { type EvaluatedMapping, mappingVersion } from '../../aws/gatehouse/mapping/mapping-model.ts'
import { CallRefusal, isDenial } from '../call.ts'
import { badge, code, text } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { askField, typedIn } from './ask-field.ts'
import { words } from './words.ts'

const told = words.mapping
const members = { connector: 'Connector', subject: 'Subject', identity: 'Identity' } as const

/** `/console/mapping`: what the rules in force make of a person. */
export const mapping = askPage({
  path: '/console/mapping',
  nav: { section: 'Sign-in', label: told.title, glyph: 'directory' },
  crumb: told.title,
  calls: ['gatehouse:EvaluateMapping'],
  method: 'post',
  async read(call, request) {
    const [Connector, Subject, Identity] = ['connector', 'subject', 'identity'].map(
      (name) => typedIn(request, name).trim() || undefined,
    )
    const form = formOf(request)
    if (!Connector && !Subject && !Identity) return { ...form, answers: [] }
    if (Identity ? Connector || Subject : !Connector || !Subject)
      return {
        ...form,
        answers: [],
        status: 400,
        problem: { title: told.nothing, next: told.both },
      }
    try {
      const asked = { Version: mappingVersion, Connector, Subject, Identity }
      return { ...form, answers: answersOf(await call('gatehouse:EvaluateMapping', asked)) }
    } catch (error) {
      return { ...form, answers: [], ...refusedAnswer(error, told.nothing) }
    }
  },
})

/** What stands in place of an answer that was refused for what was typed. Rethrows all others. */
export function refusedAnswer(error: unknown, title: string) {
  if (!(error instanceof CallRefusal) || isDenial(error) || error.fault.status >= 500) throw error
  const { fault, reference } = error
  return { status: fault.status, problem: { title, next: fault.message, reference } }
}

function formOf(request: PageRequest) {
  const field = (name: keyof typeof members, rows?: number) =>
    askField(request, {
      name,
      rows,
      label: told[name],
      help: told[`${name}Help`],
      limits: limitsOf('gatehouse:EvaluateMapping', members[name]),
    })
  return {
    title: told.title,
    says: told.says,
    fields: [field('connector'), field('subject'), field('identity', 8)],
    more: [],
    button: told.button,
    empty: told.empty,
  }
}

function answersOf({ Person, Rules, Grants }: EvaluatedMapping): readonly Section[] {
  return [
    {
      kind: 'rows',
      title: told.roles(Person.UserName, Person.Connector),
      heads: [
        { head: told.roleHeads.role },
        { head: told.roleHeads.verdict },
        { head: told.roleHeads.session, width: 'wide' },
      ],
      rows: Grants.map(({ RoleArn, Rule, SessionName, Permitted }) => [
        text(RoleArn.slice(RoleArn.lastIndexOf('/') + 1), `${told.roleHeads.rule}: ${Rule}`),
        Permitted ? badge(told.permitted, 'allow') : badge(told.refused, 'deny'),
        code(SessionName),
      ]),
      empty: told.noRoles,
    },
    {
      kind: 'rows',
      title: told.rules,
      heads: [
        { head: told.ruleHeads.rule },
        { head: told.ruleHeads.result },
        { head: told.ruleHeads.reason, width: 'desk' },
      ],
      rows: Rules.map(({ Name, Result, Reason }) => [
        text(Name),
        badge(told.results[Result], Result === 'granted' ? 'allow' : 'implicit'),
        text(Reason),
      ]),
      empty: told.noRules,
    },
  ]
}
