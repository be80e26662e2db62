import {
  type ConnectorState,
  mappingVersion,
  type RecentPerson,
} from '../../aws/gatehouse/mapping/mapping-model.ts'
import { withQuery } from '../address.ts'
import { partOf } from '../call.ts'
import { badge, code, link, none, text, time } from '../cells.ts'
import { partSection } from '../iam/parts.ts'
import { limitsOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import type { Section } from '../shown.ts'
import { connectors } from './connectors.ts'
import { words } from './words.ts'

const told = words.connector
const mostPeople = 50

/** `/console/connectors/ID`: whether people can sign in by it, and who did. */
export const connector = detailPage({
  path: '/console/connectors/:id',
  params: { id: limitsOf('gatehouse:GetConnector', 'Connector') },
  under: connectors,
  crumb: ({ id = '' }) => id,
  calls: ['gatehouse:GetConnector', 'gatehouse:ListRecentSignIns'],
  async read(call, { params: { id = '' } }) {
    const asked = { Version: mappingVersion, Connector: id }
    const state = await call('gatehouse:GetConnector', asked)
    const people = await partOf(
      call('gatehouse:ListRecentSignIns', { ...asked, MaxItems: mostPeople }),
    )
    return {
      title: state.Label,
      says: told.says,
      badges: [state.Reachable ? badge(told.reachable) : badge(told.unreachable, 'warn')],
      actions: [],
      main: [
        partSection(told.signIns, people, ({ People }) => peopleRows(People)),
        failures(state),
        ...(state.Servers.length > 0 ? [servers(state)] : []),
        ...(state.Certificates.length > 0 ? [certificates(state)] : []),
      ],
      aside: [details(state)],
    }
  },
})

function details({ Connector: id, Protocol, Reachable, Remark }: ConnectorState): Section {
  return {
    kind: 'terms',
    title: told.details,
    terms: [
      [told.terms.id, code(id)],
      [told.terms.protocol, text(Protocol)],
      [told.terms.state, text(Reachable ? told.reachable : told.unreachable)],
      [told.terms.remark, Remark === undefined ? none() : text(Remark)],
    ],
  }
}

function peopleRows(people: readonly RecentPerson[]) {
  const { signInHeads: heads } = told
  return {
    note: told.signInsNote,
    heads: [
      { head: heads.who },
      { head: heads.at },
      { head: heads.roles },
      { head: heads.reach, width: 'desk' as const },
    ],
    rows: people.map(({ Connector, Subject, UserName, DisplayName, At }) => [
      text(DisplayName, UserName),
      time(new Date(At)),
      link(
        told.tryRules,
        withQuery('/console/mapping', { connector: Connector, subject: Subject }),
      ),
      link(told.reach, withQuery('/console/who-can', { connector: Connector, subject: Subject })),
    ]),
    empty: told.noSignIns,
  }
}

function failures({ Failures }: ConnectorState): Section {
  const { failureHeads: heads } = told
  return {
    kind: 'rows',
    title: told.failures,
    note: told.failuresNote,
    heads: [{ head: heads.at }, { head: heads.why }, { head: heads.reference, width: 'desk' }],
    rows: Failures.map(({ At, Code, Detail, Reference }) => [
      time(new Date(At)),
      text(Code, Detail),
      Reference === undefined ? none() : code(Reference),
    ]),
    empty: told.noFailures,
  }
}

function servers({ Servers }: ConnectorState): Section {
  const { serverHeads: heads } = told
  return {
    kind: 'rows',
    title: told.servers,
    heads: [{ head: heads.url }, { head: heads.state }, { head: heads.again, width: 'desk' }],
    rows: Servers.map(({ Url, Trouble, AskedAgainAt }) => [
      code(Url),
      Trouble === undefined ? badge(told.inUse) : text(Trouble),
      AskedAgainAt === undefined ? none('–') : time(new Date(AskedAgainAt)),
    ]),
    empty: '',
  }
}

function certificates({ Certificates }: ConnectorState): Section {
  const { certificateHeads: heads } = told
  return {
    kind: 'rows',
    title: told.certificates,
    heads: [
      { head: heads.whose },
      { head: heads.ends },
      { head: heads.fingerprint, width: 'desk' },
    ],
    rows: Certificates.map(({ Whose, Fingerprint, ExpiresAt }) => [
      text(Whose),
      time(new Date(ExpiresAt)),
      code(Fingerprint),
    ]),
    empty: '',
  }
}
