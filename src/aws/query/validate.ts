import { commonFault } from '../../kernel/aws-fault.ts'
import type { Service } from '../../reference/aws/service-data.ts'
import type { Shape } from '../model.ts'
import { valueSentence } from './value-sentences.ts'

/** More findings are counted and not listed, to bound the message. */
const mostFindings = 20
const quotedCharacters = 1024

/**
 * Checks a decoded input against the model's constraints. Throws ValidationError in AWS's own
 * wording, which clients match on, naming every finding: "2 validation errors detected: Value '…'
 * at '…' failed to satisfy constraint: …; …". Values of sensitive members are not quoted. Of names
 * and paths that do not fit their pattern IAM has a sentence of its own.
 */
export function validateInput(
  input: Shape,
  value: Readonly<Record<string, unknown>>,
  service: Service = 'sts',
): void {
  if (input.members.length === 0) return
  const findings: string[] = []
  structure(input, value, '', findings)
  if (findings.length === 0) return
  const own = service === 'iam' ? ownSentence(input, value) : undefined
  if (own !== undefined) throw commonFault('ValidationError', own)
  const noun = findings.length === 1 ? 'validation error' : 'validation errors'
  throw commonFault(
    'ValidationError',
    `${findings.length} ${noun} detected: ${findings.slice(0, mostFindings).join('; ')}`,
  )
}

/** Of the first value that does not fit, where its characters alone are wrong. */
function ownSentence(input: Shape, value: Readonly<Record<string, unknown>>): string | undefined {
  for (const { name, auditName, shape, required } of input.members) {
    const findings: string[] = []
    const member = value[name]
    if (member === undefined && required) return undefined
    if (member !== undefined) check(shape, member, auditName, findings)
    if (findings.length === 0) continue
    const { pattern, patternText } = shape
    const characters = findings.length === 1 && pattern && !pattern.test(String(member))
    return characters ? valueSentence(auditName, patternText) : undefined
  }
  return undefined
}

function structure(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  findings: string[],
): void {
  for (const { name, auditName, shape: of, required } of shape.members) {
    const member = value[name]
    if (member === undefined) {
      if (required) findings.push(unsatisfied(' null', path + auditName, 'Member must not be null'))
    } else {
      check(of, member, path + auditName, findings)
    }
  }
}

function check(shape: Shape, value: unknown, path: string, findings: string[]): void {
  switch (shape.type) {
    case 'string':
      text(shape, value as string, path, findings)
      break
    case 'integer':
      integer(shape, value as number, path, findings)
      break
    case 'structure':
      structure(shape, value as Record<string, unknown>, `${path}.`, findings)
      break
    case 'list': {
      const members = value as readonly unknown[]
      sized(shape, members, path, findings)
      for (const [at, member] of members.entries())
        check(shape.of!, member, `${path}.${at + 1}.member`, findings)
      break
    }
    case 'map':
      for (const [key, member] of Object.entries(value as object))
        check(shape.of!, member, `${path}.${key}`, findings)
      break
    default:
  }
}

function text(shape: Shape, value: string, path: string, findings: string[]): void {
  sized(shape, value, path, findings)
  if (shape.enum && !shape.enum.has(value)) {
    const values = [...shape.enum].join(', ')
    findings.push(finding(shape, value, path, `satisfy enum value set: [${values}]`))
  }
  if (shape.pattern && !shape.pattern.test(value)) {
    const pattern = `satisfy regular expression pattern: ${shape.patternText}`
    findings.push(finding(shape, value, path, pattern))
  }
}

function integer(shape: Shape, value: number, path: string, findings: string[]): void {
  const { min, max } = shape
  if (max !== undefined && value > max)
    findings.push(finding(shape, value, path, `have value less than or equal to ${max}`))
  if (min !== undefined && value < min)
    findings.push(finding(shape, value, path, `have value greater than or equal to ${min}`))
}

/** The constraints on the characters of a text and the members of a list. */
function sized(
  shape: Shape,
  value: string | readonly unknown[],
  path: string,
  findings: string[],
): void {
  const { min, max } = shape
  if (max !== undefined && value.length > max)
    findings.push(finding(shape, value, path, `have length less than or equal to ${max}`))
  if (min !== undefined && value.length < min)
    findings.push(finding(shape, value, path, `have length greater than or equal to ${min}`))
}

function finding(shape: Shape, value: unknown, path: string, must: string): string {
  return unsatisfied(quoted(shape, value), path, `Member must ${must}`)
}

function unsatisfied(value: string, path: string, constraint: string): string {
  return `Value${value} at '${path}' failed to satisfy constraint: ${constraint}`
}

function quoted(shape: Shape, value: unknown): string {
  if (shape.sensitive || shape.of?.sensitive) return ''
  if (Array.isArray(value))
    return value.every((v) => typeof v === 'string') ? ` '${cut(`[${value.join(', ')}]`)}'` : ''
  return ` '${cut(String(value))}'`
}

function cut(value: string): string {
  return value.length <= quotedCharacters ? value : `${value.slice(0, quotedCharacters)}…`
}
