import type { PathRule } from './site.ts'

/** What the rules of paths say of a request. */
export type PathAccess =
  /** Whoever asks is let through. */
  | { readonly access: 'public' }
  /** The site's own rule, and the one of this path where there is one. */
  | { readonly access: 'person'; readonly rule?: PathRule | undefined }
  /** Servers may read the path in several ways, and a rule would hold for one of them. */
  | { readonly access: 'ambiguous' }

const mostCharacters = 8192

/**
 * Finds the longest path that covers the request. A public path has to match letter by letter; one
 * with a condition also in another case or form, because the application may not tell them apart. A
 * path that servers may read in several ways is never public, and where any path has a condition it
 * is refused.
 */
export function pathAccess(
  rules: readonly PathRule[],
  target: string,
  method: string | undefined,
): PathAccess {
  if (rules.length === 0) return { access: 'person' }
  const path = plainPath(target)
  if (path === undefined)
    return rules.some(({ when }) => when !== undefined)
      ? { access: 'ambiguous' }
      : { access: 'person' }
  const loose = folded(path)
  let found: PathRule | undefined
  for (const rule of rules) {
    const covers = rule.public
      ? (!rule.methods || rule.methods.includes(method ?? '')) && isBelow(path, rule.path)
      : isBelow(loose, folded(rule.path))
    if (covers && rule.path.length >= (found?.path.length ?? 0)) found = rule
  }
  return found?.public ? { access: 'public' } : { access: 'person', rule: found }
}

function isBelow(path: string, top: string): boolean {
  return path.startsWith(top) && (path.length === top.length || path[top.length] === '/')
}

/** As file systems and frameworks may compare: without case, and full-width letters as others. */
function folded(path: string): string {
  return path.normalize('NFKC').toLowerCase().normalize('NFKC')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const unclear = /[\u0000-\u001f\u007f-\u009f\\;#?%\u2028\u2029\ufffd]|\/\/|\/[^/]*[. ](?:\/|$)/

/**
 * The decoded path of a request's target, when every server reads it alike; undefined otherwise:
 * dot segments, encoded or double slashes, what is decoded twice, parameters after `;`, a fragment,
 * control characters, bytes that are not UTF-8, names that end in a dot or space, or too long.
 */
function plainPath(target: string): string | undefined {
  if (target.length > mostCharacters || target.includes('#')) return undefined
  const mark = target.indexOf('?')
  const raw = mark < 0 ? target : target.slice(0, mark)
  if (!/^\/[\x21-\x7e]*$/.test(raw) || /%(?:2f|5c)/i.test(raw)) return undefined
  let path = raw
  if (raw.includes('%')) {
    try {
      path = decodeURIComponent(raw)
    } catch {
      return undefined
    }
  }
  return unclear.test(path) || unclear.test(folded(path)) || folded(path).length > mostCharacters
    ? undefined
    : path
}
