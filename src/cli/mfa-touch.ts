import type { Environment } from '../config/references.ts'
import { readTogether } from './as-code/batch-client.ts'
import { ownCalls } from './as-code/called-as.ts'
import type { Output } from './check.ts'
import { openBrowser } from './open-browser.ts'
import { openLoopback } from './sign-in/loopback.ts'

export interface TouchOptions {
  readonly endpoint?: string | undefined
  /** False: no browser is opened on this machine. */
  readonly browser: boolean
  /** Seconds; absent: as STS has it. */
  readonly duration?: number | undefined
}

const waitMs = 5 * 60_000

/**
 * `gatehouse mfa touch`: asks the user whose credentials the AWS CLI would use for a security key,
 * in the browser, and prints credentials with MFA as `credential_process` takes them. Exit code 0;
 * throws an Error with the reason when there are none.
 */
export async function mfaTouchCommand(
  { endpoint, browser, duration }: TouchOptions,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const { as } = await ownCalls({ endpoint }, env)
  await using loopback = await openLoopback()
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
