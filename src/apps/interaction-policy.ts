import type { Clock } from '../kernel/clock.ts'
import { type AcrValues, isStrongEnough } from './acr.ts'
import { type Apps, findApp, isTooOld } from './app.ts'
import { arrivalOf } from './continue.ts'
import { isOfDevice } from './device.ts'
import { type People, subjectOf } from './people.ts'
import { visitOf } from './visit.ts'

/** The library, once it was loaded. */
export type Library = typeof import('oidc-provider')

interface PolicyPorts {
  readonly apps: () => Apps
  readonly acrValues: () => AcrValues
  readonly people: People
  readonly clock: Clock
}

/**
 * The library's checks and one of ours: its session must be of the sign-in that this browser has at
 * Gatehouse, which has not ended, is as new as the app wants it, and whose person may use the app.
 */
export function interactionPolicy(
  { interactionPolicy: { base, Check } }: Library,
  { apps, acrValues, people, clock }: PolicyPorts,
) {
  const policy = base()
  const sameSignIn = new Check(
    'gatehouse_session',
    'End-User authentication is required',
    'login_required',
    async ({ req, oidc }) => {
      const { identity } = visitOf(req)
      const { session, client, params } = oidc
      const most = params?.max_age === undefined ? Infinity : Number(params.max_age) * 1000
      const app = findApp(apps(), client?.clientId)
      return !(
        identity &&
        app &&
        !isTooOld(app, identity.authenticatedAt, clock.now()) &&
        clock.now().getTime() - identity.authenticatedAt.getTime() <= most &&
        session?.accountId === subjectOf(identity) &&
        session.loginTs === Math.floor(identity.authenticatedAt.getTime() / 1000) &&
        (await people.signedIn(identity)) &&
        people.mayUse(client?.clientId ?? '', identity)
      )
    },
  )
  const login = policy.get('login')
  if (!login) throw new Error('the library has no prompt for a sign-in')
  login.checks.add(sameSignIn)
  // The library asks for nothing here, and would believe the last answer of `goOn`.
  login.checks.add(
    new Check(
      'acr_values',
      'A stronger authentication is required',
      'unmet_authentication_requirements',
      ({ req, oidc }) => {
        const { identity } = visitOf(req)
        return !!identity && !isStrongEnough(acrValues(), oidc.params?.acr_values, identity)
      },
    ),
    0,
  )
  const consent = policy.get('consent')
  const native = consent?.checks.get('native_client_prompt')
  if (!consent || !native) throw new Error('the library does not ask for native apps')
  const { check } = native
  // The page about the device has asked.
  native.check = (ctx) => !isOfDevice(ctx) && check(ctx)
  const { details } = login
  login.details = async (ctx) => ({
    ...(await details(ctx)),
    ...arrivalOf(clock.now(), visitOf(ctx.req).identity),
  })
  return policy
}
