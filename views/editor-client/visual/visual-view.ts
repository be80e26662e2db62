import type { ReferenceIndex } from '../../../src/console/policies/policy-reference.ts'
import {
  isHidden,
  type VisualStatement,
  visualOf,
} from '../../../src/console/policies/visual-document.ts'
import {
  withAddedStatement,
  withoutStatement,
  withStatement,
} from '../../../src/console/policies/visual-edit.ts'
import type { Asking } from '../ask.ts'
import { words } from '../words.ts'
import { actionsPart, servicesOf } from './actions-part.ts'
import { conditionsPart } from './conditions-part.ts'
import { button, choice, element, field, line } from './elements.ts'
import type { Look, PartRules } from './part-rules.ts'
import { resourcesPart } from './resources-part.ts'

const said = words.visual

export interface VisualRules {
  readonly asking: Asking
  text(): string
  /** Puts the text in place of the document's. */
  write(text: string): void
}

/** The policy as fields. It keeps no document of its own: each change is one of the text. */
export class VisualView {
  readonly dom = element('div', { class: 'visual' })
  readonly #rules: VisualRules
  readonly #looks: Look[] = []
  #index: ReferenceIndex = { services: [], keys: [], operators: [] }

  constructor(rules: VisualRules) {
    this.#rules = rules
  }

  /** Draws the document as it stands, with the services that the server tells of. */
  async show(): Promise<void> {
    this.#index = await this.#rules.asking.index().catch(() => this.#index)
    this.#draw()
  }

  #draw(): void {
    const focused = document.activeElement
    const inside = this.dom.contains(focused) && focused instanceof HTMLElement
    const key = inside ? focused.dataset.focus : undefined
    const visual = visualOf(this.#rules.text())
    if (!visual.ok) {
      this.dom.replaceChildren(element('p', { class: 'msg warn' }, said.unreadable))
      return
    }
    const panels = visual.statements.map((one, at) =>
      isHidden(one) ? hiddenPanel(one.hidden, at) : this.#panel(one, at, visual.statements.length),
    )
    this.dom.replaceChildren(
      ...panels,
      element(
        'p',
        { class: 'mt' },
        button(said.addStatement, () => this.#add()),
      ),
    )
    if (key !== undefined) this.#focus(key)
  }

  /** The same control of the drawing before. */
  #focus(key: string): void {
    const marked = [...this.dom.querySelectorAll<HTMLElement>('[data-focus]')]
    marked.find((one) => one.dataset.focus === key)?.focus()
  }

  #add(): void {
    const { text, write } = this.#rules
    write(withAddedStatement(text()))
    this.#draw()
    const last = [...this.dom.querySelectorAll('details')].at(-1)
    if (last) last.open = true
    last?.querySelector('summary')?.focus()
  }

  #panel(statement: VisualStatement, at: number, many: number): HTMLElement {
    const { text, write, asking } = this.#rules
    this.#looks[at] ??= { open: at === 0, service: undefined, levels: new Set() }
    const look = this.#looks[at]
    const change: PartRules['change'] = (update, again = false) => {
      const now = this.#statement(at)
      if (!now) return this.#draw()
      write(withStatement(text(), at, update(now)))
      const fresh = this.#statement(at)
      if (!fresh) return this.#draw()
      if (again) this.#replace(panel, fresh, at, many)
      else panel.querySelector('summary')?.replaceWith(summaryOf(fresh, at))
    }
    const rules = { statement, index: this.#index, asking, look, change }
    const effects = [
      ['Allow', said.allow],
      ['Deny', said.deny],
    ] as const
    const remove = () => {
      write(withoutStatement(text(), at))
      this.#looks.splice(at, 1)
      this.#draw()
      this.dom.querySelector<HTMLElement>('summary')?.focus()
    }
    const panel = element(
      'details',
      { class: 'panel stmt' },
      summaryOf(statement, at),
      element(
        'div',
        { class: 'parts mt' },
        field(
          said.sid,
          line(statement.sid, (sid) => change((now) => ({ ...now, sid }))),
        ),
        field(
          said.effect,
          choice(effects, statement.effect, (effect) =>
            change((now) => ({ ...now, effect: effect === 'Deny' ? 'Deny' : 'Allow' })),
          ),
        ),
      ),
      actionsPart(rules),
      resourcesPart(rules),
      conditionsPart(rules),
      many > 1 && element('p', { class: 'mt' }, button(said.removeStatement(at + 1), remove)),
    )
    panel.open = look.open
    panel.addEventListener('toggle', () => {
      look.open = panel.open
    })
    return panel
  }

  #statement(at: number): VisualStatement | undefined {
    const visual = visualOf(this.#rules.text())
    const now = visual.ok ? visual.statements[at] : undefined
    return now && !isHidden(now) ? now : undefined
  }

  /** Draws a statement anew; the focus stays on the same control, or on the one at its place. */
  #replace(panel: HTMLElement, now: VisualStatement, at: number, many: number): void {
    const controls = 'input,select,textarea,button,summary'
    const focused = document.activeElement
    const place = focused ? [...panel.querySelectorAll(controls)].indexOf(focused) : -1
    const key = focused instanceof HTMLElement ? focused.dataset.focus : undefined
    const fresh = this.#panel(now, at, many)
    panel.replaceWith(fresh)
    if (place < 0) return
    if (key !== undefined) {
      this.#focus(key)
      return
    }
    const next = fresh.querySelectorAll<HTMLElement>(controls)
    next[Math.min(place, next.length - 1)]?.focus()
  }
}

function summaryOf(statement: VisualStatement, at: number): HTMLElement {
  const { sid, effect, actions, resources } = statement
  const tone = effect === 'Allow' ? 'allow' : 'deny'
  return element(
    'summary',
    {},
    element('b', {}, sid === '' ? said.statement(at + 1) : sid),
    element('span', { class: `b ${tone}` }, effect === 'Allow' ? said.allow : said.deny),
    element(
      'span',
      { class: 'muted small' },
      said.summary(servicesOf(statement).join(', '), actions.length, resources.length),
    ),
  )
}

function hiddenPanel(what: string, at: number): HTMLElement {
  return element(
    'div',
    { class: 'panel stmt' },
    element('b', {}, said.statement(at + 1)),
    element('p', { class: 'small mt' }, said.hidden(what)),
  )
}
