import type { IncomingMessage, ServerResponse } from 'node:http'
import type { errors, Provider } from 'oidc-provider'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { AppRules } from '../mapping/app-rules.ts'
import { reauthenticationSkewSeconds } from '../sign-in/redirect/admit.ts'
import { type EventPorts, identityChain, recordSignIn } from '../sign-in/sign-in-event.ts'
import { type AcrValues, acrOf, isStrongEnough } from './acr.ts'
import { type App, type Apps, findApp, isTooOld } from './app.ts'
import { makeGrant } from './grants.ts'
import type { ConsentQuestion } from './pages.ts'
import { loginOf, type People, subjectOf } from './people.ts'
import { askedResources, type Resources } from './resources.ts'
import { toldTo } from './told.ts'
import type { Visit } from './visit.ts'

/** What the edge has to do next with a person on the way to an app. */
export type Step =
  /** The request is unknown in this browser, or over. */
  | { readonly step: 'gone' }
  | { readonly step: 'sign-in' }
  | { readonly step: 'ask'; readonly question: ConsentQuestion }
  /** The sign-in is weaker than the app wants: the person decides, so that nothing goes round. */
  | { readonly step: 'weak'; readonly app: string }
  | { readonly step: 'refused'; readonly app: string; readonly reference: string }
  | { readonly step: 'go'; readonly url: string }

export interface ContinuePorts extends EventPorts {
  readonly provider: Provider
  readonly apps: Apps
  readonly resources: Resources
  readonly acrValues: AcrValues
  readonly rules: AppRules
  readonly people: People
  readonly ids: Ids
  readonly isGone: (error: unknown) => error is errors.SessionNotFound
}

/** `declined`: the person wants back to the app without being signed in there. */
export type Answer = 'allowed' | 'declined' | undefined

interface Asked {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly visit: Visit
  readonly answer: Answer
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/**
 * Goes on with the request that an app made in this browser: whoever is signed in at Gatehouse, by
 * any connector, is signed in at the app if its rule allows it.
 */
export async function goOn(ports: ContinuePorts, asked: Asked): Promise<Step> {
  const { req, res, visit, answer } = asked
  const { provider } = ports
  const details = await detailsOf(ports, asked)
  const id = details?.params.client_id
  const app = typeof id === 'string' ? findApp(ports.apps, id) : undefined
  if (!details || !app || typeof id !== 'string') return { step: 'gone' }
  const finish = async (result: Parameters<Provider['interactionResult']>[2]): Promise<Step> => ({
    step: 'go',
    url: await provider.interactionResult(req, res, result),
  })
  if (answer === 'declined')
    return finish({ error: 'access_denied', error_description: 'the person declined' })

  const { identity } = visit
  if (!identity || !(await ports.people.signedIn(identity))) return { step: 'sign-in' }
  const verdict = ports.rules.evaluate(id, identity)
  if (verdict?.result !== 'allowed')
    return refused(ports, { id, app, visit, identity, reason: verdict?.reason ?? 'no such app' })
  const now = ports.clock.now()
  if (!isStrongEnough(ports.acrValues, details.params.acr_values, identity))
    return { step: 'weak', app: app.label }
  if (details.prompt.name === 'login')
    return provesEnough(details, identity, now) && !isTooOld(app, identity.authenticatedAt, now)
      ? finish({ login: loginOf(identity, acrOf(ports.acrValues, identity)) })
      : { step: 'sign-in' }
  if (details.session?.accountId !== subjectOf(identity)) return { step: 'gone' }
  const resources = askedResources(ports.resources, app, details.params)
  if (answer === undefined) {
    const host = URL.parse(String(details.params.redirect_uri))?.host ?? ''
    const { label, takesRoles = false, exchange } = app
    const roles = exchange?.roles ?? []
    const claims = toldTo(identity, verdict)
    const question = { app: label, takesRoles, roles, host, claims, resources }
    return { step: 'ask', question }
  }
  const scopes = String(details.params.scope ?? '').split(' ')
  const grant = await makeGrant(provider, ports.people, {
    ...{ clientId: id, identity, scopes, resources, origin: visit.origin },
  })
  return finish({ consent: { grantId: grant.jti } })
}

async function detailsOf(
  { provider, isGone }: ContinuePorts,
  { req, res }: Asked,
): Promise<Details | undefined> {
  try {
    return await provider.interactionDetails(req, res)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Reasons that a person who is signed in already meets. */
const metBySession = new Set(['no_session', 'gatehouse_session', 'max_age', 'acr_values'])

/** What the prompt for a sign-in keeps of the moment in which the app asked. */
interface Arrival {
  readonly arrivedAt: string
  /** When the person of this browser had signed in by then. */
  readonly signedInAt: string | undefined
}

/** Kept in the prompt's details by the interaction policy, read by `provesEnough`. */
export function arrivalOf(now: Date, identity: Identity | undefined): Arrival {
  return {
    arrivedAt: now.toISOString(),
    signedInAt: identity?.authenticatedAt.toISOString(),
  }
}

/**
 * Whether the sign-in is what the app asked for: by `max_age`, by its time; by `prompt=login` and
 * anything else, newer than the one that the browser had when the app asked, and made after that
 * up to the skew of an identity provider's clock.
 */
function provesEnough({ prompt, params }: Details, identity: Identity, now: Date): boolean {
  const at = identity.authenticatedAt.getTime()
  const most = params.max_age === undefined ? Infinity : Number(params.max_age)
  if (prompt.reasons.every((reason) => metBySession.has(reason)))
    return now.getTime() - at <= most * 1000
  const { arrivedAt, signedInAt } = prompt.details as Partial<Arrival>
  if (arrivedAt === undefined || at < Date.parse(arrivedAt) - reauthenticationSkewSeconds * 1000)
    return false
  return signedInAt === undefined || at > Date.parse(signedInAt)
}

interface Refused {
  readonly id: string
  readonly app: App
  readonly visit: Visit
  readonly identity: Identity
  readonly reason: string
}

function refused(ports: ContinuePorts, { id, app, visit, identity, reason }: Refused): Step {
  const reference = ports.ids.reference()
  recordSignIn(ports, {
    name: 'AppSignIn',
    origin: visit.origin,
    identity,
    chain: { ...identityChain(identity), reference, detail: reason },
    request: { app: id },
    error: { code: 'access_denied', message: 'The person may not use this app' },
  })
  return { step: 'refused', app: app.label, reference }
}
