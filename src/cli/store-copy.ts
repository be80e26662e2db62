import type { Environment } from '../config/references.ts'
import { store } from '../config/store.ts'
import { systemClock } from '../kernel/clock.ts'
import { tableNames } from '../store/copy-rows.ts'
import { copyStore } from '../store/copy-store.ts'
import type { StoreAt } from '../store/open-store.ts'
import { storeAt } from '../wiring/store-at.ts'
import type { Output } from './check.ts'
import { fitSettings } from './fit-settings.ts'

export interface StoreCopyAsked {
  /** `sqlite:PATH`, `postgres://…` or `config:FILE`. */
  readonly from: string
  readonly to: string
  readonly json?: boolean | undefined
}

const rowsBetweenLines = 10_000

/**
 * `gatehouse store copy`: copies a store into another, also of another kind, and compares them.
 * Exit codes: 0 copied, 1 not.
 */
export async function storeCopy(
  { from, to, json }: StoreCopyAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  try {
    const places = [await placeOf(from, env, { err }), await placeOf(to, env, { err })] as const
    if (!places[0] || !places[1]) return 1
    let told = 0
    const { rows, hash } = await copyStore({
      ...{ from: places[0], to: places[1], clock: systemClock },
      progress(table, count) {
        if (count < told) told = 0
        if (count - told < rowsBetweenLines) return
        told = count
        err(`${table}: ${count} …`)
      },
    })
    if (json) out(JSON.stringify({ rows, hash }, null, 2))
    else {
      out(tableNames.map((table) => `${rows[table]} ${table}`).join(', '))
      out(`both stores hold the same: ${hash}`)
      err('the root key is not in the store: keep `keys.rootKey` as it is')
    }
    return 0
  } catch (error) {
    err(error instanceof Error ? error.message : String(error))
    return 1
  }
}

async function placeOf(
  text: string,
  env: Environment,
  output: Pick<Output, 'err'>,
): Promise<StoreAt | undefined> {
  const [, kind, rest = ''] = /^(sqlite|config):(.+)$/.exec(text) ?? []
  if (kind === 'sqlite') return { sqlite: rest }
  if (kind === 'config') {
    const loaded = await fitSettings(rest, env, output)
    return loaded && storeAt(loaded.settings.store, env, { mayCreate: true })
  }
  const password = env.PGPASSWORD
  const given = { url: text, ...(password && { password }) }
  const parsed = store.safeParse({ postgres: given })
  if (parsed.success) return storeAt(parsed.data, env, { mayCreate: true })
  // What was given may hold a password.
  throw new Error(
    'a store is `sqlite:PATH`, `postgres://user@host:5432/database`, ' +
      'or `config:FILE` for the one that a settings file names',
  )
}
