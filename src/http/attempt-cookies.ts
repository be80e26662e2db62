import type { Request, Response } from 'express'
import { attemptSeconds } from '../sign-in/redirect/attempts.ts'
import type { Brought } from '../sign-in/redirect/redirect-ports.ts'
import type { AppPorts } from './app-ports.ts'
import { type CookieUse, clearCookie, readCookie, setCookie } from './cookies.ts'

/**
 * Cookies of browsers on their way to an identity provider and back. Their number is fixed, so that
 * a browser's requests never grow over the limit of headers; the oldest makes room.
 */
const uses = ['attempt1', 'attempt2', 'attempt3', 'attempt4', 'attempt5'] as const
type AttemptUse = (typeof uses)[number] & CookieUse

type Ports = Pick<AppPorts, 'publicUrl' | 'clock' | 'ids'>

/** What the request's browser brought: its mark, and what it keeps of its attempts. */
export function broughtBy(ports: Pick<Ports, 'publicUrl'>, req: Request): Brought {
  const mark = readCookie(req, ports.publicUrl, 'browser')
  return {
    browser: mark !== undefined && /^[\w-]{43}$/.test(mark) ? mark : undefined,
    kept: uses.map((use) => attemptIn(ports, req, use)?.text ?? '').filter((text) => text !== ''),
  }
}

/**
 * Gives the browser something to keep, beside that of its other tabs. Of several free cookies one
 * is chosen at random, so that two tabs that begin at the same moment rarely meet in one.
 */
export function keepAttempt(ports: Ports, req: Request, text: string): void {
  const { publicUrl, clock, ids } = ports
  const free = uses.filter((use) => !attemptIn(ports, req, use))
  const began = (use: AttemptUse) => attemptIn(ports, req, use)?.beganAt ?? 0
  const oldest = [...uses].sort((one, other) => began(one) - began(other))[0]!
  const use = free[ids.random(1)[0]! % free.length] ?? oldest
  const value = `${clock.now().getTime()}.${text}`
  setCookie(req.res!, publicUrl, { use, value, maxAge: attemptSeconds * 1000 })
}

/** Removes what the browser no longer needs. */
export function forgetAttempt(
  ports: Pick<Ports, 'publicUrl'>,
  req: Request,
  text: string | undefined,
): void {
  const use = uses.find((one) => text !== undefined && attemptIn(ports, req, one)?.text === text)
  if (use) clearCookie(req.res!, ports.publicUrl, use)
}

/**
 * Marks a browser until it is closed, so that no other browser can finish a sign-in that it began.
 * The mark is no session and proves no identity.
 */
export function markBrowser({ publicUrl, ids }: Ports, res: Response): string {
  const value = ids.opaque(32)
  setCookie(res, publicUrl, { use: 'browser', value })
  return value
}

function attemptIn(
  { publicUrl }: Pick<Ports, 'publicUrl'>,
  req: Request,
  use: AttemptUse,
): { readonly beganAt: number; readonly text: string } | undefined {
  const found = /^(\d{1,15})\.(.+)$/.exec(readCookie(req, publicUrl, use) ?? '')
  return found ? { beganAt: Number(found[1]), text: found[2]! } : undefined
}
