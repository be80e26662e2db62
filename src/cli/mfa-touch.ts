import type { Environment } from '../config/references.ts'
import { readTogether } from './as-code/batch-client.ts'
import { ownCalls } from './as-code/called-as.ts'
import type { Output } from './check.ts'
import { openBrowser } from './open-browser.ts'
import { endpointOr } from './sign-in/endpoint.ts'
import { KeptSignIns } from './sign-in/kept-sign-ins.ts'
import { openLoopback } from './sign-in/loopback.ts'

export interface TouchOptions {
  readonly endpoint?: string | undefined
  /** False: no browser is opened on this machine. */
  readonly browser: boolean
  /** Of the sign-in at the terminal: the role to print credentials of. */
  readonly role?: string | undefined
  /** Seconds; absent: as STS has it. */
  readonly duration?: number | undefined
}

const waitMs = 5 * 60_000

const told = {
  nobody: 'nobody touched a key',
  done: 'The program has the code',
  failed: 'The program can’t use the code',
}

/**
 * `gatehouse mfa touch`: asks for a security key, in the browser. Where `gatehouse login` keeps a
 * sign-in, that is raised; else the user whose credentials the AWS CLI would use is asked, and
 * credentials with MFA are printed as `credential_process` takes them. Exit code 0; throws an Error
 * with the reason when there are none.
 */
export async function mfaTouchCommand(
  options: TouchOptions,
  env: Environment,
  output: Output,
): Promise<number> {
  const endpoint = await signedInAt(options, env)
  if (endpoint === undefined) return touchForUser(options, env, output)
  const { touchForSignIn } = await import('./sign-in/touch-terminal.ts')
  return touchForSignIn({ ...options, endpoint }, env, output)
}

/**
 * Where the touch raises a sign-in. Undefined: the environment names credentials of a user, or
 * nobody is signed in.
 */
async function signedInAt(
  { endpoint, role }: TouchOptions,
  env: Environment,
): Promise<string | undefined> {
  // `gatehouse exec` sets keys of sessions (ASIA…), which touch nothing themselves.
  const named = env.AWS_ACCESS_KEY_ID?.startsWith('AKIA') || env.AWS_PROFILE
  if (role === undefined && named) return undefined
  const signIns = new KeptSignIns(env)
  const given = endpoint ?? env.GATEHOUSE_ENDPOINT ?? env.AWS_ENDPOINT_URL
  const anybody = given !== undefined || (await signIns.endpoints()).length > 0
  if (role === undefined && !anybody) return undefined
  const at = await endpointOr(given, env)
  return role !== undefined || (await signIns.header(at)) ? at : undefined
}

/** For a user of an account, by the code of a device that a touched key gives. */
async function touchForUser(
  { endpoint, browser, duration }: TouchOptions,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const { as } = await ownCalls({ endpoint }, env)
  await using loopback = await openLoopback(told)
  const state = crypto.randomUUID()
  const ReturnTo = `${loopback.redirectUri}?${new URLSearchParams({ state })}`
  const asked = [['GetSecurityKeyChallenge', { ReturnTo }]] as const
  const [begun] = await readTogether<{ readonly Address: string }>(as, asked)
  const address = new URL(begun!.Address)
  const answer = loopback.answer(state, async (url) => sessionOf(as, url, duration), waitMs)
  // It may fail while the browser is being opened.
  answer.catch(() => undefined)
  const here = browser && !env.SSH_CONNECTION && !env.SSH_TTY
  if (here && (await openBrowser(address.href)))
    err(`touch the security key in the browser, at ${address.origin}`)
  else err(`open this address in a browser on this computer:\n${address.href}`)
  out(JSON.stringify(await answer))
  return 0
}

type As = Awaited<ReturnType<typeof ownCalls>>['as']

/** Credentials for the code that the browser brought. Throws what STS says. */
async function sessionOf({ url: at, region, credentials }: As, url: URL, seconds?: number) {
  const { GetSessionTokenCommand, STSClient } = await import('@aws-sdk/client-sts')
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const client = new STSClient({
    endpoint: at.origin,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    maxAttempts: 1,
  })
  const { Credentials: made } = await client.send(
    new GetSessionTokenCommand({
      SerialNumber: url.searchParams.get('serial') ?? '',
      TokenCode: url.searchParams.get('code') ?? '',
      ...(seconds !== undefined && { DurationSeconds: seconds }),
    }),
  )
  return {
    Version: 1,
    AccessKeyId: made?.AccessKeyId,
    SecretAccessKey: made?.SecretAccessKey,
    SessionToken: made?.SessionToken,
    Expiration: made?.Expiration?.toISOString(),
  }
}
