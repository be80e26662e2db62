/**
 * Escapes any text as a value inside a DN (RFC 4514, section 2.4). Filters need a different escape;
 * see filters.ts.
 */
export function escapeDnValue(value: string): string {
  const escaped = value.replace(/[\\",#+<>;=]/g, '\\$&').replace(/\0/g, '\\00')
  const started = value.startsWith(' ') ? `\\${escaped}` : escaped
  return value.length > 1 && value.endsWith(' ') ? `${started.slice(0, -1)}\\ ` : started
}

/**
 * Returns the name to bind with. The settings made sure that `template` holds one `{username}`, in
 * a DN, a UPN or a down-level name.
 */
export function bindName(template: string, username: string): string {
  return template.replace('{username}', () =>
    isDnTemplate(template) ? escapeDnValue(username) : username,
  )
}

export function isDnTemplate(template: string): boolean {
  return /^[A-Za-z][A-Za-z0-9-]*=\{username\},/.test(template)
}

export interface Rdn {
  readonly attribute: string
  readonly value: string
}

/**
 * Returns the parts of a DN, the leaf first, with the first pair of a multi-valued part. Returns
 * undefined for text that is not a DN (RFC 4514, section 3).
 */
export function parseDn(dn: string): readonly Rdn[] | undefined {
  const parts: Rdn[] = []
  for (const part of splitUnescaped(dn, /[,;]/)) {
    const pair = splitUnescaped(part, /\+/)[0] ?? ''
    const at = pair.indexOf('=')
    if (at < 1) return undefined
    const value = unescapeDnValue(withoutPadding(pair.slice(at + 1)))
    if (value === undefined) return undefined
    parts.push({ attribute: pair.slice(0, at).trim().toLowerCase(), value })
  }
  return parts.length > 0 ? parts : undefined
}

/** Returns one key for all spellings of a DN. Use it only to compare, never to send. */
export function dnKey(dn: string): string {
  const parts = parseDn(dn)
  return parts ? partsKey(parts) : `?${dn}`
}

export function isBelow(dn: string, base: string): boolean {
  const [parts, above] = [parseDn(dn), parseDn(base)]
  return (
    parts !== undefined &&
    above !== undefined &&
    parts.length >= above.length &&
    partsKey(parts.slice(parts.length - above.length)) === partsKey(above)
  )
}

function partsKey(parts: readonly Rdn[]): string {
  return JSON.stringify(
    parts.map(({ attribute, value }) => [
      attribute,
      value.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase(),
    ]),
  )
}

/** Removes spaces around a value: they belong to it only when they are escaped. */
function withoutPadding(value: string): string {
  return value.replace(/^ +/, '').replace(/(\\.)| +$/gsu, (_, escaped?: string) => escaped ?? '')
}

function splitUnescaped(text: string, separator: RegExp): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!
    if (character === '\\') part += character + (text[++index] ?? '')
    else if (separator.test(character)) {
      parts.push(part)
      part = ''
    } else part += character
  }
  return [...parts, part]
}

/** Both `\2C` and `\,` are a comma; hexadecimal pairs are bytes of UTF-8. */
function unescapeDnValue(text: string): string | undefined {
  const bytes: Buffer[] = []
  const token = /\\([0-9a-fA-F]{2})|\\([^0-9a-fA-F])|([^\\]+)/guy
  let read = 0
  for (let match = token.exec(text); match; match = token.exec(text)) {
    bytes.push(match[1] ? Buffer.from(match[1], 'hex') : Buffer.from(match[2] ?? match[3] ?? ''))
    read = token.lastIndex
  }
  return read === text.length ? Buffer.concat(bytes).toString('utf8') : undefined
}
