import type { Environment } from '../config/references.ts'
import { type KeyRing, ringAlgorithm } from '../credentials/key-ring.ts'
import type { SigningKeys } from '../credentials/signing-keys.ts'
import type { Output } from './check.ts'
import { openExistingKeys } from './existing-keys.ts'
import { fitSettings } from './fit-settings.ts'
import { table } from './terminal-table.ts'

export interface KeysAsked {
  /** Path of the settings file. */
  readonly config: string
  readonly verb: 'list' | 'rotate' | 'retire'
  /** The id of the key to retire. */
  readonly id?: string | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse keys list|rotate|retire`: manages the key ring, and the keys that sign tokens for
 * other services. Works on the store that the settings name. Gatehouse may be serving from it, and
 * picks up the change within ten seconds. Exit codes: 0 done, 1 not.
 */
export async function keysCommand(
  { config, verb, id = '', json }: KeysAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, { err })
  if (!loaded) return 1
  await using opened = await openExistingKeys(loaded.settings, env, { err })
  if (!opened) return 1
  const { ring } = opened
  const { signingKeys, appKeys, upstreamKeys } = opened
  const signing = { signing: signingKeys, app: appKeys, upstream: upstreamKeys }
  try {
    if (verb === 'retire') {
      await retire(ring, signing, id)
      await opened.record({ eventName: 'RetireKey', command: 'keys retire', request: { key: id } })
    }
    if (verb === 'rotate') {
      await ring.rotate()
      await signing.signing.rotate()
      for (const keys of [signing.app, signing.upstream])
        if ((await keys.list()).length > 0) await keys.rotate()
      await opened.record({ eventName: 'RotateKeys', command: 'keys rotate', request: {} })
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
  const keys = await listed(ring, signing)
  if (json) out(JSON.stringify(keys, null, 2))
  else
    for (const line of table(
      ['KIND', 'KEY', 'ALGORITHM', 'MADE', 'STATE'],
      keys.map(({ kind, id: key, algorithm, createdAt, state, retiredAt }) => [
        kind,
        key,
        algorithm,
        createdAt,
        retiredAt === undefined ? state : `${state} ${retiredAt}`,
      ]),
    ))
      out(line)
  return 0
}

/** The ring, and the sets of keys that sign, as the table and docs/operations.md call them. */
export const keyKinds = ['ring', 'signing', 'app', 'upstream'] as const
const [, ...signingKinds] = keyKinds
type Sets = Readonly<Record<(typeof signingKinds)[number], SigningKeys>>

async function retire(ring: KeyRing, signing: Sets, id: string): Promise<void> {
  if (ring.keys.some((key) => key.id === id)) return ring.retire(id)
  for (const keys of Object.values(signing))
    if ((await keys.list()).some((key) => key.id === id)) return keys.retire(id)
  throw new RangeError(`there is no key \`${id}\`: \`gatehouse keys list\` shows them`)
}

interface ListedKey {
  readonly kind: (typeof keyKinds)[number]
  readonly id: string
  readonly algorithm: string
  /** ISO 8601, as `retiredAt`. */
  readonly createdAt: string
  readonly state: 'seals' | 'opens' | 'retired' | 'signs' | 'published'
  readonly retiredAt?: string
}

async function listed(ring: KeyRing, signing: Sets): Promise<readonly ListedKey[]> {
  const ofRing = ring.keys.map(({ id, createdAt, retiredAt }): ListedKey => {
    const use = id === ring.sealing ? 'seals' : 'opens'
    return {
      kind: 'ring',
      id,
      algorithm: ringAlgorithm,
      createdAt: createdAt.toISOString(),
      state: retiredAt ? 'retired' : use,
      ...(retiredAt && { retiredAt: retiredAt.toISOString() }),
    }
  })
  const ofSigning = await Promise.all(
    signingKinds.map(async (kind) =>
      (await signing[kind].list()).map(
        ({ id, algorithm, createdAt, signs }): ListedKey => ({
          kind,
          id,
          algorithm,
          createdAt: createdAt.toISOString(),
          state: signs ? 'signs' : 'published',
        }),
      ),
    ),
  )
  return [...ofRing, ...ofSigning.flat()]
}
