import { sessionVersion } from '../../aws/gatehouse/sessions/session-model.ts'
import { formPage } from '../page.ts'
import { factsOf, openSession, session } from './session.ts'
import { addressTo, sessions } from './sessions.ts'
import { words } from './words.ts'

const told = words.ending

/** `/console/sessions/SESSION/end`. */
export const sessionEnd = formPage({
  path: '/console/sessions/:session/end',
  params: session.params,
  under: session,
  crumb: told.crumb,
  calls: ['gatehouse:ListSessions', 'gatehouse:EndSession'],
  operation: 'gatehouse:EndSession',
  button: told.button,
  danger: true,
  fields: [],
  async read(call, { params: { session: id = '' } }) {
    const found = await openSession(call, id)
    return {
      title: told.title(found.Person),
      says: told.says[found.Kind],
      values: {},
      keep: { text: told.keep, href: addressTo(session.path, found) },
      sections: [factsOf(found)],
    }
  },
  async save(call, { params: { session: id = '' } }) {
    await call('gatehouse:EndSession', { Version: sessionVersion, SessionId: id })
    return { to: sessions.path, said: told.done }
  },
})
