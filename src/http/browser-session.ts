import type { NextFunction, Request, RequestHandler, Response } from 'express'
import session, { type Store } from 'express-session'
import type { Problem } from '../../views/message.ts'
import type { Identity } from '../kernel/identity.ts'
import { identityOf, identityText } from '../sign-in/identity-text.ts'
import { cookieAttributes, cookieName } from './cookies.ts'

/** The page on which a console session ended, so that the person can return to it. */
export interface Resume {
  readonly path: string
  readonly choice?: string | undefined
}

/** What was typed into a form of the console after its session had ended. */
export interface KeptForm {
  readonly path: string
  /** Who typed it, and as what: nobody else is shown it. */
  readonly by: string
  readonly fields: Readonly<Record<string, string | readonly string[]>>
}

/** Credentials that the portal may show again for a while: their sealed token, not their secret. */
export interface Taken {
  /** The id of the choice. */
  readonly choice: string
  readonly sessionToken: string
  /** ISO 8601. */
  readonly until: string
}

declare module 'express-session' {
  interface SessionData {
    /** The serialized identity that is signed in at the portal. Never leaves the server. */
    identity: string
    /** The key of the browser's console session. */
    console: string
    /** The key of the session of a user who signed in by password; `console` may be a role's. */
    user: string
    /** The console session that a new one replaced; shown once. */
    replaced: string
    /** The result of a console form; shown once. */
    said: string
    resume: Resume
    keptForm?: KeptForm | undefined
    taken?: Taken | undefined
    /** Why an action of the portal was refused; shown once. */
    refused: Problem & { readonly status: number }
    /** Set by csrf-sync. */
    csrfToken?: string | undefined
    /** The serialized roles of an assertion, until one is taken. Never leaves the server. */
    samlRoles: string
    /** The serialized identity whose assertion named the console's role, for single logout. */
    asserted: string
  }
}

/**
 * Lifetime of a session that holds the roles of an assertion, until one is taken; signing in
 * extends it.
 */
const undecidedSeconds = 1800
/**
 * Longer than the longest sign-in and console session (twelve hours), which end by their own time:
 * a person who comes back on the next morning is told what ended.
 */
const signedInSeconds = 36 * 3600

export interface BrowserSessionSettings {
  readonly publicUrl: URL
  readonly store: Store
  /** Secrets for the cookie's signature: the first signs, all verify. */
  readonly secrets: readonly string[]
}

export function browserSession({
  publicUrl,
  store,
  secrets,
}: BrowserSessionSettings): RequestHandler[] {
  const secure = publicUrl.protocol === 'https:'
  // Treat the request as secure if the public address is https, wherever TLS ends; otherwise the
  // Secure cookie would not be sent.
  const markSecure = (req: Request, _res: Response, next: NextFunction) => {
    if (secure) Object.defineProperty(req, 'secure', { value: true, configurable: true })
    next()
  }
  return [
    markSecure,
    session({
      name: cookieName(publicUrl, 'session'),
      store,
      secret: [...secrets],
      resave: false,
      saveUninitialized: false,
      cookie: { ...cookieAttributes(publicUrl), maxAge: undecidedSeconds * 1000 },
    }),
  ]
}

/**
 * Whether this browser has a session, because a person proved an identity or an assertion. Nothing
 * may be written into the session before that; `visitor.ts` keeps what is needed until then.
 */
export function begun({ session: { identity, console, user, samlRoles } }: Request): boolean {
  return [identity, console, user, samlRoles].some((one) => one !== undefined)
}

/**
 * The person of a session as a check of this request found them. Beside the session, which another
 * request may save meanwhile; a renewed session is another object.
 */
const checked = new WeakMap<object, Identity>()

export function noteChecked(req: Request, identity: Identity): void {
  checked.set(req.session, identity)
}

/** Returns the identity that is signed in, or undefined. */
export function signedIn(req: Request): Identity | undefined {
  const found = checked.get(req.session)
  if (found) return found
  return req.session.identity === undefined ? undefined : identityOf(req.session.identity)
}

export interface Carried {
  readonly identity?: Identity | undefined
  readonly console?: string | undefined
  readonly user?: string | undefined
  readonly replaced?: string | undefined
  readonly resume?: Resume | undefined
  readonly keptForm?: KeptForm | undefined
  readonly asserted?: string | undefined
  readonly taken?: Taken | undefined
  /** Kept for a person who stays signed in, so that forms in other tabs remain valid. */
  readonly csrfToken?: string | undefined
}

/** Makes a new session id, at sign-in and whenever a console opens. Keeps only `carried`. */
export async function renewSession(req: Request, { identity, ...carried }: Carried): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  req.session.regenerate((error) => (error ? reject(error) : resolve()))
  await promise
  req.session.cookie.maxAge = signedInSeconds * 1000
  Object.assign(req.session, carried, identity && { identity: identityText(identity) })
  await saveSession(req)
}

/**
 * Saves the session before a redirect, because the next request may arrive before the store is
 * written.
 */
export function saveSession(req: Request): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  req.session.save((error) => (error ? reject(error) : resolve()))
  return promise
}

/**
 * Leaves the console and keeps the sign-in, unless the console is the user's own session. Writes
 * nothing when there is no console.
 */
export async function leaveConsole(req: Request): Promise<void> {
  const { console, user } = req.session
  if (console === undefined) return
  delete req.session.console
  if (console === user) delete req.session.user
  await saveSession(req)
}

export function endSession(req: Request): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  req.session.destroy((error) => (error ? reject(error) : resolve()))
  return promise
}

export function sameIdentity(one: Identity | undefined, other: Identity): boolean {
  return one?.connector === other.connector && one.subject === other.subject
}
