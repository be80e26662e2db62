import type { NextFunction, Request, RequestHandler, Response } from 'express'
import session, { type Store } from 'express-session'
import type { Identity } from '../kernel/identity.ts'
import { identityOf, identityText } from '../sign-in/identity-text.ts'

/** Where a console session ended, so that the person comes back to the same page. */
export interface Resume {
  readonly path: string
  readonly choice?: string
}

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in at the portal, as text. Never leaves the server. */
    identity: string
    /** The key of the browser's one console session. */
    console: string
    /** Said once: the console session that a new one ended. */
    replaced: string
    resume: Resume
    /** Of csrf-sync. */
    csrfToken?: string
    /** Roles that an assertion named, as text, until one is taken. Never leaves the server. */
    samlRoles: string
  }
}

/** How long the session of somebody who has not signed in is kept without a request: visitors cost a row each. */
const visitorSeconds = 1800
/** Twelve hours is the longest console session; the browser session behind it must not be the first to go. */
const signedInSeconds = 13 * 3600

export interface BrowserSessionSettings {
  readonly publicUrl: URL
  readonly store: Store
  /** For the cookie's signature; the first signs, all verify. */
  readonly secrets: readonly string[]
}

/** `__Host-` needs Secure, so plain HTTP on loopback does without (design: only there). */
export function cookieName(publicUrl: URL, name: string): string {
  return publicUrl.protocol === 'https:' ? `__Host-${name}` : name
}

export function browserSession({ publicUrl, store, secrets }: BrowserSessionSettings): RequestHandler[] {
  const secure = publicUrl.protocol === 'https:'
  // Who terminates TLS does not matter: where the public address is https, the cookie is Secure and is always sent.
  const markSecure = (req: Request, _res: Response, next: NextFunction) => {
    if (secure) Object.defineProperty(req, 'secure', { value: true, configurable: true })
    next()
  }
  return [markSecure, session({
    name: cookieName(publicUrl, 'gatehouse'),
    store,
    secret: [...secrets],
    resave: false,
    saveUninitialized: false,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: visitorSeconds * 1000 },
  })]
}

/** The person who is signed in, or undefined. */
export function signedIn(req: Request): Identity | undefined {
  return req.session.identity === undefined ? undefined : identityOf(req.session.identity)
}

export interface Carried {
  readonly identity?: Identity
  readonly console?: string
  readonly replaced?: string
  readonly resume?: Resume
  /** Of somebody who stays: what they can see in other tabs goes on working, signing out above all. */
  readonly csrfToken?: string
}

/** A new session id: at sign-in and whenever a console opens. Only `carried` lives on. */
export async function renewSession(req: Request, { identity, ...carried }: Carried): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  req.session.regenerate((error) => (error ? reject(error) : resolve()))
  await promise
  req.session.cookie.maxAge = signedInSeconds * 1000
  Object.assign(req.session, carried, identity && { identity: identityText(identity) })
  await saveSession(req)
}

/** Before a redirect: the next request may come faster than the store. */
export function saveSession(req: Request): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  req.session.save((error) => (error ? reject(error) : resolve()))
  return promise
}

export function endSession(req: Request): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  req.session.destroy((error) => (error ? reject(error) : resolve()))
  return promise
}

export function sameIdentity(one: Identity | undefined, other: Identity): boolean {
  return one?.connector === other.connector && one.subject === other.subject
}
