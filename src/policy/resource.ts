import { compileGlob, globOf } from './glob.ts'
import { segmentsOfArn } from './operators.ts'
import { compileTemplate, parseTemplate, type TemplateMatcher } from './template.ts'

/** One value of Resource or NotResource. */
export interface ResourcePattern {
  readonly text: string
  readonly matches: TemplateMatcher
  /** Lower-case names of its variables. */
  readonly variables: readonly string[]
}

/** Services all of whose resources are written `type/name`. */
const typed: ReadonlySet<string> = new Set(['iam', 'sts'])

/** The longest ARN that the services know. */
const longest = 2048

/**
 * The pattern of a resource, or what is wrong with it. A wildcard crosses slashes, but none of the first five colons;
 * the service takes none; variables stand after the fifth colon (IAM user guide, "Resource", "Variables").
 */
export function parseResource(text: string, variables: boolean): ResourcePattern | { readonly message: string } {
  if (text === '*') return { text, matches: () => true, variables: [] }
  if (text.length > longest) return { message: `a resource has at most ${longest} characters` }
  const segments = segmentsOfArn(text)
  if (segments?.[0] !== 'arn') return { message: 'a resource is `*` or an ARN of six parts: arn:partition:service:region:account:resource' }
  const head = segments.slice(1, 5)
  if (variables && head.some((segment) => segment.includes('${'))) return { message: 'variables stand in the last part of an ARN only' }
  if (/[*?]/.test(head[1]!)) return { message: 'the service of an ARN takes no wildcard' }
  if (head[0] === '' || head[1] === '') return { message: 'an ARN names its partition and its service' }
  if (typed.has(head[1]!) && /^[^/]*[*?]/.test(segments[5]!) && segments[5] !== '*') {
    return { message: 'the type of the resource takes no wildcard; write it out, as in `user/*`' }
  }
  const last = parseTemplate(segments[5]!, { variables, wildcards: true })
  if (!last.ok) return last
  const keys = last.template.keys
  if (head.every((segment) => !/[*?]/.test(segment))) {
    const prefix = `arn:${head.join(':')}:`
    const rest = compileTemplate(last.template)
    return { text, variables: keys, matches: (arn, question) => arn.startsWith(prefix) && rest(arn.slice(prefix.length), question) }
  }
  const heads = head.map((segment) => compileGlob(globOf(segment)))
  const rest = compileTemplate(last.template)
  return {
    text,
    variables: keys,
    matches(arn, question) {
      const parts = segmentsOfArn(arn)
      return parts !== undefined && parts[0] === 'arn' && heads.every((matches, i) => matches(parts[i + 1]!)) && rest(parts[5]!, question)
    },
  }
}
