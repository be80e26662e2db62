import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { Router } from 'express'
import { assetAddress, findAsset } from '../../../views/asset-address.ts'

const yearSeconds = 31_536_000
const daySeconds = 86_400

const compress = promisify(brotliCompress)
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
/** Each once, when a browser first asks: the assets are few, and never change while we run. */
const kept = new WeakMap<Buffer, Promise<Buffer>>()

function compressed(body: Buffer): Promise<Buffer> {
  const known = kept.get(body) ?? compress(body, quality)
  kept.set(body, known)
  return known
}

/** Serves styles, script and images, at addresses that change with their content. */
export function assetRoutes(): Router {
  const router = Router()
  router.get('/assets/:name', async (req, res, next) => {
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
    res.set({ 'Content-Type': asset.type, Vary: 'Accept-Encoding' })
    if (!asset.type.startsWith('text/') || req.acceptsEncodings('br', 'identity') !== 'br')
      return res.send(asset.body)
    res.set('Content-Encoding', 'br').send(await compressed(asset.body))
  })
  router.get('/favicon.ico', (_req, res) => {
    res.set('Cache-Control', `public, max-age=${daySeconds}`)
    const { type, body } = findAsset(assetAddress('favicon.ico'))!
    res.set('Content-Type', type).send(body)
  })
  return router
}
