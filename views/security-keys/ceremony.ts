import type { CeremonyShown } from '../../src/console/form-shown.ts'
import { assetAddress } from '../asset-address.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { words } from './words.ts'

/**
 * The part of a form that asks for a security key before the form is sent, and puts the answer into
 * the hidden field of that name. The script does the asking; every word stands here.
 */
export function ceremonyPart(name: string, { kind, options }: CeremonyShown): Safe {
  const refused = Object.entries(words.refused).map(
    ([error, text]) => html`<p hidden data-refused="${error}">${text}</p>`,
  )
  return html`<div class="ceremony" data-ceremony="${kind}" data-options="${options}">
<input type="hidden" name="${name}" value="">
<div class="msg warn nojs">${glyph('warning')}
<div><p>${words.needsScript}</p></div></div>
<div class="msg warn" hidden data-unsupported>${glyph('warning')}
<div><p>${words.unsupported}</p></div></div>
<div class="msg" hidden data-waiting role="status">${glyph('key')}
<div><p>${words.waiting}</p></div></div>
<div class="msg bad" hidden data-failed role="alert">${glyph('warning')}<div>${refused}</div></div>
</div>
<script src="${assetAddress('simplewebauthn.js')}" defer></script>
<script src="${assetAddress('security-key.js')}" defer></script>`
}
