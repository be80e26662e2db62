import { Router } from 'express'
import { homePage } from '../../../../views/my/home.ts'
import { securityPage } from '../../../../views/my/security.ts'
import { readMySecurity } from '../../../console/my/security.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { saveSession, signedIn } from '../../browser-session.ts'
import { accessRoutes } from './access.ts'
import { myDeviceRoutes } from './devices.ts'
import { myKeyRoutes } from './keys.ts'
import { myPasswordRoutes } from './password.ts'
import { personKeyRoutes } from './person-keys.ts'
import { ownRoles, starRole, takeRole } from './role.ts'
import { mySecurityKeyRoutes } from './security-keys.ts'
import { signInsRoutes } from './sign-ins.ts'
import { terminalTouchRoutes } from './terminal-touch.ts'
import { asUser, frameOf, type MyPorts, type MyTurn } from './turn.ts'

/** `/portal` and the pages below it, for a user of an account who signed in by password. */
export function myRoutes(ports: MyPorts): Router {
  const router = Router()
  const home = asUser(ports, showHome)
  router.get('/portal', (req, res, next) =>
    req.session.user === undefined || signedIn(req) ? next() : home(req, res, next),
  )
  router.get('/portal/own-console', asUser(ports, ownConsole))
  router.post('/portal/role', ports.protect, asUser(ports, takeRole))
  router.post('/portal/role/star', ports.protect, asUser(ports, starRole))
  accessRoutes(router, ports)
  personKeyRoutes(router, ports)
  terminalTouchRoutes(router, ports)
  router.get(
    '/portal/security',
    asUser(ports, async (turn) => {
      sendPage(turn.res, securityPage(frameOf(turn), await readMySecurity(turn.call)))
    }),
  )
  myPasswordRoutes(router, ports)
  myKeyRoutes(router, ports)
  myDeviceRoutes(router, ports)
  mySecurityKeyRoutes(router, ports)
  signInsRoutes(router, ports)
  return router
}

async function showHome(turn: MyTurn): Promise<void> {
  sendPage(turn.res, homePage(frameOf(turn), await ownRoles(turn)))
}

/** Leaves the console of a role for the user's own, which is there as long as the sign-in. */
async function ownConsole({ ports, req, res }: MyTurn): Promise<void> {
  const { console, user } = req.session
  if (console !== undefined && console !== user)
    await ports.consoleFederation.logout(console, originOf(req, ports))
  if (user !== undefined) req.session.console = user
  await saveSession(req)
  res.redirect(303, '/console')
}
