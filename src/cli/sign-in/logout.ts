import type { Output } from '../check.ts'
import { forgetCredentials } from './forget-credentials.ts'
import { KeptSignIns } from './kept-sign-ins.ts'

/**
 * `gatehouse logout`: ends the sign-in at Gatehouse, and removes it, its key and the credentials
 * that came from it from this machine. Exit code 1 when Gatehouse could not be told.
 */
export async function logoutCommand(
  { endpoint }: { readonly endpoint: string },
  env: NodeJS.ProcessEnv,
  { out, err }: Output,
): Promise<number> {
  const signIns = new KeptSignIns(env)
  return signIns.exclusively(endpoint, async () => {
    const header = await signIns.header(endpoint)
    if (!header) {
      out(`you are not signed in at ${endpoint}`)
      return 0
    }
    const problem = await revoked(signIns, endpoint)
    await forgetCredentials(env, header.id)
    await signIns.end(endpoint)
    out(`signed out of ${endpoint}; credentials that programs hold count until they end`)
    if (problem === undefined) return 0
    err(`${endpoint} could not be told (${problem}): the sign-in ends there at ${header.endsAt}`)
    return 1
  })
}

/** Returns why the sign-in could not be revoked; undefined when it was, or is over anyway. */
async function revoked(signIns: KeptSignIns, endpoint: string): Promise<string | undefined> {
  const { discover, reasonOf, revoke } = await import('./provider.ts')
  try {
    const tokens = await signIns.tokens(endpoint)
    await revoke(await discover(endpoint), tokens)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}
