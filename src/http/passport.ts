import type { Request, RequestHandler } from 'express'
import passport from 'passport'

type Prove<Proved> = (req: Request) => Promise<Proved>

/** A way of proving people as a passport strategy: passport's types end here. */
class PasswordStrategy<Proved extends object> extends passport.Strategy {
  override readonly name = 'password'
  readonly #prove: Prove<Proved>

  constructor(prove: Prove<Proved>) {
    super()
    this.#prove = prove
  }

  override authenticate(req: Request): void {
    this.#prove(req).then((proved) => this.success(proved), (error) => this.error(error))
  }
}

/**
 * Proves who sent a form and hands what was proved to `then`. A strategy for each request: passport writes onto it who waits for the answer,
 * and one that two requests share would tell the second browser who sits before the first. Passport keeps no session: ours is renewed by the route, which is
 * also what gives the page a new CSRF token.
 */
export function authenticated<Proved extends object>(
  prove: Prove<Proved>, then: (proved: Proved, ...http: Parameters<RequestHandler>) => Promise<void>,
): RequestHandler {
  return (req, res, next) => {
    const done = (error: unknown, proved?: unknown) => {
      if (error || !proved) return next(error ?? new Error('the strategy proved nobody'))
      then(proved as Proved, req, res, next).catch(next)
    }
    passport.authenticate(new PasswordStrategy(prove), { session: false }, done)(req, res, next)
  }
}
