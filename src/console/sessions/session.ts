import { type SessionShape, sessionVersion } from '../../aws/gatehouse/sessions/session-model.ts'
import { withQuery } from '../address.ts'
import type { Call } from '../call.ts'
import { badge, type Cell, code, text, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import type { Section } from '../shown.ts'
import { addressTo, sessions } from './sessions.ts'
import { words } from './words.ts'

const { session: told, kinds } = words

/** `/console/sessions/SESSION`: one that is open. */
export const session = detailPage({
  path: '/console/sessions/:session',
  params: { session: { ...limitsOf('gatehouse:EndSession', 'SessionId'), required: true } },
  under: sessions,
  crumb: kinds['sign-in'],
  calls: ['gatehouse:ListSessions'],
  async read(call, { params: { session: id = '' } }) {
    const found = await openSession(call, id)
    return {
      title: found.Person,
      says: told.says,
      badges: [badge(kinds[found.Kind])],
      actions: [
        { text: told.end, href: addressTo('/console/sessions/:session/end', found) },
        ...(found.Whose
          ? [
              {
                text: told.endAll(found.Person),
                href: addressTo('/console/sessions/:session/end-all', found),
              },
            ]
          : []),
        ...(found.AccessKeyId === undefined
          ? []
          : [{ text: told.calls, href: withQuery('/console/audit', { key: found.AccessKeyId }) }]),
      ],
      main: [factsOf(found)],
      aside: [],
    }
  },
})

/** The session with that id. Rejects with NoSuchEntity once it has ended. */
export async function openSession(
  call: Call<'gatehouse:ListSessions'>,
  id: string,
): Promise<SessionShape> {
  const { Sessions } = await call('gatehouse:ListSessions', {
    Version: sessionVersion,
    SessionId: id,
  })
  // INVARIANT: the service answers the one, or a fault.
  return Sessions[0]!
}

/** What is known of a session. */
export function factsOf(found: SessionShape): Section {
  const { terms } = told
  const rows: readonly (readonly [string, Cell | undefined])[] = [
    [terms.person, text(found.Person)],
    [terms.connector, found.Connector ? text(found.Connector) : undefined],
    [terms.where, text(kinds[found.Kind])],
    [terms.arn, found.Arn ? code(found.Arn) : undefined],
    [terms.key, found.AccessKeyId ? code(found.AccessKeyId) : undefined],
    [terms.app, found.App ? code(found.App) : undefined],
    [terms.since, time(new Date(found.Since))],
    [terms.until, time(new Date(found.Until))],
    [terms.seen, time(new Date(found.LastSeen))],
    [terms.from, code(found.LastAddress)],
    [terms.program, found.Program ? text(found.Program) : undefined],
  ]
  return {
    kind: 'terms',
    title: told.facts,
    terms: rows.flatMap(([label, cell]): [string, Cell][] => (cell ? [[label, cell]] : [])),
  }
}
