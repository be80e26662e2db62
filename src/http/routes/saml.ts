import express, { type Request, type Response, Router } from 'express'
import { messagePage } from '../../../views/message.ts'
import { rolesPage } from '../../../views/saml/roles.ts'
import { returnPath } from '../../sign-in/destination.ts'
import { identityOf } from '../../sign-in/identity-text.ts'
import type { HeldRoles } from '../../sign-in/saml/browser.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { cookieName, endSession, saveSession, signedIn } from '../browser-session.ts'
import { field, RequestFault } from '../fields.ts'
import { enterPortal } from './enter-portal.ts'
import { goToProvider } from './go-to-provider.ts'
import { enterConsole } from './open-console.ts'

/** A message of 100,000 characters in base64, URL-encoded. */
const mostFormBytes = 512 * 1024
const mostParameters = 8

/**
 * What identity providers post to. It comes before the browser session: a cross-site POST brings no cookies, and makes none. What proves
 * the request is the assertion in it; the browser comes back by a redirect, with its cookies.
 */
export function samlPostRoutes(ports: PagePorts): Router {
  const { saml } = ports
  const router = Router()
  const form = express.urlencoded({ extended: false, limit: mostFormBytes, parameterLimit: mostParameters, inflate: false })

  router.post(['/saml', '/saml/:connector/acs'], form, async (req, res) => {
    const token = await saml.receive({
      connector: req.params.connector as string | undefined, response: field(req.body, 'SAMLResponse') ?? '', relayState: field(req.body, 'RelayState'), ...originOf(req, ports),
    })
    res.set('Cache-Control', 'no-store').redirect(303, `/saml/arrive?${new URLSearchParams({ token })}`)
  })

  router.post('/saml/:connector/slo', form, async (req, res) => {
    const { connector } = req.params
    const [request, answer] = [field(req.body, 'SAMLRequest'), field(req.body, 'SAMLResponse')]
    if (request !== undefined && answer !== undefined) throw new RequestFault('expected one of `SAMLRequest` and `SAMLResponse`')
    const parameter = request === undefined ? 'SAMLResponse' : 'SAMLRequest'
    const sent = { by: 'post', parameter, message: request ?? answer ?? '', relayState: field(req.body, 'RelayState') } as const
    const token = await saml.receiveLogout({ connector: connector!, sent, ...originOf(req, ports) })
    res.set('Cache-Control', 'no-store').redirect(303, `/saml/${encodeURIComponent(connector!)}/slo?${new URLSearchParams({ token })}`)
  })

  router.get('/saml/:connector/metadata', (req, res, next) => {
    const metadata = saml.metadata(req.params.connector, field(req.query, 'signed') !== undefined)
    if (metadata === undefined) return next()
    res.set('Cache-Control', 'no-cache').type('application/samlmetadata+xml').send(metadata)
  })
  router.use('/saml', refused(ports))
  return router
}

/** What people's browsers ask for with their cookies. */
export function samlRoutes(ports: PagePorts): Router {
  const { saml, publicUrl } = ports
  const router = Router()

  router.get('/saml/:connector/login', async (req, res) => {
    const next = returnPath(field(req.query, 'next'), publicUrl)
    const send = await saml.begin({ connector: req.params.connector, next, browser: browserOf(ports, req) ?? markBrowser(ports, res), ...originOf(req, ports) })
    goToProvider(ports, res, send)
  })

  router.get('/saml/arrive', async (req, res) => {
    const arrival = await saml.arrive({ token: field(req.query, 'token') ?? '', browser: browserOf(ports, req), ...originOf(req, ports) })
    if (arrival.road === 'portal') {
      const { choices } = await ports.signIn.choices(arrival.identity, originOf(req, ports))
      return enterPortal(ports, req, res, { identity: arrival.identity, choices, next: arrival.next })
    }
    const roles = await saml.roles(arrival.held, originOf(req, ports))
    if (roles.length === 1) return takeRole(ports, req, res, arrival.held, roles[0]!.id)
    req.session.samlRoles = JSON.stringify(arrival.held)
    await saveSession(req)
    res.redirect(303, '/saml/roles')
  })

  router.get('/saml/:connector/slo', async (req, res) => {
    const identity = signedIn(req)
    const origin = originOf(req, ports)
    const token = field(req.query, 'token')
    const from = token === undefined ? { rawQuery: req.originalUrl.slice(req.originalUrl.indexOf('?') + 1) } : { token }
    const { ends, answer } = await saml.logout({ connector: req.params.connector, from, identity, ...origin })
    if (ends && identity) {
      await ports.consoleFederation.logout(req.session.console, origin)
      ports.signIn.signedOut(identity, origin)
      await endSession(req)
    }
    if (answer) return goToProvider(ports, res, answer)
    res.redirect(303, '/signout')
  })

  router.get('/saml/roles', (req, res) => showRoles(ports, req, res))
  router.post('/saml/roles', ports.protect, async (req, res) => {
    const held = heldRoles(req)
    if (!held) return showRoles(ports, req, res)
    try {
      await takeRole(ports, req, res, held, field(req.body, 'role') ?? '')
    } catch (error) {
      if (!(error instanceof SignInRefusal) || error.fault.code !== 'grant-refused') throw error
      await showRoles(ports, req, res, error)
    }
  })
  router.use('/saml', refused(ports))
  return router
}

async function takeRole(ports: PagePorts, req: Request, res: Response, held: HeldRoles, choice: string): Promise<void> {
  const origin = originOf(req, ports)
  const { credentials } = await ports.saml.take({ held, choice, ...origin })
  const opened = await ports.consoleFederation.open({ sessionToken: credentials.sessionToken, choice: '', path: held.path, origin })
  await enterConsole(ports, req, res, opened)
}

async function showRoles(ports: PagePorts, req: Request, res: Response, refusal?: SignInRefusal): Promise<void> {
  const { branding: brand, saml } = ports
  const held = heldRoles(req)
  const roles = held ? await saml.roles(held, originOf(req, ports)) : []
  if (!held || roles.length === 0) {
    const text = 'Start again where you came from. A list of roles can be used for fifteen minutes.'
    return sendPage(res, messagePage({ brand, title: 'This sign-in has ended', text, glyph: 'clock', actions: [{ href: '/signin', text: 'Sign in here' }] }), 400)
  }
  const { displayName } = identityOf(held.identity)
  const problem = refusal && { title: refusal.row.title, next: refusal.row.next, reference: refusal.reference }
  sendPage(res, rolesPage({ brand, csrf: ports.csrfToken(req), username: displayName, roles, ...(problem && { problem }) }), refusal?.row.status ?? 200)
}

function heldRoles(req: Request): HeldRoles | undefined {
  return req.session.samlRoles === undefined ? undefined : JSON.parse(req.session.samlRoles)
}

const browserCookie = 'gatehouse-browser'

/** Marks a browser for the time that it is open, so that nobody else finishes what it began. It is no session and proves nobody. */
function markBrowser({ publicUrl, ids }: PagePorts, res: Response): string {
  const value = ids.opaque(32)
  res.cookie(cookieName(publicUrl, browserCookie), value, { path: '/', httpOnly: true, sameSite: 'lax', secure: publicUrl.protocol === 'https:', encode: String })
  return value
}

function browserOf({ publicUrl }: PagePorts, req: Request): string | undefined {
  const name = `${cookieName(publicUrl, browserCookie)}=`
  const value = (req.get('cookie') ?? '').split(/;\s*/).find((one) => one.startsWith(name))?.slice(name.length)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

/** A calm page with the reference; which check failed is the operator's to know. */
function refused({ branding: brand }: PagePorts) {
  return (error: unknown, _req: Request, res: Response, next: (error: unknown) => void) => {
    if (!(error instanceof SignInRefusal)) return next(error)
    const { row, reference } = error
    sendPage(res, messagePage({ brand, title: row.title, text: row.next, glyph: 'mark-closed', reference, actions: [{ href: '/signin', text: 'Sign in again' }] }), row.status)
  }
}
