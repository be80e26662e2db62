import type { Environment } from '../config/references.ts'
import { readSecret, type SecretSource } from '../credentials/secret-source.ts'

/** Connections that are opened together do not run the command for each. */
const outputCountsMs = 30_000

/** Returns what gives the password of a new connection; undefined: there is none. */
export function storePassword(
  source: SecretSource,
  env: Environment,
): (() => Promise<string>) | undefined {
  if (source === '') return undefined
  if (typeof source === 'string' || !('command' in source)) return () => readSecret(source, env)
  let last: { readonly at: number; readonly output: Promise<string> } | undefined
  return () => {
    const now = performance.now()
    if (last && now - last.at <= outputCountsMs) return last.output
    const output = readSecret(source, env)
    last = { at: now, output }
    output.catch(() => {
      last = undefined
    })
    return output
  }
}
