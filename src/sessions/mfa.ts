import type { KeyRing } from '../credentials/key-ring.ts'
import { findStep, stepOf } from '../credentials/totp.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { MfaDeviceRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'

export interface MfaClaim {
  readonly account: string
  readonly userName: string
  /** `AIDA…`: tries are counted under it, so that a new name is no new count. */
  readonly userId: string
  /** By the user's sessions, not the long-term key: whoever was handed one may guess with it, and must not use up the user's own tries. */
  readonly bySession: boolean
  readonly sourceAddress: string
  /** The device's ARN. */
  readonly serialNumber: string
  readonly code: string
}

/** One-time codes of virtual devices. No code is taken twice, on whatever node and for whatever it is given. */
export interface Mfa {
  /** A new seed, sealed for the record: 160 bits, as RFC 4226 recommends. */
  seal(seed: Buffer): string
  /**
   * Takes a code of a device that this user enabled. `unknown`: no such device, or another's. `refused`: wrong or taken before.
   * `too-many`: one of too many tries of the user, or of all sessions of the user, on all devices together, or after too many wrong ones
   * from the address: a right one waits as well then, so that guessing leads nowhere.
   */
  take(claim: MfaClaim): Promise<'taken' | 'unknown' | 'refused' | 'too-many'>
  /**
   * Takes two codes that follow each other, for whoever enables a device or sets it right. Answers how many steps its clock is
   * ahead of ours; undefined when they don't fit or one was taken before.
   */
  takePair(device: Pick<MfaDeviceRecord, 'sealedSeed' | 'serialNumber'>, first: string, second: string): Promise<number | undefined>
}

export interface MfaPorts {
  readonly reads: Pick<Reads, 'find'>
  readonly ring: Pick<KeyRing, 'seal' | 'open' | 'refresh'>
  readonly ephemeral: Pick<Ephemeral, 'claim' | 'count'>
  /** Wrong codes from an address. */
  readonly tries: { mayTryCode(sourceAddress: string): Promise<boolean>; wrongCode(sourceAddress: string): Promise<void> }
  readonly clock: Clock
}

/** Steps of 30 seconds before and after the device's time: a slow typist, a clock that drifts. */
const reach = 1
/** An hour either way: two codes in a row are proof enough of the seed. */
const pairReach = 120
/** Longer than any code can fit. */
const takenForMs = 3 * 3_600_000
/** A person can't use more than one code in 30 seconds; a guesser gets 45 in a million right by now and then. */
const triesWindowSeconds = 300
const mostTries = 15

export function openMfa({ reads, ring, ephemeral, tries, clock }: MfaPorts): Mfa {
  async function seedOf({ sealedSeed, serialNumber }: Pick<MfaDeviceRecord, 'sealedSeed' | 'serialNumber'>): Promise<Buffer> {
    let seed = ring.open('mfa-seed', sealedSeed)
    if (!seed) {
      // Another node may have rotated the ring since.
      await ring.refresh()
      seed = ring.open('mfa-seed', sealedSeed)
    }
    if (!seed) throw new Error(`the seed of ${serialNumber} does not open`)
    return seed
  }

  /** The user's try is counted before anything is compared. Fails closed: a count that cannot be kept lets nobody try. */
  async function mayTry({ userId, bySession, sourceAddress }: MfaClaim): Promise<boolean> {
    const { count } = await ephemeral.count('rate', `totp/${bySession ? 'sessions' : 'user'}/${userId}`, triesWindowSeconds)
    return count <= mostTries && await tries.mayTryCode(sourceAddress)
  }

  function claim(serialNumber: string, step: number): Promise<boolean> {
    return ephemeral.claim('totp', `${serialNumber}/${step}`, new Date(clock.now().getTime() + takenForMs))
  }

  return {
    seal: (seed) => ring.seal('mfa-seed', seed),
    async take(wanted) {
      const { account, userName, sourceAddress, serialNumber, code } = wanted
      const device = await reads.find('mfaDevice', account, mfaDeviceKey(serialNumber))
      if (device?.serialNumber !== serialNumber || device.enabled?.userName !== userName.toLowerCase()) return 'unknown'
      if (!(await mayTry(wanted))) return 'too-many'
      const step = findStep(await seedOf(device), code, { around: stepOf(clock.now()) + device.enabled.driftSteps, reach })
      if (step !== undefined && await claim(serialNumber, step)) return 'taken'
      await tries.wrongCode(sourceAddress)
      return 'refused'
    },
    async takePair(device, first, second) {
      const now = stepOf(clock.now())
      const step = findStep(await seedOf(device), first, { around: now, reach: pairReach, next: second })
      if (step === undefined || !(await claim(device.serialNumber, step)) || !(await claim(device.serialNumber, step + 1))) return undefined
      // The second code is what the device shows now; one step off is a slow typist, no clock.
      const drift = step + 1 - now
      return Math.abs(drift) <= reach ? 0 : drift
    },
  }
}

/** Under which a device is kept: its folded name, the last part of its ARN. */
export function mfaDeviceKey(serialNumber: string): string {
  return serialNumber.slice(serialNumber.lastIndexOf('/') + 1).toLowerCase()
}
