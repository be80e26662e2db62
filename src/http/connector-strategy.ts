import type { Request, RequestHandler, Response } from 'express'
import passport from 'passport'
import type { Send } from '../connectors/redirect-upstream.ts'

/** The result of one step of a sign-in: an identity is proved, or the browser is sent elsewhere. */
export type Outcome<Proved> = { readonly proved: Proved } | { readonly send: Send }

type Step<Proved> = (req: Request) => Promise<Outcome<Proved>>
/** Answers with a form that carries a message to the identity provider. */
type PostForm = (res: Response, send: Extract<Send, { by: 'post' }>) => void

/** Adapts one step of a connector's sign-in to passport, whose types stay inside this file. */
class ConnectorStrategy<Proved extends object> extends passport.Strategy {
  override readonly name = 'connector'
  readonly #step: Step<Proved>
  readonly #postForm: PostForm | undefined

  constructor(step: Step<Proved>, postForm: PostForm | undefined) {
    super()
    this.#step = step
    this.#postForm = postForm
  }

  override authenticate(req: Request): void {
    this.#step(req)
      .then((outcome) => {
        if ('proved' in outcome) return this.success(outcome.proved)
        this.#leave(req.res!, outcome.send)
      })
      .catch((error: unknown) => this.error(error))
  }

  #leave(res: Response, send: Send): void {
    res.set('Cache-Control', 'no-store')
    if (send.by === 'redirect') {
      this.redirect(send.url, 303)
    } else {
      // Passport has no result that posts a form, so the answer is written here.
      if (!this.#postForm) throw new TypeError('this step leads to no identity provider')
      this.#postForm(res, send)
    }
  }
}

/**
 * Runs one step and passes what was proved to `then`. Makes a strategy for each request, because
 * passport stores the request's callbacks in it: a shared one would give one browser's identity to
 * another. Passport keeps no session: the route renews ours, which also gives the page a new CSRF
 * token.
 */
export function authenticated<Proved extends object>(
  step: Step<Proved>,
  then: (proved: Proved, ...http: Parameters<RequestHandler>) => Promise<void>,
  postForm?: PostForm | undefined,
): RequestHandler {
  return (req, res, next) => {
    const done = (error: unknown, proved?: unknown) => {
      if (error || !proved) return next(error ?? new Error('the strategy proved nobody'))
      then(proved as Proved, req, res, next).catch(next)
    }
    const strategy = new ConnectorStrategy(step, postForm)
    passport.authenticate(strategy, { session: false }, done)(req, res, next)
  }
}
