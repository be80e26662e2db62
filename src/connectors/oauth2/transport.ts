import type { CustomFetch } from 'openid-client'
import type { Outbound } from '../../outbound/outbound.ts'
import { bodyText, responseOf } from '../oidc/transport.ts'

/** The door for one use of the library: the connector's only I/O. */
export function openDoor(outbound: Pick<Outbound, 'send'>, signal: AbortSignal): CustomFetch {
  return async (url, { method, headers, body }) => {
    const answer = await outbound.send(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: bodyText(body),
      signal,
    })
    const error = method === 'POST' ? errorIn(answer.body) : undefined
    if (error === undefined) return responseOf(answer)
    const status = answer.status === 200 ? 400 : answer.status
    return responseOf({ ...answer, status, body: JSON.stringify(error) })
  }
}

/** Facebook's codes that mean something to the person (Meta for Developers, "Handling Errors"). */
const facebookErrors: Readonly<Record<string, string>> = {
  '2': 'temporarily_unavailable',
  '4': 'temporarily_unavailable',
  // A code that has ended, and one that was used.
  '100/36007': 'invalid_grant',
  '100/36009': 'invalid_grant',
}

/**
 * The error in an answer of a token endpoint, as RFC 6749, section 5.2, has it; an answer that is
 * both a token and an error counts as an error. GitHub tells errors with status 200, and Facebook
 * as an object, whose message is left out because it may quote a token.
 */
function errorIn(body: Buffer): object | undefined {
  try {
    const value = JSON.parse(body.toString('utf8'))
    const { error } = value
    if (error === undefined || error === null) return undefined
    if (typeof error !== 'object') return value
    const { type, code, error_subcode: subcode } = error
    const number = subcode === undefined ? `${code}` : `${code}/${subcode}`
    const known = Object.hasOwn(facebookErrors, number) ? facebookErrors[number] : undefined
    return { error: known ?? `${type} ${number}` }
  } catch {
    return undefined
  }
}
