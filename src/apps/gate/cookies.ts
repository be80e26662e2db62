/** Cookies of an application's host: the session, and the mark of a browser that signs in. */
export interface GateCookies {
  readonly session: string | undefined
  readonly browser: string | undefined
  /** The others, for the application. */
  readonly rest: string
}

const sessionName = 'gatehouse-gate'
const browserName = 'gatehouse-gate-browser'
const value = /^[\w-]{43}$/

/**
 * `__Host-` keeps other hosts of the same domain from setting it; it needs Secure, so plain HTTP,
 * which is served on loopback only, goes without.
 */
export function cookieNames(isSecure: boolean) {
  const prefix = isSecure ? '__Host-' : ''
  return { session: prefix + sessionName, browser: prefix + browserName }
}

export type CookieNames = ReturnType<typeof cookieNames>

/**
 * Reads a Cookie header. Of two with one name the first counts; all with our names are ours. Only
 * spaces and tabs separate: with another one before it (U+00A0, which `trim` drops) a name escapes
 * the browser's rule for `__Host-`, and another host of the domain could set it.
 */
export function readCookies(header: string | undefined, names: CookieNames): GateCookies {
  if (header === undefined) return { session: undefined, browser: undefined, rest: '' }
  let session: string | undefined
  let browser: string | undefined
  const rest: string[] = []
  for (const one of header.split(/;[ \t]*/)) {
    const name = one.slice(0, Math.max(one.indexOf('='), 0)).trimEnd()
    if (name === names.session) session ??= one.slice(one.indexOf('=') + 1)
    else if (name === names.browser) browser ??= one.slice(one.indexOf('=') + 1)
    else if (one !== '') rest.push(one)
  }
  return { session: known(session), browser: known(browser), rest: rest.join('; ') }
}

function known(text: string | undefined): string | undefined {
  return text !== undefined && value.test(text) ? text : undefined
}

/** A Set-Cookie header. */
export function setCookie(name: string, text: string, maxAgeSeconds: number): string {
  const secure = name.startsWith('__Host-') ? '; Secure' : ''
  return `${name}=${text}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}
