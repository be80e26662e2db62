import { Router } from 'express'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts } from '../app-ports.ts'
import { field } from '../fields.ts'
import { providerForm } from './redirect-sign-in.ts'

/**
 * Where an OpenID provider says that sessions are over (OpenID Connect Back-Channel Logout 1.0,
 * section 2.5). A program calls it, so no page is answered.
 */
export function backChannelLogoutRoutes(
  ports: OriginPorts & Pick<PagePorts, 'redirectSignIn'>,
): Router {
  const router = Router()
  router.post('/oidc/:connector/logout', providerForm, async (req, res) => {
    res.set('Cache-Control', 'no-store')
    try {
      await ports.redirectSignIn.backChannelLogout({
        protocol: 'oidc',
        connector: req.params.connector,
        message: field(req.body, 'logout_token') ?? '',
        ...originOf(req, ports),
      })
      res.status(200).end()
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error
      const status = error.row.status < 500 ? 400 : error.row.status
      res.status(status).json({ error: 'invalid_request', error_description: error.reference })
    }
  })
  return router
}
