import { Router } from 'express'
import { signOutPage } from '../../../views/sign-out/sign-out.ts'
import { leavePage } from '../../../views/saml/leave.ts'
import { messagePage } from '../../../views/message.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { cookieName, endSession, signedIn } from '../browser-session.ts'
import { goToProvider } from './go-to-provider.ts'

/** `/signout`: ends the sign-in and the console; a link only asks. */
export function signOutRoutes(ports: PagePorts): Router {
  const { branding: brand, signIn, consoleFederation, publicUrl } = ports
  const router = Router()

  router.get('/signout', (req, res) => {
    if (signedIn(req) || req.session.console !== undefined) return sendPage(res, signOutPage({ brand, csrf: ports.csrfToken(req) }))
    const text = 'Close the browser too if others use this computer. Credentials that you copied stay valid until their time is up.'
    sendPage(res, messagePage({ brand, title: 'You are signed out', glyph: 'exit', text, actions: [{ href: '/signin', text: 'Sign in again' }] }))
  })

  router.post('/signout', ports.protect, async (req, res) => {
    const origin = originOf(req, ports)
    const identity = signedIn(req)
    await consoleFederation.logout(req.session.console, origin)
    if (identity) signIn.signedOut(identity, origin)
    await endSession(req)
    res.clearCookie(cookieName(publicUrl, 'gatehouse'), { path: '/', httpOnly: true, sameSite: 'lax', secure: publicUrl.protocol === 'https:' })
    const send = identity && ports.saml.signOut(identity)
    if (send?.by === 'post') return goToProvider(ports, res, send)
    if (send) return sendPage(res, leavePage({ brand, url: send.url, way: identity.connector }))
    res.redirect(303, '/signout')
  })
  return router
}
