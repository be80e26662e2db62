import { iamArn } from '../../kernel/arn.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { passwordStanding } from '../../sessions/password-policy.ts'
import type { Issued } from '../../sessions/role-issue.ts'
import type { LoginProfileRecord, PasswordPolicyRecord } from '../../store/records.ts'
import { audited, type Done, type Step } from '../audited.ts'
import type { OpenConsole } from '../console.ts'
import type { EventUser, Origin } from '../sign-in-event.ts'
import { FederationFault } from '../sign-in-token.ts'
import { type AssumableRole, assumableRoles } from './assumable-roles.ts'
import { changeOwn } from './change-own.ts'
import { checkUser } from './prove-user.ts'
import {
  byCode,
  type Factors,
  factorsOf,
  hasAny,
  mfaType,
  type TypedCode,
} from './second-factor.ts'
import { bySecurityKey, factorUse, passkeyUse, provePasskey } from './security-key.ts'
import { type UserStep, type UserSteps, userSteps } from './steps.ts'
import type {
  Next,
  PasskeyInput,
  PasswordInput,
  ProveFactor,
  UserSignInPorts,
} from './user-ports.ts'

/** A sign-in on its way, as its pages show it. */
export interface OnItsWay {
  readonly step: UserStep
  readonly factors: Factors
  /** What is asked for now. */
  readonly to: 'factor' | 'change'
  /** What another password has to conform to; absent: IAM's own policy. */
  readonly policy: PasswordPolicyRecord | undefined
}

/**
 * How users of accounts sign in: password, a second factor if they have one, another password if
 * the account asks for it, then a console session of their own. Each throws SignInRefusal, and
 * writes one audit event either way.
 */
export interface UserSignIn {
  /** Whether any user of the account has a password. */
  hasUsers(account: string): Promise<boolean>
  password(input: PasswordInput): Promise<Next>
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
  /** The roles of the account that the user may assume now. */
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
    hasUsers: async (account) =>
      (await ports.reads.list('loginProfile', account, { limit: 1 })).length > 0,
    password: (input) => byPassword(inner, input),
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
    roles: ({ caller, claims }, origin) =>
      assumableRoles(ports.reads, caller, {
        ...origin,
        now: ports.clock.now(),
        sessionName: claims.name,
      }),
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
    if (!user) throw new SignInFault('attempt-ended', 'not the session of a user')
    await inner.revocations.endUser({ account, id: user.id }, inner.clock.now())
    return { claims, request: signedInAt === undefined ? { everywhere: true } : { signedInAt } }
  })
}

interface Inner extends UserSignInPorts {
  readonly steps: UserSteps
}

type Stepped = Done & { readonly next: Next }
/** `audited` reads what is known of the user when the step ends. */
type Telling = { -readonly [K in keyof Step]: Step[K] }

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
  return { step, factors, policy, to: !step.factor && hasAny(factors) ? 'factor' : 'change' }
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
  return step && inner.userKeys.proof(step, factorUse(key))
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
    const { id, name, path } = user
    const record = await inner.reads.find('account', account, 'account')
    const profile = await inner.reads.find('loginProfile', account, id)
    // As on AWS, it is the password that lets a user into the console.
    if (!record || !profile) throw new SignInFault('key-refused', 'the user has no password')
    await inner.tries.rightFrom(input.sourceAddress)
    const step: UserStep = {
      account,
      partition: record.partition,
      user: { id, name, path },
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
    await refuseUnproved(inner, step)
    const { claims } = await issued(inner, step)
    return { quiet: true, step, caller: await inner.callers.ofClaims(claims, 'console') }
  })
  // An event of its own, and a refusal of its own.
  await inner.changePassword(caller, passwords, origin)
  return stepped(inner, told, async () => {
    await taken(inner, key)
    const profile = await inner.reads.find('loginProfile', step.account, step.user.id)
    if (!profile) throw new SignInFault('attempt-ended', 'the password is gone')
    return goOn(inner, { ...step, passwordSetAt: profile.changedAt }, origin)
  })
}

/** Nobody gets past the second factor by asking for a later step. */
async function refuseUnproved(inner: Inner, step: UserStep): Promise<void> {
  if (!step.factor && hasAny(await factorsOf(inner, step)))
    throw new SignInFault('second-factor-needed', 'no second factor was proved')
}

/** What is next for a user whose password was right: asks for more, or opens the console. */
async function goOn(inner: Inner, step: UserStep, origin: Origin): Promise<Stepped> {
  const factors = await factorsOf(inner, step)
  if (!step.factor && hasAny(factors)) {
    const key = await inner.steps.keep(step)
    const additional = { MfaType: mfaType(factors) }
    return { next: { to: 'factor', key }, name: 'CheckMfa', additional }
  }
  const profile = await profileOf(inner, step)
  if (!profile) throw new SignInFault('attempt-ended', 'the password was changed meanwhile')
  const policy = (await inner.reads.find('account', step.account, 'account'))?.passwordPolicy
  const standing = passwordStanding(profile, policy, inner.clock.now())
  if (standing === 'expired')
    throw new SignInFault('password-reset-needed', 'expired, and the policy has hard expiry')
  if (standing === 'change') {
    const key = await inner.steps.keep(step)
    const state = profile.resetRequired ? 'ResetRequired' : 'Expired'
    return { next: { to: 'change', key }, name: 'CheckPassword', additional: { State: state } }
  }
  return { next: await enter(inner, step, origin), quiet: true }
}

async function enter(inner: Inner, step: UserStep, origin: Origin): Promise<Next> {
  const { credentials } = await issued(inner, step)
  const { account, user, factor, next } = step
  await inner.transact(
    async (tx) => {
      const profile = await tx.find('loginProfile', account, user.id)
      const lastUsedAt = inner.clock.now().toISOString()
      if (profile) await tx.update('loginProfile', account, user.id, { ...profile, lastUsedAt })
    },
    [account],
  )
  await inner.signIns.note({ connector: `iam/${account}`, subject: user.id }, origin)
  const opening = inner.consoleFederation.open({
    sessionToken: credentials.sessionToken,
    path: next,
    origin,
    additional: {
      ...additionalOf(inner, factor ? 'Yes' : 'No'),
      ...(factor && { MFAIdentifier: factor.id }),
    },
  })
  return { to: 'console', opened: await opening.catch(refusedOpening) }
}

function refusedOpening(error: unknown): never {
  if (!(error instanceof FederationFault)) throw error
  throw error.status >= 500
    ? new SignInFault('unavailable', error.message, { cause: error })
    : new SignInFault('attempt-ended', 'the user is gone', { cause: error })
}

function issued(inner: Inner, step: UserStep): Promise<Issued> {
  const { partition, account, user, passwordSetAt, factor } = step
  return inner.issuer.issueSignIn({
    partition,
    user: { ...user, account },
    passwordSetAt,
    durationSeconds: inner.lifetimeSeconds,
    mfaAt: factor && new Date(factor.at),
  })
}

/** Throws `attempt-ended` for a sign-in that is over, also because the password was changed. */
async function living(inner: Inner, key: string, told: Telling): Promise<UserStep> {
  const step = await inner.steps.find(key)
  if (!step) throw new SignInFault('attempt-ended', 'no such sign-in is on its way')
  told.user = { ...eventUser(step), proved: true }
  if (!(await profileOf(inner, step)))
    throw new SignInFault('attempt-ended', 'the password was changed meanwhile')
  return step
}

/** Only one of several requests with the same key goes on. */
async function taken({ steps }: Inner, key: string): Promise<void> {
  if (!(await steps.take(key))) throw new SignInFault('attempt-ended', 'another request went on')
}

async function profileOf(
  { reads }: Inner,
  { account, user, passwordSetAt }: UserStep,
): Promise<LoginProfileRecord | undefined> {
  const profile = await reads.find('loginProfile', account, user.id)
  return profile?.changedAt === passwordSetAt ? profile : undefined
}

async function stepped(inner: Inner, told: Telling, work: () => Promise<Stepped>): Promise<Next> {
  return (await audited(inner, told, work)).next
}

function tell(inner: Inner, origin: Origin, mfaUsed: 'Yes' | 'No' = 'No'): Telling {
  const additional = additionalOf(inner, mfaUsed)
  return { name: 'ConsoleLogin', origin, chain: {}, additional, user: {} }
}

function additionalOf({ publicUrl }: Inner, mfaUsed: 'Yes' | 'No') {
  return { LoginTo: `${publicUrl.origin}/console`, MobileVersion: 'No', MFAUsed: mfaUsed }
}

function eventUser({
  account,
  partition,
  user: { id, name, path },
}: Pick<UserStep, 'account' | 'partition' | 'user'>): EventUser {
  const arn = iamArn({ partition, account }, 'user', name, path)
  return { account, known: { type: 'IAMUser', name, id, arn } }
}
