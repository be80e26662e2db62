import type { VisualCondition } from '../../../src/console/policies/visual-document.ts'
import { words } from '../words.ts'
import { servicesOf } from './actions-part.ts'
import { button, choice, element, field, line } from './elements.ts'
import type { PartRules } from './part-rules.ts'

const said = words.visual

/** When a statement counts: every row has to hold. */
export function conditionsPart(rules: PartRules): HTMLElement {
  const { statement, change, index } = rules
  const { conditions } = statement
  const list = element('datalist', { id: `keys-${++lists}` })
  void keysOf(rules).then((names) => {
    for (const name of names) list.append(new Option(name, name))
  })
  const rows = conditions.map((condition, at) => {
    const set = (more: Partial<VisualCondition>) =>
      change((now) => ({
        ...now,
        conditions: now.conditions.with(at, { ...now.conditions[at]!, ...more }),
      }))
    return conditionRow({ condition, change: set, list: list.id, operators: index.operators }, () =>
      change((now) => ({ ...now, conditions: now.conditions.toSpliced(at, 1) }), true),
    )
  })
  const add = () => {
    const fresh = { operator: 'StringEquals', key: freshKey(conditions), values: [''] }
    change((now) => ({ ...now, conditions: [...now.conditions, fresh] }), true)
  }
  return element(
    'fieldset',
    { class: 'part' },
    element('legend', {}, element('b', {}, said.conditions)),
    element('p', { class: 'small muted' }, said.conditionsHelp),
    ...rows,
    list,
    element(
      'p',
      { class: 'mt' },
      button(said.addCondition, add, { 'data-focus': 'add-condition' }),
    ),
  )
}

let lists = 0

/** A key that stands under no operator yet: an object has a name once. */
function freshKey(conditions: readonly VisualCondition[]): string {
  const taken = new Set(conditions.map(({ key }) => key))
  return (
    ['aws:PrincipalTag/name', 'aws:username', 'aws:userid'].find((key) => !taken.has(key)) ?? ''
  )
}

async function keysOf({ statement, asking, index }: PartRules): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    servicesOf(statement).map((one) => asking.service(one).catch(() => undefined)),
  )
  const rows = [...found.flatMap((one) => one?.keys ?? []), ...index.keys]
  return new Set(rows.map(([name]) => name.replace(/\$\{[^}]*\}|<[^>]*>/, '')))
}

interface RowRules {
  readonly condition: VisualCondition
  readonly list: string
  readonly operators: readonly string[]
  change(more: Partial<VisualCondition>): void
}

function conditionRow(
  { condition, list, operators, change }: RowRules,
  takeOut: () => void,
): HTMLElement {
  const { operator, key, values } = condition
  const parsed = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/.exec(operator)
  const [, many = '', base = operator, ifExists = ''] = parsed ?? []
  const parts = { many, base, ifExists }
  const written = (next: Partial<typeof parts>) => {
    Object.assign(parts, next)
    const set = parts.many === '' ? '' : `${parts.many}:`
    change({ operator: `${set}${parts.base}${parts.ifExists}` })
  }
  const known = operators.includes(base) ? operators : [base, ...operators]
  const area = element('textarea', {
    rows: String(Math.max(1, values.length)),
    spellcheck: 'false',
  })
  area.value = values.join('\n')
  area.addEventListener('change', () => change({ values: area.value.split('\n') }))
  const box = element('input', { type: 'checkbox' })
  box.checked = ifExists !== ''
  box.addEventListener('change', () => written({ ifExists: box.checked ? 'IfExists' : '' }))
  return element(
    'div',
    { class: 'condition' },
    element(
      'div',
      { class: 'parts' },
      field(
        said.key,
        line(key, (value) => change({ key: value }), list),
      ),
      field(
        said.operator,
        choice(
          known.map((name) => [name, name] as const),
          base,
          (value) => written({ base: value }),
        ),
      ),
      field(
        said.several,
        choice(
          [
            ['', said.oneValue],
            ['ForAnyValue', said.anyValue],
            ['ForAllValues', said.allValues],
          ],
          many,
          (value) => written({ many: value }),
        ),
      ),
      field(said.values, area, 'grow'),
    ),
    element('label', { class: 'check' }, box, element('span', {}, said.ifExists)),
    button(said.takeAway, takeOut, { 'aria-label': said.takeOut(`${key} ${operator}`) }),
  )
}
