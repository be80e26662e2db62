import { type KeyRing, unsealKept } from '../credentials/key-ring.ts'
import { findStep, ofApps, stepOf } from '../credentials/totp.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { MfaDeviceRecord } from '../store/records.ts'
import type { Reads, Store } from '../store/store.ts'
import type { TouchCodes } from './touch-codes.ts'

export interface MfaClaim {
  readonly account: string
  /** Absent: the account's root. */
  readonly userName: string | undefined
  /**
   * `AIDA…`, or the account's id: tries are counted by it, so that renaming the user does not reset
   * the count.
   */
  readonly userId: string
  /**
   * Whether a session of the user calls, not a long-term key: the holder of a session may guess
   * with it, and must not use up the user's own tries.
   */
  readonly bySession: boolean
  readonly sourceAddress: string
  /** The device's ARN, or the number of a hardware device. */
  readonly serialNumber: string
  readonly code: string
}

/** Codes of devices of any kind: each is accepted once, on any node and for anything. */
export interface Mfa {
  /** A new seed, sealed for the record: 160 bits, as RFC 4226 recommends. */
  seal(seed: Buffer): string
  /**
   * Takes a code of a device that this user, or root, enabled. `unknown`: there is no such device,
   * or it is another's. `refused`: the code is wrong or was taken before. `too-many`: too many
   * tries of the user, or of all sessions of the user, on all devices together, or too many wrong
   * codes from the address. A correct code is refused then as well, so that guessing is useless.
   * Learns the drift of the device's clock (RFC 6238, section 6).
   */
  take(claim: MfaClaim): Promise<'taken' | 'unknown' | 'refused' | 'too-many'>
  /**
   * Takes two consecutive codes of a device whose clock may be an hour off, from whoever has not
   * proved anything else with them: counted as `take` counts. Keeps what they tell of the clock.
   */
  resync(
    claim: MfaClaim & { readonly next: string },
  ): Promise<'taken' | 'unknown' | 'refused' | 'too-many'>
  /**
   * Accepts two consecutive codes, for enabling or resynchronizing a device. Returns how many steps
   * its clock is ahead of ours; undefined when they do not fit or one was used before.
   */
  takePair(
    device: Pick<MfaDeviceRecord, 'sealedSeed' | 'serialNumber' | 'hardware'>,
    first: string,
    second: string,
  ): Promise<number | undefined>
}

export interface MfaPorts {
  readonly reads: Pick<Reads, 'find'>
  readonly transact: Store['transact']
  readonly ring: Pick<KeyRing, 'seal' | 'unseal' | 'refresh'>
  readonly ephemeral: Pick<Ephemeral, 'claim' | 'count'>
  /** Wrong codes from an address. */
  readonly tries: {
    mayTryCode(sourceAddress: string): Promise<boolean>
    wrongCode(sourceAddress: string): Promise<void>
  }
  /** Codes that touched security keys gave. */
  readonly touchCodes: Pick<TouchCodes, 'take'>
  readonly clock: Clock
}

/**
 * Steps before and after the device's time, for slow typing and clocks that drift.
 */
const reach = 1
/** In each direction when a device is enabled: two consecutive codes prove the seed. */
const pairReachSeconds = 3600
/** A code that matches now was not taken before this long ago, at either end of its reach. */
const matchedForMs = (2 * reach + 1) * 60_000
/** How long taken codes are remembered: longer than any code can match. */
const takenForMs = 3 * 3_600_000
/**
 * A person can use one code in 30 seconds at most; a guesser has a chance of 45 in a million for
 * each window.
 */
const triesWindowSeconds = 300
const mostTries = 15

export function createMfa(ports: MfaPorts): Mfa {
  const { reads, transact, ring, ephemeral, tries, touchCodes, clock } = ports
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
      new Date(clock.now().getTime() - matchedForMs),
    )
  }

  /**
   * Keeps what a code told of the device's clock. A code of the step to come can only be the clock;
   * one of the step before may be slow typing, so that it takes two in a row.
   */
  async function learn(device: MfaDeviceRecord, off: number): Promise<void> {
    const next = learned(device, off)
    if (next) await keep(transact, device, next)
  }

  async function deviceOf({ account, userName, serialNumber }: MfaClaim) {
    const device = await reads.find('mfaDevice', account, mfaDeviceKey(serialNumber))
    const isOurs =
      device?.serialNumber === serialNumber && device.enabled?.userName === userName?.toLowerCase()
    return device?.enabled && isOurs ? { ...device, enabled: device.enabled } : undefined
  }

  const takePair: Mfa['takePair'] = async (device, first, second) => {
    if (device.sealedSeed === undefined) return undefined
    const kind = device.hardware ?? ofApps
    const now = stepOf(clock.now(), kind)
    const step = findStep(await seedOf(ring, device), first, {
      around: now,
      reach: pairReachSeconds / kind.stepSeconds,
      next: second,
      kind,
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
  }

  return {
    seal: (seed) => ring.seal('mfa-seed', seed),
    takePair,
    async resync(wanted) {
      const device = await deviceOf(wanted)
      if (!device || device.securityKey) return 'unknown'
      if (!(await mayTry(wanted))) return 'too-many'
      const driftSteps = await takePair(device, wanted.code, wanted.next)
      if (driftSteps === undefined) {
        await tries.wrongCode(wanted.sourceAddress)
        return 'refused'
      }
      const { late: _before, ...enabled } = device.enabled
      await keep(transact, device, { ...enabled, driftSteps })
      return 'taken'
    },
    async take(wanted) {
      const { sourceAddress, serialNumber, code } = wanted
      const device = await deviceOf(wanted)
      if (!device) return 'unknown'
      if (!(await mayTry(wanted))) return 'too-many'
      if (device.securityKey && (await touchCodes.take(serialNumber, code))) return 'taken'
      const kind = device.hardware ?? ofApps
      const around = stepOf(clock.now(), kind) + device.enabled.driftSteps
      const step = device.securityKey
        ? undefined
        : findStep(await seedOf(ring, device), code, { around, reach, kind })
      if (step !== undefined && (await claim(serialNumber, step))) {
        await learn(device, step - around)
        return 'taken'
      }
      await tries.wrongCode(sourceAddress)
      return 'refused'
    },
  }
}

async function seedOf(
  ring: Pick<KeyRing, 'unseal' | 'refresh'>,
  { sealedSeed, serialNumber }: Pick<MfaDeviceRecord, 'sealedSeed' | 'serialNumber'>,
): Promise<Buffer> {
  // INVARIANT: callers have left out security keys, which have none.
  if (sealedSeed === undefined) throw new Error(`${serialNumber} has no seed`)
  const seed = await unsealKept(ring, 'mfa-seed', sealedSeed)
  if (!seed) throw new Error(`the seed of ${serialNumber} does not open`)
  return seed
}

/** The code was right: a store that can't be written at the moment does not make it wrong. */
async function keep(
  transact: Store['transact'],
  device: MfaDeviceRecord,
  enabled: Enabled,
): Promise<void> {
  const key = mfaDeviceKey(device.serialNumber)
  await transact(
    async (tx) => {
      const found = await tx.find('mfaDevice', device.account, key)
      if (!found || found.sealedSeed !== device.sealedSeed) return
      if (found.enabled?.at !== device.enabled?.at) return
      if (found.enabled?.driftSteps !== device.enabled?.driftSteps) return
      await tx.update('mfaDevice', device.account, key, { ...found, enabled })
    },
    [device.account],
  ).catch(() => undefined)
}

type Enabled = NonNullable<MfaDeviceRecord['enabled']>

/** Returns what is to be kept of a device after a code that was `off` steps off; else undefined. */
function learned(
  { enabled, hardware = ofApps }: MfaDeviceRecord,
  off: number,
): Enabled | undefined {
  if (!enabled) return undefined
  const { late, driftSteps, ...rest } = enabled
  if (off < 0 && !late) return { ...enabled, late: true }
  if (off === 0) return late && { ...rest, driftSteps }
  // No further than two codes may set it: taken codes are remembered for that long.
  const most = pairReachSeconds / hardware.stepSeconds
  return { ...rest, driftSteps: Math.max(-most, Math.min(most, driftSteps + off)) }
}

const deviceArn = /^arn:[^:]*:iam::[^:]*:mfa(\/(?:.*\/)?)([^/]+)$/s
const securityKeyArn = /^arn:[^:]*:iam::[^:]*:u2f\/(.+)$/s

/**
 * The key of a device in the store: its path, with its case, and its folded name. Path and name
 * together are unique (IAM API reference, CreateVirtualMFADevice). A security key's has a random
 * part. Any other serial number is a hardware device's, unique whatever its case.
 */
export function mfaDeviceKey(serialNumber: string): string {
  const [, key] = securityKeyArn.exec(serialNumber) ?? []
  if (key !== undefined) return `u2f ${key.toLowerCase()}`
  const [, path, name] = deviceArn.exec(serialNumber) ?? []
  // The keys of virtual devices begin with their path.
  return path === undefined || name === undefined
    ? `hardware ${serialNumber.toLowerCase()}`
    : path + name.toLowerCase()
}
