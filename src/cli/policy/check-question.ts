import { nearest } from '../../kernel/nearest.ts'
import type { ActionReference } from '../../policy/index.ts'
import type { Output } from '../check.ts'

export interface WrittenQuestion {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly principal?: string | undefined
}

/**
 * Checks that a question names actions, resources and a principal without wildcards, and reports
 * what is wrong. Warns of an action that the reference does not know, or one that acts on resources
 * but has none: the answer is correct for the name as written, but probably not what was meant.
 */
export function canBeAsked(
  question: WrittenQuestion,
  reference: ActionReference,
  { err }: Output,
): boolean {
  const { actions, resources, principal } = question
  const refusals = [
    ...actions.flatMap(actionRefusal),
    ...resources.flatMap(resourceRefusal),
    ...(principal !== undefined && principal !== '*' && wild(principal)
      ? [`\`${principal}\` has a wildcard: a question names one principal`]
      : []),
  ]
  for (const refusal of refusals) err(refusal)
  if (refusals.length > 0) return false
  for (const action of new Set(actions))
    for (const doubt of doubtsAbout(action, resources, reference)) err(doubt)
  return true
}

const wild = (text: string) => /[*?]/.test(text)

function actionRefusal(action: string): readonly string[] {
  if (wild(action))
    return [`\`${action}\` has a wildcard: a question names one action, as in s3:GetObject`]
  return /^[a-z0-9-]+:[a-z0-9]+$/i.test(action)
    ? []
    : [`\`${action}\` is no action: write service:Name, as in s3:GetObject`]
}

function resourceRefusal(resource: string): readonly string[] {
  if (resource === '*') return []
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s.test(resource))
    return [
      `\`${resource}\` is no resource: give its ARN, as in arn:aws:s3:::photos/cat.jpg, or \`*\` ` +
        'for an action that has none',
    ]
  return wild(resource)
    ? [`\`${resource}\` has a wildcard: a question names one resource; give one that it stands for`]
    : []
}

function doubtsAbout(
  action: string,
  resources: readonly string[],
  reference: ActionReference,
): readonly string[] {
  const [service = '', name = ''] = action.split(':')
  const known = reference.actions(service.toLowerCase())
  if (!known)
    return [
      `note: no known service has the prefix \`${service}\`${meant(service, reference.services)}`,
    ]
  const found = known.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!found) {
    const names = known.map((one) => one.name)
    return [`note: ${service} has no known action \`${name}\`${meant(name, names)}`]
  }
  return found.resources.length > 0 && resources.includes('*')
    ? [
        `note: ${action} acts on a resource: for \`*\`, only statements about every resource ` +
          'are considered',
      ]
    : []
}

function meant(text: string, known: Iterable<string>): string {
  const close = nearest(text, known)
  return close === undefined ? '' : `: did you mean \`${close}\`?`
}
