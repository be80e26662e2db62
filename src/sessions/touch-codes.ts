import { timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '../credentials/key-ring.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface TouchCode {
  /** Six digits. */
  readonly code: string
  readonly until: Date
}

/**
 * One-time codes that a touched security key gives, so that everything which takes the code of a
 * device takes a key as well. A key has one at a time.
 */
export interface TouchCodes {
  make(serialNumber: string): Promise<TouchCode>
  /** Whether it is the code of the key; each counts once. The caller counts the tries. */
  take(serialNumber: string, code: string): Promise<boolean>
}

interface TouchCodePorts {
  readonly ring: Pick<KeyRing, 'seal' | 'unseal'>
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take'>
  readonly ids: Pick<Ids, 'random'>
  readonly clock: Clock
}

const lifeMs = 2 * 60_000

export function createTouchCodes({ ring, ephemeral, ids, clock }: TouchCodePorts): TouchCodes {
  const keyOf = (serialNumber: string) => `code/${serialNumber}`
  return {
    async make(serialNumber) {
      const code = String(ids.random(4).readUInt32BE() % 1_000_000).padStart(6, '0')
      const until = new Date(clock.now().getTime() + lifeMs)
      const text = JSON.stringify({ serialNumber, code, until: until.getTime() })
      const sealed = ring.seal('security-key-code', Buffer.from(text))
      await ephemeral.put('security-key', keyOf(serialNumber), sealed, until)
      return { code, until }
    },
    async take(serialNumber, code) {
      const sealed = await ephemeral.get('security-key', keyOf(serialNumber))
      const plain = sealed === undefined ? undefined : ring.unseal('security-key-code', sealed)
      const kept = plain && JSON.parse(plain.toString())
      if (kept?.serialNumber !== serialNumber || kept.until <= clock.now().getTime()) return false
      if (!isSame(kept.code, code)) return false
      // Of several that come at once with it, one takes it.
      return (await ephemeral.take('security-key', keyOf(serialNumber))) === sealed
    },
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
