import { type Request, type Response, Router } from 'express'
import { messagePage } from '../../../views/message.ts'
import { consolePath } from '../../sign-in/destination.ts'
import { FederationFault } from '../../sign-in/sign-in-token.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { leaveConsole } from '../browser-session.ts'
import { eitherField, RequestFault } from '../fields.ts'
import { onlyByNavigation } from '../only-by-navigation.ts'
import { type EnterConsolePorts, enterConsole } from './open-console.ts'
import { words } from './words.ts'

type Ports = EnterConsolePorts & Pick<PagePorts, 'branding' | 'publicUrl'>
type Action = (ports: Ports, req: Request, res: Response) => Promise<void>

/**
 * The AWS federation endpoint: GET and POST, without a CSRF token, because brokers link to it from
 * other sites. The request contains its own proof: credentials, or a sign-in token that can be used
 * once.
 */
export function tokenRoutes(ports: Ports): Router {
  // Brokers keep no cookies: this route comes before the browser session, so that none is created.
  return action(
    ports,
    'getSigninToken',
    async (_ports, req, res) => {
      const [session, sessionDuration] = [
        parameter(req, 'Session'),
        parameter(req, 'SessionDuration'),
      ]
      const SigninToken = await ports.consoleFederation.getSigninToken({
        session,
        sessionDuration,
        origin: originOf(req, ports),
      })
      res.set('Cache-Control', 'no-store').json({ SigninToken })
    },
    refuseInJson,
  )
}

function refuseInJson(res: Response, { status, message }: FederationFault | RequestFault): void {
  res
    .status(status)
    .set('Cache-Control', 'no-store')
    .json({ code: status === 400 ? 'InvalidRequest' : 'Refused', message })
}

function doesNotWork(
  brand: Ports['branding'],
  { message }: FederationFault | RequestFault,
  what: 'sign-in' | 'sign-out',
) {
  return messagePage({
    brand,
    title: words.federation.thisAddressDoesNot(what),
    text: `${message}${message.endsWith('.') ? '' : '.'}`,
    actions: [{ href: '/signin', text: words.federation.signInHere }],
  })
}

export function federationRoutes(ports: Ports): Router {
  const router = Router()
  const refuse = (res: Response, fault: FederationFault | RequestFault) =>
    sendPage(res, doesNotWork(ports.branding, fault, 'sign-in'), fault.status)
  router.use(action(ports, 'login', login, refuse))
  router.use(action(ports, 'logout', logout, refuse))
  router.all('/federation', (req, res) => {
    const fault = new RequestFault('The Action parameter has to be getSigninToken, login or logout')
    // Only a browser prefers a page: brokers are programs.
    if (req.accepts(['json', 'html']) === 'html') refuse(res, fault)
    else refuseInJson(res, fault)
  })
  router.all('/oauth', (req, res) => signOutAsAtAws(ports, req, res))
  return router
}

/**
 * AWS's sign-out address, to which scripts and browser extensions link: `/oauth?Action=logout`.
 * Ends the console session, as `Action=logout` at /federation does, and goes to `redirect_uri` or
 * the session's issuer, where these may be linked. Another site can lead a browser here, so the
 * sign-in at the portal ends only when the person confirms it.
 */
async function signOutAsAtAws(ports: Ports, req: Request, res: Response): Promise<void> {
  const { consoleFederation: federation, branding: brand } = ports
  try {
    if (actionOf(req) !== 'logout') throw new RequestFault('The Action parameter has to be logout')
    onlyByNavigation(req)
    const next = await federation.leaveFor(req.session.console, parameter(req, 'redirect_uri'))
    const open = req.session.console !== undefined
    await federation.logout(req.session.console, originOf(req, ports))
    await leaveConsole(req)
    res.redirect(303, next ?? (open ? '/console-signed-out' : '/signout'))
  } catch (error) {
    if (!(error instanceof RequestFault)) throw error
    sendPage(res, doesNotWork(brand, error, 'sign-out'), error.status)
  }
}

const login: Action = async (ports, req, res) => {
  onlyByNavigation(req)
  const [signInToken, issuer, destination] = [
    parameter(req, 'SigninToken'),
    parameter(req, 'Issuer'),
    parameter(req, 'Destination'),
  ]
  // When a broker links to the console's front page, lead to the page where the session ended.
  const resumed =
    consolePath(destination, ports.publicUrl) === '/console'
      ? (req.session.resume?.path ?? ports.visitor.keptPath(req))
      : undefined
  const opened = await ports.consoleFederation.login({
    signInToken,
    issuer,
    destination: resumed ?? destination,
    origin: originOf(req, ports),
  })
  await enterConsole(ports, req, res, opened)
}

const logout: Action = async (ports, req, res) => {
  onlyByNavigation(req)
  await ports.consoleFederation.logout(req.session.console, originOf(req, ports))
  await leaveConsole(req)
  res.redirect(303, '/console-signed-out')
}

function action(
  ports: Ports,
  name: string,
  run: Action,
  refuse: (res: Response, fault: FederationFault | RequestFault) => void,
): Router {
  const router = Router()
  router.all('/federation', async (req, res, next) => {
    if (!['GET', 'POST'].includes(req.method) || actionOf(req) !== name) return next()
    try {
      await run(ports, req, res)
    } catch (error) {
      if (error instanceof FederationFault || error instanceof RequestFault)
        return refuse(res, error)
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
