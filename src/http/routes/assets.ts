import { Router } from 'express'
import { assetAddress, findAsset } from '../../../views/asset-address.ts'

const yearSeconds = 31_536_000
const daySeconds = 86_400

/** Serves styles, script and images, at addresses that change with their content. */
export function assetRoutes(): Router {
  const router = Router()
  router.get('/assets/:name', (req, res, next) => {
    const asset = findAsset(req.path)
    if (!asset) return next()
    res.set({
      'Cache-Control': `public, max-age=${yearSeconds}, immutable`,
      'X-Content-Type-Options': 'nosniff',
    })
    // An image opened on its own must not run scripts either.
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
    res.set('Content-Type', asset.type).send(asset.body)
  })
  router.get('/favicon.ico', (_req, res) => {
    res.set('Cache-Control', `public, max-age=${daySeconds}`)
    const { type, body } = findAsset(assetAddress('favicon.ico'))!
    res.set('Content-Type', type).send(body)
  })
  return router
}
