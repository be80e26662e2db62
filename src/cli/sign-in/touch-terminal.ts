import { hostname } from 'node:os'
import type { Output } from '../check.ts'
import { openBrowser } from '../open-browser.ts'
import { withAccess } from './access.ts'
import { forgetCredentials } from './forget-credentials.ts'
import { KeptSignIns, notSignedIn } from './kept-sign-ins.ts'
import { openLoopback } from './loopback.ts'
import { signedInCredentials } from './signed-in-credentials.ts'
import { beginTouch, confirmTouch } from './terminal-calls.ts'

export interface TerminalTouch {
  readonly endpoint: string
  /** False: no browser is opened on this machine. */
  readonly browser: boolean
  /** Absent: no credentials are printed. */
  readonly role?: string | undefined
  /** Seconds, of those credentials. */
  readonly duration?: number | undefined
}

const waitMs = 5 * 60_000

/**
 * Asks the person whose sign-in is kept here for a security key, in the browser. From then on the
 * sign-in counts as one with the key, and credentials from before are forgotten. Exit code 0;
 * throws an Error with the reason when nothing was touched.
 */
export async function touchForSignIn(
  { endpoint, browser, role, duration }: TerminalTouch,
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  const signIns = new KeptSignIns(env)
  const header = await signIns.header(endpoint)
  if (!header) throw notSignedIn(endpoint)
  await using loopback = await openLoopback(told)
  const state = crypto.randomUUID()
  const returnTo = `${loopback.redirectUri}?${new URLSearchParams({ state })}`
  const asks = { returnTo, machine: machineName() }
  const { ticket, code } = await withAccess(signIns, endpoint, (token) =>
    beginTouch(endpoint, token, asks),
  )
  const confirm = (url: URL) =>
    withAccess(signIns, endpoint, (token) =>
      confirmTouch(endpoint, token, { ticket, code: url.searchParams.get('code') ?? '' }),
    )
  const answer = loopback.answer(state, confirm, waitMs)
  // It may fail while the browser is being opened.
  answer.catch(() => undefined)
  err(`touch the key only if the page shows the code ${code}`)
  const address = new URL(`/portal/security/terminal?${new URLSearchParams({ ticket })}`, endpoint)
  const here = browser && !env.SSH_CONNECTION && !env.SSH_TTY
  if (here && (await openBrowser(address.href))) err(`go on in the browser, at ${endpoint}`)
  else tellAddress(address, new URL(loopback.redirectUri), err)
  await answer
  await forgetCredentials(env, header.id)
  err(`${header.username} touched a key: credentials from now on have MFA`)
  if (role === undefined) return 0
  const asked = { endpoint, role, durationSeconds: duration }
  out(JSON.stringify((await signedInCredentials(asked, env)).credentials))
  return 0
}

const told = {
  nobody: 'nobody touched a key',
  done: 'The terminal knows of the touch',
  failed: 'The terminal can’t use the touch',
}

function tellAddress({ href }: URL, { port }: URL, err: Output['err']): void {
  err(`open this address in a browser on this computer:\n${href}`)
  err(`(from another one after \`ssh -L ${port}:127.0.0.1:${port}\` to here)`)
}

/** In the letters that Gatehouse takes. */
function machineName(): string {
  const name = hostname()
    .replaceAll(/[^\w.-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
  return name.slice(0, 64) || 'unnamed'
}
