import { type Request, type Response, Router } from 'express'
import { messagePage } from '../../../views/message.ts'
import { leavePage } from '../../../views/saml/leave.ts'
import { logoutFrames } from '../../../views/sign-out/frames.ts'
import { signOutPage } from '../../../views/sign-out/sign-out.ts'
import type { Identity } from '../../kernel/identity.ts'
import { identityOf } from '../../sign-in/identity-text.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { endSession, signedIn } from '../browser-session.ts'
import { clearCookie } from '../cookies.ts'
import { keepFrames, takeFrames } from '../logout-frames.ts'
import { leaveUser, userSession } from './enter-user.ts'
import { goToProvider } from './go-to-provider.ts'
import { words } from './words.ts'

type Ports = OriginPorts &
  Pick<
    PagePorts,
    | 'apps'
    | 'branding'
    | 'publicUrl'
    | 'redirectSignIn'
    | 'signIn'
    | 'userSignIn'
    | 'consoleFederation'
    | 'protect'
    | 'csrfToken'
    | 'visitor'
  >

/** `/signout`: ends the sign-in and the console. A link only shows the question. */
export function signOutRoutes(ports: Ports): Router {
  const { branding: brand, signIn, publicUrl } = ports
  const router = Router()

  router.get('/signout', async (req, res) => {
    const { console, user } = req.session
    if (signedIn(req) || console !== undefined || user !== undefined)
      return sendPage(
        res,
        signOutPage({
          brand,
          csrf: ports.csrfToken(req),
          everywhere: personOf(req) !== undefined || user !== undefined,
        }),
      )
    const frames = await takeFrames(ports, req, res)
    const isEverywhere = ports.visitor.takeNotice(req)?.code === 'signed-out-everywhere'
    const text =
      words.signOut.closeTheBrowserToo +
      (isEverywhere ? words.signOut.yourOtherSessionsEnded : words.signOut.credentialsThatYouCopied)
    sendPage(
      res,
      messagePage({
        brand,
        title: isEverywhere ? words.signOut.youAreSignedOut : words.signOut.youAreSignedOut2,
        glyph: 'exit',
        text,
        actions: [{ href: '/signin', text: words.signOut.signInAgain }],
        details: logoutFrames(frames),
      }),
    )
  })

  const leave = async (req: Request, res: Response, isEverywhere: boolean) => {
    const origin = originOf(req, ports)
    const identity = signedIn(req)
    const person = personOf(req)
    const session = isEverywhere ? await userSession(ports, req) : undefined
    await leaveUser(ports, req)
    if (session) await ports.userSignIn.endAll(session, {}, origin)
    if (isEverywhere && person) await signIn.signOutEverywhere(person, origin)
    else if (identity) await signIn.signedOut(identity, origin)
    if (identity) await ports.apps?.signedOut(identity)
    await endSession(req)
    clearCookie(res, publicUrl, 'session')
    if (identity) await keepFrames(ports, res, identity)
    if (isEverywhere && (person || session))
      ports.visitor.keepNotice(req, { code: 'signed-out-everywhere' })
    const send = identity && ports.redirectSignIn.signOut(identity)
    if (send?.by === 'post') return goToProvider(ports, res, send)
    if (send)
      return sendPage(res, leavePage({ brand, url: send.url, connector: identity.connector }))
    res.redirect(303, '/signout')
  }
  router.post('/signout', ports.protect, (req, res) => leave(req, res, false))
  router.post('/signout/everywhere', ports.protect, (req, res) => leave(req, res, true))
  return router
}

/** Who is signed in at the portal, or whose assertion named the role of the console. */
function personOf(req: Request): Identity | undefined {
  const { asserted } = req.session
  return signedIn(req) ?? (asserted === undefined ? undefined : identityOf(asserted))
}
