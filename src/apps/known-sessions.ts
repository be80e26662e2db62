import { hash } from 'node:crypto'
import type { Identity } from '../kernel/identity.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface KnownSessionsPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get' | 'take'>
  readonly signIn: Pick<SignIn, 'endsAt'>
}

/** The sessions (`sid`) by which apps know a sign-in, until it ends. */
export interface KnownSessions {
  note(app: string, identity: Identity, sid: string): Promise<void>
  /** The newest first. Each is given once. */
  take(app: string, identity: Identity): Promise<readonly string[]>
}

/** Sessions of one sign-in at one app: a browser that lost a cookie begins another. */
const mostSessions = 10

/** `use`: who reads them. What one takes, the other still has. */
export function buildKnownSessions(
  { ephemeral, signIn }: KnownSessionsPorts,
  use: 'Logout' | 'FrontChannel',
): KnownSessions {
  return {
    async note(app, identity, sid) {
      const key = keyOf(use, app, identity)
      const known = sessionsOf(await ephemeral.get('app', key))
      if (known.includes(sid)) return
      const text = JSON.stringify([sid, ...known].slice(0, mostSessions))
      await ephemeral.put('app', key, text, signIn.endsAt(identity))
    },
    take: async (app, identity) =>
      sessionsOf(await ephemeral.take('app', keyOf(use, app, identity))),
  }
}

function keyOf(
  use: string,
  app: string,
  { connector, subject, authenticatedAt }: Identity,
): string {
  const knows = JSON.stringify([app, connector, subject, authenticatedAt.getTime()])
  return `${use}/is/${hash('sha256', knows, 'base64url')}`
}

function sessionsOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : JSON.parse(text)
}
