import { existsSync } from 'node:fs'
import { placementsOf } from '../config/placements.ts'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { apiMadeEntities, type NamedEntity } from '../store/sqlite/api-made.ts'
import { storeAt } from '../wiring/store-at.ts'

const unsealed = { clock: systemClock, ids: new Ids(), seal: () => '', open: () => undefined }

/**
 * Reports the entities that the settings name but the API made, one sentence each: a server keeps
 * the API's version. An account that a command opened is none: the settings take it over. Reports
 * nothing where the store does not exist, and one sentence for a store that can't be read.
 */
export async function keptEntities(
  { store, accounts }: Pick<Settings, 'store' | 'accounts'>,
  env: Environment,
): Promise<readonly string[]> {
  try {
    const made = new Set((await apiMade(store, env)).map(nameOf))
    return accounts
      .flatMap((account) => placementsOf(account, unsealed))
      .filter((placement) => placement.kind !== 'account' && made.has(nameOf(placement)))
      .map(
        ({ kind, account, key }) =>
          `${kind} \`${key}\` of account ${account} was made through the API and stays as it is: ` +
          'remove it there, or from the file',
      )
  } catch (error) {
    return [`the store \`${nameOfStore(store)}\` can't be read: ${(error as Error).message}`]
  }
}

async function apiMade(
  store: Settings['store'],
  env: Environment,
): Promise<readonly NamedEntity[]> {
  const at = await storeAt(store, env, { mayCreate: false })
  if ('postgres' in at) {
    const { apiMadeInPostgres } = await import('../store/postgres/api-made.ts')
    return apiMadeInPostgres(at.postgres.access)
  }
  const { sqlite } = at
  return sqlite === ':memory:' || !existsSync(sqlite) ? [] : apiMadeEntities(sqlite)
}

const nameOfStore = ({ sqlite, postgres }: Settings['store']): string =>
  sqlite ?? `PostgreSQL, schema ${postgres!.schema}`

function nameOf({ kind, account, key }: { kind: string; account: string; key: string }): string {
  return `${kind} ${account} ${key}`
}
