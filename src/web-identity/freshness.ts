import type { IncomingHttpHeaders } from 'node:http'

/** How long an answer without cache headers counts, and the bounds for what the headers may say. */
const silentSeconds = 600
const leastSeconds = 60
const mostSeconds = 86_400

/**
 * For how many seconds an answer may be used without asking again (RFC 9111, sections 4.2 and 5.2).
 * The bounds are ours: `no-store` can't turn every call into a fetch, and no issuer can keep a
 * withdrawn key alive for longer than a day.
 */
export function freshSeconds(headers: IncomingHttpHeaders, now: Date): number {
  return Math.min(mostSeconds, Math.max(leastSeconds, statedSeconds(headers, now)))
}

function statedSeconds(
  { 'cache-control': control = '', age = '', expires, date }: IncomingHttpHeaders,
  now: Date,
): number {
  const directives = control
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
  if (directives.some((directive) => /^no-(?:store|cache)\b/.test(directive))) return 0
  const aged = /^\d{1,10}$/.test(age) ? Number(age) : 0
  const stated = directives
    .map((directive) => /^max-age="?(\d{1,10})"?$/.exec(directive)?.[1])
    .find((seconds) => seconds !== undefined)
  if (stated !== undefined) return Number(stated) - aged
  if (expires === undefined) return silentSeconds
  // RFC 9111, section 5.3: an Expires header that can't be parsed counts as expired.
  const until = Date.parse(expires)
  const from = Date.parse(date ?? '')
  return Number.isNaN(until)
    ? 0
    : Math.floor((until - (Number.isNaN(from) ? now.getTime() : from)) / 1000) - aged
}
