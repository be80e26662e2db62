import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { PasswordPolicyRecord } from '../../store/records.ts'
import { audited } from '../audited.ts'
import type { OpenConsole } from '../console.ts'
import type { Origin } from '../sign-in-event.ts'
import { type AssumableRole, assumableRoles } from './assumable-roles.ts'
import { changeOwn } from './change-own.ts'
import { type BegunDevice, beginDevice, enableDevice } from './enrol.ts'
import {
  eventUser,
  goOn,
  type Inner,
  issued,
  living,
  needsFactor,
  profileOf,
  stepped,
  taken,
  tell,
} from './go-on.ts'
import { checkUser } from './prove-user.ts'
import { byRootPassword } from './root.ts'
import { byCode, type Factors, factorsOf, hasAny, type TypedCode } from './second-factor.ts'
import { bySecurityKey, factorUse, passkeyUse, provePasskey } from './security-key.ts'
import { ownerId, type UserStep, userSteps } from './steps.ts'
import type {
  Next,
  PasskeyInput,
  PasswordInput,
  ProveFactor,
  RootInput,
  UserSignInPorts,
} from './user-ports.ts'

/** A sign-in on its way, as its pages show it. */
export interface OnItsWay {
  readonly step: UserStep
  readonly factors: Factors
  /** What is asked for now; `enrol`: a second factor is needed, and there is none yet. */
  readonly to: 'factor' | 'enrol' | 'change'
  /** What another password has to conform to; absent: IAM's own policy. */
  readonly policy: PasswordPolicyRecord | undefined
}

/**
 * How users of accounts and their roots sign in: password, a second factor if they have one,
 * another password if the account asks for it, then a console session of their own. Each throws
 * SignInRefusal, and writes one audit event either way.
 */
export interface UserSignIn {
  /** Whether any user of the account has a password. */
  hasUsers(account: string): Promise<boolean>
  password(input: PasswordInput): Promise<Next>
  /** Whether the settings name the root of any account. */
  hasRoots(): boolean
  /** The root of an account, by its name in the settings. */
  rootPassword(input: RootInput): Promise<Next>
  /** Begins a device of a root who needs one, in place of one that was begun before. */
  beginDevice(key: string, origin: Origin): Promise<BegunDevice>
  /** Throws AwsFault, when the codes are not those of the device: the sign-in stays. */
  enableDevice(key: string, codes: readonly [string, string], origin: Origin): Promise<Next>
  /** undefined: there is none, or it took too long. */
  onItsWay(key: string | undefined): Promise<OnItsWay | undefined>
  code(key: string, typed: TypedCode, origin: Origin): Promise<Next>
  /** Options for touching a key of the user, as JSON; undefined where none can be used. */
  keyOptions(key: string): Promise<string | undefined>
  /** `response`: what the browser answered to the options. */
  securityKey(key: string, response: string, origin: Origin): Promise<Next>
  /** Whether users may sign in with a passkey alone. */
  passkeys(): boolean
  /** Options for any passkey, as JSON. `browser`: a text that only this browser has. */
  passkeyOptions(browser: string): Promise<string | undefined>
  passkey(input: PasskeyInput): Promise<Next>
  /** Throws AwsFault, when IAM does not take the new password: the sign-in stays where it is. */
  change(
    key: string,
    passwords: { readonly before: string; readonly after: string },
    origin: Origin,
  ): Promise<Next>
  /** The roles of the account that the user may assume now; a root may assume none. */
  roles(session: OpenConsole, origin: Origin): Promise<readonly AssumableRole[]>
  /** Ends every session of the user, and what was made with it. Throws SignInRefusal. */
  endAll(session: OpenConsole, asked: Ending, origin: Origin): Promise<void>
  /**
   * Changes the password of a user who is signed in, and returns the key of a session that goes on
   * with the new one. Throws AwsFault, as `change` does.
   */
  changeOwn(
    session: OpenConsole,
    passwords: { readonly before: string; readonly after: string },
    origin: Origin,
  ): Promise<string>
}

export function buildUserSignIn(ports: UserSignInPorts): UserSignIn {
  const inner: Inner = { ...ports, steps: userSteps(ports) }
  return {
    // The password of the account's root is kept under the account's own number.
    hasUsers: async (account) =>
      (await ports.reads.list('loginProfile', account, { limit: 2 })).some(
        ({ key }) => key !== account,
      ),
    password: (input) => byPassword(inner, input),
    hasRoots: () => ports.roots().length > 0,
    rootPassword: (input) => byRootPassword(inner, input),
    beginDevice: (key, origin) => beginDevice(inner, key, origin),
    enableDevice: (key, codes, origin) => enableDevice(inner, key, codes, origin),
    onItsWay: (key) => onItsWay(inner, key),
    code: (key, typed, origin) => byFactor(inner, key, byCode(inner, typed), origin),
    keyOptions: (key) => keyOptions(inner, key),
    securityKey: (key, response, origin) =>
      byFactor(inner, key, bySecurityKey(inner, key, response), origin),
    passkeys: () => ports.securityKeys.passkeys(),
    passkeyOptions: async (browser) =>
      ports.securityKeys.passkeys()
        ? ports.securityKeys.proof(undefined, passkeyUse(browser))
        : undefined,
    passkey: (input) => byPasskey(inner, input),
    change: (key, passwords, origin) => change(inner, key, passwords, origin),
    roles: async ({ caller, claims }, origin) => {
      if (!claims.user) return []
      const facts = { ...origin, now: ports.clock.now(), sessionName: claims.name }
      return assumableRoles(ports.reads, caller, facts)
    },
    endAll: (session, asked, origin) => endAll(inner, session, asked, origin),
    changeOwn: (session, passwords, origin) => changeOwn(inner, session, passwords, origin),
  }
}

const refusedFactors: ReadonlySet<string> = new Set(['code-refused', 'key-refused'])

/** `signedInAt`: of the sign-in that the user says was not theirs; absent: they sign out. */
export interface Ending {
  readonly signedInAt?: string | undefined
}

async function endAll(
  inner: Inner,
  { claims }: OpenConsole,
  { signedInAt }: Ending,
  origin: Origin,
): Promise<void> {
  const { account, user } = claims
  const name = signedInAt === undefined ? 'SignOut' : 'SignInDisputed'
  await audited(inner, { name, origin, chain: {} }, async () => {
    const id = ownerId({ account, user })
    await inner.revocations.endUser({ account, id }, inner.clock.now())
    await inner.ownSessions.clear({ connector: `iam/${account}`, subject: id })
    return { claims, request: signedInAt === undefined ? { everywhere: true } : { signedInAt } }
  })
}

function byPassword(inner: Inner, input: PasswordInput): Promise<Next> {
  const told = tell(inner, input)
  return stepped(inner, told, async () => {
    const account = await inner.findAccount(input.account)
    told.user = { account }
    const checked = await checkUser(inner, account, input)
    const { user } = checked
    const record = account && (await inner.reads.find('account', account, 'account'))
    if (user && record) told.user = eventUser({ ...user, partition: record.partition, user })
    if (!checked.right || !record)
      throw new SignInFault(
        'credentials-rejected',
        user ? 'the password is wrong, or there is none' : 'no such user in the account',
      )
    const { id, name, path } = checked.user
    const step: UserStep = {
      account: record.account,
      partition: record.partition,
      user: { id, name, path },
      passwordSetAt: checked.profile.changedAt,
      beganAt: inner.clock.now().toISOString(),
      next: input.next,
      refused: 0,
    }
    told.user = { ...told.user, proved: true }
    return goOn(inner, step, input)
  })
}

async function onItsWay(inner: Inner, key: string | undefined): Promise<OnItsWay | undefined> {
  const step = await inner.steps.find(key)
  if (!step || !(await profileOf(inner, step))) return undefined
  const factors = await factorsOf(inner, step)
  const policy = (await inner.reads.find('account', step.account, 'account'))?.passwordPolicy
  return { step, factors, policy, to: askedNow(inner, step, factors) }
}

function askedNow(inner: Inner, step: UserStep, factors: Factors): OnItsWay['to'] {
  if (step.factor) return 'change'
  if (hasAny(factors)) return 'factor'
  return needsFactor(inner, step) ? 'enrol' : 'change'
}

function byFactor(inner: Inner, key: string, prove: ProveFactor, origin: Origin): Promise<Next> {
  const told = tell(inner, origin, 'Yes')
  return stepped(inner, told, async () => {
    const step = await living(inner, key, told)
    if (step.factor) throw new SignInFault('attempt-ended', 'a second factor was proved already')
    let id: string
    try {
      id = (await prove(step, origin)).id
    } catch (error) {
      if (error instanceof SignInFault && refusedFactors.has(error.code))
        await inner.steps.noteRefused(key, step)
      throw error
    }
    told.additional = { ...told.additional, MFAIdentifier: id }
    await taken(inner, key)
    const factor = { id, at: inner.clock.now().toISOString() }
    return goOn(inner, { ...step, factor }, origin)
  })
}

async function keyOptions(inner: Inner, key: string): Promise<string | undefined> {
  const step = await inner.steps.find(key)
  return step && inner.userKeys.proof({ user: undefined, ...step }, factorUse(key))
}

/** A key that made sure of its holder is both factors. */
function byPasskey(inner: Inner, input: PasskeyInput): Promise<Next> {
  const told = tell(inner, input, 'Yes')
  return stepped(inner, told, async () => {
    if (!inner.securityKeys.passkeys())
      throw new SignInFault('key-refused', 'the settings let nobody sign in with a passkey')
    await inner.tries.beginFrom(input.sourceAddress)
    const proved = await provePasskey(inner, input.response, passkeyUse(input.browser))
    const { account, user, device } = proved
    const record = await inner.reads.find('account', account, 'account')
    const profile = await inner.reads.find('loginProfile', account, ownerId({ account, user }))
    // As on AWS, it is the password that lets a user into the console.
    if (!record || !profile) throw new SignInFault('key-refused', 'the user has no password')
    await inner.tries.rightFrom(input.sourceAddress)
    const step: UserStep = {
      account,
      partition: record.partition,
      ...(user && { user: { id: user.id, name: user.name, path: user.path } }),
      passwordSetAt: profile.changedAt,
      beganAt: inner.clock.now().toISOString(),
      next: input.next,
      refused: 0,
      factor: { id: device.serialNumber, at: device.at.toISOString() },
    }
    told.user = { ...eventUser(step), proved: true }
    told.additional = { ...told.additional, MFAIdentifier: device.serialNumber }
    return goOn(inner, step, input)
  })
}

async function change(
  inner: Inner,
  key: string,
  passwords: { readonly before: string; readonly after: string },
  origin: Origin,
): Promise<Next> {
  const told = tell(inner, origin)
  const { step, caller } = await audited(inner, told, async () => {
    const step = await living(inner, key, told)
    if (!step.user) throw new SignInFault('attempt-ended', 'the settings have the root password')
    await refuseUnproved(inner, step)
    const { claims } = await issued(inner, step)
    return { quiet: true, step, caller: await inner.callers.ofClaims(claims, 'console') }
  })
  // An event of its own, and a refusal of its own.
  const input = { OldPassword: passwords.before, NewPassword: passwords.after }
  await inner.callAs(caller, 'iam:ChangePassword', input, origin)
  return stepped(inner, told, async () => {
    await taken(inner, key)
    const profile = await inner.reads.find('loginProfile', step.account, ownerId(step))
    if (!profile) throw new SignInFault('attempt-ended', 'the password is gone')
    return goOn(inner, { ...step, passwordSetAt: profile.changedAt }, origin)
  })
}

/** Nobody gets past the second factor by asking for a later step. */
async function refuseUnproved(inner: Inner, step: UserStep): Promise<void> {
  if (!step.factor && hasAny(await factorsOf(inner, step)))
    throw new SignInFault('second-factor-needed', 'no second factor was proved')
}
