import { X509Certificate } from 'node:crypto'
import type { Environment } from '../config/references.ts'
import type { Settings } from '../config/settings.ts'
import type { OwnKey } from '../connectors/saml/sign.ts'
import { hasKeyRing, openKeyRing } from '../credentials/key-ring.ts'
import { openRootKey } from '../credentials/root-key.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { findOwnKeys, ownKeyStates, rotateOwnKeys } from '../sign-in/saml/own-keys.ts'
import type { Output } from './check.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'

const dayMs = 86_400_000

/**
 * `gatehouse connector saml keys list|rotate ID`: works on the store that the settings name, also while Gatehouse serves from it, which
 * heeds it within ten seconds. Exit codes: 0 done, 1 not.
 */
export async function samlKeys(path: string, verb: string, id: string, env: Environment, { out, err }: Output): Promise<number> {
  const loaded = await fitSettings(path, env, { err })
  if (!loaded) return 1
  const { settings } = loaded
  const connector = settings.connectors[id]
  const wrong = verb !== 'list' && verb !== 'rotate' ? `\`${verb}\` is neither \`list\` nor \`rotate\``
    : connector?.type !== 'saml' ? `\`${id}\` is no SAML connector of \`${path}\``
    : connector.keys ? `the keys of \`${id}\` are in the settings: put a new pair behind the old one there, and change their places later` : undefined
  if (wrong !== undefined) {
    err(wrong)
    return 1
  }
  await using opened = await openKeys(settings, env, { err })
  if (!opened) return 1
  const ports = { ...opened, clock: systemClock, commonName: new URL(settings.publicUrl).hostname }
  if (verb === 'rotate') {
    const [, next] = await ownKeyStates(ports, id)
    await rotateOwnKeys(ports, id)
    if (next && systemClock.now().getTime() - next.madeAt.getTime() < dayMs) err('the key that signs now is younger than a day: identity providers that have not read our metadata since will refuse it')
  }
  for (const { fingerprint, certificate, use, opensUntil, madeAt } of await ownKeyStates(ports, id)) {
    const { validToDate } = new X509Certificate(Buffer.from(certificate, 'base64'))
    out(`${fingerprint.slice(0, 16)}  made ${madeAt.toISOString()}  ends ${validToDate.toISOString()}  ${opensUntil ? `opens until ${opensUntil.toISOString()}` : use}`)
  }
  return 0
}

/** The keys that Gatehouse made itself for a connector; none where the store or its root key is not here, or none were made yet. */
export async function readMadeKeys(settings: Settings, id: string, env: Environment): Promise<readonly OwnKey[]> {
  await using opened = await openKeys(settings, env, { err: () => undefined })
  return opened ? await findOwnKeys(opened, id) : []
}

async function openKeys({ store: { sqlite }, keys }: Settings, env: Environment, output: Pick<Output, 'err'>) {
  await using undo = new AsyncDisposableStack()
  const store = undo.use(await openExistingStore(sqlite, output))
  if (!store) return undefined
  const { documents } = store
  const ids = new Ids()
  const ring = await openKeyRing({ documents, rootKey: await openRootKey(keys.rootKey, env, { mayCreate: !(await hasKeyRing(documents)) }), clock: systemClock, ids })
  const owned = undo.move()
  return { documents, ring, ids, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
