import { commonFault } from '../../kernel/aws-fault.ts'
import type { Shape } from '../model.ts'
import type { ParameterLimits, Parameters } from './parameters.ts'

/** Dotted names as a tree: `Tags.member.1.Key` → Tags → member → 1 → Key. */
type Branch = { value: string | undefined; readonly below: Map<string, Branch> }

/**
 * Parameters → the input that the model describes. Parameters that the model does not know are
 * ignored, as the services do. Only names from the model become property names, so `__proto__` is
 * just another unknown parameter. Throws ValidationError for a number, boolean, time or base64 that
 * is none, MalformedQueryString for a broken name.
 */
export function decodeInput(
  input: Shape,
  parameters: Parameters,
  limits: ParameterLimits,
): Record<string, unknown> {
  const decoded: Record<string, unknown> = {}
  if (input.members.length === 0) return decoded
  let tree: Branch | undefined
  for (const member of input.members) {
    const { name, shape } = member
    if (isScalar(shape)) {
      const text = parameters.get(name)
      if (text !== undefined) decoded[name] = scalar(shape, text, member.auditName)
      continue
    }
    tree ??= treeOf(input, parameters, limits)
    const node = tree.below.get(name)
    if (node) decoded[name] = compound(shape, node, member.auditName)
  }
  return decoded
}

function isScalar({ type }: Shape): boolean {
  return type !== 'structure' && type !== 'list' && type !== 'map'
}

function treeOf(input: Shape, parameters: Parameters, limits: ParameterLimits): Branch {
  const top: Branch = { value: undefined, below: new Map() }
  for (const [name, value] of parameters) {
    const dot = name.indexOf('.')
    const first = dot === -1 ? name : name.slice(0, dot)
    const member = input.byName.get(first)
    if (!member || isScalar(member.shape)) continue
    const segments = name.split('.', limits.depth + 1)
    if (segments.length > limits.depth) throw malformed(name)
    let node = top
    for (const segment of segments) {
      let next = node.below.get(segment)
      if (!next) {
        next = { value: undefined, below: new Map() }
        node.below.set(segment, next)
      }
      node = next
    }
    node.value = value
  }
  return top
}

function malformed(name: string): Error {
  return commonFault(
    'MalformedQueryString',
    `The parameter ${name.slice(0, 128)} is not well-formed.`,
  )
}

function decodedValue(shape: Shape, node: Branch, path: string): unknown {
  if (!isScalar(shape)) return compound(shape, node, path)
  if (node.value === undefined) throw malformed(path)
  return scalar(shape, node.value, path)
}

function compound(shape: Shape, node: Branch, path: string): unknown {
  // `Tags=` is how clients send an empty list; any other text where parts belong is a mistake.
  if (node.value) throw malformed(path)
  if (shape.type === 'list') return list(shape, node, path)
  if (shape.type === 'map') return map(shape, node, path)
  const decoded: Record<string, unknown> = {}
  for (const { name, auditName, shape: of } of shape.members) {
    const below = node.below.get(name)
    if (below) decoded[name] = decodedValue(of, below, `${path}.${auditName}`)
  }
  return decoded
}

/** Sorted by index, without gaps, so that a large index allocates nothing. */
function indexed(node: Branch, path: string): readonly Branch[] {
  const rows: [number, Branch][] = []
  for (const [index, below] of node.below) {
    if (!/^[1-9]\d{0,5}$/.test(index)) throw malformed(`${path}.${index}`)
    rows.push([Number(index), below])
  }
  return rows.sort(([a], [b]) => a - b).map(([, below]) => below)
}

function list(shape: Shape, node: Branch, path: string): unknown[] {
  const members = shape.flattened ? node : node.below.get('member')
  if (!members) {
    if (node.below.size > 0) throw malformed(path)
    return []
  }
  return indexed(members, path).map((below, at) =>
    decodedValue(shape.of!, below, `${path}.${at + 1}.member`),
  )
}

function map(shape: Shape, node: Branch, path: string): Record<string, unknown> {
  const entries = shape.flattened ? node : node.below.get('entry')
  if (!entries) return {}
  return Object.fromEntries(
    indexed(entries, path).map((below): [string, unknown] => {
      const key = below.below.get('key')?.value
      const value = below.below.get('value')
      if (key === undefined || !value) throw malformed(path)
      return [key, decodedValue(shape.of!, value, `${path}.${key}`)]
    }),
  )
}

/** The largest integer that AWS's services accept. */
const int32 = 2_147_483_647

function scalar(shape: Shape, text: string, path: string): unknown {
  switch (shape.type) {
    case 'integer': {
      const value = /^[+-]?\d{1,11}$/.test(text) ? Number(text) : Number.NaN
      if (!(Math.abs(value) <= int32)) throw notA('a valid integer', shape, text, path)
      return value
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw notA('true or false', shape, text, path)
      return text === 'true'
    case 'timestamp': {
      const at = new Date(/^\d{1,11}$/.test(text) ? Number(text) * 1000 : text)
      if (!/^\d/.test(text) || Number.isNaN(at.getTime()))
        throw notA('a valid timestamp', shape, text, path)
      return at
    }
    case 'blob':
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw notA('valid base64', shape, text, path)
      return Buffer.from(text, 'base64')
    default:
      return text
  }
}

function notA(what: string, shape: Shape, text: string, path: string): Error {
  const value = shape.sensitive ? '' : ` '${text.slice(0, 128)}'`
  return commonFault(
    'ValidationError',
    `1 validation error detected: Value${value} at '${path}' failed to satisfy constraint: ` +
      `Member must be ${what}`,
  )
}
