import type { Request, RequestHandler } from 'express'
import passport from 'passport'

/** Turns a way of proving people by name and password into a passport strategy: passport's types end here. */
export class PasswordStrategy<Proved extends object> extends passport.Strategy {
  override readonly name = 'password'
  readonly #prove: (req: Request) => Promise<Proved>

  constructor(prove: (req: Request) => Promise<Proved>) {
    super()
    this.#prove = prove
  }

  override authenticate(req: Request): void {
    this.#prove(req).then((proved) => this.success(proved), (error) => this.error(error))
  }
}

/**
 * Runs the strategy and hands what it proved to `then`. Passport keeps no session: ours is renewed by the route, which is
 * also what gives the page a new CSRF token.
 */
export function authenticated<Proved extends object>(
  strategy: PasswordStrategy<Proved>, then: (proved: Proved, ...http: Parameters<RequestHandler>) => Promise<void>,
): RequestHandler {
  return (req, res, next) => {
    const done = (error: unknown, proved?: unknown) => {
      if (error || !proved) return next(error ?? new Error('the strategy proved nobody'))
      then(proved as Proved, req, res, next).catch(next)
    }
    passport.authenticate(strategy, { session: false }, done)(req, res, next)
  }
}
