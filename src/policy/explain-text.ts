import type { Change, Explanation, LayerExplanation } from './explain.ts'
import type { Part, StatementExplanation } from './explain-statement.ts'
import { shown } from './json.ts'
import type { Reason } from './question.ts'
import type { DecidingLayer } from './unknown-layer.ts'

const answers = {
  allow: 'ALLOWED',
  'explicit-deny': 'DENIED by a statement',
  'implicit-deny': 'DENIED: nothing allows it',
}

export interface TextOptions {
  /** Also the statements about other actions. */
  readonly all?: boolean | undefined
  /** The layer that was not given and on which the answer depends. */
  readonly dependsOn?: DecidingLayer | undefined
  /** What the levels of a layer are called; absent: by their number. */
  readonly levels?: LevelNames
}
type LevelNames = Readonly<Partial<Record<string, readonly string[]>>>

/**
 * Formats an explanation for a terminal, without colours. Removes control characters from texts of
 * policies and requests.
 */
export function explanationText(
  explanation: Explanation,
  { all = false, dependsOn, levels = {} }: TextOptions = {},
): string {
  const { question, effect, blockedBy, layers, missingContext, changes } = explanation
  const { principal, action, resource } = question
  const lines = [
    answerOf(effect, blockedBy, dependsOn),
    `  ${shown(principal.arn)} asks for ${shown(action)} on ${shown(resource)}`,
    ...layers.flatMap((layer) => layerLines(layer, all, levels)),
    ...(missingContext.length > 0
      ? [
          '',
          `Condition keys that the request did not bring: ${missingContext.map(shown).join(', ')}`,
        ]
      : []),
    ...(effect === 'allow' || dependsOn
      ? []
      : ['', 'To allow it:', ...changes.map((change) => `  ${changeText(change, levels)}`)]),
  ]
  return lines.join('\n')
}

const unknown: Readonly<Record<DecidingLayer, string>> = {
  trust: "DEPENDS on the role's trust policy, which was not given",
  resource: "DEPENDS on the key's policy, which was not given",
}

function answerOf(
  effect: Explanation['effect'],
  blockedBy: Explanation['blockedBy'],
  dependsOn: DecidingLayer | undefined,
): string {
  if (dependsOn) return unknown[dependsOn]
  return `${answers[effect]}${blockedBy ? ` (${blockedBy})` : ''}`
}

function layerLines(
  explained: LayerExplanation,
  all: boolean,
  levels: LevelNames,
): readonly string[] {
  const { needed, outcome, statements } = explained
  const about = statements.filter(
    ({ parts }) =>
      all || parts.every(({ element, matched }) => matched || !/Action$/.test(element)),
  )
  const left = statements.length - about.length
  const says = outcome === 'silent' ? 'does not allow it' : outcome
  return [
    '',
    `${layerName(explained, levels)}: ${says}${needed ? '' : ', and need not allow it'}`,
    ...about.flatMap(statementLines),
    ...(left > 0 ? [`  ${left} statement${left === 1 ? '' : 's'} about other actions`] : []),
  ]
}

function layerName(
  { layer, level }: { readonly layer: string; readonly level?: number | undefined },
  levels: LevelNames,
): string {
  if (level === undefined) return layer
  const name = levels[layer]?.[level]
  return `${layer} ${level + 1}${name === undefined ? '' : `, ${shown(name)}`}`
}

function statementLines({
  reason,
  effect,
  applies,
  parts,
}: StatementExplanation): readonly string[] {
  const told = parts.filter(({ matched }) => applies || !matched)
  return [
    `  ${applies ? 'applies' : 'does not apply'}: ${effect} ${placeOf(reason)}`,
    ...told.map((part) => `    ${partText(part)}`),
  ]
}

function placeOf({ policy, statement, sid }: Reason): string {
  return `${shown(policy)} statement ${statement + 1}${sid === undefined ? '' : ` (${shown(sid)})`}`
}

function partText({ element, matched, written, by, found, operator, key, missing }: Part): string {
  const name = element === 'Condition' ? `Condition ${operator} ${shown(key ?? '')}` : element
  const more = written.length > 5 ? `, and ${written.length - 5} more` : ''
  const values = `${written.slice(0, 5).map(shown).join(', ')}${more}`
  const against =
    found.length === 0 ? 'nothing: the request does not bring it' : found.map(shown).join(', ')
  const settled = by !== undefined && by !== found[0] ? ` by ${shown(by)}` : ''
  const lacking =
    element !== 'Condition' && missing.length > 0
      ? `; no value for ${missing.map(shown).join(', ')}`
      : ''
  const verdict = matched ? `yes ${name} matches` : `no  ${name} does not match`
  return `${verdict}${settled}: wants ${values}; found ${against}${lacking}`
}

function changeText(change: Change, levels: LevelNames): string {
  if (change.change === 'lift-deny')
    return `lift the Deny of ${placeOf(change.reason)} (${change.reason.layer})`
  const { nearest, parts, keys } = change
  const where = layerName(change, levels)
  if (!nearest) return `add an Allow to ${where}`
  const bring = keys.length > 0 ? `, or bring ${keys.map(shown).join(', ')}` : ''
  const lacking = parts.map(shown).join(', ')
  return `let the Allow of ${placeOf(nearest)} (${where}) match in ${lacking}${bring}`
}
