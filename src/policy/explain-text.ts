import type { Change, Explanation, LayerExplanation } from './explain.ts'
import type { Part, StatementExplanation } from './explain-statement.ts'
import { shown } from './json.ts'
import type { Reason } from './question.ts'

const answers = { allow: 'ALLOWED', 'explicit-deny': 'DENIED by a statement', 'implicit-deny': 'DENIED: nothing allows it' }

export interface TextOptions {
  /** Also the statements about other actions. */
  readonly all?: boolean
}

/** An explanation for a terminal, lines without colours. What comes from policies and requests is made harmless. */
export function explanationText(explanation: Explanation, { all = false }: TextOptions = {}): string {
  const { question, effect, blockedBy, layers, missingContext, changes } = explanation
  const lines = [
    `${answers[effect]}${blockedBy ? ` (${blockedBy})` : ''}`,
    `  ${shown(question.principal.arn)} asks for ${shown(question.action)} on ${shown(question.resource)}`,
    ...layers.flatMap((layer) => layerLines(layer, all)),
    ...(missingContext.length > 0 ? ['', `Condition keys that the request did not bring: ${missingContext.map(shown).join(', ')}`] : []),
    ...(effect === 'allow' ? [] : ['', 'To allow it:', ...changes.map((change) => `  ${changeText(change)}`)]),
  ]
  return lines.join('\n')
}

function layerLines(explained: LayerExplanation, all: boolean): readonly string[] {
  const { needed, outcome, statements } = explained
  const about = statements.filter(({ parts }) => all || parts.every(({ element, matched }) => matched || !/Action$/.test(element)))
  const left = statements.length - about.length
  return [
    '',
    `${layerName(explained)}: ${outcome === 'silent' ? 'does not allow it' : outcome}${needed ? '' : ', and need not allow it'}`,
    ...about.flatMap(statementLines),
    ...(left > 0 ? [`  ${left} statement${left === 1 ? '' : 's'} about other actions`] : []),
  ]
}

function layerName({ layer, level }: { readonly layer: string; readonly level?: number }): string {
  return level === undefined ? layer : `${layer} ${level + 1}`
}

function statementLines({ reason, effect, applies, parts }: StatementExplanation): readonly string[] {
  const told = parts.filter(({ matched }) => applies || !matched)
  return [`  ${applies ? 'applies' : 'does not apply'}: ${effect} ${placeOf(reason)}`, ...told.map((part) => `    ${partText(part)}`)]
}

function placeOf({ policy, statement, sid }: Reason): string {
  return `${shown(policy)} statement ${statement + 1}${sid === undefined ? '' : ` (${shown(sid)})`}`
}

function partText({ element, matched, written, by, found, operator, key, missing }: Part): string {
  const name = element === 'Condition' ? `Condition ${operator} ${shown(key ?? '')}` : element
  const values = `${written.slice(0, 5).map(shown).join(', ')}${written.length > 5 ? `, and ${written.length - 5} more` : ''}`
  const against = found.length === 0 ? 'nothing: the request does not bring it' : found.map(shown).join(', ')
  const settled = by !== undefined && by !== found[0] ? ` by ${shown(by)}` : ''
  const lacking = element !== 'Condition' && missing.length > 0 ? `; no value for ${missing.map(shown).join(', ')}` : ''
  return `${matched ? 'yes' : 'no '} ${name} ${matched ? 'matches' : 'does not match'}${settled}: wants ${values}; found ${against}${lacking}`
}

function changeText(change: Change): string {
  if (change.change === 'lift-deny') return `lift the Deny of ${placeOf(change.reason)} (${change.reason.layer})`
  const { nearest, parts, keys } = change
  const where = layerName(change)
  if (!nearest) return `add an Allow to ${where}`
  const bring = keys.length > 0 ? `, or bring ${keys.map(shown).join(', ')}` : ''
  return `let the Allow of ${placeOf(nearest)} (${where}) match in ${parts.map(shown).join(', ')}${bring}`
}
