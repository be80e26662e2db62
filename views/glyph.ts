import { assetAddress } from './asset-address.ts'
import { html, type Safe } from './html.ts'
import { words as texts } from './words.ts'

/** Names of the symbols in assets/sprite.svg. */
export type GlyphName =
  | 'mark'
  | 'mark-closed'
  | 'gate-open'
  | 'gate-closed'
  | 'gate-none'
  | 'directory'
  | 'file'
  | 'home'
  | 'user'
  | 'group'
  | 'role'
  | 'policy'
  | 'connector'
  | 'settings'
  | 'key'
  | 'clock'
  | 'copy'
  | 'check'
  | 'right'
  | 'left'
  | 'down'
  | 'arrow'
  | 'search'
  | 'warning'
  | 'info'
  | 'lock'
  | 'terminal'
  | 'window'
  | 'exit'
  | 'menu'
  | 'star'
  | 'star-on'
  | 'more'
  | 'link'
  | 'simulate'
  | 'who'
  | 'audit'
  | 'report'
  | 'download'

/** A decorative glyph; the words beside it say the same. */
export function glyph(name: GlyphName, size: 'i' | 'i i-sm' | 'i i-sm star' = 'i'): Safe {
  const href = `${assetAddress('sprite.svg')}#${name}`
  return html`<svg class="${size}" aria-hidden="true"><use href="${href}"/></svg>`
}

export function wordmark(): Safe {
  const href = `${assetAddress('sprite.svg')}#wordmark`
  return html`<svg class="wordmark" role="img" aria-label="${texts.glyph.gatehouse}"><use
 href="${href}"/></svg>`
}
