import type { ClaimValue } from '../mapping/app-rules.ts'
import type { AskedResource } from './resources.ts'

/** HTML of the pages that the library asks for, made at the edge. */
export interface LibraryPages {
  /** A request that can't be answered to the app. `code`: the OAuth error. */
  refused(refusal: { readonly code: string; readonly reference: string }): string
  /** Asks whether to sign out, by a form with the field `xsrf`. */
  signOut(form: { readonly action: string; readonly xsrf: string }): string
  /** `frames`: the addresses that tell apps of it. */
  signedOut(frames: readonly string[]): string
  /** Tells apps of a sign-out, then goes on. */
  leaveByFrames(leaving: { readonly url: string; readonly frames: readonly string[] }): string
  /** Asks for the code that a device shows, by a form with the fields `xsrf` and `user_code`. */
  deviceCode(form: DeviceCodeForm): string
  /** Asks about one device; the form also has `confirm` or `abort`. */
  deviceConfirm(question: DeviceQuestion): string
  deviceDone(done: { readonly app: string }): string
  deviceDeclined(): string
  /** Goes on to an address that a redirect after a form may not lead to. */
  goOn(url: string): string
}

/** Why a code that a person typed leads to no device. */
export type DeviceProblem = 'wrong' | 'expired' | 'used' | 'stale'

export interface DeviceCodeForm {
  readonly action: string
  readonly xsrf: string
  /** From the address that the device shows; the person compares it. */
  readonly code?: string | undefined
  readonly problem?: DeviceProblem | undefined
}

/** What a person has to know before they sign in for a device that may not be theirs. */
export interface DeviceQuestion {
  readonly action: string
  readonly xsrf: string
  readonly code: string
  readonly app: string
  /** It gets credentials of the person's roles. */
  readonly takesRoles: boolean
  /** ARNs of the roles whose credentials it may get, if the person has them; may end in `*`. */
  readonly roles: readonly string[]
  readonly device: { readonly address: string; readonly agent: string; readonly at: Date }
  readonly now: Date
  /** What the app will be told. */
  readonly claims: Readonly<Record<string, ClaimValue>>
  /** What it may do elsewhere. */
  readonly resources: readonly AskedResource[]
}

/** What a person is asked before an app learns of them. */
export interface ConsentQuestion {
  readonly app: string
  /** The host that the person is sent to. */
  readonly host: string
  /** It gets credentials of the person's roles. */
  readonly takesRoles: boolean
  /** ARNs of the roles whose credentials it may get, if the person has them; may end in `*`. */
  readonly roles: readonly string[]
  readonly claims: Readonly<Record<string, ClaimValue>>
  readonly resources: readonly AskedResource[]
}
