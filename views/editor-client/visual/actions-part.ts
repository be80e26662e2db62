import type { ServiceReference } from '../../../src/console/policies/policy-reference.ts'
import type { VisualStatement } from '../../../src/console/policies/visual-document.ts'
import { words } from '../words.ts'
import { button, choice, element, field } from './elements.ts'
import type { PartRules } from './part-rules.ts'

const said = words.visual
const levels = Object.entries(said.levels)

/** Which actions a statement is about: those chosen, and those of a service by access level. */
export function actionsPart(rules: PartRules): HTMLElement {
  const { statement, index, change, look } = rules
  const picker = element('div')
  const own = servicesOf(statement)
  const open = look.service ?? own[0] ?? ''
  const show = async (prefix: string) => {
    look.service = prefix
    picker.replaceChildren(element('p', { class: 'muted small' }, said.asking))
    const found =
      prefix === '' ? undefined : await rules.asking.service(prefix).catch(() => undefined)
    if (look.service !== prefix) return
    picker.replaceChildren(found ? levelsView(rules, prefix, found) : said.chooseService)
  }
  const options = [['', said.chooseService], ...index.services.map(titled)] as const
  const select = choice(options as readonly (readonly [string, string])[], open, show)
  void show(open)
  return element(
    'fieldset',
    { class: 'part' },
    element('legend', {}, element('b', {}, said.actions)),
    chosen(statement.actions, (at) =>
      change((now) => ({ ...now, actions: now.actions.toSpliced(at, 1) }), true),
    ),
    field(said.service, select),
    picker,
  )
}

function titled([prefix, title]: readonly [string, string]): readonly [string, string] {
  return [prefix, title === prefix ? prefix : `${title} (${prefix})`]
}

/** Prefixes of the services that the actions name. */
export function servicesOf({ actions }: VisualStatement): readonly string[] {
  const prefixes = actions.flatMap((action) => /^([^:*?]+):/.exec(action)?.[1]?.toLowerCase() ?? [])
  return [...new Set(prefixes)]
}

function chosen(actions: readonly string[], takenOut: (at: number) => void): HTMLElement {
  if (actions.length === 0) return element('p', { class: 'muted small' }, said.noAction)
  const list = element('ul', { class: 'chips' })
  for (const [i, action] of actions.entries())
    list.append(
      element(
        'li',
        { class: 'chip' },
        element('code', {}, action),
        ' ',
        button('×', () => takenOut(i), {
          class: 'linklike',
          'aria-label': said.takeOut(action),
        }),
      ),
    )
  return list
}

function levelsView(rules: PartRules, prefix: string, found: ServiceReference): HTMLElement {
  const { statement, change, look } = rules
  const { actions } = statement
  const every = `${prefix}:*`
  const toggle = (action: string, on: boolean) =>
    change((now) => ({ ...now, actions: toggled(now.actions, action, on) }), true)
  const view = element('div', {}, check(every, said.everyAction(every), actions, toggle))
  for (const [level, title] of levels) {
    const names = found.actions.filter(([, own]) => own === level).map(([name]) => name)
    if (names.length === 0) continue
    const picked = names.filter((name) => coveredBy(actions, `${prefix}:${name}`) !== undefined)
    const picks = element('div', { class: 'picks' })
    const details = element(
      'details',
      { class: 'level' },
      element(
        'summary',
        {},
        element('b', {}, title),
        element('span', { class: 'muted num' }, said.picked(picked.length, names.length)),
      ),
      picks,
    )
    const fill = () => {
      if (picks.childElementCount > 0) return
      for (const name of names) picks.append(check(`${prefix}:${name}`, name, actions, toggle))
    }
    details.open = look.levels.has(`${prefix} ${level}`)
    if (details.open) fill()
    details.addEventListener('toggle', () => {
      if (details.open) look.levels.add(`${prefix} ${level}`)
      else look.levels.delete(`${prefix} ${level}`)
      fill()
    })
    view.append(details)
  }
  return view
}

function toggled(actions: readonly string[], action: string, on: boolean): readonly string[] {
  const others = actions.filter((one) => one.toLowerCase() !== action.toLowerCase())
  return on ? [...others, action] : others
}

function check(
  action: string,
  label: string,
  actions: readonly string[],
  toggle: (action: string, on: boolean) => void,
): HTMLElement {
  const box = element('input', { type: 'checkbox', 'data-focus': action })
  const by = coveredBy(actions, action)
  box.checked = by !== undefined
  box.disabled = by !== undefined && by.toLowerCase() !== action.toLowerCase()
  box.addEventListener('change', () => toggle(action, box.checked))
  const note = box.disabled && element('span', { class: 'sub' }, said.coveredBy(by ?? ''))
  return element('label', { class: 'check' }, box, element('span', {}, label, note))
}

/** The chosen action or pattern that names an action; patterns have `*` and `?`. */
function coveredBy(actions: readonly string[], action: string): string | undefined {
  const wanted = action.toLowerCase()
  return (
    actions.find((one) => one.toLowerCase() === wanted) ??
    actions.find((one) => /[*?]/.test(one) && matches(one.toLowerCase(), wanted))
  )
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')
  return new RegExp(`^${escaped.replaceAll('?', '.')}$`).test(text)
}
