import { bulkPage } from '../../bulk.ts'
import type { Action } from '../../call.ts'
import type { FieldRule, Values } from '../../fields.ts'
import { anyText, type Limits } from '../../limits.ts'
import type { Page } from '../../page.ts'
import { words as kit } from '../../words.ts'
import { searches } from '../listing.ts'
import type { Doing } from './doing.ts'
import { pickersOf } from './fields.ts'
import { foretold } from './foretold.ts'
import { words } from './words.ts'

/** So many are done for one answer where each is about one call. */
const atOnce = 20

interface Many {
  /** Where they are chosen. */
  readonly list: Page
  /** The limits of one name. */
  readonly name: Limits
  readonly words: {
    readonly one: string
    readonly many: string
    readonly title: string
    readonly names: string
    /** Where names are no names. */
    readonly help?: string | undefined
  }
  readonly doings: readonly Doing[]
}

/** `…/~selected`: those that were chosen in a list, or are typed here, are changed together. */
export function manyPage({ list, name, words: said, doings }: Many): Page {
  const doingOf = ({ Do }: Values) => doings.find(({ id }) => id === Do) ?? doings[0]!
  const choice: FieldRule = {
    name: 'Do',
    label: words.choice,
    control: {
      kind: 'radio',
      options: doings.map(({ id }) => ({ value: id, words: words.doings[id] })),
    },
    limits: { ...anyText, required: true, values: doings.map(({ id }) => id) },
  }
  const fields = [...new Set(doings.flatMap((doing) => doing.fields))].map((field) => ({
    ...field,
    when: (values: Values) => doingOf(values).fields.includes(field),
  }))
  return bulkPage<Action>({
    path: `${list.path}/~selected`,
    under: list,
    crumb: words.crumb,
    calls: [...new Set<Action>([searches, ...doings.flatMap(({ calls }) => calls)])],
    list: list.path,
    name: { ...name, required: true },
    namesLabel: said.names,
    namesHelp: said.help ?? words.names,
    choice,
    details: { title: words.details, fields },
    button: words.send,
    isDanger: (values) => doingOf(values).isDanger === true,
    atOnce: (values) => doingOf(values).atOnce ?? atOnce,
    read: async (call) => ({
      ...{ title: said.title, says: words.says, controls: pickersOf(call) },
      keep: { text: words.keep, href: list.path },
    }),
    foretell: (call, names, values) => foretold(call, names, doingOf(values)),
    turnOf: async (call, one, values) => doingOf(values).turnOf(call, one, values),
    title: (values, many) => words.titles[doingOf(values).id](kit.count(many, said.one, said.many)),
  })
}
