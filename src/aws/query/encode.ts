import { secondsWriter } from '../../kernel/clock.ts'
import type { Model, Shape } from '../model.ts'

/** Characters that have to be escaped in XML. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for control characters.
const special = /[&<>"'\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#xD;',
}

/**
 * Escapes a text for XML 1.0. Characters that XML does not allow, lone surrogates included, become
 * U+FFFD.
 */
export function escapeXml(text: string): string {
  if (!special.test(text)) return text
  return (
    text
      .toWellFormed()
      .replace(/[&<>"'\r]/g, (character) => entities[character]!)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for control characters.
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
  )
}

/** RFC 3986: encodes everything except unreserved characters. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** `2026-01-02T03:04:05Z`: AWS's services respond in whole seconds. */
export const wireTime = secondsWriter()

export type Encode = (output: unknown, requestId: string) => string

/**
 * Makes the function that writes an operation's responses. Members are in the model's order; absent
 * ones are left out.
 */
export function encoderOf(
  model: Pick<Model<unknown, unknown, never>, 'name' | 'namespace' | 'output'>,
): Encode {
  const open = `<${model.name}Response xmlns="${model.namespace}">`
  const metadata = '<ResponseMetadata><RequestId>'
  const close = `</RequestId></ResponseMetadata></${model.name}Response>\n`
  const { output } = model
  if (!output) return (_, requestId) => open + metadata + requestId + close
  const before = `${open}<${model.name}Result>`
  const after = `</${model.name}Result>${metadata}`
  return (value, requestId) =>
    before +
    members(output, (value ?? {}) as Readonly<Record<string, unknown>>) +
    after +
    requestId +
    close
}

function members(shape: Shape, value: Readonly<Record<string, unknown>>): string {
  let xml = ''
  for (const member of shape.members) {
    const inner = value[member.name]
    if (inner !== undefined && inner !== null) xml += element(member.name, member.shape, inner)
  }
  return xml
}

function element(name: string, shape: Shape, value: unknown): string {
  if (shape.flattened) return flat(name, shape, value)
  return `<${name}>${content(shape, value)}</${name}>`
}

function flat(name: string, shape: Shape, value: unknown): string {
  if (shape.type === 'list')
    return (value as readonly unknown[]).map((v) => element(name, shape.of!, v)).join('')
  return Object.entries(value as object)
    .map(([key, v]) => `<${name}>${entry(shape, key, v)}</${name}>`)
    .join('')
}

function entry(shape: Shape, key: string, value: unknown): string {
  return `<key>${escapeXml(key)}</key>${element('value', shape.of!, value)}`
}

function content(shape: Shape, value: unknown): string {
  switch (shape.type) {
    case 'structure':
      return members(shape, value as Readonly<Record<string, unknown>>)
    case 'list':
      return (value as readonly unknown[]).map((v) => element('member', shape.of!, v)).join('')
    case 'map':
      return Object.entries(value as object)
        .map(([key, v]) => `<entry>${entry(shape, key, v)}</entry>`)
        .join('')
    case 'timestamp':
      return wireTime(value as Date)
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'string':
      return shape.urlEncoded ? urlEncoded(value as string) : escapeXml(value as string)
    default:
      return String(value)
  }
}
