import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../credentials/cache.ts'

/** The folder of the credentials that came from one sign-in. */
export function credentialsFolder(env: NodeJS.ProcessEnv, id: string): string {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Error('the file of the sign-in is damaged')
  return join(cacheFolder(env), `sign-in-${id}`)
}

/** Removes the credentials that came from a sign-in; at Gatehouse they last until they end. */
export async function forgetCredentials(env: NodeJS.ProcessEnv, id: string): Promise<void> {
  await rm(credentialsFolder(env, id), { recursive: true, force: true })
}
