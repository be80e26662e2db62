import { isVirtual } from '../../src/console/my/security.ts'
import { html, type Safe } from '../html.ts'
import { csrfField } from '../layout.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { button, deviceName, part, qrView, type ShownSeed, twoCodes } from './parts.ts'
import { words } from './words.ts'

/** Asks for the name of a device to add. */
export function addDevicePage(frame: MyFrame, { name }: { readonly name: string }): Safe {
  const bad = frame.problem !== undefined && html` aria-invalid="true"`
  return myFrame(frame, {
    title: words.addTitle,
    says: words.addSays,
    back: true,
    address: '/portal/security/add-device',
    body: html`<form method="post" action="/portal/security/add-device" class="narrow">
${csrfField(frame.csrf)}
<div class="field"><label for="name">${words.deviceName}</label>
<input id="name" name="name" value="${name}" required maxlength="226" autocomplete="off"
 autocapitalize="none" spellcheck="false" aria-describedby="nh"${bad}>
<p class="help" id="nh">${words.deviceNameHelp}</p></div>
<div class="actions mt"><button class="btn pri">${words.goOn}</button></div></form>`,
  })
}

export interface NewDevice {
  readonly serialNumber: string
  /** Absent: it was shown before, and no later page has it. */
  readonly key?: ShownSeed | undefined
}

/** Shows the key of a new device, and asks for two codes that prove that the app has it. */
export function enableDevicePage(frame: MyFrame, { serialNumber, key }: NewDevice): Safe {
  const { csrf, problem } = frame
  return myFrame(frame, {
    title: words.scanTitle(deviceName(serialNumber)),
    says: key ? words.scanSays : words.again,
    back: true,
    stays: true,
    address: '/portal/security/add-device',
    body: html`${key && qrView(key)}
<form method="post" action="/portal/security/enable-device" class="narrow">${csrfField(csrf)}
<input type="hidden" name="serial" value="${serialNumber}">
<p>${words.twoCodes}</p>
${twoCodes(problem !== undefined)}
<div class="actions mt"><button class="btn pri">${words.enable}</button></div></form>
${button({
  csrf,
  action: '/portal/security/forget-device',
  text: words.startAgain,
  fields: { serial: serialNumber },
})}`,
  })
}

/** One device of the user. */
export function devicePage(
  frame: MyFrame,
  { serialNumber }: { readonly serialNumber: string },
): Safe {
  const { csrf } = frame
  const fields = { serial: serialNumber }
  return myFrame(frame, {
    title: words.deviceTitle(deviceName(serialNumber)),
    says: serialNumber,
    back: true,
    address: `/portal/security/device?${new URLSearchParams(fields)}`,
    body: html`${hasClock(serialNumber) && resyncPart(frame, serialNumber)}
${part(
  { id: 'remove', title: words.remove, says: words.removeSays },
  button({
    csrf,
    action: '/portal/security/device/remove',
    text: words.remove,
    look: 'danger',
    fields,
  }),
)}`,
  })
}

/** Security keys make no codes. */
function hasClock(serialNumber: string): boolean {
  return isVirtual(serialNumber) || !serialNumber.startsWith('arn:')
}

function resyncPart({ csrf, problem }: MyFrame, serialNumber: string): Safe {
  return part(
    { id: 'resync', title: words.resync, says: words.resyncSays },
    html`<form method="post" action="/portal/security/device/resync" class="narrow">
${csrfField(csrf)}<input type="hidden" name="serial" value="${serialNumber}">
${twoCodes(problem !== undefined)}
<div class="actions mt"><button class="btn">${words.resyncButton}</button></div></form>`,
  )
}
