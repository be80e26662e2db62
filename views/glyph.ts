import { assetAddress } from '../src/http/assets.ts'
import { html, type Safe } from './html.ts'

/** Names of the symbols in assets/sprite.svg. */
export type GlyphName =
  | 'mark' | 'mark-closed' | 'gate-open' | 'gate-closed' | 'gate-none' | 'directory' | 'file' | 'home' | 'user' | 'role' | 'policy' | 'key'
  | 'clock' | 'copy' | 'check' | 'right' | 'left' | 'down' | 'arrow' | 'search' | 'warning' | 'info' | 'lock' | 'terminal' | 'window' | 'exit' | 'menu'

/** A decorative glyph; the words beside it say the same. */
export function glyph(name: GlyphName, size: 'i' | 'i i-sm' = 'i'): Safe {
  return html`<svg class="${size}" aria-hidden="true"><use href="${assetAddress('sprite.svg')}#${name}"/></svg>`
}

export function wordmark(): Safe {
  return html`<svg class="wordmark" role="img" aria-label="Gatehouse"><use href="${assetAddress('sprite.svg')}#wordmark"/></svg>`
}
