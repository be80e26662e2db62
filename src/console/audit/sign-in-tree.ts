import type { SessionTree, TreeApp, TreeSession } from '../../audit/index/session-tree.ts'
import { sessionVersion } from '../../aws/gatehouse/sessions/session-model.ts'
import { addressOf, withQuery } from '../address.ts'
import { partOf } from '../call.ts'
import { badge, type Cell, code, exactTime, text, time } from '../cells.ts'
import { detailPage } from '../page.ts'
import type { Section, Terms, TreeNode } from '../shown.ts'
import { audit } from './audit.ts'
import { event, treePath } from './event.ts'
import { eventAddress } from './event-address.ts'
import { chainOf, roleOf, whoOf } from './event-facts.ts'
import { openOf, openSection } from './still-open.ts'
import { words } from './words.ts'

const told = words.tree

/** `/console/audit/EVENT/sign-in`: the sessions that came from the sign-in of an event. */
export const signInTree = detailPage({
  path: treePath,
  params: event.params,
  under: event,
  crumb: told.crumb,
  calls: ['gatehouse:GetSessionTree', 'gatehouse:ListSessions'],
  async read(call, { params: { event: token = '' } }) {
    const asked = { Version: sessionVersion, Token: token }
    const { Tree, Behind } = await call('gatehouse:GetSessionTree', asked)
    const { began, signIn } = Tree
    const known = began && whoOf(began)
    const who = known ?? told.somebody
    const open = known === undefined ? { value: [] } : await partOf(openOf(call, known, Tree))
    const notes = [
      ...(Tree.cut ? [told.cut] : []),
      ...(Behind > 0 ? [words.audit.behind(Math.ceil(Behind / 1_000_000))] : []),
    ]
    return {
      title: signIn === undefined ? told.ofKey(who) : told.title(who),
      says: told.says,
      actions: [{ text: words.event.title, href: addressOf(event.path, { event: token }) }],
      main: [
        openSection(open),
        sessionsSection(Tree, token, notes.join(' ') || undefined),
        ...(Tree.apps.length > 0 ? [appsSection(Tree.apps)] : []),
      ],
      aside: began ? [beganSection(Tree)] : [],
    }
  },
})

function beganSection({ began, signIn }: SessionTree): Section {
  const { eventTime, sourceIPAddress: address, userAgent } = began!
  const { connector, samlProvider, identity } = chainOf(began!)
  const voucher = samlProvider ?? connector
  const rows: readonly (readonly [string, Cell | undefined])[] = [
    [told.terms.person, text(whoOf(began!) ?? told.somebody)],
    [told.terms.time, exactTime(new Date(eventTime))],
    [told.terms.address, address ? text(address) : undefined],
    [told.terms.program, userAgent ? text(userAgent) : undefined],
    [told.terms.connector, voucher === undefined ? undefined : text(voucher)],
    [told.terms.strength, identity?.strength ? text(identity.strength) : undefined],
  ]
  return {
    kind: 'terms',
    title: signIn === undefined ? told.beganWithKey : told.began,
    acts: [{ text: told.event, href: eventAddress(began!) }],
    terms: rows.flatMap(([label, cell]): [string, Cell][] => (cell ? [[label, cell]] : [])),
  }
}

function sessionsSection(tree: SessionTree, token: string, note: string | undefined): Section {
  const under = (parent: string | undefined): readonly TreeNode[] =>
    tree.sessions
      .filter((one) => one.parent === parent)
      .map((one) => ({ ...nodeOf(one, token), nodes: under(one.key) }))
  return {
    kind: 'tree',
    title: told.sessions,
    note,
    nodes: under(undefined),
    empty: told.noSessions,
  }
}

function nodeOf(session: TreeSession, token: string): Omit<TreeNode, 'nodes'> {
  const { key, given, denied, consoles } = session
  const isSession = key.startsWith('ASIA')
  return {
    title: nameOf(session),
    badges: [
      badge(kindOf(session)),
      ...(consoles > 0 ? [badge(told.console)] : []),
      ...(denied > 0 ? [badge(told.denials(denied), 'deny')] : []),
    ],
    facts: factsOf(session),
    acts: [
      { text: told.show, href: withQuery(audit.path, { key }) },
      ...(given ? [{ text: told.event, href: eventAddress(given) }] : []),
      ...(isSession
        ? [
            {
              text: told.end,
              href: addressOf('/console/audit/:event/sign-in/:session/end', {
                ...{ event: token, session: key },
              }),
            },
          ]
        : []),
    ],
  }
}

function factsOf({ key, given, calls, more, last }: TreeSession): Terms {
  const { facts } = told
  const began = given?.eventTime ?? last?.userIdentity?.sessionContext?.attributes?.creationDate
  return [
    [facts.key, code(key)],
    ...(began === undefined ? [] : [[facts.since, time(new Date(began))] as const]),
    [facts.calls, text(told.calls(calls, more))],
    ...(last ? [[facts.last, time(new Date(last.eventTime))] as const] : []),
    ...(last?.sourceIPAddress ? [[facts.address, text(last.sourceIPAddress)] as const] : []),
  ]
}

/** `role/SESSION`, or the user that has it. */
function nameOf({ key, given, last }: TreeSession): string {
  const arn = givenArn(given) ?? last?.userIdentity?.arn
  if (arn !== undefined)
    return arn
      .split(':')
      .slice(5)
      .join(':')
      .replace(/^assumed-role\//, '')
  return (given && roleOf(given)) ?? key
}

/** The ARN of the session that a call gave. */
function givenArn(given: TreeSession['given']): string | undefined {
  const { assumedRoleUser, federatedUser } = (given?.responseElements ?? {}) as Readonly<
    Record<string, { readonly arn?: string } | undefined>
  >
  return assumedRoleUser?.arn ?? federatedUser?.arn
}

function kindOf(session: TreeSession): string {
  const { key, given, last, parent } = session
  const arn = givenArn(given) ?? last?.userIdentity?.arn ?? ''
  const { kinds } = told
  if (key.startsWith('AKIA')) return kinds.key
  if (arn.includes(':assumed-role/')) return parent?.startsWith('ASIA') ? told.chained : kinds.role
  if (arn.includes(':federated-user/')) return kinds.federated
  if (arn.endsWith(':root')) return kinds.root
  return arn.includes(':user/') ? kinds.user : kinds.session
}

function appsSection(apps: readonly TreeApp[]): Section {
  const { appHeads: heads } = told
  return {
    kind: 'rows',
    title: told.apps,
    heads: [{ head: heads.app }, { head: heads.events }, { head: heads.last, width: 'desk' }],
    rows: apps.map(({ app, events, last }) => [
      text(app),
      text(events.toLocaleString('en-GB')),
      time(new Date(last.eventTime)),
    ]),
    empty: '',
  }
}
