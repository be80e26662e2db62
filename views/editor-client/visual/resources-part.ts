import { words } from '../words.ts'
import { servicesOf } from './actions-part.ts'
import { button, choice, element, field, line } from './elements.ts'
import type { PartRules } from './part-rules.ts'

const said = words.visual

/** On what a statement's actions may be done: ARNs by their parts, or everything. */
export function resourcesPart(rules: PartRules): HTMLElement {
  const { statement, change } = rules
  const { resources } = statement
  const set = (at: number, arn: string) =>
    change((now) => ({ ...now, resources: now.resources.with(at, arn) }))
  const rows = resources.map((arn, at) =>
    element(
      'div',
      { class: 'arn' },
      arnFields(arn, (wanted) => set(at, wanted)),
      button(
        said.takeAway,
        () => change((now) => ({ ...now, resources: now.resources.toSpliced(at, 1) }), true),
        { 'aria-label': said.takeOut(arn) },
      ),
    ),
  )
  return element(
    'fieldset',
    { class: 'part' },
    element('legend', {}, element('b', {}, said.resources)),
    element('p', { class: 'small muted' }, said.resourcesHelp),
    ...rows,
    adding(rules),
  )
}

const parts = ['partition', 'service', 'region', 'account', 'resource'] as const

/** A field for each part of an ARN; another text, such as `*`, is one field. */
function arnFields(arn: string, changed: (arn: string) => void): HTMLElement {
  const [head, ...rest] = arn.split(':')
  if (head !== 'arn' || rest.length < parts.length)
    return element('div', { class: 'parts' }, field(said.resource, line(arn, changed), 'grow'))
  const values = [...rest.slice(0, 4), rest.slice(4).join(':')]
  const whole = element('p', { class: 'whole' }, arn)
  const inputs = parts.map((part, i) => {
    const input = line(values[i] ?? '', (value) => {
      values[i] = value
      const written = ['arn', ...values].join(':')
      whole.textContent = written
      changed(written)
    })
    return field(said.arn[part], input, part === 'resource' ? 'grow' : '')
  })
  return element('div', {}, element('div', { class: 'parts' }, ...inputs), whole)
}

/** The types of resources that the chosen services have, each as an ARN to be filled in. */
function adding({ statement, change, asking }: PartRules): HTMLElement {
  const add = (arn: string) => {
    if (arn !== '') change((now) => ({ ...now, resources: [...now.resources, arn] }), true)
  }
  const options = [
    ['', said.chooseResource],
    ['*', said.everyResource],
  ] as const
  const select = choice(options, '', add)
  select.dataset.focus = 'add-resource'
  void Promise.all(servicesOf(statement).map((one) => asking.service(one)))
    .then((found) => {
      for (const arn of new Set(found.flatMap((one) => one?.resources ?? [])))
        if (arn !== '*') select.append(new Option(arn, arn))
    })
    .catch(() => undefined)
  return field(said.addResource, select)
}
