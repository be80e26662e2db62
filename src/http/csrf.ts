import { csrfSync } from 'csrf-sync'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { begun } from './browser-session.ts'
import { field } from './fields.ts'
import type { Visitor } from './visitor.ts'

/** Thrown for forms that did not come from one of our pages. */
export class ForgeryFault extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ForgeryFault'
  }
}

/**
 * Checks a synchroniser token, from the session or, before a session begins, signed from the
 * visitor's cookie. Also checks what the browser reports about the request's origin (Fetch
 * Metadata; RFC 6454 Origin). Either check would suffice, but old browsers send no metadata.
 */
export function forgeryProtection(
  publicUrl: URL,
  visitor: Pick<Visitor, 'formToken' | 'holds'>,
): {
  readonly protect: RequestHandler
  csrfToken(req: Request): string
} {
  const sent = (req: Request) => field(req.body, '_csrf')
  const { isRequestValid, generateToken } = csrfSync({ size: 32, getTokenFromRequest: sent })
  const isOurs = (req: Request) =>
    begun(req) ? isRequestValid(req) : visitor.holds(req, sent(req))
  const protect = (req: Request, _res: Response, next: NextFunction) => {
    const site = req.get('sec-fetch-site')
    const origin = req.get('origin')
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return next(new ForgeryFault(`the browser says ${site}`))
    if (origin !== undefined && origin !== publicUrl.origin)
      return next(new ForgeryFault('another origin'))
    if (!isOurs(req)) return next(new ForgeryFault('no token, or another session'))
    next()
  }
  return {
    protect,
    csrfToken: (req) => (begun(req) ? generateToken(req) : visitor.formToken(req)),
  }
}
