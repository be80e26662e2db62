import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const files = {
  'gatehouse.css': 'text/css; charset=utf-8',
  'gatehouse.js': 'text/javascript; charset=utf-8',
  'security-key.js': 'text/javascript; charset=utf-8',
  /** Bundled: scripts/bundle-editor.ts. */
  'policy-editor.gen.js': 'text/javascript; charset=utf-8',
  /** Vendored: scripts/vendor-assets.ts. */
  'simplewebauthn.js': 'text/javascript; charset=utf-8',
  'sprite.svg': 'image/svg+xml',
  'logo.svg': 'image/svg+xml',
  'favicon.svg': 'image/svg+xml',
  /** For browsers and feed readers that ask for it without a page: the SVG, at 16 and 32 pixels. */
  'favicon.ico': 'image/x-icon',
} as const

export type AssetName = keyof typeof files

interface Asset {
  readonly address: string
  readonly type: string
  readonly body: Buffer
}

const folder = new URL('./assets/', import.meta.url)

function load(name: AssetName): Asset {
  const body = readFileSync(fileURLToPath(new URL(name, folder)))
  const dot = name.lastIndexOf('.')
  return {
    address: `/assets/${name.slice(0, dot)}.${hash('sha256', body).slice(0, 12)}${name.slice(dot)}`,
    type: files[name],
    body,
  }
}

const assets = new Map((Object.keys(files) as AssetName[]).map((name) => [name, load(name)]))
const byAddress = new Map([...assets.values()].map((asset) => [asset.address, asset]))

/** The address contains a hash of the content, so that caches may keep it for ever. */
export function assetAddress(name: AssetName): string {
  return assets.get(name)!.address
}

export function findAsset(address: string): Asset | undefined {
  return byAddress.get(address)
}
