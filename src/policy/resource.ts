import { compileGlob, globOf } from './glob.ts'
import { segmentsOfArn } from './operators.ts'
import type { Refusal } from './problem-code.ts'
import {
  compileTemplate,
  fixedGlob,
  parseTemplate,
  type Template,
  type TemplateMatcher,
} from './template.ts'

/** One value of Resource or NotResource. */
export interface ResourcePattern {
  readonly text: string
  /** Whether `${…}` is a variable in it. */
  readonly templated: boolean
  readonly matches: TemplateMatcher
  /** Lower-case names of its variables. */
  readonly variables: readonly string[]
}

const everything: ResourcePattern = {
  text: '*',
  templated: false,
  matches: () => true,
  variables: [],
}

/** Services whose resources are all written `type/name`. */
const typed: ReadonlySet<string> = new Set(['iam', 'sts'])

/**
 * Parses a resource, or says what is wrong with it. A wildcard matches slashes, but none of the
 * first five colons; the service may have none; variables may stand after the fifth colon only (IAM
 * user guide, "Resource", "Variables").
 */
export function parseResource(text: string, variables: boolean): ResourcePattern | Refusal {
  if (text === '*') return everything
  const segments = segmentsOfArn(text)
  if (segments?.[0] !== 'arn')
    return {
      code: 'resource-not-an-arn',
      message:
        'a resource is `*` or an ARN of six parts: arn:partition:service:region:account:resource',
    }
  const head = segments.slice(1, 5)
  if (variables && head.some((segment) => segment.includes('${')))
    return {
      code: 'variable-in-arn-head',
      message: 'variables stand in the last part of an ARN only',
    }
  if (/[*?]/.test(head[1]!))
    return { code: 'wildcard-in-arn-service', message: 'the service of an ARN takes no wildcard' }
  if (head[0] === '' || head[1] === '')
    return { code: 'arn-without-service', message: 'an ARN names its partition and its service' }
  if (typed.has(head[1]!) && /^[^/]*[*?]/.test(segments[5]!) && segments[5] !== '*') {
    return {
      code: 'wildcard-in-resource-type',
      message: 'the type of the resource takes no wildcard; write it out, as in `user/*`',
    }
  }
  const last = parseTemplate(segments[5]!, { variables, wildcards: true })
  if (!last.ok) return last
  const keys = last.template.keys
  const wild = head.some((segment) => /[*?]/.test(segment))
  const fixed = fixedGlob(last.template)
  const prefix = `arn:${head.join(':')}:`
  if (wild)
    return {
      text,
      templated: variables,
      variables: keys,
      matches: bySegments(head, compileTemplate(last.template)),
    }
  if (fixed)
    return {
      text,
      templated: variables,
      variables: keys,
      matches: compileGlob([...literalGlob(prefix), ...fixed]),
    }
  const matches = behind(
    literalStart(last.template, prefix),
    prefix.length,
    compileTemplate(last.template),
  )
  return { text, templated: variables, variables: keys, matches }
}

/** A wildcard in one of the first segments stays within it. */
function bySegments(head: readonly string[], rest: TemplateMatcher): TemplateMatcher {
  const heads = head.map((segment) => compileGlob(globOf(segment)))
  return (arn, question) => {
    const parts = segmentsOfArn(arn)
    return (
      parts !== undefined &&
      parts[0] === 'arn' &&
      heads.every((matches, i) => matches(parts[i + 1]!)) &&
      rest(parts[5]!, question)
    )
  }
}

/** Fills in variables only for resources that start as the pattern does. */
function behind(start: string, length: number, rest: TemplateMatcher): TemplateMatcher {
  return (arn, question) => arn.startsWith(start) && rest(arn.slice(length), question)
}

function literalGlob(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}

function literalStart({ pieces: [first] }: Template, prefix: string): string {
  if (!first || 'key' in first) return prefix
  const end = first.glob.findIndex((unit) => unit < 0)
  return prefix + String.fromCharCode(...(end < 0 ? first.glob : first.glob.slice(0, end)))
}
