import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { systemClock } from '../kernel/clock.ts'
import { type DurableStore, openBareStore } from '../store/open-store.ts'
import { storeAt } from '../wiring/store-at.ts'
import type { Output } from './check.ts'

/**
 * Opens the existing store, or reports that there is none and returns undefined. A command that
 * created one would change an empty store, report success, and leave the store that Gatehouse
 * serves from unchanged. Only `serve` and `demo` create stores.
 */
export async function openExistingStore(
  settings: Settings['store'],
  env: Environment,
  output: Pick<Output, 'err'>,
): Promise<DurableStore | undefined> {
  const { sqlite } = settings
  if (sqlite !== undefined && !storeExists(sqlite, output)) return undefined
  const at = await storeAt(settings, env, { mayCreate: false })
  if ('sqlite' in at) return openBareStore(at, { clock: systemClock })
  try {
    return await openBareStore(at, { clock: systemClock })
  } catch (error) {
    output.err(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/** Whether there is a store file; reports that there is none. */
export function storeExists(path: string, { err }: Pick<Output, 'err'>): boolean {
  if (existsSync(path)) return true
  err(
    `there is no store at \`${resolve(path)}\`: ` +
      '`store.sqlite` of the settings is relative to the working directory, ' +
      'so run this where Gatehouse is served; `gatehouse serve` makes the store',
  )
  return false
}
