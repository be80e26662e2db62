import { Router } from 'express'
import { findAsset } from '../assets.ts'

const yearSeconds = 31_536_000

/** Style, script and pictures, under addresses that change with their content. */
export function assetRoutes(): Router {
  const router = Router()
  router.get('/assets/:name', (req, res, next) => {
    const asset = findAsset(req.path)
    if (!asset) return next()
    res.set({ 'Cache-Control': `public, max-age=${yearSeconds}, immutable`, 'X-Content-Type-Options': 'nosniff' })
    // A picture opened by itself runs nothing either.
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    res.set('Content-Type', asset.type).send(asset.body)
  })
  return router
}
