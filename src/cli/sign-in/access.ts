import { type KeptSignIns, NotSignedIn, type Tokens } from './kept-sign-ins.ts'
import { TokenRefused } from './terminal-calls.ts'

/** What is left of an access token that is given out. */
const minimumLeftMs = 30_000

/**
 * Calls Gatehouse with an access token of the kept sign-in, and once more with a new one when it is
 * refused. Throws NotSignedIn when the sign-in is over.
 */
export async function withAccess<T>(
  signIns: KeptSignIns,
  endpoint: string,
  call: (accessToken: string) => Promise<T>,
): Promise<T> {
  const token = await accessToken(signIns, endpoint)
  try {
    return await call(token)
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error
  }
  try {
    return await call(await accessToken(signIns, endpoint, token))
  } catch (error) {
    throw error instanceof TokenRefused ? ended(endpoint) : error
  }
}

/**
 * Returns an access token, refreshed when it is about to end or is `refused`. Of all processes one
 * refreshes at a time, and the others find what it got: a refresh token serves once, and showing it
 * again would end the sign-in.
 */
async function accessToken(
  signIns: KeptSignIns,
  endpoint: string,
  refused?: string,
): Promise<string> {
  const isGood = ({ accessToken, accessEndsAt }: Tokens) =>
    accessToken !== refused && accessEndsAt - Date.now() > minimumLeftMs
  const kept = await signIns.tokens(endpoint)
  if (isGood(kept)) return kept.accessToken
  return signIns.exclusively(endpoint, async () => {
    const found = await signIns.tokens(endpoint)
    if (isGood(found)) return found.accessToken
    const { discover, refreshed } = await import('./provider.ts')
    const provider = await discover(endpoint)
    // A new refresh token that nobody writes down would be lost, and the sign-in with it.
    return uninterrupted(async () => {
      const next = await refreshed(provider, found)
      if (!next) {
        await signIns.end(endpoint)
        throw ended(endpoint)
      }
      await signIns.goOn(endpoint, next)
      return next.accessToken
    })
  })
}

function ended(endpoint: string): NotSignedIn {
  return new NotSignedIn(
    `your sign-in at \`${endpoint}\` has ended: run \`gatehouse login --endpoint ${endpoint}\``,
  )
}

/** Puts off the signals that end a process until the work is done. */
async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const came: NodeJS.Signals[] = []
  const putOff = (signal: NodeJS.Signals) => void came.push(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, putOff)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, putOff)
    for (const signal of came.slice(0, 1)) process.kill(process.pid, signal)
  }
}
