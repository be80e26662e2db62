import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { type App, type Apps, findApp } from './app.ts'
import { buildKnownSessions, type KnownSessionsPorts } from './known-sessions.ts'

export interface FrontChannelPorts extends KnownSessionsPorts {
  readonly apps: () => Apps
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take'>
  readonly publicUrl: URL
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

/**
 * Tells apps of a sign-out through the person's browser, by frames in the page that says so (OpenID
 * Connect Front-Channel Logout 1.0).
 */
export interface FrontChannel {
  /** Keeps that an app knows of a sign-in, as the session `sid`. */
  note(app: string, identity: Identity, sid: string): Promise<void>
  /** The addresses of the frames for a sign-in that has ended, at most `mostFrames`, once. */
  leave(identity: Identity): Promise<readonly string[]>
  /** Keeps addresses for a later page of this browser. Returns what the browser shows then. */
  keep(addresses: readonly string[]): Promise<string>
  /** The addresses that were kept, once. */
  kept(ticket: string): Promise<readonly string[]>
}

/** Frames in one page. Further apps are not told. */
export const mostFrames = 20
/** A browser may be at its identity provider meanwhile, to sign out there too. */
export const framesKeptMs = 10 * 60_000

export function buildFrontChannel(ports: FrontChannelPorts): FrontChannel {
  const { apps, ephemeral, publicUrl, clock, ids } = ports
  const sessions = buildKnownSessions(ports, 'FrontChannel')
  return {
    async note(app, identity, sid) {
      if (findApp(apps(), app)?.frontChannelLogout) await sessions.note(app, identity, sid)
    },
    async leave(identity) {
      const addresses: string[] = []
      for (const [id, { frontChannelLogout }] of Object.entries(apps()))
        if (frontChannelLogout)
          for (const sid of await sessions.take(id, identity))
            addresses.push(addressOf(frontChannelLogout, publicUrl.origin, sid))
      return [...new Set(addresses)].slice(0, mostFrames)
    },
    async keep(addresses) {
      const ticket = ids.opaque(32)
      const until = new Date(clock.now().getTime() + framesKeptMs)
      await ephemeral.put('app', ticketKey(ticket), JSON.stringify(addresses), until)
      return ticket
    },
    async kept(ticket) {
      const text = await ephemeral.take('app', ticketKey(ticket))
      return text === undefined ? [] : JSON.parse(text)
    },
  }
}

/** The policy of one page (Content Security Policy) with leave to show these frames alone. */
export function withFrames(policy: string, addresses: readonly string[]): string {
  const origins = new Set(addresses.map((address) => new URL(address).origin))
  return `${policy};frame-src ${[...origins].join(' ')}`
}

function addressOf(
  { uri, sessionRequired }: NonNullable<App['frontChannelLogout']>,
  iss: string,
  sid: string,
): string {
  const url = new URL(uri)
  if (!sessionRequired) return url.href
  url.searchParams.set('iss', iss)
  url.searchParams.set('sid', sid)
  return url.href
}

function ticketKey(ticket: string): string {
  return `Frames/is/${hash('sha256', ticket, 'base64url')}`
}
