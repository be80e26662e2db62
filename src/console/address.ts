/**
 * Addresses of pages: `/console/roles/:name`. Names come from people and may be `.` or `..`, which
 * browsers remove from a path even when they are escaped, so these are written `~.` and `~..`. No
 * name in IAM starts with `~`. The slashes of an ARN are written `~1`, and its tildes `~0`
 * (RFC 6901, section 3), because proxies decode or refuse `%2F`.
 */
export type Params = Readonly<Record<string, string>>

/** Throws when a parameter of the path is missing: a bug, not an input. */
export function addressOf(path: string, params: Params = {}): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`\`${path}\` has no \`${name}\``)
    return segment(value)
  })
}

function segment(value: string): string {
  return /^\.{1,2}$/.test(value) ? `~${value}` : encodeURIComponent(pointed(value))
}

function pointed(value: string): string {
  return value.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Returns the names that a decoded path holds. */
export function namesOf(params: Readonly<Record<string, string | readonly string[]>>): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, nameOf(String(value))]),
  )
}

function nameOf(segment: string): string {
  return segment
    .replace(/^~(?=\.)/, '')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

export function withQuery(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
