import { hash } from 'node:crypto'
import type { Adapter } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface DeviceCodePorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'claim'>
  readonly clock: Clock
  /** The request by which a device asks whether its code was confirmed; undefined: a person's. */
  readonly polling: () => object | undefined
  readonly slowDown: () => Error
  readonly invalidGrant: (message: string) => Error
}

/** What devices are told to wait between two questions (RFC 8628, section 3.2). */
export const pollSeconds = 5
/** A second less, as the network delays one question more than the next. */
const enforcedSeconds = 4
/** For so long a device with an old code hears that it has expired, not that there is none. */
const lingerSeconds = 120
/** What a person's request has in place of the device's code, which it does not learn. */
const reference = 'confirmed-by-user-code:'

/**
 * Device codes on the storage of everything else, `entries`. The person's code leads to the entry
 * and to nothing that could be redeemed. Of several people who confirm or refuse one code at once,
 * the first decides.
 */
export function deviceCodes(
  { ephemeral, clock, polling, slowDown, invalidGrant }: DeviceCodePorts,
  entries: Adapter,
): Adapter {
  const after = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000)
  const polls = new WeakSet<object>()
  const mayPoll = async (entry: string, request: object) => {
    if (polls.has(request)) return true
    polls.add(request)
    return ephemeral.claim('app', `DeviceCode/poll/${entry}`, after(enforcedSeconds))
  }
  return {
    ...entries,
    async upsert(id, { userCode, ...payload }, expiresIn = 0) {
      const entry = entryOf(id)
      const until = after(expiresIn + lingerSeconds)
      if (decides(payload) && !(await ephemeral.claim('app', `DeviceCode/decided/${entry}`, until)))
        throw invalidGrant('another has decided on it')
      await entries.upsert(entry, payload, expiresIn + lingerSeconds)
      if (userCode !== undefined) await ephemeral.put('app', userCodeKey(userCode), entry, until)
    },
    async find(id) {
      const request = polling()
      if (request && id.startsWith(reference)) return undefined
      const entry = entryOf(id)
      const found = await entries.find(entry)
      if (found && request && !(await mayPoll(entry, request))) throw slowDown()
      return found && { ...found, jti: id }
    },
    async findByUserCode(userCode) {
      const entry = await ephemeral.get('app', userCodeKey(userCode))
      const found = entry === undefined ? undefined : await entries.find(entry)
      return found && { ...found, userCode, jti: reference + entry }
    },
    consume: (id) => entries.consume(entryOf(id)),
    destroy: (id) => entries.destroy(entryOf(id)),
  }
}

/** Whether this is the change by which a person confirms or refuses, and not one that follows. */
function decides({ inFlight, accountId, error }: Parameters<Adapter['upsert']>[1]): boolean {
  return error === undefined ? inFlight === true && accountId === undefined : inFlight !== true
}

function entryOf(id: string): string {
  return id.startsWith(reference) ? id.slice(reference.length) : hash('sha256', id, 'base64url')
}

function userCodeKey(userCode: string): string {
  return `DeviceCode/user-code/${hash('sha256', userCode, 'base64url')}`
}
