/** Where a console sign-in leads, and where it came from. Pure: every answer is a path of ours, or nothing. */

const maxCharacters = 2048
/** Control characters, backslashes and white space never occur in an honest address; URL parsers drop or turn them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const suspicious = /[\u0000-\u0020\u007f-\u009f\\\u2028\u2029]/

/** Consoles of the three partitions (AWS documentation, "Enabling custom identity broker access to the AWS console"). */
const consoleHosts = ['console.aws.amazon.com', 'console.amazonaws-us-gov.com', 'console.amazonaws.cn']

/**
 * A path on our own address, or undefined when `destination` is foreign or not an address. The AWS console's pages
 * are found below `/console`.
 */
export function consolePath(destination: string | undefined, publicUrl: URL): string | undefined {
  if (destination === undefined || destination === '') return '/console'
  const url = parseAddress(destination, publicUrl)
  if (!url) return undefined
  if (url.origin === publicUrl.origin) return isPage(url.pathname) ? url.pathname + url.search + url.hash : undefined
  const isConsole = url.protocol === 'https:' && url.port === ''
    && consoleHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`))
  if (!isConsole) return undefined
  const path = /^\/console(\/|$)/.test(url.pathname) ? url.pathname : `/console${url.pathname}`
  return path.replace(/(?<=.)\/$/, '') + url.search + url.hash
}

/** A path of ours to go on with after a sign-in; the portal when it is anything else. */
export function returnPath(wanted: string | undefined, publicUrl: URL): string {
  if (wanted === undefined) return '/portal'
  const url = wanted.startsWith('/') ? parseAddress(wanted, publicUrl) : undefined
  return url && url.origin === publicUrl.origin && isPage(url.pathname) ? url.pathname + url.search : '/portal'
}

/**
 * The issuer as a link that may be shown: its own address, or one that an allowed address covers (same origin,
 * and the same path or one below it).
 */
export function issuerLink(issuer: string | undefined, publicUrl: URL, allowed: readonly string[]): string | undefined {
  if (issuer === undefined || !/^https?:\/\//i.test(issuer)) return undefined
  const url = parseAddress(issuer)
  if (!url) return undefined
  const covered = [publicUrl.href, ...allowed].some((one) => URL.canParse(one) && covers(new URL(one), url))
  return covered ? url.href : undefined
}

function covers(allowed: URL, url: URL): boolean {
  const below = allowed.pathname.endsWith('/') ? allowed.pathname : `${allowed.pathname}/`
  return url.origin === allowed.origin && (url.pathname === allowed.pathname || url.pathname.startsWith(below))
}

/** The pages that a person lands on. Addresses that act when opened are left out. */
function isPage(pathname: string): boolean {
  // A second decoding must not lead elsewhere either.
  return /^\/(console|portal)(\/[^/].*)?\/?$/.test(pathname) && !/%(2f|5c|2e|0|1|7f)/i.test(pathname)
}

function parseAddress(text: string, base?: URL): URL | undefined {
  if (text.length > maxCharacters || suspicious.test(text) || text.startsWith('//')) return undefined
  if (!URL.canParse(text, base?.href)) return undefined
  // Without a scheme only a path from the root is meant: `console` or `evil.example` is nobody's page.
  if (!text.startsWith('/') && !/^https?:\/\//i.test(text)) return undefined
  const url = new URL(text, base?.href)
  return url.username === '' && url.password === '' && /^https?:$/.test(url.protocol) ? url : undefined
}
