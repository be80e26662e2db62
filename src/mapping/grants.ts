// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the parts are CEL, not JavaScript
import type { Scope } from './expression.ts'
import type { Grant } from './grant.ts'
import type { GrantTemplate, RuleProblem } from './rule.ts'
import { compileSessionPolicy, UnfitValue } from './session-policy.ts'
import { compileTemplate, fill, render, type Template } from './template.ts'
import {
  limits,
  wrongArnPart,
  wrongName,
  wrongRole,
  wrongSourceIdentity,
  wrongTagKey,
  wrongTagValue,
} from './values.ts'

/**
 * Throws ExpressionFailure when a part has no value, UnfitValue when the result may not be part of
 * a grant.
 */
export type MakeGrant = (scope: Scope) => Grant

/**
 * Reports problems with paths that begin at `path`. Literal texts are checked here; texts with
 * expressions when an identity is evaluated.
 */
export function compileGrant(
  rule: string,
  written: GrantTemplate,
  perItem: boolean,
): MakeGrant | readonly RuleProblem[] {
  const problems: RuleProblem[] = []
  const problem = (path: readonly (string | number)[], message: string, offset?: number): void => {
    problems.push({ path, message, offset })
  }
  const template = (
    path: readonly string[],
    source: string,
    wrong?: (text: string) => string | undefined,
  ): Template | undefined => {
    const compiled = compileTemplate(source, perItem)
    if (!compiled.ok) return void problem(path, compiled.problem.message, compiled.problem.offset)
    const message =
      compiled.template.parts.length === 0 ? wrong?.(fill(compiled.template, [])) : undefined
    if (message) problem(path, message)
    return compiled.template
  }
  const role = template(['role'], written.role, wrongRole)
  const sessionName = template(
    ['sessionName'],
    written.sessionName ?? '${identity.username}',
    (text) => wrongName('session name', text),
  )
  const sourceIdentity =
    written.sourceIdentity === undefined
      ? undefined
      : template(['sourceIdentity'], written.sourceIdentity, wrongSourceIdentity)
  const tags = new Map<string, Template | undefined>()
  for (const [key, value] of Object.entries(written.tags ?? {})) {
    const wrong = wrongTagKey(key) ?? duplicate(key, tags.keys())
    if (wrong) problem(['tags', key], wrong)
    tags.set(
      key,
      template(['tags', key], value, (text) => wrongTagValue(key, text)),
    )
  }
  if (tags.size > limits.tags) problem(['tags'], `${tags.size} tags: at most ${limits.tags}`)
  const transitiveTagKeys = written.transitiveTagKeys ?? []
  for (const [index, key] of transitiveTagKeys.entries()) {
    if (!tags.has(key)) problem(['transitiveTagKeys', index], `\`${key}\` is not among the tags`)
    else if (transitiveTagKeys.indexOf(key) !== index)
      problem(['transitiveTagKeys', index], `\`${key}\` is there twice`)
  }
  const seconds = written.maxDurationSeconds
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200))
    problem(['maxDurationSeconds'], 'expected 900 to 43200 seconds (12 hours)')
  const policy =
    written.sessionPolicy === undefined
      ? undefined
      : compileSessionPolicy(written.sessionPolicy, perItem)
  if (policy?.ok === false) problem(['sessionPolicy'], policy.message)
  if (problems.length > 0) return problems

  return (scope) => {
    const grant: Grant = {
      rule,
      roleArn: roleArn(role!, scope),
      sessionName: fit(render(sessionName!, scope), (text) => wrongName('session name', text)),
      tags: new Map(
        [...tags].map(([key, value]) => [
          key,
          fit(render(value!, scope), (text) => wrongTagValue(key, text)),
        ]),
      ),
      transitiveTagKeys,
      sourceIdentity: sourceIdentity && fit(render(sourceIdentity, scope), wrongSourceIdentity),
      maxDurationSeconds: seconds,
      sessionPolicy: policy?.ok ? policy.render(scope) : undefined,
    }
    return grant
  }
}

/**
 * A template that is a single expression gives the whole ARN. In a longer one, each expression may
 * fill in one word only.
 */
function roleArn(template: Template, scope: Scope): string {
  const values = template.values(scope)
  const whole = template.parts.length === 1 && template.literals.every((literal) => literal === '')
  if (!whole) for (const value of values) fit(value, wrongArnPart)
  return fit(fill(template, values), wrongRole)
}

function fit(text: string, wrong: (text: string) => string | undefined): string {
  const message = wrong(text)
  if (message) throw new UnfitValue(message)
  return text
}

function duplicate(key: string, keys: Iterable<string>): string | undefined {
  for (const other of keys)
    if (other.toLowerCase() === key.toLowerCase())
      return `\`${key}\` and \`${other}\` are one tag key: case does not matter`
  return undefined
}
