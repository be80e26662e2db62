import type { SigningKeys } from '../credentials/signing-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { Places } from '../kernel/places.ts'
import { type App, type Apps, findApp } from './app.ts'
import { buildKnownSessions, type KnownSessionsPorts } from './known-sessions.ts'

export interface LogoutPorts extends KnownSessionsPorts {
  readonly apps: () => Apps
  /** Sends a form through the outbound door, and returns the status of the answer. */
  readonly post: (url: string, form: URLSearchParams) => Promise<number>
  readonly appKeys: Pick<SigningKeys, 'sign'>
  readonly publicUrl: URL
  readonly clock: Clock
  readonly ids: Pick<Ids, 'uuid'>
  readonly log: Log
}

/** Tells apps that a person's sign-in has ended (OpenID Connect Back-Channel Logout 1.0). */
export interface Logouts {
  /** Keeps that an app knows of a sign-in, as the session `sid`. */
  note(app: string, identity: Identity, sid: string): Promise<void>
  /** Tells every app that knows of it, once. Waits for none of them. */
  ended(identity: Identity): Promise<void>
}

const event = 'http://schemas.openid.net/event/backchannel-logout'
const tokenSeconds = 120
const mostTries = 2
/** Of one app: one that hangs delays nobody but itself. */
const share = { atOnce: 4, waiting: 500 }

export function buildLogouts(ports: LogoutPorts): Logouts {
  const { apps, log } = ports
  const sessions = buildKnownSessions(ports, 'Logout')
  const places = new Map<string, Places>()
  const placesOf = (app: string) => {
    const found = places.get(app) ?? new Places(share)
    places.set(app, found)
    return found
  }
  return {
    async note(app, identity, sid) {
      if (findApp(apps(), app)?.backChannelLogoutUri) await sessions.note(app, identity, sid)
    },
    async ended(identity) {
      const listening = Object.entries(apps()).filter(([, app]) => app.backChannelLogoutUri)
      // What runs of an app that was taken out goes on to its end.
      for (const id of places.keys()) if (!Object.hasOwn(apps(), id)) places.delete(id)
      for (const [id, app] of listening)
        for (const sid of await sessions.take(id, identity))
          placesOf(id)
            .run(() => tell(ports, { id, app, sid }))
            .catch((error: unknown) => log('app-not-told', { app: id, reason: reasonOf(error) }))
    },
  }
}

interface Told {
  readonly id: string
  readonly app: App
  readonly sid: string
}

async function tell(ports: LogoutPorts, { id, app, sid }: Told): Promise<void> {
  const { post, appKeys, publicUrl, clock, ids } = ports
  for (let tries = 1; ; tries++)
    try {
      const now = Math.floor(clock.now().getTime() / 1000)
      const claims = { iss: publicUrl.origin, aud: id, iat: now, exp: now + tokenSeconds }
      const more = { jti: ids.uuid(), sid, events: { [event]: {} } }
      const token = await appKeys.sign(app.signing, { ...claims, ...more }, 'logout+jwt')
      const form = new URLSearchParams({ logout_token: token })
      const status = await post(app.backChannelLogoutUri ?? '', form)
      if (status === 200 || status === 204) return
      throw new Error(`it answered ${status}`)
    } catch (error) {
      if (tries === mostTries) throw error
    }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
