import { iamArn, rootArn } from '../../kernel/arn.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import { passwordStanding } from '../../sessions/password-policy.ts'
import type { Issued } from '../../sessions/role-issue.ts'
import type { LoginProfileRecord } from '../../store/records.ts'
import { audited, type Done, type Step } from '../audited.ts'
import type { EventUser, Origin } from '../sign-in-event.ts'
import { FederationFault } from '../sign-in-token.ts'
import { factorsOf, hasAny, mfaType } from './second-factor.ts'
import { ownerId, type UserStep, type UserSteps } from './steps.ts'
import type { Next, UserSignInPorts } from './user-ports.ts'

/** What the steps of a sign-in share. */
export interface Inner extends UserSignInPorts {
  readonly steps: UserSteps
}

export type Stepped = Done & { readonly next: Next }
/** `audited` reads what is known of the user when the step ends. */
export type Telling = { -readonly [K in keyof Step]: Step[K] }

/** What is next for a user whose password was right: asks for more, or opens the console. */
export async function goOn(inner: Inner, step: UserStep, origin: Origin): Promise<Stepped> {
  const factors = await factorsOf(inner, step)
  if (!step.factor && hasAny(factors)) {
    const key = await inner.steps.keep(step)
    const additional = { MfaType: mfaType(factors) }
    return { next: { to: 'factor', key }, name: 'CheckMfa', additional }
  }
  if (!step.factor && needsFactor(inner, step)) {
    const key = await inner.steps.keep(step)
    return { next: { to: 'enrol', key }, name: 'CheckMfa', additional: { MfaType: 'None' } }
  }
  const profile = await profileOf(inner, step)
  if (!profile) throw new SignInFault('attempt-ended', 'the password was changed meanwhile')
  // The account's policy is for its users: root's password is the operator's.
  if (!step.user) return { next: await enter(inner, step, origin), quiet: true }
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

/** Whether the settings let nobody be this account's root without a second factor. */
export function needsFactor({ roots }: Pick<Inner, 'roots'>, step: UserStep): boolean {
  const { account, user } = step
  return !user && roots().find((one) => one.account === account)?.mfa !== 'optional'
}

async function enter(inner: Inner, step: UserStep, origin: Origin): Promise<Next> {
  const { credentials } = await issued(inner, step)
  const { account, factor, next } = step
  const id = ownerId(step)
  await inner.transact(
    async (tx) => {
      const profile = await tx.find('loginProfile', account, id)
      const lastUsedAt = inner.clock.now().toISOString()
      if (profile) await tx.update('loginProfile', account, id, { ...profile, lastUsedAt })
    },
    [account],
  )
  await inner.signIns.note({ connector: `iam/${account}`, subject: id }, origin)
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

export function issued(inner: Inner, step: UserStep): Promise<Issued> {
  const { partition, account, user, passwordSetAt, factor } = step
  return inner.issuer.issueSignIn({
    ...{ partition, account, user, passwordSetAt },
    durationSeconds: inner.lifetimeSeconds,
    mfaAt: factor && new Date(factor.at),
  })
}

/** Throws `attempt-ended` for a sign-in that is over, also because the password was changed. */
export async function living(inner: Inner, key: string, told: Telling): Promise<UserStep> {
  const step = await inner.steps.find(key)
  if (!step) throw new SignInFault('attempt-ended', 'no such sign-in is on its way')
  told.user = { ...eventUser(step), proved: true }
  if (!(await profileOf(inner, step)))
    throw new SignInFault('attempt-ended', 'the password was changed meanwhile')
  return step
}

/** Only one of several requests with the same key goes on. */
export async function taken({ steps }: Inner, key: string): Promise<void> {
  if (!(await steps.take(key))) throw new SignInFault('attempt-ended', 'another request went on')
}

export async function profileOf(
  { reads }: Inner,
  step: UserStep,
): Promise<LoginProfileRecord | undefined> {
  const profile = await reads.find('loginProfile', step.account, ownerId(step))
  return profile?.changedAt === step.passwordSetAt ? profile : undefined
}

export async function stepped(
  inner: Inner,
  told: Telling,
  work: () => Promise<Stepped>,
): Promise<Next> {
  return (await audited(inner, told, work)).next
}

export function tell(inner: Inner, origin: Origin, mfaUsed: 'Yes' | 'No' = 'No'): Telling {
  const additional = additionalOf(inner, mfaUsed)
  return { name: 'ConsoleLogin', origin, chain: {}, additional, user: {} }
}

function additionalOf({ publicUrl }: Inner, mfaUsed: 'Yes' | 'No') {
  return { LoginTo: `${publicUrl.origin}/console`, MobileVersion: 'No', MFAUsed: mfaUsed }
}

export function eventUser({
  account,
  partition,
  user,
}: Pick<UserStep, 'account' | 'partition' | 'user'>): EventUser {
  if (!user) return { account, known: { type: 'Root', arn: rootArn(partition, account) } }
  const { id, name, path } = user
  const arn = iamArn({ partition, account }, 'user', name, path)
  return { account, known: { type: 'IAMUser', name, id, arn } }
}
