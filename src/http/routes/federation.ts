import { type Request, type Response, Router } from 'express'
import { messagePage } from '../../../views/message.ts'
import { consolePath } from '../../sign-in/destination.ts'
import { FederationFault } from '../../sign-in/sign-in-token.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { saveSession } from '../browser-session.ts'
import { eitherField, RequestFault } from '../fields.ts'
import { enterConsole } from './open-console.ts'

type Action = (ports: PagePorts, req: Request, res: Response) => Promise<void>

/**
 * The AWS federation endpoint: GET and POST, without a forgery token, because brokers link to it from elsewhere. What
 * proves the request is in it: credentials, or a sign-in token that serves once.
 */
export function tokenRoutes(ports: PagePorts): Router {
  // Brokers keep no cookies: this one comes before the browser session, so that none is made.
  return action(ports, 'getSigninToken', async (_ports, req, res) => {
    const [session, sessionDuration] = [parameter(req, 'Session'), parameter(req, 'SessionDuration')]
    const SigninToken = await ports.consoleFederation.getSigninToken({ session, sessionDuration, origin: originOf(req, ports) })
    res.set('Cache-Control', 'no-store').json({ SigninToken })
  }, (res, { status, message }) => {
    res.status(status).set('Cache-Control', 'no-store').json({ code: status === 400 ? 'InvalidRequest' : 'Refused', message })
  })
}

export function federationRoutes(ports: PagePorts): Router {
  const router = Router()
  const refuse = (res: Response, { message, status }: FederationFault | RequestFault) => sendPage(res, messagePage({
    brand: ports.branding, title: 'This sign-in address does not work', text: `${message}${message.endsWith('.') ? '' : '.'}`,
    actions: [{ href: '/signin', text: 'Sign in here' }],
  }), status)
  router.use(action(ports, 'login', login, refuse))
  router.use(action(ports, 'logout', logout, refuse))
  router.all('/federation', (_req, res) => refuse(res, new RequestFault('The Action parameter has to be getSigninToken, login or logout')))
  return router
}

const login: Action = async (ports, req, res) => {
  onlyByNavigation(req)
  const [signInToken, issuer, destination] = [parameter(req, 'SigninToken'), parameter(req, 'Issuer'), parameter(req, 'Destination')]
  // A broker that leads to the console's front page brings the person back to where the session ended.
  const resumed = consolePath(destination, ports.publicUrl) === '/console' ? req.session.resume?.path : undefined
  const opened = await ports.consoleFederation.login({ signInToken, issuer, destination: resumed ?? destination, origin: originOf(req, ports) })
  await enterConsole(ports, req, res, opened)
}

const logout: Action = async (ports, req, res) => {
  onlyByNavigation(req)
  await ports.consoleFederation.logout(req.session.console, originOf(req, ports))
  delete req.session.console
  await saveSession(req)
  res.redirect(303, '/console-signed-out')
}

/** Another site's picture, frame or script may not change whose console this browser holds (Fetch Metadata). Old browsers tell nothing. */
function onlyByNavigation(req: Request): void {
  const destination = req.get('sec-fetch-dest')
  if (destination !== undefined && destination !== 'document') throw new RequestFault('This address has to be opened in a tab of its own')
}

function action(
  ports: PagePorts, name: string, run: Action, refuse: (res: Response, fault: FederationFault | RequestFault) => void,
): Router {
  const router = Router()
  router.all('/federation', async (req, res, next) => {
    if (!['GET', 'POST'].includes(req.method) || actionOf(req) !== name) return next()
    try {
      await run(ports, req, res)
    } catch (error) {
      if (error instanceof FederationFault || error instanceof RequestFault) return refuse(res, error)
      throw error
    }
  })
  return router
}

function actionOf(req: Request): string | undefined {
  try {
    return parameter(req, 'Action')
  } catch {
    return undefined
  }
}

function parameter(req: Request, name: string): string | undefined {
  return eitherField(req.query, req.body, name)
}
