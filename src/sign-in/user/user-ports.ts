import type { Ids } from '../../kernel/ids.ts'
import type { Caller, Callers } from '../../sessions/caller.ts'
import type { SignInIssuer } from '../../sessions/issue.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import type { SecurityKeys } from '../../sessions/security-keys.ts'
import type { UserKeys } from '../../sessions/user-keys.ts'
import type { UserPasswords } from '../../sessions/user-passwords.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'
import type { Reads, Store } from '../../store/store.ts'
import type { ConsoleFederation, OpenedConsole } from '../console.ts'
import type { LastSignIns } from '../last-sign-ins.ts'
import type { OwnSessions } from '../own-sessions.ts'
import type { EventPorts, Origin } from '../sign-in-event.ts'
import type { Tries } from '../tries.ts'
import type { UserStep } from './steps.ts'

/** The root of an account, as the settings name it. */
export interface RootUser {
  readonly account: string
  /** Typed in place of a user name; case does not matter. */
  readonly name: string
  /** `required`: nobody is this root with the password alone. */
  readonly mfa: 'required' | 'optional'
}

export interface UserSignInPorts extends EventPorts {
  readonly ids: Ids
  readonly publicUrl: URL
  readonly reads: Pick<Reads, 'find' | 'list' | 'linked'>
  readonly transact: Store['transact']
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take' | 'replace' | 'remove'>
  readonly tries: Pick<Tries, 'begin' | 'beginFrom' | 'rightFrom'>
  readonly passwords: Pick<UserPasswords, 'check' | 'checkRoot'>
  /** The accounts whose root may sign in, as the settings in force say. */
  readonly roots: () => readonly RootUser[]
  readonly mfa: Pick<Mfa, 'take' | 'resync'>
  readonly userKeys: UserKeys
  readonly securityKeys: Pick<SecurityKeys, 'usable' | 'passkeys' | 'proof'>
  readonly issuer: SignInIssuer
  readonly revocations: Pick<Revocations, 'endUser'>
  readonly signIns: Pick<LastSignIns, 'note'>
  readonly ownSessions: Pick<OwnSessions, 'clear'>
  readonly callers: Pick<Callers, 'ofClaims'>
  readonly consoleFederation: Pick<ConsoleFederation, 'open'>
  /** Returns the 12 digits of the open account with this alias or id. */
  readonly findAccount: (aliasOrId: string) => Promise<string | undefined>
  /** Calls as the caller, with their own permissions. Throws AwsFault with what IAM says. */
  readonly callAs: (
    caller: Caller,
    action: string,
    input: Readonly<Record<string, unknown>>,
    origin: Origin,
  ) => Promise<unknown>
  /** The time limit of one password check. */
  readonly checkTimeoutMs: number
  /** How long a sign-in lasts. */
  readonly lifetimeSeconds: number
}

/** What comes after a step. `key` is for the browser, which shows it to go on. */
export type Next =
  | { readonly to: 'factor' | 'enrol' | 'change'; readonly key: string }
  | { readonly to: 'console'; readonly opened: OpenedConsole }

/** A second factor that was shown: what names it in the audit trail and to the person. */
export interface ShownFactor {
  readonly id: string
}

/**
 * Checks what the person showed as the second factor. Throws SignInFault: `code-refused` counts as
 * a refused try of this sign-in.
 */
export type ProveFactor = (step: UserStep, origin: Origin) => Promise<ShownFactor>

export interface PasswordInput extends Origin {
  /** As typed: an alias or 12 digits. */
  readonly account: string
  readonly username: string
  readonly password: string
  /** The page to go to, one of ours. */
  readonly next: string
  readonly signal?: AbortSignal | undefined
}

export interface RootInput extends Origin {
  /** As typed. */
  readonly name: string
  readonly password: string
  /** The page to go to, one of ours. */
  readonly next: string
  readonly signal?: AbortSignal | undefined
}

export interface PasskeyInput extends Origin {
  /** What the browser answered, as JSON. */
  readonly response: string
  /** What the options were asked for: they count in the same browser. */
  readonly browser: string
  /** The page to go to, one of ours. */
  readonly next: string
}
