import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Identity } from '../kernel/identity.ts'
import type { Log } from '../kernel/log.ts'
import { recordSignIn, type SignInEvent } from '../sign-in/sign-in-event.ts'
import { StoreFault } from '../store/store-fault.ts'
import { isOfDevice } from './device.ts'
import { pollSeconds } from './device-codes.ts'
import { signOutRoute } from './features.ts'
import { type FrontChannel, mostFrames, withFrames } from './front-channel.ts'
import type { GroupedWrites } from './grouped-writes.ts'
import type { Logouts } from './logouts.ts'
import type { LibraryPages } from './pages.ts'
import type { People } from './people.ts'
import { type AppEvent, appEvent, type RecordPorts, recordEvent } from './record.ts'
import { visitOf } from './visit.ts'

export interface WatchPorts extends RecordPorts {
  readonly log: Log
  readonly pages: Pick<LibraryPages, 'goOn' | 'signedOut' | 'leaveByFrames' | 'refused'>
  readonly publicUrl: URL
  readonly logouts: Pick<Logouts, 'note'>
  readonly frontChannel: Pick<FrontChannel, 'note' | 'leave'>
  readonly people: Pick<People, 'behind' | 'signedOut'>
  readonly writes: Pick<GroupedWrites, 'hold' | 'commit'>
  /** Whether the refresh token of a request served once more. */
  readonly wasUsedBefore: (req: object) => boolean
}

type Context = KoaContextWithOIDC
type Fault = errors.OIDCProviderError

/** What a page of an app asks in the background, and hears that a person is needed. */
const silent = new Set(['login_required', 'interaction_required', 'consent_required'])
/** An answer that was lost, or somebody who copied the token. */
const usedBefore = { detail: 'the refresh token was used before, and served once more' }
/** What a device hears again and again while its person takes their time. */
const waiting = new Set(['authorization_pending', 'slow_down'])

/** Records what the library decides, and does what it leaves out. An answer waits for all of it. */
export function watch(provider: Provider, ports: WatchPorts): void {
  const pending = new WeakMap<object, Promise<void>[]>()
  const answerAfter = (ctx: Context, work: Promise<void>) => {
    pending.set(ctx.req, [...(pending.get(ctx.req) ?? []), work])
  }
  const given = new WeakMap<object, SignInEvent[]>()
  /** What an answer gives is recorded once it is kept: until then it may come to nothing. */
  const recordGiven = (name: AppEvent, ctx: Context, told = {}) => {
    given.set(ctx.req, [...(given.get(ctx.req) ?? []), appEvent(name, ctx, told)])
  }
  const record = (name: AppEvent, ctx: Context, fault: Fault) =>
    recordEvent(ports, name, ctx, { fault })

  provider.on('authorization.success', (ctx) => {
    recordGiven('AppSignIn', ctx)
    if (!isOfDevice(ctx)) endWithSignOut(ctx)
    answerAfter(ctx, noteSession(ports, ctx))
  })
  provider.on('authorization.error', (ctx, fault) => {
    if (!silent.has(fault.error)) record('AppSignIn', ctx, fault)
  })
  provider.on('grant.success', (ctx) =>
    recordGiven('AppToken', ctx, ports.wasUsedBefore(ctx.req) ? usedBefore : {}),
  )
  provider.on('grant.error', (ctx, fault) => {
    if (waiting.has(fault.error)) return
    record('AppToken', ctx, fault)
    if (fault.error_detail === 'client mismatch') answerAfter(ctx, endFamily(provider, ctx))
  })
  provider.on('device_authorization.success', (_ctx, answer) => {
    Object.assign(answer, { interval: pollSeconds })
  })
  provider.on('device_authorization.error', (ctx, fault) => record('AppToken', ctx, fault))
  provider.on('code_verification.error', (ctx, fault) => record('AppSignIn', ctx, fault))
  provider.on('device_resume.error', (ctx, fault) => record('AppSignIn', ctx, fault))
  provider.on('introspection.error', (ctx, fault) => record('AppToken', ctx, fault))
  provider.on('revocation.error', (ctx, fault) => record('AppToken', ctx, fault))
  provider.on('registration_create.success', (ctx) => recordGiven('AppRegistration', ctx))
  provider.on('registration_create.error', (ctx, fault) => record('AppRegistration', ctx, fault))
  provider.on('registration_read.error', (ctx, fault) => record('AppRegistration', ctx, fault))
  provider.on('registration_delete.success', (ctx) => recordGiven('AppRemoval', ctx))
  provider.on('registration_delete.error', (ctx, fault) => record('AppRemoval', ctx, fault))
  const away = new WeakSet<object>()
  provider.on('server_error', (ctx, error) => {
    if (error instanceof StoreFault) return void away.add(ctx.req)
    ports.log('app-failed', { path: ctx.path, error: error.stack ?? error.message })
  })

  provider.use(async (ctx, next) => {
    ports.writes.hold(ctx.req)
    const events = () => given.get(ctx.req) ?? []
    let isKept = false
    try {
      await next()
      if (away.has(ctx.req)) later(ctx)
      const { oidc } = ctx as Context
      if (oidc?.route === 'end_session_confirm') await afterSignOut(ports, ctx as Context)
      await Promise.all(pending.get(ctx.req) ?? [])
      await answerKept(ports, ctx as Context, () => {
        isKept = true
        for (const event of events()) recordSignIn(ports, event)
      })
    } finally {
      if (!isKept) for (const event of events()) recordSignIn(ports, { ...event, error: notKept })
    }
  })
}

const notKept = { code: 'server_error', message: 'the answer was none: it could not be kept' }

/** Keeps what the answer gives, tells it once that is done, and takes the answer back otherwise. */
async function answerKept(ports: WatchPorts, ctx: Context, kept: () => void): Promise<void> {
  try {
    await ports.writes.commit(ctx.req)
    kept()
    await ports.audit.durable()
  } catch (error) {
    withdraw(ports, ctx, error)
  }
}

const forPeople = /^(authorization|resume|code_verification|device_resume|end_session)/

/** The answer is none: what it gives could not be kept, or not be recorded. */
function withdraw({ log, pages, ids }: WatchPorts, ctx: Context, error: unknown): void {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const isAway = error instanceof StoreFault
  if (!isAway) log('app-failed', { path: ctx.path, error: told })
  for (const name of ['Location', 'Set-Cookie']) ctx.remove(name)
  const code = 'server_error'
  ctx.status = 500
  if (forPeople.test(ctx.oidc?.route ?? '')) {
    ctx.type = 'html'
    ctx.body = pages.refused({ code, reference: ids.reference() })
  } else ctx.body = { error: code }
  if (isAway) later(ctx)
}

/** What failed because a store is away may be asked for again in a moment. */
function later(ctx: { status: number; set(name: string, value: string): void }): void {
  if (ctx.status !== 500) return
  ctx.status = 503
  ctx.set('Retry-After', '2')
}

/**
 * Lets a sign-out at an app end its grant: the library leaves one whose tokens are not bound to its
 * session, as none of ours is.
 */
function endWithSignOut({ oidc: { client, session } }: Context): void {
  const ofApp = client && session?.authorizations?.[client.clientId]
  delete ofApp?.persistsLogout
}

/** Keeps the session that an app may want to hear the end of. */
async function noteSession(
  { logouts, frontChannel }: Pick<WatchPorts, 'logouts' | 'frontChannel'>,
  { oidc }: Context,
): Promise<void> {
  const { client, session, account } = oidc
  const sid = client && session?.sidFor(client.clientId)
  if (!sid || !account) return
  const identity = account.identity as Identity
  await logouts.note(client.clientId, identity, sid)
  await frontChannel.note(client.clientId, identity, sid)
}

/**
 * A code or refresh token in the hands of another app was stolen: its grant ends. The library
 * refuses that app and leaves the grant as it is.
 */
async function endFamily(provider: Provider, { oidc }: Context): Promise<void> {
  const { code, refresh_token: refresh, device_code: ofDevice } = oidc.params ?? {}
  const ignoreExpiration = { ignoreExpiration: true }
  if (typeof ofDevice === 'string') {
    const found = await provider.DeviceCode.find(ofDevice, ignoreExpiration)
    await found?.destroy()
    return endGrant(provider, found?.grantId)
  }
  const token =
    typeof refresh === 'string'
      ? await provider.RefreshToken.find(refresh, ignoreExpiration)
      : await provider.AuthorizationCode.find(String(code), ignoreExpiration)
  await endGrant(provider, token?.grantId)
}

async function endGrant(provider: Provider, grantId: string | undefined): Promise<void> {
  const grant = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  await grant?.destroy()
}

/**
 * Ends the sign-ins behind the library's session, also where the cookie of ours was lost. Returns
 * who they were.
 */
async function endSignIns(
  people: WatchPorts['people'],
  { oidc, req }: Context,
): Promise<readonly Identity[]> {
  const ended: Identity[] = []
  for (const { grantId } of Object.values(oidc.session?.authorizations ?? {})) {
    const identity = grantId && (await people.behind(grantId, visitOf(req).origin))
    if (!identity) continue
    await people.signedOut(identity)
    ended.push(identity)
  }
  return ended
}

/**
 * Ends the sign-in at Gatehouse with the one at the apps, and goes on by a page: browsers apply the
 * `form-action` of the page to the redirect that follows its form.
 */
async function afterSignOut(ports: WatchPorts, ctx: Context): Promise<void> {
  if (ctx.status !== 303) return
  const { publicUrl, pages } = ports
  const to = ctx.response.get('location')
  // Somebody else has signed in for a request: the library ends its own session of the first.
  const goesOn = to.startsWith(`${publicUrl.origin}/oauth2/authorize/`)
  const params = ctx.oidc.params ?? {}
  const { identity, signOut } = visitOf(ctx.req)
  const isOver = params.logout !== undefined && !goesOn
  if (isOver) {
    recordEvent(ports, 'AppSignOut', ctx)
    await signOut?.()
  }
  const others = params.logout === undefined ? [] : await endSignIns(ports.people, ctx)
  const frames = isOver ? await framesOf(ports, identity ? [identity, ...others] : others) : []
  ctx.status = 200
  ctx.remove('Location')
  ctx.type = 'html'
  if (frames.length === 0) {
    ctx.body = pages.goOn(to)
    return
  }
  const policy = 'Content-Security-Policy'
  ctx.set(policy, withFrames(ctx.response.get(policy), frames))
  const staysHere = to === `${publicUrl.origin}${signOutRoute}/success`
  ctx.body = staysHere ? pages.signedOut(frames) : pages.leaveByFrames({ url: to, frames })
}

async function framesOf(
  { frontChannel }: Pick<WatchPorts, 'frontChannel'>,
  ended: readonly Identity[],
): Promise<readonly string[]> {
  const frames: string[] = []
  for (const identity of ended) frames.push(...(await frontChannel.leave(identity)))
  return frames.slice(0, mostFrames)
}
