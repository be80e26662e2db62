/**
 * Where a console sign-in leads, and where it came from. Pure: every result is a path of ours, or
 * nothing.
 */

import { partitions } from '../kernel/partitions.ts'

const maxCharacters = 2048
/**
 * Control characters, backslashes and white space do not occur in a valid address; URL parsers drop
 * or replace them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const suspicious = /[\u0000-\u0020\u007f-\u009f\\\u2028\u2029]/

const consoleHosts = Object.values(partitions).map((partition) => partition.console)

/**
 * A path on our own address; undefined when `destination` is another host's or malformed. Pages of
 * the AWS console are mapped to paths below `/console`.
 */
export function consolePath(destination: string | undefined, publicUrl: URL): string | undefined {
  if (destination === undefined || destination === '') return '/console'
  const url = parseAddress(destination, publicUrl)
  if (!url) return undefined
  if (url.origin === publicUrl.origin)
    return isPage(url.pathname) ? url.pathname + url.search + url.hash : undefined
  const isConsole =
    url.protocol === 'https:' &&
    url.port === '' &&
    consoleHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  if (!isConsole) return undefined
  const path = /^\/console(\/|$)/.test(url.pathname) ? url.pathname : `/console${url.pathname}`
  return path.replace(/(?<=.)\/$/, '') + url.search + url.hash
}

/** A path of ours to continue with after a sign-in; the portal for anything else. */
export function returnPath(wanted: string | undefined, publicUrl: URL): string {
  if (wanted === undefined) return '/portal'
  const url = wanted.startsWith('/') ? parseAddress(wanted, publicUrl) : undefined
  return url && url.origin === publicUrl.origin && (isPage(url.pathname) || isOfApp(url.pathname))
    ? url.pathname + url.search
    : '/portal'
}

/**
 * The issuer as a link that may be shown: our own address, or one that an allowed address covers
 * (same origin, and the same path or one below it).
 */
export function issuerLink(
  issuer: string | undefined,
  publicUrl: URL,
  allowed: readonly string[],
): string | undefined {
  if (issuer === undefined || !/^https?:\/\//i.test(issuer)) return undefined
  const url = parseAddress(issuer)
  if (!url) return undefined
  const covered = [publicUrl.href, ...allowed].some(
    (one) => URL.canParse(one) && covers(new URL(one), url),
  )
  return covered ? url.href : undefined
}

/** Whether an address of ours is one that ends sessions. */
export function isSignOut(address: string, publicUrl: URL): boolean {
  const { origin, pathname, searchParams } = new URL(address)
  return (
    origin === publicUrl.origin &&
    (pathname === '/oauth' ||
      (pathname === '/federation' && searchParams.get('Action') === 'logout'))
  )
}

function covers(allowed: URL, url: URL): boolean {
  const below = allowed.pathname.endsWith('/') ? allowed.pathname : `${allowed.pathname}/`
  return (
    url.origin === allowed.origin &&
    (url.pathname === allowed.pathname || url.pathname.startsWith(below))
  )
}

/** Whether a person may land on this page. Addresses that act when opened are excluded. */
function isPage(pathname: string): boolean {
  // Decoding twice must not lead elsewhere.
  return (
    /^\/(console|portal)(\/[^/].*)?\/?$/.test(pathname) && !/%(2f|5c|2e|0|1|7f)/i.test(pathname)
  )
}

/** Whether a path goes on with the sign-in to an app or site, which a browser or device began. */
export function isOfApp(path: string): boolean {
  return (
    /^\/(?:apps\/continue\/[\w-]{1,64}|gate\/enter\/[\w.-]{1,1024})$/.test(path) ||
    path === '/oauth2/device'
  )
}

function parseAddress(text: string, base?: URL): URL | undefined {
  if (text.length > maxCharacters || suspicious.test(text) || text.startsWith('//'))
    return undefined
  if (!URL.canParse(text, base?.href)) return undefined
  // Without a scheme, accept only paths from the root: `console` or `evil.example` would be
  // ambiguous.
  if (!text.startsWith('/') && !/^https?:\/\//i.test(text)) return undefined
  const url = new URL(text, base?.href)
  return url.username === '' && url.password === '' && /^https?:$/.test(url.protocol)
    ? url
    : undefined
}
