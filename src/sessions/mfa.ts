import type { KeyRing } from '../credentials/key-ring.ts'
import { findStep, stepOf } from '../credentials/totp.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { MfaDeviceRecord } from '../store/records.ts'
import type { Reads } from '../store/store.ts'

export interface MfaClaim {
  readonly account: string
  readonly userName: string
  /** `AIDA…`: tries are counted by it, so that renaming the user does not reset the count. */
  readonly userId: string
  /**
   * Whether a session of the user calls, not a long-term key: the holder of a session may guess
   * with it, and must not use up the user's own tries.
   */
  readonly bySession: boolean
  readonly sourceAddress: string
  /** The device's ARN. */
  readonly serialNumber: string
  readonly code: string
}

/** One-time codes of virtual devices. A code is accepted once, on any node and for any purpose. */
export interface Mfa {
  /** A new seed, sealed for the record: 160 bits, as RFC 4226 recommends. */
  seal(seed: Buffer): string
  /**
   * Takes a code of a device that this user enabled. `unknown`: there is no such device, or it is
   * another user's. `refused`: the code is wrong or was taken before. `too-many`: too many tries of
   * the user, or of all sessions of the user, on all devices together, or too many wrong codes from
   * the address. A correct code is refused then as well, so that guessing is useless.
   */
  take(claim: MfaClaim): Promise<'taken' | 'unknown' | 'refused' | 'too-many'>
  /**
   * Accepts two consecutive codes, for enabling or resynchronizing a device. Returns how many steps
   * its clock is ahead of ours; undefined when they do not fit or one was used before.
   */
  takePair(
    device: Pick<MfaDeviceRecord, 'sealedSeed' | 'serialNumber'>,
    first: string,
    second: string,
  ): Promise<number | undefined>
}

export interface MfaPorts {
  readonly reads: Pick<Reads, 'find'>
  readonly ring: Pick<KeyRing, 'seal' | 'unseal' | 'refresh'>
  readonly ephemeral: Pick<Ephemeral, 'claim' | 'count'>
  /** Wrong codes from an address. */
  readonly tries: {
    mayTryCode(sourceAddress: string): Promise<boolean>
    wrongCode(sourceAddress: string): Promise<void>
  }
  readonly clock: Clock
}

/**
 * Steps of 30 seconds before and after the device's time, for slow typing and clocks that drift.
 */
const reach = 1
/**
 * Steps in each direction when a device is enabled, an hour: two consecutive codes prove the seed.
 */
const pairReach = 120
/** How long taken codes are remembered: longer than any code can match. */
const takenForMs = 3 * 3_600_000
/**
 * A person can use one code in 30 seconds at most; a guesser has a chance of 45 in a million for
 * each window.
 */
const triesWindowSeconds = 300
const mostTries = 15

export function createMfa({ reads, ring, ephemeral, tries, clock }: MfaPorts): Mfa {
  async function seedOf({
    sealedSeed,
    serialNumber,
  }: Pick<MfaDeviceRecord, 'sealedSeed' | 'serialNumber'>): Promise<Buffer> {
    let seed = ring.unseal('mfa-seed', sealedSeed)
    if (!seed) {
      // Another node may have rotated the ring since.
      await ring.refresh()
      seed = ring.unseal('mfa-seed', sealedSeed)
    }
    if (!seed) throw new Error(`the seed of ${serialNumber} does not open`)
    return seed
  }

  /**
   * Count the try before anything is compared. Fails closed: if the count can't be stored, the code
   * is refused.
   */
  async function mayTry({ userId, bySession, sourceAddress }: MfaClaim): Promise<boolean> {
    const { count } = await ephemeral.count(
      'rate',
      `totp/${bySession ? 'sessions' : 'user'}/${userId}`,
      triesWindowSeconds,
    )
    return count <= mostTries && (await tries.mayTryCode(sourceAddress))
  }

  function claim(serialNumber: string, step: number): Promise<boolean> {
    return ephemeral.claim(
      'totp',
      `${serialNumber}/${step}`,
      new Date(clock.now().getTime() + takenForMs),
    )
  }

  return {
    seal: (seed) => ring.seal('mfa-seed', seed),
    async take(wanted) {
      const { account, userName, sourceAddress, serialNumber, code } = wanted
      const device = await reads.find('mfaDevice', account, mfaDeviceKey(serialNumber))
      if (
        device?.serialNumber !== serialNumber ||
        device.enabled?.userName !== userName.toLowerCase()
      )
        return 'unknown'
      if (!(await mayTry(wanted))) return 'too-many'
      const step = findStep(await seedOf(device), code, {
        around: stepOf(clock.now()) + device.enabled.driftSteps,
        reach,
      })
      if (step !== undefined && (await claim(serialNumber, step))) return 'taken'
      await tries.wrongCode(sourceAddress)
      return 'refused'
    },
    async takePair(device, first, second) {
      const now = stepOf(clock.now())
      const step = findStep(await seedOf(device), first, {
        around: now,
        reach: pairReach,
        next: second,
      })
      if (
        step === undefined ||
        !(await claim(device.serialNumber, step)) ||
        !(await claim(device.serialNumber, step + 1))
      )
        return undefined
      // The second code is the device's current one; an offset of one step is slow typing, not the
      // clock.
      const drift = step + 1 - now
      return Math.abs(drift) <= reach ? 0 : drift
    },
  }
}

const deviceArn = /^arn:[^:]*:iam::[^:]*:mfa(\/(?:.*\/)?)([^/]+)$/s

/**
 * The key of a device in the store: its path, with its case, and its folded name. Path and name
 * together are unique (IAM API reference, CreateVirtualMFADevice). A serial number that is not the
 * ARN of a virtual device has the key of none.
 */
export function mfaDeviceKey(serialNumber: string): string {
  const [, path, name] = deviceArn.exec(serialNumber) ?? []
  // The keys of devices begin with their path.
  return path === undefined || name === undefined
    ? `none: ${serialNumber}`
    : path + name.toLowerCase()
}
