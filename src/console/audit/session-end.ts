import { issuedToken } from '../../audit/index/terms.ts'
import { explainVersion } from '../../aws/gatehouse/explain/explain-model.ts'
import { addressOf } from '../address.ts'
import { type Cell, code, text, time } from '../cells.ts'
import { textLimits } from '../explain/simulated-question.ts'
import { formPage } from '../page.ts'
import { signInTree } from './sign-in-tree.ts'
import { words } from './words.ts'

const told = words.ending

/** `…/sign-in/KEY/end`: ends a session of the tree, and those that were made with it. */
export const sessionEnd = formPage({
  path: '/console/audit/:event/sign-in/:session/end',
  params: {
    ...signInTree.params,
    session: { ...textLimits(20, true), pattern: /^ASIA[A-Z2-7]{16}$/ },
  },
  under: signInTree,
  crumb: told.crumb,
  calls: ['gatehouse:LookupEvents', 'sts:RevokeSessions'],
  operation: 'sts:RevokeSessions',
  button: told.button,
  danger: true,
  fields: [],
  async read(call, { params: { event = '', session = '' } }) {
    const asked = { Version: explainVersion, Token: issuedToken(session) }
    const { Events } = await call('gatehouse:LookupEvents', asked)
    const [given] = Events
    const facts: readonly (readonly [string, Cell | undefined])[] = [
      [told.terms.principal, given?.userIdentity?.arn ? code(given.userIdentity.arn) : undefined],
      [told.terms.since, given ? time(new Date(given.eventTime)) : undefined],
      [told.terms.address, given?.sourceIPAddress ? text(given.sourceIPAddress) : undefined],
      [told.terms.program, given?.userAgent ? text(given.userAgent) : undefined],
    ]
    const terms = facts.flatMap(([label, cell]): [string, Cell][] => (cell ? [[label, cell]] : []))
    return {
      title: told.title(session),
      says: told.says,
      values: {},
      keep: { text: told.keep, href: addressOf(signInTree.path, { event }) },
      ...(terms.length > 0 && { sections: [{ kind: 'terms', title: told.what, terms }] }),
    }
  },
  async save(call, { params: { event = '', session = '' } }) {
    await call('sts:RevokeSessions', { Scope: 'session', Target: session })
    return { to: addressOf(signInTree.path, { event }), said: told.done }
  },
})
