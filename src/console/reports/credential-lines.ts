import { setImmediate } from 'node:timers/promises'

/** An access key of a line. */
export interface KeyLine {
  readonly active: boolean
  /** Milliseconds; absent: there is no such key. */
  readonly rotatedAt?: number | undefined
  readonly usedAt?: number | undefined
  readonly service?: string | undefined
}

/** A user of the report, or the root. Times are milliseconds. */
export interface CredentialLine {
  readonly name: string
  readonly isRoot: boolean
  readonly createdAt: number | undefined
  readonly password: boolean
  readonly passwordUsedAt: number | undefined
  readonly passwordChangedAt: number | undefined
  readonly mfa: boolean
  readonly keys: readonly [KeyLine, KeyLine]
  readonly certificates: number
}

/** Other calls have their turn after so many lines. */
const linesAtOnce = 1000

/** Reads the report that GetCredentialReport answers (IAM user guide, the format of the report). */
export async function credentialLines(content: Uint8Array): Promise<readonly CredentialLine[]> {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString()
  const lines: CredentialLine[] = []
  let at = text.indexOf('\n') + 1
  while (at > 0 && at < text.length) {
    const { fields, end } = fieldsFrom(text, at)
    lines.push(lineOf(fields))
    at = end
    if (lines.length % linesAtOnce === 0) await setImmediate()
  }
  return lines
}

/** RFC 4180, one record. */
function fieldsFrom(text: string, from: number): { fields: readonly string[]; end: number } {
  const end = text.indexOf('\n', from)
  const line = text.slice(from, end < 0 ? text.length : end)
  if (!line.includes('"')) return { fields: line.split(','), end: end < 0 ? text.length : end + 1 }
  const fields: string[] = []
  let at = from
  for (;;) {
    const isQuoted = text[at] === '"'
    let value = ''
    if (isQuoted)
      for (at++; ; ) {
        const quote = text.indexOf('"', at)
        value += text.slice(at, quote < 0 ? text.length : quote)
        at = quote < 0 ? text.length : quote + 1
        if (quote < 0 || text[at] !== '"') break
        value += '"'
        at++
      }
    else {
      const stop = /[,\n]/g
      stop.lastIndex = at
      const next = stop.exec(text)?.index ?? text.length
      value = text.slice(at, next)
      at = next
    }
    fields.push(value)
    if (text[at] !== ',') return { fields, end: at + 1 }
    at++
  }
}

function lineOf(fields: readonly string[]): CredentialLine {
  const [name = '', , created, password, used, changed, , mfa, ...rest] = fields
  return {
    name,
    isRoot: name === '<root_account>',
    createdAt: instantOf(created),
    password: password === 'true',
    passwordUsedAt: instantOf(used),
    passwordChangedAt: instantOf(changed),
    mfa: mfa === 'true',
    keys: [keyOf(rest.slice(0, 5)), keyOf(rest.slice(5, 10))],
    certificates: [rest[10], rest[12]].filter((active) => active === 'true').length,
  }
}

function keyOf([active, rotated, used, , service]: readonly string[]): KeyLine {
  const usedAt = instantOf(used)
  return {
    active: active === 'true',
    rotatedAt: instantOf(rotated),
    usedAt,
    service: usedAt === undefined ? undefined : service,
  }
}

/** `N/A`, `no_information` and `not_supported` are no times. */
function instantOf(text: string | undefined): number | undefined {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : at
}
