import { commonFault } from '../../kernel/aws-fault.ts'
import type { Shape } from '../model.ts'

/** More than this many findings are counted and not told: a message has an end. */
const told = 20
const quotedCharacters = 1024

/**
 * Checks a decoded input against the model's constraints. Throws ValidationError in AWS's own wording, which clients
 * match on, naming every finding: "2 validation errors detected: Value '…' at '…' failed to satisfy constraint: …; …".
 * Values of sensitive members are not quoted.
 */
export function validateInput(input: Shape, value: Readonly<Record<string, unknown>>): void {
  if (input.members.length === 0) return
  const findings: string[] = []
  structure(input, value, '', findings)
  if (findings.length === 0) return
  const noun = findings.length === 1 ? 'validation error' : 'validation errors'
  throw commonFault('ValidationError', `${findings.length} ${noun} detected: ${findings.slice(0, told).join('; ')}`)
}

function structure(shape: Shape, value: Readonly<Record<string, unknown>>, path: string, findings: string[]): void {
  for (const { name, auditName, shape: of, required } of shape.members) {
    const member = value[name]
    if (member === undefined) {
      if (required) findings.push(`Value null at '${path}${auditName}' failed to satisfy constraint: Member must not be null`)
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
      sized(shape, members.length, members, path, findings)
      for (const [at, member] of members.entries()) check(shape.of!, member, `${path}.${at + 1}.member`, findings)
      break
    }
    case 'map':
      for (const [key, member] of Object.entries(value as object)) check(shape.of!, member, `${path}.${key}`, findings)
      break
    default:
  }
}

function text(shape: Shape, value: string, path: string, findings: string[]): void {
  sized(shape, value.length, value, path, findings)
  if (shape.enum && !shape.enum.has(value)) {
    failed(shape, value, path, `Member must satisfy enum value set: [${[...shape.enum].join(', ')}]`, findings)
  }
  if (shape.pattern && !shape.pattern.test(value)) {
    failed(shape, value, path, `Member must satisfy regular expression pattern: ${shape.patternText}`, findings)
  }
}

function integer(shape: Shape, value: number, path: string, findings: string[]): void {
  if (shape.max !== undefined && value > shape.max) {
    failed(shape, value, path, `Member must have value less than or equal to ${shape.max}`, findings)
  }
  if (shape.min !== undefined && value < shape.min) {
    failed(shape, value, path, `Member must have value greater than or equal to ${shape.min}`, findings)
  }
}

function sized(shape: Shape, length: number, value: unknown, path: string, findings: string[]): void {
  if (shape.max !== undefined && length > shape.max) {
    failed(shape, value, path, `Member must have length less than or equal to ${shape.max}`, findings)
  }
  if (shape.min !== undefined && length < shape.min) {
    failed(shape, value, path, `Member must have length greater than or equal to ${shape.min}`, findings)
  }
}

function failed(shape: Shape, value: unknown, path: string, constraint: string, findings: string[]): void {
  findings.push(`Value${quoted(shape, value)} at '${path}' failed to satisfy constraint: ${constraint}`)
}

function quoted(shape: Shape, value: unknown): string {
  if (shape.sensitive || shape.of?.sensitive) return ''
  if (Array.isArray(value)) return value.every((v) => typeof v === 'string') ? ` '${cut(`[${value.join(', ')}]`)}'` : ''
  return ` '${cut(String(value))}'`
}

function cut(value: string): string {
  return value.length <= quotedCharacters ? value : `${value.slice(0, quotedCharacters)}…`
}
