import type { SessionTree } from '../../audit/index/session-tree.ts'
import { type SessionShape, sessionVersion } from '../../aws/gatehouse/sessions/session-model.ts'
import type { Call, Part } from '../call.ts'
import { code, link, time } from '../cells.ts'
import { partSection } from '../iam/parts.ts'
import { addressTo, whereCell } from '../sessions/sessions.ts'
import type { Section } from '../shown.ts'
import { words } from './words.ts'

const told = words.tree
const mostPages = 3
const rowsOnPage = 1000

/**
 * Browsers, consoles, terminals and apps that belong to the sign-in of a tree, or to one of its
 * keys, and have not ended: what no access key stands for is ended by these.
 */
export async function openOf(
  call: Call<'gatehouse:ListSessions'>,
  person: string,
  { signIn, sessions }: SessionTree,
): Promise<readonly SessionShape[]> {
  const keys = new Set(sessions.map(({ key }) => key))
  const found: SessionShape[] = []
  let marker: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const { Sessions, Marker } = await call('gatehouse:ListSessions', {
      ...{ Version: sessionVersion, Person: person, Marker: marker, MaxItems: rowsOnPage },
    })
    found.push(
      ...Sessions.filter(({ SignIn, AccessKeyId }) =>
        SignIn === undefined ? keys.has(AccessKeyId ?? '') : SignIn === signIn,
      ),
    )
    marker = Marker
    if (marker === undefined) break
  }
  return found
}

export function openSection(part: Part<readonly SessionShape[]>): Section {
  const { where, since, seen, from, end } = told.openHeads
  return partSection(told.open, part, (open) => ({
    note: open.length > 0 ? told.openNote : undefined,
    heads: [
      { head: where },
      { head: since, width: 'desk' },
      { head: seen, width: 'desk' },
      { head: from, width: 'wide' },
      { head: end },
    ],
    rows: open.map((one) => [
      whereCell(one),
      time(new Date(one.Since)),
      time(new Date(one.LastSeen)),
      code(one.LastAddress),
      link(told.end, addressTo('/console/sessions/:session/end', one)),
    ]),
    empty: told.noneOpen,
  }))
}
