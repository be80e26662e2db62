import type { Part } from '../../src/console/call.ts'
import { badge, type Cell, link, none, time } from '../../src/console/cells.ts'
import type { MyKey, MySecurity } from '../../src/console/my/security.ts'
import { cellView, rowsView } from '../console/cell.ts'
import { withheldView } from '../console/refusals.ts'
import { html, type Safe } from '../html.ts'
import { type MyFrame, myFrame } from './frame.ts'
import { button, deviceName, part } from './parts.ts'
import { words } from './words.ts'

/** `/portal/security`: password, MFA devices and access keys of the user. */
export function securityPage(frame: MyFrame, found: MySecurity): Safe {
  return myFrame(frame, {
    title: words.security,
    says: words.securitySays,
    address: '/portal/security',
    body: html`${passwordPart(frame, found)}
${devicesPart(frame, found.devices)}
${keysPart(frame, found.keys)}`,
  })
}

function passwordPart(frame: MyFrame, found: MySecurity): Safe {
  return frame.who.account === 'user' ? userPassword(frame, found) : rootPassword(frame, found)
}

function rootPassword({ now }: MyFrame, { user }: MySecurity): Safe {
  return part(
    { id: 'password', title: words.password, says: words.rootPasswordSays },
    html`<dl class="dl ruled small"><dt>${words.passwordUsed}</dt>
<dd>${cellView(lastUsed(user), now)}</dd></dl>`,
  )
}

function lastUsed(user: MySecurity['user']): Cell {
  return termOf(user, ({ PasswordLastUsed }) => PasswordLastUsed, words.never)
}

function userPassword({ now }: MyFrame, { user, password }: MySecurity): Safe {
  const action = html`<a class="btn sm" href="/portal/password">${words.changePassword}</a>`
  const set = termOf(password, (value) => value?.LoginProfile.CreateDate, words.noPassword)
  return part(
    { id: 'password', title: words.password, action },
    html`<dl class="dl ruled small">
<dt>${words.passwordSet}</dt><dd>${cellView(set, now)}</dd>
<dt>${words.passwordUsed}</dt><dd>${cellView(lastUsed(user), now)}</dd></dl>`,
  )
}

function termOf<T>(found: Part<T>, at: (value: T) => Date | undefined, absent: string): Cell {
  if ('denied' in found) return none(words.notShown(found.denied.action))
  const when = at(found.value)
  return when ? time(when) : none(absent)
}

function devicesPart({ now }: MyFrame, devices: MySecurity['devices']): Safe {
  const rows = (value: Extract<typeof devices, { value: unknown }>['value']): readonly Cell[][] =>
    value.map(({ SerialNumber, EnableDate }) => [
      link(
        deviceName(SerialNumber),
        `/portal/security/device?${new URLSearchParams({ serial: SerialNumber })}`,
      ),
      time(EnableDate),
    ])
  return part(
    {
      id: 'devices',
      title: words.devices,
      says: words.devicesSays,
      action: html`<span class="actions">
<a class="btn sm" href="/portal/security/add-device">${words.addDevice}</a>
<a class="btn sm" href="/portal/security/add-key">${words.addKey}</a></span>`,
    },
    table(
      devices,
      { title: words.devices, heads: words.deviceHeads, none: words.noDevices },
      rows,
      now,
    ),
  )
}

function keysPart({ csrf, now }: MyFrame, keys: MySecurity['keys']): Safe {
  const action = button({
    csrf,
    action: '/portal/security/keys',
    text: words.createKey,
    look: 'sm',
  })
  return part(
    { id: 'keys', title: words.keys, says: words.keysSays, action },
    table(
      keys,
      { title: words.keys, heads: words.keyHeads, none: words.noKeys },
      (value) => value.map(keyRow),
      now,
    ),
  )
}

function keyRow({ key, used }: MyKey): readonly Cell[] {
  const { AccessKeyId = '', Status = 'Inactive', CreateDate } = key
  return [
    link(AccessKeyId, `/portal/security/key?${new URLSearchParams({ id: AccessKeyId })}`),
    Status === 'Active' ? badge(Status) : badge(Status, 'warn'),
    usedCell(used),
    CreateDate ? time(CreateDate) : none(),
  ]
}

/** When a key was last used, and for which service. */
export function usedCell(used: MyKey['used']): Cell {
  if ('denied' in used) return none(words.notShown(used.denied.action))
  const { AccessKeyLastUsed: last } = used.value
  return last?.LastUsedDate ? time(last.LastUsedDate, last.ServiceName) : none(words.never)
}

interface Table {
  readonly title: string
  readonly heads: readonly string[]
  readonly none: string
}

function table<T>(
  found: Part<readonly T[]>,
  { title, heads, none: empty }: Table,
  rows: (value: readonly T[]) => readonly (readonly Cell[])[],
  now: Date,
): Safe {
  if ('denied' in found) return withheldView(found.denied)
  if (found.value.length === 0) return html`<p class="muted">${empty}</p>`
  const drawn = heads.map((head, i) => ({ head, width: i > 1 ? ('desk' as const) : undefined }))
  return rowsView(title, drawn, { rows: rows(found.value) }, now)
}
