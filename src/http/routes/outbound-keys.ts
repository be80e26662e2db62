import { Router } from 'express'
import type { OutboundFederation } from '../../sessions/outbound-federation.ts'

const freshSeconds = 300

/** What verifiers of our tokens read: discovery and public keys, for each account that has outbound federation switched on. */
export function outboundKeyRoutes({ outbound }: { readonly outbound: Pick<OutboundFederation, 'discovery' | 'keys'> }): Router {
  const router = Router()
  const publish = (path: string, read: (account: string) => Promise<object | undefined>) =>
    router.get(`/outbound/:account/.well-known/${path}`, async (req, res, next) => {
      const found = /^\d{12}$/.test(req.params.account) ? await read(req.params.account) : undefined
      if (!found) return next()
      // Public by design, for verifiers in browsers too.
      res.set({ 'Cache-Control': `public, max-age=${freshSeconds}`, 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' }).json(found)
    })
  publish('openid-configuration', outbound.discovery)
  publish('jwks.json', outbound.keys)
  return router
}
