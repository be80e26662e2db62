import type { Outbound } from '../../outbound/outbound.ts'
import type { Output } from '../check.ts'
import { openBrowser } from '../open-browser.ts'
import { type CredentialsOptions, chosenCredentials } from './credentials.ts'
import { endpointUrl, type HandedOn, type ProcessCredentials } from './exchange.ts'
import type { Current } from './kept-credentials.ts'

export type ConsoleOptions = CredentialsOptions & {
  /** Prints the address instead of opening it. */
  readonly print?: boolean | undefined
  /** The page of the console to open. */
  readonly to?: string | undefined
}

/**
 * `gatehouse console ROLE`: opens the web console with the role, by an address that can be used
 * once, within 15 minutes. Where no browser can be started, prints the address. Exit codes: 0, or 1
 * without credentials.
 */
export async function openConsoleCommand(
  { print, to, ...asked }: ConsoleOptions,
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  const found = await chosenCredentials(asked, env)
  const { upstream, roleArn = asked.role } = found
  const place = { endpoint: asked.endpoint, role: roleArn, to }
  const address = upstream
    ? await awsAddress(upstream, found, place)
    : await signInAddress(asked.endpoint, found.credentials, to)
  if (print) {
    out(address)
    return 0
  }
  if (await openBrowser(address)) return 0
  err('no browser could be started: open this address in one, within 15 minutes')
  out(address)
  return 0
}

interface Place {
  readonly endpoint: string
  readonly role: string | undefined
  readonly to: string | undefined
}

/** The address of AWS's own console. Its time-out page leads back to Gatehouse. */
async function awsAddress(
  { region, federationEndpoint }: HandedOn,
  { credentials: found, arn }: Current,
  { endpoint, role, to }: Place,
): Promise<string> {
  if (federationEndpoint === undefined) throw new Error('the account of this role has no console')
  const [{ consoleAddress }, { consolePage }, { returnAddress }] = await Promise.all([
    import('../../upstream/console.ts'),
    import('../../upstream/partitions.ts'),
    import('../../upstream/return-address.ts'),
  ])
  const credentials = {
    accessKeyId: found.AccessKeyId,
    secretAccessKey: found.SecretAccessKey,
    sessionToken: found.SessionToken,
    expiration: new Date(found.Expiration),
  }
  // Refuses an address where credentials must not be sent.
  endpointUrl(federationEndpoint)
  return consoleAddress({ send }, federationEndpoint, credentials, {
    destination: consolePage(to, { partition: arn.split(':')[1] ?? '', region }),
    issuer: returnAddress(endpointUrl(endpoint), role, to),
    signal: AbortSignal.timeout(60_000),
  })
}

/** Sends from the person's machine, whose proxies and authorities are the person's. */
const send: Outbound['send'] = async (
  url,
  { method, headers = {}, body = null, signal = null },
) => {
  const answer = await fetch(url, { method, headers, body, signal, redirect: 'error' })
  return { status: answer.status, headers: {}, body: Buffer.from(await answer.arrayBuffer()) }
}

/** Trades credentials for a sign-in token, in the body of a POST. Returns the address for it. */
async function signInAddress(
  endpoint: string,
  found: ProcessCredentials,
  to: string | undefined,
): Promise<string> {
  const federation = new URL('/federation', endpointUrl(endpoint))
  const session = {
    sessionId: found.AccessKeyId,
    sessionKey: found.SecretAccessKey,
    sessionToken: found.SessionToken,
  }
  const answer = await fetch(federation, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(60_000),
    body: new URLSearchParams({ Action: 'getSigninToken', Session: JSON.stringify(session) }),
  })
  const told = (await answer.json()) as { readonly SigninToken?: string; readonly message?: string }
  if (told.SigninToken === undefined)
    throw new Error(`no console: ${told.message ?? `status ${answer.status}`}`)
  federation.search = new URLSearchParams({
    Action: 'login',
    Destination: to ?? new URL('/console', federation).href,
    SigninToken: told.SigninToken,
  }).toString()
  return federation.href
}
