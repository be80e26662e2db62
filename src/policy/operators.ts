import { inRange, parseAddress, parseRange } from './address.ts'
import { anyRun, compileGlob, type Glob, globMatches } from './glob.ts'
import { parseInstant } from './instant.ts'
import type { ProblemCode, Refusal } from './problem-code.ts'
import type { Question } from './question.ts'
import { expand, fixedGlob, parseTemplate, type Template } from './template.ts'

/** Whether a value of the request matches a value of the policy. */
export type ValueTest = (value: string, question: Question) => boolean
export type CompiledValue =
  | {
      readonly ok: true
      readonly test: ValueTest
      readonly keys: readonly string[]
      readonly exact?: string
    }
  | ({ readonly ok: false } & Refusal)

/** IAM user guide, "IAM JSON policy elements: Condition operators". */
export interface Operator {
  /** A negated operator holds when the key is absent, or when no value of the policy matches. */
  readonly negated: boolean
  readonly compile: (text: string, variables: boolean) => CompiledValue
}

type Compile = Operator['compile']
const plain = (test: (value: string) => boolean): CompiledValue => ({ ok: true, test, keys: [] })
const refused = (code: ProblemCode, message: string): CompiledValue => ({
  ok: false,
  code,
  message,
})

function negated(compile: Compile): Operator {
  return {
    negated: true,
    compile: (text, variables) => {
      const compiled = compile(text, variables)
      if (!compiled.ok) return compiled
      const { test, keys } = compiled
      return { ok: true, test: (value, question) => !test(value, question), keys }
    },
  }
}
const positive = (compile: Compile): Operator => ({ negated: false, compile })

function ofTemplate(
  text: string,
  variables: boolean,
  wildcards: boolean,
  matcher: (template: Template) => ValueTest,
): CompiledValue {
  const parsed = parseTemplate(text, { variables, wildcards })
  if (!parsed.ok) return parsed
  const fixed = wildcards ? undefined : fixedGlob(parsed.template)
  return {
    ok: true,
    test: matcher(parsed.template),
    keys: parsed.template.keys,
    ...(fixed && { exact: textOf(fixed) }),
  }
}

/** Strings, literal or as patterns; a variable without a value matches nothing. */
const strings =
  (wildcards: boolean): Compile =>
  (text, variables) =>
    ofTemplate(text, variables, wildcards, (template) => {
      const fixed = fixedGlob(template)
      if (fixed) return compileGlob(fixed)
      return (value, question) => {
        const glob = expand(template, question)
        return glob !== undefined && globMatches(glob, value)
      }
    })

/**
 * Simple case folding (Unicode): to upper case and then to lower case, because some letters differ
 * in one of them only.
 */
const folded = (text: string): string => Array.from(text, foldedCharacter).join('')
/** Leaves a character alone that would become several (ß), or that is half of a Turkic pair (ı). */
function foldedCharacter(character: string): string {
  if (character === '\u0131') return character
  const upper = character.toUpperCase()
  const lower = (Array.from(upper).length === 1 ? upper : character).toLowerCase()
  return Array.from(lower).length === 1 ? lower : character
}

const stringsIgnoringCase: Compile = (text, variables) =>
  ofTemplate(text, variables, false, (template) => {
    const fixed = fixedGlob(template)
    if (fixed) {
      const wanted = folded(text)
      if (!text.includes('${')) return (value) => folded(value) === wanted
    }
    return (value, question) => {
      const glob = expand(template, question)
      return glob !== undefined && folded(textOf(glob)) === folded(value)
    }
  })

/** Only for patterns without wildcards. */
function textOf(glob: Glob): string {
  return glob.map((unit) => String.fromCharCode(unit)).join('')
}

const colon = 58
/**
 * The six segments of an ARN pattern. A wildcard stays within its segment, except in the last (IAM:
 * ArnEquals is ArnLike).
 */
export function arnSegments(glob: Glob): readonly Glob[] | undefined {
  const segments: number[][] = [[]]
  for (const unit of glob) {
    if (unit === colon && segments.length < 6) segments.push([])
    else segments.at(-1)!.push(unit)
  }
  return segments.length === 6 ? segments : undefined
}

/** Splits at the first five colons; undefined when there are fewer. */
export function segmentsOfArn(text: string): readonly string[] | undefined {
  const segments: string[] = []
  let start = 0
  for (let i = 0; i < 5; i++) {
    const end = text.indexOf(':', start)
    if (end < 0) return undefined
    segments.push(text.slice(start, end))
    start = end + 1
  }
  segments.push(text.slice(start))
  return segments
}

function arnMatcher(glob: Glob): (text: string) => boolean {
  const everything = glob.length === 1 && glob[0] === anyRun
  const segments = arnSegments(glob)?.map(compileGlob)
  return (text) => {
    const parts = segmentsOfArn(text)
    if (parts?.[0] !== 'arn') return false
    return everything || (segments?.every((matches, i) => matches(parts[i]!)) ?? false)
  }
}

const arns: Compile = (text, variables) => {
  const compiled = ofTemplate(text, variables, true, (template) => {
    const fixed = fixedGlob(template)
    if (fixed) return arnMatcher(fixed)
    return (value, question) => {
      const glob = expand(template, question)
      return glob !== undefined && arnMatcher(glob)(value)
    }
  })
  const whole =
    text === '*' ||
    text.startsWith('${') ||
    (text.startsWith('arn:') && text.split(':').length >= 6)
  return compiled.ok && !whole
    ? refused(
        'bad-arn-value',
        'an ARN has six parts: arn:partition:service:region:account:resource',
      )
    : compiled
}

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/
function parseNumber(text: string): number | undefined {
  return text.length <= 64 && number.test(text) ? Number(text) : undefined
}

/** Caches the last result: many conditions test the same value of a request. */
function lastOf<T>(parse: (text: string) => T): (text: string) => T {
  let last = ''
  let answer = parse(last)
  return (text) => {
    if (text !== last) {
      answer = parse(text)
      last = text
    }
    return answer
  }
}

type Relation = (value: number, wanted: number) => boolean
const relations = {
  Equals: (a, b) => a === b,
  NotEquals: (a, b) => a !== b,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
} satisfies Record<string, Relation>

/** A value that is not a number or a date never matches, not even with NotEquals. */
function ordered(
  prefix: string,
  parse: (text: string) => number | undefined,
  code: ProblemCode,
  message: string,
): [string, Operator][] {
  const parseValue = lastOf(parse)
  return Object.entries(relations).map(([name, relation]): [string, Operator] => [
    `${prefix}${name}`,
    {
      negated: name === 'NotEquals',
      compile: (text) => {
        const wanted = parse(text)
        if (wanted === undefined) return refused(code, message)
        return plain((value) => {
          const found = parseValue(value)
          return found !== undefined && relation(found, wanted)
        })
      },
    },
  ])
}

const bool: Compile = (text) => {
  const wanted = text.toLowerCase()
  if (wanted !== 'true' && wanted !== 'false')
    return refused('bad-boolean', 'a Boolean is `true` or `false`')
  return plain((value) => value.toLowerCase() === wanted)
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
function decoded(text: string): string | undefined {
  return base64.test(text) ? Buffer.from(text, 'base64').toString('latin1') : undefined
}
const binary: Compile = (text) => {
  const wanted = decoded(text)
  return wanted === undefined
    ? refused('bad-base64', 'binary values are written in base64')
    : plain((value) => decoded(value) === wanted)
}

const parseCaller = lastOf(parseAddress)
const addresses: Compile = (text) => {
  const range = parseRange(text)
  if (!range)
    return refused(
      'bad-address',
      'an IP address or a range in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32',
    )
  return plain((value) => {
    const address = parseCaller(value)
    return address !== undefined && inRange(address, range)
  })
}

/** Operators by name. `Null` is missing, because it tests the key and not its values. */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['StringEquals', positive(strings(false))],
  ['StringNotEquals', negated(strings(false))],
  ['StringEqualsIgnoreCase', positive(stringsIgnoringCase)],
  ['StringNotEqualsIgnoreCase', negated(stringsIgnoringCase)],
  ['StringLike', positive(strings(true))],
  ['StringNotLike', negated(strings(true))],
  ...ordered('Numeric', parseNumber, 'bad-number', 'a number, such as 10 or 2.5'),
  ...ordered(
    'Date',
    parseInstant,
    'bad-date',
    'a date such as 2026-11-24T10:15:00Z, or seconds since 1970',
  ),
  ['Bool', positive(bool)],
  ['BinaryEquals', positive(binary)],
  ['IpAddress', positive(addresses)],
  ['NotIpAddress', negated(addresses)],
  ['ArnEquals', positive(arns)],
  ['ArnLike', positive(arns)],
  ['ArnNotEquals', negated(arns)],
  ['ArnNotLike', negated(arns)],
])

/** The names of all operators, without set operators and `IfExists`. */
export const conditionOperators: readonly string[] = [...operators.keys(), 'Null']
