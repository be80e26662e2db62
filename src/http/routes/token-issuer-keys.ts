import { type Request, Router } from 'express'
import type { AppPorts } from '../app-ports.ts'

const freshSeconds = 300

/**
 * Serves what verifiers of our tokens need, discovery and public keys: below `/outbound` for each
 * account with outbound federation enabled, below `/upstream` for each whose STS trusts our tokens.
 */
export function tokenIssuerKeyRoutes({
  tokenIssuer,
  upstreamTokens,
}: Pick<AppPorts, 'tokenIssuer' | 'upstreamTokens'>): Router {
  const router = Router()
  const publish = (path: string, read: (account: string) => Promise<object | undefined>) =>
    router.get(path, async (req: Request<{ account: string }>, res, next) => {
      const { account } = req.params
      const found = /^\d{12}$/.test(account) ? await read(account) : undefined
      if (!found) return next()
      // Public by design, because verifiers in browsers read it too.
      res
        .set({
          'Cache-Control': `public, max-age=${freshSeconds}`,
          'Access-Control-Allow-Origin': '*',
          'X-Content-Type-Options': 'nosniff',
        })
        .json(found)
    })
  for (const [name, tokens] of [
    ['outbound', tokenIssuer],
    ['upstream', upstreamTokens],
  ] as const) {
    publish(`/${name}/:account/.well-known/openid-configuration`, tokens.discovery)
    publish(`/${name}/:account/.well-known/jwks.json`, tokens.keys)
  }
  return router
}
