import { existsSync } from 'node:fs'
import { placementsOf } from '../config/placements.ts'
import type { Settings } from '../config/settings.ts'
import { Ids } from '../kernel/ids.ts'
import { apiMadeEntities } from '../store/sqlite/api-made.ts'

const unsealed = { ids: new Ids(), seal: () => '', open: () => undefined }

/**
 * Reports the entities that the settings name but the API made, one sentence each: a server keeps
 * the API's version. An account that a command opened is none: the settings take it over. Reports
 * nothing where the store does not exist, and one sentence for a store that can't be read.
 */
export function keptEntities({
  store: { sqlite },
  accounts,
}: Pick<Settings, 'store' | 'accounts'>): readonly string[] {
  if (sqlite === ':memory:' || !existsSync(sqlite)) return []
  try {
    const made = new Set(apiMadeEntities(sqlite).map(nameOf))
    return accounts
      .flatMap((account) => placementsOf(account, unsealed))
      .filter((placement) => placement.kind !== 'account' && made.has(nameOf(placement)))
      .map(
        ({ kind, account, key }) =>
          `${kind} \`${key}\` of account ${account} was made through the API and stays as it is: ` +
          'remove it there, or from the file',
      )
  } catch (error) {
    return [`the store \`${sqlite}\` can't be read: ${(error as Error).message}`]
  }
}

function nameOf({ kind, account, key }: { kind: string; account: string; key: string }): string {
  return `${kind} ${account} ${key}`
}
