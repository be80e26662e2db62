import { csrfSync } from 'csrf-sync'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { field } from './fields.ts'

/** Thrown at forms that did not come from a page of ours. */
export class ForgeryFault extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ForgeryFault'
  }
}

/**
 * Synchroniser token in the session, and what the browser itself says of where the request comes from (Fetch Metadata;
 * RFC 6454 Origin). Either alone would do; old browsers send no metadata.
 */
export function forgeryProtection(publicUrl: URL): { readonly protect: RequestHandler; csrfToken(req: Request): string } {
  const { isRequestValid, generateToken } = csrfSync({
    size: 32,
    getTokenFromRequest: (req) => field(req.body, '_csrf'),
  })
  const protect = (req: Request, _res: Response, next: NextFunction) => {
    const site = req.get('sec-fetch-site')
    const origin = req.get('origin')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return next(new ForgeryFault(`the browser says ${site}`))
    if (origin !== undefined && origin !== publicUrl.origin) return next(new ForgeryFault('another origin'))
    if (!isRequestValid(req)) return next(new ForgeryFault('no token, or another session'))
    next()
  }
  return { protect, csrfToken: (req) => generateToken(req) }
}
