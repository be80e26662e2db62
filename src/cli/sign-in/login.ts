import type { Output } from '../check.ts'
import { endpointUrl } from '../credentials/exchange.ts'
import { openBrowser } from '../open-browser.ts'
import { forgetCredentials } from './forget-credentials.ts'
import { KeptSignIns } from './kept-sign-ins.ts'
import { openLoopback } from './loopback.ts'
import {
  beginAttempt,
  byDeviceCode,
  discover,
  type Provider,
  reasonOf,
  revoke,
  type SignedIn,
} from './provider.ts'
import { describeSignIn } from './terminal-calls.ts'

export interface LoginOptions {
  readonly endpoint: string
  /** False: no browser is opened on this machine. */
  readonly browser: boolean
}

const waitMs = 5 * 60_000

/**
 * `gatehouse login`: signs in with the browser and keeps the sign-in for the other commands. Exit
 * code 0; throws an Error with the reason when nobody signed in.
 */
export async function loginCommand(
  { endpoint: given, browser }: LoginOptions,
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  const endpoint = endpointUrl(given).origin
  const provider = await discover(endpoint)
  const here = browser && !env.SSH_CONNECTION && !env.SSH_TTY
  const { username, tokens } = await signIn(provider, { endpoint, browser: here, err }).catch(
    (error: unknown) => {
      throw new Error(`you are not signed in: ${reasonOf(error)}`, { cause: error })
    },
  )
  const { signInEndsAt: endsAt } = await describeSignIn(endpoint, tokens.accessToken)
  const signIns = new KeptSignIns(env)
  const place = await signIns.exclusively(endpoint, async () => {
    await endEarlier(signIns, provider, endpoint, env)
    return signIns.begin({ endpoint, username, endsAt }, tokens)
  })
  const until = new Date(endsAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
  out(`signed in at ${endpoint} as ${username}, until ${until} at the latest`)
  if (place === 'file') err('no keychain answers here: the key of the sign-in is kept in a file')
  out('`gatehouse roles` lists your roles, `gatehouse configure` writes profiles for the AWS CLI')
  return 0
}

/** An earlier sign-in at the same place would live on unseen: it ends, as far as can be. */
async function endEarlier(
  signIns: KeptSignIns,
  provider: Provider,
  endpoint: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const earlier = await signIns.header(endpoint)
  if (!earlier) return
  const tokens = await signIns.tokens(endpoint).catch(() => undefined)
  if (tokens) await revoke(provider, tokens).catch(() => undefined)
  await forgetCredentials(env, earlier.id)
}

interface Asked extends LoginOptions {
  readonly err: Output['err']
}

/** With the browser of this computer, or with any other by a code where Gatehouse gives codes. */
async function signIn(provider: Provider, asked: Asked): Promise<SignedIn> {
  if (asked.browser) return byLoopback(provider, asked)
  const found = await byDeviceCode(provider, ({ userCode, address }) => {
    asked.err(`open ${address} in a browser, and type the code ${userCode}`)
    asked.err('only there: who gets the code by another way signs in as you')
  })
  return found ?? byLoopback(provider, asked)
}

async function byLoopback(provider: Provider, asked: Asked): Promise<SignedIn> {
  const { endpoint, browser, err } = asked
  await using loopback = await openLoopback()
  const { url, state, redeem } = await beginAttempt(provider, loopback.redirectUri)
  const answer = loopback.answer(state, redeem, waitMs)
  // It may fail while the browser is being opened.
  answer.catch(() => undefined)
  if (browser && (await openBrowser(url.href))) err(`go on in the browser, at ${endpoint}`)
  else {
    const { port } = new URL(loopback.redirectUri)
    err(`open this address in a browser on this computer:\n${url.href}`)
    err(`(from another one after \`ssh -L ${port}:127.0.0.1:${port}\` to here)`)
  }
  return await answer
}
