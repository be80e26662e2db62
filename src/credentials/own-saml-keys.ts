import { createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { certificateFingerprint } from '../kernel/certificate-fingerprint.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'
import { type KeyRing, unsealKept } from './key-ring.ts'
import { selfSigned } from './self-signed.ts'

/** Name of the pair that connectors share until their keys are rotated. */
const sharedName = 'saml-keys'
const purpose = 'saml-keys'
const years = 10
/**
 * How long a key stays in our metadata, and opens assertions, after it stopped signing. Identity
 * providers read metadata once a day or so, some once a month.
 */
const overlapDays = 30
const dayMs = 86_400_000
const refreshMs = 10_000
const generate = promisify(generateKeyPair)

interface KeptKey {
  readonly pkcs8: string
  readonly certificate: string
  /**
   * ISO 8601, for a key that no longer signs. Absent: the first key of the list signs, the second
   * is next.
   */
  readonly opensUntil?: string | undefined
}
interface Kept {
  readonly keys: readonly KeptKey[]
}

/** A key of ours and its use: it signs, will sign next, or still opens assertions. */
export interface OwnKeyState {
  readonly key: KeyObject
  /** DER in base64, as in metadata. */
  readonly certificate: string
  /** SHA-256 fingerprint of the certificate. */
  readonly fingerprint: string
  readonly madeAt: Date
  readonly use: 'signs' | 'next' | 'opens'
  readonly opensUntil?: Date | undefined
}

export interface OwnKeysPorts {
  readonly documents: Documents
  readonly ring: KeyRing
  readonly clock: Clock
  readonly ids: Ids
  readonly commonName: string
}

export interface OwnSamlKeys extends AsyncDisposable {
  /** The keys of one connector. A rotation by another process is seen within ten seconds. */
  of(connector: string): Promise<{ current(): readonly OwnKeyState[] }>
  /** Reads the keys again at once. */
  refresh(): Promise<void>
}

/**
 * Our keys for identity providers, sealed under the key ring: the current one, which signs, and the
 * next. Both are in our metadata from the start and both open assertions, so that a change needs no
 * coordination. Made at first use: one pair for all nodes, shared by all connectors until a
 * connector's keys are rotated.
 */
export function openOwnSamlKeys(ports: OwnKeysPorts): OwnSamlKeys {
  const known = new Map<
    string,
    { readonly sealed: string | undefined; readonly states: readonly OwnKeyState[] }
  >()
  const readAgain = async (connector: string) => {
    const sealed = (
      (await ports.documents.read(nameOf(connector))) ?? (await ports.documents.read(sharedName))
    )?.text
    if (sealed !== undefined && known.get(connector)?.sealed === sealed) return
    known.set(connector, { sealed, states: await ownKeyStates(ports, connector) })
  }
  const refresh = async () => {
    for (const connector of known.keys()) await readAgain(connector)
  }
  // Keep the known keys while the store does not answer; the next caller that has to read it gets
  // the error.
  const timer = setInterval(() => void refresh().catch(() => undefined), refreshMs)
  timer.unref()
  return {
    async of(connector) {
      await readAgain(connector)
      return {
        current: () =>
          known
            .get(connector)!
            .states.filter(
              ({ opensUntil }) => opensUntil === undefined || opensUntil > ports.clock.now(),
            ),
      }
    },
    refresh,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
    },
  }
}

/** The keys of a connector; makes them when there are none. */
export async function ownKeyStates(
  ports: OwnKeysPorts,
  connector: string,
): Promise<readonly OwnKeyState[]> {
  const found = (await read(ports, nameOf(connector))) ?? (await readOrMake(ports))
  return found.keys
    .map(stateOf)
    .filter(({ opensUntil }) => opensUntil === undefined || opensUntil > ports.clock.now())
}

/** As `ownKeyStates`, but makes none. */
export async function findOwnKeys(
  ports: Pick<OwnKeysPorts, 'documents' | 'ring'>,
  connector: string,
): Promise<readonly OwnKeyState[]> {
  return (
    ((await read(ports, nameOf(connector))) ?? (await read(ports, sharedName)))?.keys.map(
      stateOf,
    ) ?? []
  )
}

/**
 * Makes the next key the signing one and adds a new next key. The key that signed until now opens
 * assertions for another thirty days.
 */
export async function rotateOwnKeys(ports: OwnKeysPorts, connector: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const own = await read(ports, nameOf(connector))
    const [current, next, ...older] = (own ?? (await readOrMake(ports))).keys
    const now = ports.clock.now()
    const opensUntil = new Date(now.getTime() + overlapDays * dayMs).toISOString()
    const kept = older.filter(
      (key) => key.opensUntil !== undefined && new Date(key.opensUntil) > now,
    )
    const keys = [next!, await makeKey(ports), { ...current!, opensUntil }, ...kept]
    if (await write(ports, nameOf(connector), { keys }, own?.revision ?? 0)) return
  }
  throw new Error('the SAML keys change too often: try again')
}

const nameOf = (connector: string) => `${sharedName}:${connector}`

async function read(
  { documents, ring }: Pick<OwnKeysPorts, 'documents' | 'ring'>,
  name: string,
): Promise<(Kept & { readonly revision: number }) | undefined> {
  const found = await documents.read(name)
  const text = found && (await unsealKept(ring, purpose, found.text))
  return text && { ...(JSON.parse(text.toString()) as Kept), revision: found.revision }
}

function write(
  { documents, ring }: OwnKeysPorts,
  name: string,
  kept: Kept,
  revision: number,
): Promise<boolean> {
  return documents.write(name, ring.seal(purpose, Buffer.from(JSON.stringify(kept))), revision)
}

async function readOrMake(ports: OwnKeysPorts): Promise<Kept> {
  // When two processes make the first keys at once, the second reads what the first wrote.
  for (let tries = 0; tries < 3; tries++) {
    const found = await read(ports, sharedName)
    if (found) return found
    const keys = await Promise.all([makeKey(ports), makeKey(ports)])
    await write(
      ports,
      sharedName,
      { keys },
      (await ports.documents.read(sharedName))?.revision ?? 0,
    )
  }
  throw new Error('the SAML keys change too often: start again')
}

async function makeKey({ clock, ids, commonName }: OwnKeysPorts): Promise<KeptKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 })
  const from = clock.now()
  const until = new Date(
    Date.UTC(from.getUTCFullYear() + years, from.getUTCMonth(), from.getUTCDate()),
  )
  const certificate = selfSigned(privateKey, {
    commonName: commonName.slice(0, 64),
    from,
    until,
    serial: ids.random(8),
  }).raw.toString('base64')
  return { pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate }
}

function stateOf({ pkcs8, certificate, opensUntil }: KeptKey, at: number): OwnKeyState {
  const x509 = new X509Certificate(Buffer.from(certificate, 'base64'))
  return {
    key: createPrivateKey(pkcs8),
    certificate,
    fingerprint: certificateFingerprint(x509),
    madeAt: x509.validFromDate,
    ...useOf(opensUntil, at),
  }
}

function useOf(
  opensUntil: string | undefined,
  at: number,
): Pick<OwnKeyState, 'use' | 'opensUntil'> {
  if (opensUntil !== undefined) return { use: 'opens', opensUntil: new Date(opensUntil) }
  return { use: at === 0 ? 'signs' : 'next' }
}
