import { type Request, type Response, Router } from 'express'
import { messagePage } from '../../../views/message.ts'
import { rolesPage } from '../../../views/saml/roles.ts'
import type { LogoutSent } from '../../connectors/saml/logout.ts'
import { identityOf, identityText } from '../../sign-in/identity-text.ts'
import type { HeldRoles } from '../../sign-in/saml/held-roles.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { endSession, saveSession, signedIn } from '../browser-session.ts'
import { field, RequestFault } from '../fields.ts'
import { keepFrames } from '../logout-frames.ts'
import { onlyByNavigation } from '../only-by-navigation.ts'
import { goToProvider } from './go-to-provider.ts'
import { enterConsole, leaveForConsole, type OpenConsolePorts } from './open-console.ts'
import { goOn, providerForm } from './redirect-sign-in.ts'
import { type RefusedPorts, refusedPage } from './refused-page.ts'
import { words } from './words.ts'

type PostPorts = OriginPorts & RefusedPorts & Pick<PagePorts, 'saml'>
type Ports = PostPorts &
  OpenConsolePorts &
  Pick<PagePorts, 'apps' | 'publicUrl' | 'protect' | 'csrfToken'>

/**
 * Where identity providers post besides the addresses in redirect-sign-in.ts: AWS's addresses, and
 * sign-outs. Comes before the browser session.
 */
export function samlPostRoutes(ports: PostPorts): Router {
  const { saml } = ports
  const router = Router()

  const receive = async (req: Request, res: Response, provider?: string) => {
    onlyByNavigation(req)
    const { leadsTo, token } = await saml.receive({
      response: field(req.body, 'SAMLResponse') ?? '',
      relayState: field(req.body, 'RelayState'),
      provider,
      ...originOf(req, ports),
    })
    goOn(res, leadsTo === 'portal' ? '/saml/arrive' : '/saml/roles', { token })
  }
  router.post('/saml', providerForm, (req, res) => receive(req, res))

  router.post('/saml/:connector/slo', providerForm, async (req, res) => {
    const connector = String(req.params.connector)
    const sent = postedLogout(req.body)
    const token = await saml.receiveLogout({ connector, sent, ...originOf(req, ports) })
    if (token === undefined) return void res.redirect(303, '/signout')
    goOn(res, `/saml/${encodeURIComponent(connector)}/slo`, { token })
  })
  // Comes after the addresses of connectors, one of which may be called `acs`.
  router.post('/saml/acs/:provider', providerForm, (req, res) =>
    receive(req, res, String(req.params.provider)),
  )

  router.get('/saml/:connector/metadata', (req, res, next) => {
    const metadata = saml.metadata(req.params.connector, field(req.query, 'signed') !== undefined)
    if (metadata === undefined) return next()
    sendMetadata(res, metadata)
  })
  router.get('/static/saml-metadata.xml', (_req, res) => sendMetadata(res, saml.sharedMetadata()))
  router.get('/static/saml/:provider/saml-metadata.xml', async (req, res, next) => {
    const metadata = await saml.providerMetadata(req.params.provider)
    if (metadata === undefined) return next()
    sendMetadata(res, metadata)
  })
  router.use('/saml', refusedPage(ports))
  return router
}

function sendMetadata(res: Response, metadata: string): void {
  res.set('Cache-Control', 'no-cache').type('application/samlmetadata+xml').send(metadata)
}

function postedLogout(body: unknown): LogoutSent {
  const [request, answer] = [field(body, 'SAMLRequest'), field(body, 'SAMLResponse')]
  if (request !== undefined && answer !== undefined)
    throw new RequestFault('expected one of `SAMLRequest` and `SAMLResponse`')
  return {
    by: 'post',
    parameter: request === undefined ? 'SAMLResponse' : 'SAMLRequest',
    message: request ?? answer ?? '',
    relayState: field(body, 'RelayState'),
  }
}

/** Routes to which browsers send their cookies. */
export function samlRoutes(ports: Ports): Router {
  const { saml } = ports
  const router = Router()

  router.get('/saml/:connector/slo', async (req, res) => {
    const identity = signedIn(req)
    const origin = originOf(req, ports)
    const token = field(req.query, 'token')
    const rawQuery = req.originalUrl.slice(req.originalUrl.indexOf('?') + 1)
    const { ends, answer } = await saml.logout({
      connector: req.params.connector,
      from: token === undefined ? { rawQuery } : { token },
      identity,
      ...origin,
    })
    if (ends && identity) {
      await ports.consoleFederation.logout(req.session.console, origin)
      await ports.apps?.signedOut(identity)
      await ports.signIn.signedOut(identity, origin)
      await endSession(req)
      await keepFrames(ports, res, identity)
    }
    if (answer) return goToProvider(ports, res, answer)
    res.redirect(303, '/signout')
  })

  router.get('/saml/roles', async (req, res) => {
    const token = field(req.query, 'token')
    if (token === undefined) return showRoles(ports, req, res)
    const held = await saml.arrive({ token, ...originOf(req, ports) })
    const roles = await saml.roles(held, originOf(req, ports))
    const [only, ...others] = roles
    if (only && others.length === 0) return takeRole(ports, req, res, { held, choice: only.id })
    req.session.samlRoles = JSON.stringify(held)
    await saveSession(req)
    res.redirect(303, '/saml/roles')
  })
  router.post('/saml/roles', ports.protect, async (req, res) => {
    const held = heldRoles(req)
    if (!held) return showRoles(ports, req, res)
    try {
      await takeRole(ports, req, res, { held, choice: field(req.body, 'role') ?? '' })
    } catch (error) {
      if (!(error instanceof SignInRefusal) || error.fault.code !== 'grant-refused') throw error
      await showRoles(ports, req, res, error)
    }
  })
  router.use('/saml', refusedPage(ports))
  return router
}

async function takeRole(
  ports: Ports,
  req: Request,
  res: Response,
  { held, choice }: { held: HeldRoles; choice: string },
): Promise<void> {
  const origin = originOf(req, ports)
  const taken = await ports.saml.take({ held, choice, ...origin })
  const { credentials, identity } = taken
  if (taken.upstream) return leaveForConsole(ports, req, res, { identity, taken })
  const opened = await ports.consoleFederation.open({
    sessionToken: credentials.sessionToken,
    choice: '',
    path: held.path,
    origin,
  })
  await enterConsole(ports, req, res, { ...opened, asserted: identityText(identity) })
}

async function showRoles(
  ports: Ports,
  req: Request,
  res: Response,
  refusal?: SignInRefusal | undefined,
): Promise<void> {
  const { branding: brand, saml } = ports
  const held = heldRoles(req)
  const roles = held ? await saml.roles(held, originOf(req, ports)) : []
  if (!held || roles.length === 0) return sendPage(res, rolesEnded(brand), 400)
  const { displayName } = identityOf(held.identity)
  const problem = refusal && {
    title: refusal.row.title,
    next: refusal.row.next,
    reference: refusal.reference,
  }
  const csrf = ports.csrfToken(req)
  const page = rolesPage({ brand, csrf, username: displayName, roles, problem })
  sendPage(res, page, refusal?.row.status ?? 200)
}

function rolesEnded(brand: PagePorts['branding']) {
  return messagePage({
    brand,
    title: words.saml.thisSignInHas,
    text: words.saml.startAgainWhereYou,
    glyph: 'clock',
    actions: [{ href: '/signin', text: words.saml.signInHere }],
  })
}

function heldRoles(req: Request): HeldRoles | undefined {
  return req.session.samlRoles === undefined ? undefined : JSON.parse(req.session.samlRoles)
}
