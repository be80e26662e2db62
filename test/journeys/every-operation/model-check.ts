import type { Shape } from '../../../src/aws/model.ts'
import type { Known } from './play.ts'

/**
 * Where an answer is not what AWS's model says of its shape, in words: a required member that is
 * absent, a text that no such text may be.
 */
export function disagreements(shape: Shape, value: unknown, path = 'answer'): readonly string[] {
  switch (shape.type) {
    case 'structure':
      return shape.members.flatMap(({ name, required, shape: inner }) => {
        const own = (value as Known)[name]
        if (own === undefined || own === null)
          return required ? [`${path}.${name} is required`] : []
        return disagreements(inner, own, `${path}.${name}`)
      })
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((one, at) => disagreements(shape.of!, one, `${path}.${at}`))
        : [`${path} is no list`]
    case 'map':
      return Object.entries(value as object).flatMap(([key, one]) => [
        ...disagreements(shape.key!, key, `${path}, key`),
        ...disagreements(shape.of!, one, `${path}.${key}`),
      ])
    case 'string':
      // A policy document: clients parse it.
      return shape.urlEncoded
        ? []
        : [...textFaults(shape, value)].map((fault) => `${path}: ${JSON.stringify(value)} ${fault}`)
    case 'integer':
    case 'boolean':
      return typeof value === (shape.type === 'integer' ? 'number' : 'boolean')
        ? []
        : [`${path}: ${JSON.stringify(value)} is no ${shape.type}`]
    case 'timestamp':
      return Number.isNaN(Date.parse(String(value)))
        ? [`${path}: ${JSON.stringify(value)} is no instant`]
        : []
    case 'blob':
      return typeof value === 'string' ? [] : [`${path} is no bytes`]
  }
}

/** What the service answers though its own model does not have it: shape and value. */
const outsideModels: ReadonlySet<string> = new Set([
  'PermissionsBoundaryAttachmentType Policy',
  'PolicySourceType IAM Policy',
  'PolicySourceType Resource Policy',
])

function* textFaults(
  { name, min, max, pattern, patternText, enum: values }: Shape,
  value: unknown,
): Generator<string> {
  if (typeof value !== 'string') return yield 'is no text'
  // An MD5 digest in pairs of digits has 47 characters, which the service's own model does not say.
  if (name === 'publicKeyFingerprintType' && /^\w\w(:\w\w){15}$/.test(value)) return
  if (value.length < (min ?? 0) || value.length > (max ?? Number.POSITIVE_INFINITY))
    yield `has ${value.length} characters`
  if (pattern && !pattern.test(value)) yield `does not match ${patternText}`
  if (values && !values.has(value) && !outsideModels.has(`${name} ${value}`))
    yield `is none of ${[...values].join(', ')}`
}

/** The texts of an answer that the model calls sensitive. */
export function secretsOf(shape: Shape, value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (shape.type === 'structure')
    return shape.members.flatMap(({ name, shape: inner }) =>
      secretsOf(inner, (value as Known)[name]),
    )
  if (shape.type === 'list')
    return (value as readonly unknown[]).flatMap((one) => secretsOf(shape.of!, one))
  return shape.sensitive
    ? [shape.type === 'blob' ? Buffer.from(String(value), 'base64').toString() : String(value)]
    : []
}
