import { commonFault } from '../../kernel/aws-fault.ts'
import type { Shape } from '../model.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

type Input = Readonly<Record<string, unknown>>

/**
 * Reads a JSON body by the model: every member that the model does not name, and every value of
 * another type, is refused. Throws ValidationError, without values. Constraints are checked by
 * `validateInput`.
 */
export function decodeJsonInput(shape: Shape, body: Buffer): Input {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(body))
  } catch {
    throw invalid('the body', 'JSON in UTF-8')
  }
  check(shape, value, 'the body')
  return value as Input
}

const words = {
  structure: 'an object',
  map: 'an object',
  list: 'a list',
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
} as const

function check(shape: Shape, value: unknown, path: string): void {
  switch (shape.type) {
    case 'structure':
      for (const [name, inner] of Object.entries(objectOf(value, path))) {
        const member = shape.byName.get(name)
        if (!member) throw commonFault('ValidationError', `${path} has an unknown member.`)
        check(member.shape, inner, memberPath(path, name))
      }
      break
    case 'map':
      for (const inner of Object.values(objectOf(value, path)))
        check(shape.of!, inner, `a value of ${path}`)
      break
    case 'list':
      if (!Array.isArray(value)) throw invalid(path, words.list)
      for (const inner of value) check(shape.of!, inner, `a member of ${path}`)
      break
    case 'integer':
      if (!Number.isSafeInteger(value)) throw invalid(path, words.integer)
      break
    case 'string':
    case 'boolean':
      if (typeof value !== shape.type) throw invalid(path, words[shape.type])
      break
    default:
      throw new Error(`${shape.name} has no form in JSON here`)
  }
}

function objectOf(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, words.structure)
  return value
}

const memberPath = (path: string, name: string) => (path === 'the body' ? name : `${path}.${name}`)

function invalid(path: string, expected: string) {
  return commonFault('ValidationError', `${path} must be ${expected}.`)
}
