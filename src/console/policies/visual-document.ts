import { type Json, type Member, parseJson } from '../../policy/json.ts'

/** One condition: a key under an operator, with its values. */
export interface VisualCondition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** A statement as the visual editor shows it. */
export interface VisualStatement {
  /** Empty: it has no Sid. */
  readonly sid: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly VisualCondition[]
}

/** What the visual editor can't show of a statement: the element, or that it is none. */
export interface HiddenStatement {
  readonly hidden: string
}

export type Visual =
  | { readonly ok: true; readonly statements: readonly (VisualStatement | HiddenStatement)[] }
  /** The text is no JSON, or no policy that has statements. */
  | { readonly ok: false }

/** Elements that it shows; any other one hides its statement. */
const shownElements: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'Resource',
  'Condition',
])

/** Reads what the visual editor shows of a policy document. Pure; never throws. */
export function visualOf(text: string): Visual {
  const nodes = statementNodes(text)
  return nodes ? { ok: true, statements: nodes.map(statementOf) } : { ok: false }
}

export function isHidden(one: VisualStatement | HiddenStatement): one is HiddenStatement {
  return 'hidden' in one
}

/** The values of Statement, in order; undefined: the text has none. */
export function statementNodes(text: string): readonly Json[] | undefined {
  const json = parseJson(text)
  if (!json.ok || json.value.type !== 'object') return undefined
  const found = memberOf(json.value.members, 'Statement')?.value
  if (found?.type === 'array') return found.items
  return found?.type === 'object' ? [found] : undefined
}

export function memberOf(members: readonly Member[], name: string): Member | undefined {
  return members.find((member) => member.name === name)
}

function statementOf(node: Json): VisualStatement | HiddenStatement {
  if (node.type !== 'object') return { hidden: 'Statement' }
  const strange = node.members.find(({ name }) => !shownElements.has(name))
  if (strange) return { hidden: strange.name }
  const value = (name: string) => memberOf(node.members, name)?.value
  const sid = value('Sid')
  const effect = value('Effect')
  const actions = textsOf(value('Action'))
  const resources = textsOf(value('Resource'))
  const conditions = conditionsOf(value('Condition'))
  if (sid && sid.type !== 'string') return { hidden: 'Sid' }
  if (effect?.type !== 'string') return { hidden: 'Effect' }
  if (effect.text !== 'Allow' && effect.text !== 'Deny') return { hidden: 'Effect' }
  if (!actions) return { hidden: 'Action' }
  if (!resources) return { hidden: 'Resource' }
  if (!conditions) return { hidden: 'Condition' }
  return { sid: sid?.text ?? '', effect: effect.text, actions, resources, conditions }
}

/** Undefined: it is neither a string nor a list of strings. */
function textsOf(value: Json | undefined): readonly string[] | undefined {
  if (value?.type === 'string') return [value.text]
  if (value?.type !== 'array') return undefined
  const texts = value.items.flatMap((item) => (item.type === 'string' ? [item.text] : []))
  return texts.length === value.items.length ? texts : undefined
}

/** Undefined: a part of it says nothing, or is no condition. */
function conditionsOf(value: Json | undefined): readonly VisualCondition[] | undefined {
  if (!value) return []
  if (value.type !== 'object') return undefined
  const found: VisualCondition[] = []
  for (const { name: operator, value: block } of value.members) {
    if (block.type !== 'object' || block.members.length === 0) return undefined
    for (const { name: key, value: written } of block.members) {
      const values = scalarsOf(written)
      if (!values) return undefined
      found.push({ operator, key, values })
    }
  }
  return value.members.length === 0 ? undefined : found
}

/** Values of conditions may be numbers and booleans, which mean what they read. */
function scalarsOf(value: Json): readonly string[] | undefined {
  const items = value.type === 'array' ? value.items : [value]
  const texts = items.flatMap((item) => ('text' in item ? [item.text] : []))
  return texts.length === items.length ? texts : undefined
}
