import { hash } from 'node:crypto'
import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { type DeviceCodePorts, deviceCodes } from './device-codes.ts'
import { type TokenUse, terminalTokens } from './terminal-tokens.ts'

export interface AdapterPorts extends DeviceCodePorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'remove' | 'claim'>
  readonly clock: Clock
  readonly findClient: (
    id: string,
  ) => ClientMetadata | undefined | Promise<ClientMetadata | undefined>
  /** What is kept elsewhere, by model: comes before this storage's own. */
  readonly elsewhere?: Readonly<Record<string, Partial<Adapter>>> | undefined
  /** What the library answers to a caller that lost a race. */
  readonly invalidGrant: (message: string) => Error
  /** The earliest time at which the proofs of this request may have been made. */
  readonly proofsMadeAt?: (() => Date) | undefined
  /** Told that the refresh token of this request was used before, and serves once more. */
  readonly servesAgain?: (() => void) | undefined
}

/** Models that serve once. */
const oneTime: ReadonlySet<string> = new Set([
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'PushedAuthorizationRequest',
])
/**
 * For so long a second use of a refresh token is refused without ending its family: two tabs of an
 * app, or an answer that was lost, are no theft. After it reuse ends the family (RFC 9700, 4.14.2).
 */
const graceSeconds = 10

/**
 * The library's storage on the port of short-lived state. Everything is kept under the hash of its
 * token, and the token itself in no entry, so that reading the store reveals none. The library
 * reads, checks, then consumes: `claim` decides who of several callers at once has consumed.
 * Grants are never looked up by their tokens, since every token loads its grant, whose end is its
 * own. Conformance suite: test/conformance/app-adapter.ts.
 */
export function buildAdapter(ports: AdapterPorts): (model: string) => Adapter {
  const { elsewhere = {} } = ports
  return (model) => {
    if (model === 'Client') return { ...clients(ports), ...elsewhere[model] }
    if (elsewhere[model]) return { ...nothing, ...elsewhere[model] }
    if (model === 'ReplayDetection') return replays(ports)
    if (model === 'DeviceCode') return deviceCodes(ports, entries(ports, model))
    if (model === 'RefreshToken') return entries(ports, model, terminalTokens(ports))
    return entries(ports, model)
  }
}

function entries(
  { ephemeral, clock, invalidGrant }: AdapterPorts,
  model: string,
  tokenUse?: TokenUse,
): Adapter {
  const after = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000)
  const read = async (key: string): Promise<AdapterPayload | undefined> => {
    const text = await ephemeral.get('app', key)
    return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload)
  }
  /** Whether it was used, and not just now. */
  const spent = async (id: string) =>
    (await ephemeral.get('app', keyOf(model, id, 'used'))) !== undefined &&
    (await ephemeral.get('app', keyOf(model, id, 'fresh'))) === undefined

  /**
   * Points to an entry that is saved again and again, with its time: written only when it would end
   * before the entry, because a write costs far more than a read.
   */
  const index = async (at: string, key: string, seconds: number) => {
    const [of, until] = (await ephemeral.get('app', at))?.split(' ') ?? []
    if (of === key && Number(until) >= after(seconds).getTime()) return
    const longer = after(2 * seconds)
    await ephemeral.put('app', at, `${key} ${longer.getTime()}`, longer)
  }

  return {
    ...nothing,
    async upsert(id, { jti: _, ...payload }, expiresIn = 0) {
      const key = keyOf(model, id)
      if (model === 'Session' && payload.uid !== undefined)
        await index(keyOf(model, payload.uid, 'uid'), key, expiresIn)
      await ephemeral.put('app', key, textOf(payload), after(expiresIn))
    },
    async find(id) {
      const payload = await read(keyOf(model, id))
      if (payload === undefined) return undefined
      const consumed = oneTime.has(model) && (await spent(id))
      const found = { ...payload, jti: id, ...(consumed && { consumed: true }) }
      return tokenUse ? tokenUse.found(id, found) : found
    },
    async findByUid(uid) {
      const kept = await ephemeral.get('app', keyOf(model, uid, 'uid'))
      return kept === undefined ? undefined : read(kept.split(' ')[0]!)
    },
    async consume(id) {
      const payload = await read(keyOf(model, id))
      if (payload?.exp === undefined) throw invalidGrant('it is gone')
      const until = new Date(payload.exp * 1000)
      const use = async () => {
        // Before the use is claimed: nobody may find it used and not fresh.
        if (model === 'RefreshToken')
          await ephemeral.claim('app', keyOf(model, id, 'fresh'), after(graceSeconds))
        if (!(await ephemeral.claim('app', keyOf(model, id, 'used'), until)))
          throw invalidGrant('it was used at the same time')
      }
      return tokenUse ? tokenUse.consume({ id, payload, until }, use) : use()
    },
    async destroy(id) {
      const text = await ephemeral.take('app', keyOf(model, id))
      const uid = text === undefined ? undefined : (JSON.parse(text) as AdapterPayload).uid
      if (model === 'Session' && uid !== undefined)
        await ephemeral.remove('app', keyOf(model, uid, 'uid'))
    },
  }
}

/** A grant as the library saved it. */
export async function findGrant(
  ephemeral: Pick<Ephemeral, 'get'>,
  id: string,
): Promise<AdapterPayload | undefined> {
  const text = await ephemeral.get('app', keyOf('Grant', id))
  return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload)
}

function clients({ findClient }: AdapterPorts): Adapter {
  return { ...nothing, find: async (id) => (await findClient(id)) as AdapterPayload | undefined }
}

/** Of several who present one assertion at once, it is decided when it is saved. */
function replays({ ephemeral, clock, invalidGrant, proofsMadeAt }: AdapterPorts): Adapter {
  return {
    ...nothing,
    async find(id) {
      const seen = await ephemeral.get('app', keyOf('ReplayDetection', id))
      return seen === undefined ? undefined : { jti: id }
    },
    async upsert(id, _payload, expiresIn = 0) {
      const until = new Date(clock.now().getTime() + expiresIn * 1000)
      const madeAt = proofsMadeAt?.()
      if (!(await ephemeral.claim('app', keyOf('ReplayDetection', id), until, madeAt)))
        throw invalidGrant('it was seen before')
    },
  }
}

const nothing: Adapter = {
  upsert: async () => {},
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
}

/** An interaction would keep the cookie of its session; nothing reads it. */
function textOf(payload: AdapterPayload): string {
  if (payload.session === undefined) return JSON.stringify(payload)
  const { cookie: _, ...session } = payload.session
  return JSON.stringify({ ...payload, session })
}

function keyOf(model: string, id: string, use = 'is'): string {
  return `${model}/${use}/${hash('sha256', id, 'base64url')}`
}
