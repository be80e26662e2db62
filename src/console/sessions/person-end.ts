import { formPage } from '../page.ts'
import { factsOf, openSession, session } from './session.ts'
import { addressTo, sessions } from './sessions.ts'
import { words } from './words.ts'

const told = words.endingAll

/** `/console/sessions/SESSION/end-all`: everything of the person whose session it is. */
export const personEnd = formPage({
  path: '/console/sessions/:session/end-all',
  params: session.params,
  under: session,
  crumb: told.crumb,
  calls: ['gatehouse:ListSessions', 'sts:RevokeSessions'],
  operation: 'sts:RevokeSessions',
  button: told.button,
  danger: true,
  fields: [],
  async read(call, { params: { session: id = '' } }) {
    const found = await openSession(call, id)
    return {
      title: told.title(found.Person),
      says: told.says,
      locked: found.Whose ? undefined : told.unknown,
      values: {},
      keep: { text: words.ending.keep, href: addressTo(session.path, found) },
      sections: [factsOf(found)],
    }
  },
  async save(call, { params: { session: id = '' } }) {
    const { Whose, Person } = await openSession(call, id)
    // INVARIANT: a locked form is not sent.
    await call('sts:RevokeSessions', Whose!)
    return { to: sessions.path, said: told.done(Person) }
  },
})
