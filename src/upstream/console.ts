import type { Outbound } from '../outbound/outbound.ts'
import { mostAnswerBytes } from './transport.ts'
import type { ConsoleVisit, UpstreamCredentials } from './upstream.ts'
import { UpstreamFault } from './upstream-fault.ts'

const mostTokenCharacters = 8192

/**
 * Trades credentials for a sign-in token at the federation endpoint, in the body of a POST, and
 * returns the address that opens the console (IAM user guide, "Enabling custom identity broker
 * access to the AWS console"). Sends no SessionDuration, which is refused for every session but one
 * made with a user's key: the console lasts as long as the credentials. Throws UpstreamFault and
 * OutboundFault.
 */
export async function consoleAddress(
  outbound: Pick<Outbound, 'send'>,
  endpoint: string,
  { accessKeyId, secretAccessKey, sessionToken }: UpstreamCredentials,
  { destination, issuer, signal }: ConsoleVisit & { readonly signal: AbortSignal },
): Promise<string> {
  const session = { sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken }
  const { status, body } = await outbound.send(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'getSigninToken',
      Session: JSON.stringify(session),
    }).toString(),
    maxBytes: mostAnswerBytes,
    signal,
  })
  // Whatever it says beside the status may hold what was sent: it is not told.
  if (status !== 200)
    throw new UpstreamFault(
      status >= 500 ? 'unavailable' : 'refused',
      `the federation endpoint answered ${status}`,
    )
  const address = new URL(endpoint)
  address.search = new URLSearchParams({
    Action: 'login',
    Issuer: issuer,
    ...(destination !== undefined && { Destination: destination }),
    SigninToken: tokenIn(body),
  }).toString()
  return address.href
}

function tokenIn(body: Buffer): string {
  const unfit = new UpstreamFault(
    'unfit-answer',
    'the federation endpoint answered without a SigninToken',
  )
  let told: unknown
  try {
    told = JSON.parse(body.toString('utf8'))
  } catch {
    throw unfit
  }
  const token = (told as { readonly SigninToken?: unknown } | null)?.SigninToken
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw unfit
  if (token.length > mostTokenCharacters) throw unfit
  return token
}
