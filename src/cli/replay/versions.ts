import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Configuration } from '../../config/load.ts'
import { putInPlace } from '../../config/put-in-place.ts'
import type { Environment } from '../../config/references.ts'
import { systemClock } from '../../kernel/clock.ts'
import { Ids } from '../../kernel/ids.ts'
import { compileOrganization, type Organization } from '../../policy/index.ts'
import { createFederation } from '../../sessions/federate.ts'
import type { Version } from '../../sign-in/compare-access.ts'
import { copyIntoFile } from '../../store/copy-store.ts'
import { type RememberingStore, rememberingStore } from '../../store/remembering.ts'
import { copySqliteStore } from '../../store/sqlite/copy.ts'
import { openSqliteStore } from '../../store/sqlite/open-store.ts'
import { loadKeys } from '../../wiring/keys.ts'
import { storeAt } from '../../wiring/store-at.ts'

export interface ReplayVersion extends Version {
  readonly store: RememberingStore
  readonly organization: Organization | undefined
}

/** Gatehouse as it is, and as it would be with other settings, on two copies of one store. */
export interface Versions extends AsyncDisposable {
  readonly versions: readonly [before: ReplayVersion, after: ReplayVersion]
  readonly ring: Awaited<ReturnType<typeof loadKeys>>['ring']
}

/**
 * Copies the store that the settings name, twice, and puts the accounts of `edited` in place in the
 * second copy. The store itself is read once and not changed: Gatehouse may be serving from it.
 * Disposing removes the copies. Throws Error when the store or the root key can't be read.
 */
export async function openVersions(
  [current, edited]: readonly [Configuration, Configuration],
  env: Environment,
): Promise<Versions> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-replay-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const [before, after] = [join(folder, 'before.sqlite'), join(folder, 'after.sqlite')]
  const at = await storeAt(current.settings.store, env, { mayCreate: false })
  await copyIntoFile(at, before, systemClock)
  await copySqliteStore(before, after)
  const ports = { clock: systemClock, ids: new Ids() }
  const stores = [
    undo.use(rememberingStore(await openSqliteStore({ path: before, clock: systemClock }))),
    undo.use(rememberingStore(await openSqliteStore({ path: after, clock: systemClock }))),
  ] as const
  const { documents } = stores[0]
  const { ring, accessKeySecrets } = await loadKeys(current.settings.keys, {
    ...{ documents, env },
    ...ports,
  })
  const { accounts, settingsName } = edited.settings
  await putInPlace(accounts, { ...ports, ...accessKeySecrets, settingsName, store: stores[1] })
  const owned = undo.move()
  return {
    versions: [versionOf(current, stores[0]), versionOf(edited, stores[1])],
    ring,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function versionOf(configuration: Configuration, store: RememberingStore): ReplayVersion {
  const { settings, mappings, appRules, gateRules } = configuration
  const connectors = Object.entries(settings.connectors).map(([id, { accounts }]) => ({
    ...{ id, accounts },
  }))
  const organization = settings.organization && compileOrganization(settings.organization)
  return {
    ...{ mappings, store, organization },
    federation: createFederation({
      store,
      issuer: { issueRole: () => Promise.reject(new Error('a replay issues nothing')) },
      clock: systemClock,
      upstreams: { of: () => undefined },
      organization: () => organization,
      connectors: () => connectors,
    }),
    verdicts: (identity) => [...appRules.all(identity), ...gateRules.all(identity)],
  }
}
