import { Router } from 'express'
import { homePage } from '../../../../views/my/home.ts'
import { securityPage } from '../../../../views/my/security.ts'
import { readMySecurity } from '../../../console/my/security.ts'
import { sendPage } from '../../app-ports.ts'
import { signedIn } from '../../browser-session.ts'
import { myDeviceRoutes } from './devices.ts'
import { myKeyRoutes } from './keys.ts'
import { myPasswordRoutes } from './password.ts'
import { asUser, frameOf, type MyPorts } from './turn.ts'

/** `/portal` and the pages below it, for a user of an account who signed in by password. */
export function myRoutes(ports: MyPorts): Router {
  const router = Router()
  const home = asUser(ports, (turn) => sendPage(turn.res, homePage(frameOf(turn))))
  router.get('/portal', (req, res, next) =>
    req.session.user === undefined || signedIn(req) ? next() : home(req, res, next),
  )
  router.get(
    '/portal/security',
    asUser(ports, async (turn) => {
      sendPage(turn.res, securityPage(frameOf(turn), await readMySecurity(turn.call)))
    }),
  )
  myPasswordRoutes(router, ports)
  myKeyRoutes(router, ports)
  myDeviceRoutes(router, ports)
  return router
}
