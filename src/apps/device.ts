import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type { Clock } from '../kernel/clock.ts'
import type { AppRules } from '../mapping/app-rules.ts'
import type { Tries } from '../sign-in/tries.ts'
import { findApp } from './app.ts'
import type { DeviceProblem, LibraryPages } from './pages.ts'
import { type RecordPorts, recordEvent } from './record.ts'
import { askedResources, type ResourcePorts } from './resources.ts'
import { toldTo } from './told.ts'
import { visitOf } from './visit.ts'

export interface DevicePorts extends RecordPorts, ResourcePorts {
  readonly rules: () => AppRules
  readonly pages: Pick<
    LibraryPages,
    'deviceCode' | 'deviceConfirm' | 'deviceDone' | 'deviceDeclined'
  >
  readonly tries: Pick<Tries, 'wrongCode'>
  readonly clock: Clock
}

export const deviceRoutes = {
  device_authorization: '/oauth2/device_authorization',
  code_verification: '/oauth2/device',
} as const
/** Short, since whoever sends a code to somebody else needs them to confirm it within. */
export const deviceCodeSeconds = 300

/** Whether a person's request is about a device: no app gets an answer in this browser. */
export function isOfDevice({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.route === 'code_verification' || oidc.route === 'device_resume'
}

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

/**
 * Signing in on a device without a browser (RFC 8628), with pages of ours. The page that confirms
 * says what the device is and what the app will be told, and so stands for consent.
 */
export function deviceFlow(ports: DevicePorts): DeviceFlow {
  const { pages } = ports
  const action = deviceRoutes.code_verification
  return {
    enabled: true,
    deviceInfo: ({ req }) => {
      const { sourceAddress, userAgent } = visitOf(req).origin
      return { address: sourceAddress, agent: userAgent, at: ports.clock.now().toISOString() }
    },
    async userCodeInputSource(ctx, _form, _out, error) {
      if (error) await noteRefusal(ports, ctx, error)
      if (error && startsAgain(ctx)) return
      ctx.type = 'html'
      if (error?.name === 'AbortedError') {
        ctx.body = pages.deviceDeclined()
        return
      }
      ctx.body = pages.deviceCode({
        action,
        xsrf: secretOf(ctx),
        code: visitOf(ctx.req).userCode,
        problem: error && (problems[error.name] ?? 'stale'),
      })
    },
    userCodeConfirmSource(ctx, _form, ...[client, deviceInfo, code]) {
      const { identity } = visitOf(ctx.req)
      const { address, agent, at } = deviceInfo as Partial<DeviceInfo> as DeviceInfo
      const app = findApp(ports.apps(), client.clientId)
      const verdict = identity && ports.rules().evaluate(client.clientId, identity)
      ctx.type = 'html'
      ctx.body = pages.deviceConfirm({
        action,
        xsrf: secretOf(ctx),
        code,
        app: app?.label ?? client.clientId,
        takesRoles: app?.takesRoles ?? false,
        roles: app?.exchange?.roles ?? [],
        device: { address, agent, at: new Date(at) },
        now: ports.clock.now(),
        resources: app
          ? askedResources(ports.resources(), app, ctx.oidc.deviceCode?.params ?? {})
          : [],
        claims: identity && verdict?.result === 'allowed' ? toldTo(identity, verdict) : {},
      })
    },
    successSource(ctx) {
      const { clientId = '' } = ctx.oidc.client ?? {}
      ctx.type = 'html'
      ctx.body = pages.deviceDone({ app: findApp(ports.apps(), clientId)?.label ?? clientId })
    },
  }
}

interface DeviceInfo {
  readonly address: string
  readonly agent: string
  /** ISO 8601. */
  readonly at: string
}

/** By name of the library's errors, whose classes it keeps to itself. */
const problems: Readonly<Record<string, DeviceProblem>> = {
  NoCodeError: 'wrong',
  NotFoundError: 'wrong',
  ExpiredError: 'expired',
  AlreadyUsedError: 'used',
  InvalidGrant: 'used',
}

/** Counts a wrong code by its address, and records it. */
async function noteRefusal(
  ports: DevicePorts,
  ctx: KoaContextWithOIDC,
  { name, message }: Error,
): Promise<void> {
  if (problems[name] === undefined) return
  if (name === 'NotFoundError') await ports.tries.wrongCode(visitOf(ctx.req).origin.sourceAddress)
  const fault = { error: 'invalid_user_code', error_description: message }
  recordEvent(ports, 'AppSignIn', ctx, { fault })
}

/** A browser that lost the library's cookie gets a new one; the library would fail to save it. */
function startsAgain(ctx: KoaContextWithOIDC): boolean {
  const session = ctx.oidc.session as { exp?: number; touched?: boolean } | undefined
  if (!session || session.exp !== undefined) return false
  session.touched = false
  ctx.redirect(deviceRoutes.code_verification)
  ctx.status = 303
  return true
}

function secretOf({ oidc }: KoaContextWithOIDC): string {
  return (oidc.session as unknown as { state: { secret: string } }).state.secret
}
