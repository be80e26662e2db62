import { type Request, type Response, Router } from 'express'
import { keyPage, passkeyPage } from '../../../views/sign-in/user/key.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, sendPage } from '../app-ports.ts'
import { field } from '../fields.ts'
import { consoleNext } from './user-form.ts'
import { go, onWay, problemOf, type Turn, type UserSignInRoutePorts } from './user-sign-in.ts'

type Ports = UserSignInRoutePorts

const keyPath = '/signin/user/key'
const passkeyPath = '/signin/user/passkey'

/** `/signin/user/key` and `/signin/user/passkey`: users of accounts touch a security key. */
export function userKeySignInRoutes(ports: Ports): Router {
  const router = Router()
  router.get(
    keyPath,
    onWay(ports, 'factor', (turn) => showKey(turn)),
  )
  router.post(keyPath, ports.protect, onWay(ports, 'factor', touchedKey))
  router.get(passkeyPath, (req, res, next) =>
    ports.userSignIn.passkeys() ? showPasskey(ports, req, res) : next(),
  )
  router.post(passkeyPath, ports.protect, (req, res) => touchedPasskey(ports, req, res))
  return router
}

async function showKey(turn: Turn, refusal?: SignInRefusal): Promise<void> {
  const { ports, req, res, key, way } = turn
  if (way.factors.securityKeys.length === 0) return res.redirect(303, '/signin/user/code')
  const page = keyPage({
    ...{ brand: ports.branding, csrf: ports.csrfToken(req), way },
    options: await ports.userSignIn.keyOptions(key),
    problem: refusal && problemOf(refusal),
  })
  sendPage(res, page, refusal?.row.status ?? 200)
}

async function touchedKey(turn: Turn): Promise<void> {
  const { ports, req, res, key } = turn
  const response = field(req.body, 'response') ?? ''
  try {
    const next = await ports.userSignIn.securityKey(key, response, originOf(req, ports))
    await go(ports, req, res, next)
  } catch (error) {
    if (!(error instanceof SignInRefusal) || error.fault.code !== 'key-refused') throw error
    await showKey(turn, error)
  }
}

async function showPasskey(
  ports: Ports,
  req: Request,
  res: Response,
  refusal?: SignInRefusal,
): Promise<void> {
  const csrf = ports.csrfToken(req)
  const page = passkeyPage({
    ...{ brand: ports.branding, csrf },
    next: consoleNext(ports, field(req.method === 'POST' ? req.body : req.query, 'next')),
    options: await ports.userSignIn.passkeyOptions(csrf),
    problem: refusal && problemOf(refusal),
  })
  sendPage(res, page, refusal?.row.status ?? 200)
}

async function touchedPasskey(ports: Ports, req: Request, res: Response): Promise<void> {
  try {
    const next = await ports.userSignIn.passkey({
      response: field(req.body, 'response') ?? '',
      // The token of the form belongs to this browser, and was checked.
      browser: field(req.body, '_csrf') ?? '',
      next: consoleNext(ports, field(req.body, 'next')),
      ...originOf(req, ports),
    })
    await go(ports, req, res, next)
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    await showPasskey(ports, req, res, error)
  }
}
