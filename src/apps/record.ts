import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Identity } from '../kernel/identity.ts'
import {
  type EventPorts,
  identityChain,
  recordSignIn,
  type SignInEvent,
} from '../sign-in/sign-in-event.ts'
import type { SubjectAccount } from './subject-token.ts'
import { visitOf } from './visit.ts'

export type RecordPorts = EventPorts
export type AppEvent = 'AppSignIn' | 'AppToken' | 'AppSignOut' | 'AppRegistration' | 'AppRemoval'

/** The part of the library's errors that a record tells. */
interface Fault {
  readonly error: string
  readonly error_description?: string | undefined
  readonly error_detail?: string | undefined
}

/** What a record tells besides the request: why it was refused, or what was odd about it. */
interface Told {
  readonly fault?: Fault | undefined
  readonly detail?: string | undefined
}

/** Records what the library decided about a request. */
export function recordEvent(
  ports: RecordPorts,
  name: AppEvent,
  ctx: KoaContextWithOIDC,
  told: Told = {},
): void {
  recordSignIn(ports, appEvent(name, ctx, told))
}

/** Returns the event of what the library decided about a request, as the request is now. */
export function appEvent(
  name: AppEvent,
  { req, oidc }: KoaContextWithOIDC,
  { fault, detail = fault?.error_detail }: Told = {},
): SignInEvent {
  const { origin, identity: visitor } = visitOf(req)
  const behind = oidc.account?.identity as Identity | undefined
  const identity = name === 'AppToken' ? behind : (behind ?? visitor)
  const { subject, session } = (oidc.account ?? {}) as Partial<SubjectAccount>
  const { grant_type: grantType, scope } = oidc.params ?? {}
  const device = oidc.deviceCode?.deviceInfo
  return {
    name,
    origin,
    identity,
    claims: session,
    chain: {
      ...(identity && identityChain(identity)),
      ...(detail !== undefined && { detail: cut(detail) }),
    },
    request: {
      app: oidc.client?.clientId,
      ...(typeof grantType === 'string' && { grantType: cut(grantType) }),
      ...(typeof scope === 'string' && { scope: cut(scope) }),
      ...(device && { device }),
      ...(subject && { subject: subject.sub_id }),
    },
    ...(fault && { error: { code: fault.error, message: cut(fault.error_description ?? '') } }),
  }
}

const cut = (text: string) => text.slice(0, 256)
