import type { TracedExplanation, TracedPolicy } from '../../aws/gatehouse/explain/explain-model.ts'
import type { LayerExplanation, Part, StatementExplanation } from '../../policy/index.ts'
import { addressOf } from '../address.ts'
import type { LayerShown, Outcome, StatementShown } from '../explained.ts'
import { words } from './words.ts'

/** Statements that one layer shows; policies may have thousands. */
const mostStatements = 100
/** Values of an element that a sentence names. */
const mostWritten = 8

/** The layers of an explained decision, with links to the policies that are stored. */
export function traceShown(
  { layers, effect, blockedBy }: TracedExplanation,
  policies: readonly TracedPolicy[],
): readonly LayerShown[] {
  return layers.map((layer) => {
    const silent = layer.outcome === 'silent'
    const about = layer.statements.filter((one) => isAboutAction(one) || (silent && isNear(one)))
    const shown = [...about].sort((a, b) => lacking(a) - lacking(b)).slice(0, mostStatements)
    const others = layer.statements.length - shown.length
    const level = layer.level === undefined ? '' : `${words.level(layer.level)}, `
    return {
      name: capital(words.layers[layer.layer]),
      note: `${level}${words.statements(layer.statements.length)}`,
      outcome: outcomeOf(layer),
      open: effect === 'explicit-deny' ? layer.outcome === 'denies' : opens(layer, blockedBy),
      statements: shown.map((one) => statementShown(one, policies)),
      others: others > 0 ? words.othersAction(others) : undefined,
    }
  })
}

function opens({ layer, outcome }: LayerExplanation, blockedBy: string | undefined): boolean {
  return blockedBy === undefined ? outcome === 'allows' : layer === blockedBy
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function isAboutAction({ parts }: StatementExplanation): boolean {
  return parts.some(({ element, matched }) => element.endsWith('Action') && matched)
}

/** Whether an Allow lacks nothing but the action, or the resource. */
function isNear({ effect, parts }: StatementExplanation): boolean {
  const others = parts.filter(({ element, matched }) => !matched && element !== 'Condition')
  return effect === 'Allow' && others.length === 1
}

function lacking({ parts }: StatementExplanation): number {
  return parts.filter(({ matched }) => !matched).length
}

function outcomeOf({ outcome, needed }: LayerExplanation): Outcome {
  if (outcome === 'silent' && !needed) return words.outcomes.notNeeded
  return words.outcomes[outcome]
}

function statementShown(
  { reason, effect, applies, parts }: StatementExplanation,
  policies: readonly TracedPolicy[],
): StatementShown {
  const { policy, statement, sid, layer } = reason
  const source = policies.find((one) => one.Name === policy && one.Layer === layer)
  const applied = effect === 'Allow' ? words.outcomes.allows : words.outcomes.denies
  const place = words.ofPolicy(policy, statement + 1)
  return {
    name: sid ?? words.statement(statement + 1),
    href: source && addressOfPolicy(source),
    note: effect === 'Deny' ? `${place}, ${words.aDeny}` : place,
    outcome: applies ? applied : words.outcomes.noMatch,
    parts: parts.map((part) => ({
      label: part.element,
      matched: part.matched,
      text: partText(part),
    })),
  }
}

/** Where the console shows the policy; undefined where it has no page. */
function addressOfPolicy({ Arn, Holder, PolicyName }: TracedPolicy): string | undefined {
  if (Arn !== undefined) return addressOf('/console/policies/:arn', { arn: Arn })
  if (Holder === undefined || PolicyName === undefined) return undefined
  const params = { name: Holder.Name, policy: PolicyName }
  return addressOf(`/console/${Holder.Kind}s/:name/policies/:policy`, params)
}

function partText(part: Part): string {
  const { element, matched, written, by, found } = part
  if (element === 'Condition') return conditionText(part)
  const asked = listed(found)
  const { matches, notAmong, outside, excluded } = words.parts
  if (element.startsWith('Not'))
    return matched ? outside(asked, listed(written)) : excluded(asked, by ?? listed(written))
  return matched ? matches(asked, by ?? listed(written)) : notAmong(asked, listed(written))
}

function conditionText({ key = '', operator = '', matched, written, found }: Part): string {
  const { absent, holds, fails, holdsAbsent } = words.parts
  const values = listed(written)
  if (found.length === 0) return (matched ? holdsAbsent : absent)(key, operator, values)
  return (matched ? holds : fails)(key, listed(found), operator, values)
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, mostWritten).join(', ')
  const more = values.length - mostWritten
  return more > 0 ? `${shown} ${words.parts.more(more)}` : shown
}
