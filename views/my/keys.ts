import { badge } from '../../src/console/cells.ts'
import type { MyKey } from '../../src/console/my/security.ts'
import { cellView } from '../console/cell.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { button } from './parts.ts'
import { usedCell } from './security.ts'
import { words } from './words.ts'

/** One access key of the user, and what ends it. */
export function keyPage(frame: MyFrame, { key, used }: MyKey): Safe {
  const { csrf, now } = frame
  const { AccessKeyId: id = '', Status = 'Inactive' } = key
  const isActive = Status === 'Active'
  const fields = { id }
  const status = { ...fields, status: isActive ? 'Inactive' : 'Active' }
  return myFrame(frame, {
    title: words.keyTitle(id),
    says: words.keySays,
    back: true,
    address: `/portal/security/key?${new URLSearchParams({ id })}`,
    body: html`<dl class="dl ruled small">
<dt>${words.keyHeads[1]}</dt><dd>${cellView(badge(Status, isActive ? 'ink' : 'warn'), now)}</dd>
<dt>${words.keyHeads[2]}</dt><dd>${cellView(usedCell(used), now)}</dd></dl>
<div class="actions">${button({
      csrf,
      action: '/portal/security/key/status',
      text: isActive ? words.deactivate : words.activate,
      fields: status,
    })}${button({
      csrf,
      action: '/portal/security/key/delete',
      text: words.deleteKey,
      look: 'danger',
      fields,
    })}</div>`,
  })
}

/** A key that was made just now, with its secret, which no later page has. */
export function newKeyPage(
  frame: MyFrame,
  { id, secret }: { readonly id: string; readonly secret: string },
): Safe {
  const lines = `export AWS_ACCESS_KEY_ID=${id}\nexport AWS_SECRET_ACCESS_KEY=${secret}`
  return myFrame(frame, {
    title: words.created,
    says: words.createdSays,
    back: true,
    stays: true,
    address: '/portal/security',
    body: html`<dl class="dl ruled small">
<dt>${words.keyId}</dt><dd><code>${id}</code></dd>
<dt>${words.secret}</dt><dd><code>${secret}</code></dd></dl>
<div class="code"><pre tabindex="0" role="region" aria-label="${words.lines}">${lines}</pre>
<button class="btn sm js" type="button" data-copy>${glyph('copy')}
<span>${words.copy}</span></button></div>`,
  })
}
