import type { Identity } from '../kernel/identity.ts'
import type { PasswordConnected } from '../connectors/connected.ts'
import { checkPassword } from './password-check.ts'
import type { Tries } from './tries.ts'

export interface Proof {
  readonly username: string
  readonly password: string
  readonly sourceAddress: string
  readonly signal?: AbortSignal
}

/** Counts the try, checks the password, and clears the count when it was right. Throws SignInFault. */
export async function provePassword(way: PasswordConnected, proof: Proof, tries: Tries, timeoutMs: number): Promise<Identity> {
  const { username, password, sourceAddress, signal } = proof
  await tries.begin(way.id, username, sourceAddress)
  const identity = await checkPassword(way, username, password, timeoutMs, signal)
  await tries.succeeded(way.id, username, sourceAddress)
  return identity
}
