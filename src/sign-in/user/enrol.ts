import { AwsFault } from '../../kernel/aws-fault.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Caller } from '../../sessions/caller.ts'
import { audited } from '../audited.ts'
import type { Origin } from '../sign-in-event.ts'
import { goOn, type Inner, issued, living, needsFactor, stepped, taken, tell } from './go-on.ts'
import { factorsOf, hasAny } from './second-factor.ts'
import type { UserStep } from './steps.ts'
import type { Next } from './user-ports.ts'

/** A device that was begun. Its key is shown once. */
export interface BegunDevice {
  readonly account: string
  /** In base32. */
  readonly seed: string
}

/** The name that AWS's console gives it. */
const deviceName = 'root-account-mfa-device'

/** Makes a device of the root by IAM, in place of one that was begun and not enabled. */
export async function beginDevice(inner: Inner, key: string, origin: Origin): Promise<BegunDevice> {
  const { step, caller } = await enrolling(inner, key, origin)
  try {
    await inner.callAs(caller, 'iam:DeleteVirtualMFADevice', named(step), origin)
  } catch (error) {
    if (!(error instanceof AwsFault) || error.code !== 'NoSuchEntity') throw error
  }
  const input = { VirtualMFADeviceName: deviceName }
  const made = await inner.callAs(caller, 'iam:CreateVirtualMFADevice', input, origin)
  const { VirtualMFADevice: device } = made as { VirtualMFADevice: { Base32StringSeed: Buffer } }
  return { account: step.account, seed: Buffer.from(device.Base32StringSeed).toString() }
}

/** Two codes in a row prove that the root has the device: the sign-in goes on with it. */
export async function enableDevice(
  inner: Inner,
  key: string,
  [first, second]: readonly [string, string],
  origin: Origin,
): Promise<Next> {
  const { step, caller } = await enrolling(inner, key, origin)
  const input = { ...named(step), UserName: step.account }
  const codes = { AuthenticationCode1: first, AuthenticationCode2: second }
  // An event of its own, and a refusal of its own.
  await inner.callAs(caller, 'iam:EnableMFADevice', { ...input, ...codes }, origin)
  const told = tell(inner, origin, 'Yes')
  return stepped(inner, told, async () => {
    const now = await living(inner, key, told)
    await taken(inner, key)
    const { SerialNumber: id } = named(step)
    const factor = { id, at: inner.clock.now().toISOString() }
    told.additional = { ...told.additional, MFAIdentifier: id }
    return goOn(inner, { ...now, factor }, origin)
  })
}

function named({ partition, account }: UserStep): { readonly SerialNumber: string } {
  return { SerialNumber: `arn:${partition}:iam::${account}:mfa/${deviceName}` }
}

/** Nobody adds a device by the password alone where there is another already. */
async function enrolling(
  inner: Inner,
  key: string,
  origin: Origin,
): Promise<{ readonly step: UserStep; readonly caller: Caller }> {
  const told = tell(inner, origin)
  return audited(inner, told, async () => {
    const step = await living(inner, key, told)
    if (step.factor || !needsFactor(inner, step) || hasAny(await factorsOf(inner, step)))
      throw new SignInFault('attempt-ended', 'no device has to be added')
    const { claims } = await issued(inner, step)
    return { quiet: true, step, caller: await inner.callers.ofClaims(claims, 'console') }
  })
}
