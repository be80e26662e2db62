import { mappingVersion } from '../../aws/gatehouse/mapping/mapping-model.ts'
import { addressOf } from '../address.ts'
import { link, none, text, time } from '../cells.ts'
import { limitsOf } from '../limits.ts'
import { formPage, listPage } from '../page.ts'
import { words } from './words.ts'

const told = words.keys
const path = '/console/people-keys'
const mostOfCall = 1000

/** `/console/people-keys`: security keys of people of connectors, found by name. */
export const peopleKeys = listPage({
  path,
  nav: { section: 'Sign-in', label: told.title, glyph: 'key' },
  crumb: told.title,
  calls: ['gatehouse:ListPersonKeys'],
  title: told.title,
  says: told.says,
  noun: told.noun,
  empty: told.empty,
  marker: limitsOf('gatehouse:ListPersonKeys', 'Marker'),
  filters: [
    {
      name: 'name',
      label: told.userName,
      limits: limitsOf('gatehouse:ListPersonKeys', 'UserName'),
    },
    {
      name: 'connector',
      label: told.connector,
      limits: limitsOf('gatehouse:ListPersonKeys', 'Connector'),
    },
  ],
  async read(call, { filters, marker, isWhole }) {
    const { Keys, Marker } = await call('gatehouse:ListPersonKeys', {
      Version: mappingVersion,
      ...(filters.connector !== undefined && { Connector: filters.connector }),
      ...(filters.name !== undefined && { UserName: filters.name }),
      ...(marker !== undefined && { Marker: marker }),
      ...(isWhole && { MaxItems: mostOfCall }),
    })
    return { rows: Keys, marker: Marker }
  },
  columns: [
    { head: told.heads.person, cell: ({ UserName, Subject }) => text(UserName, Subject) },
    { head: told.heads.key, cell: ({ Name }) => text(Name) },
    { head: told.heads.connector, width: 'wide', cell: ({ Connector }) => text(Connector) },
    {
      head: told.heads.used,
      width: 'desk',
      cell: ({ LastUsedAt }) =>
        LastUsedAt === undefined ? none(told.never) : time(new Date(LastUsedAt)),
    },
    { head: told.heads.added, width: 'desk', cell: ({ AddedAt }) => time(new Date(AddedAt)) },
    {
      head: told.heads.remove,
      cell: ({ Connector: connector, Subject: subject, KeyId: key }) =>
        link(
          told.remove,
          addressOf(`${path}/:connector/:subject/:key/remove`, { connector, subject, key }),
        ),
    },
  ],
})

/** `/console/people-keys/CONNECTOR/SUBJECT/KEY/remove`. */
export const personKeyRemove = formPage({
  path: `${path}/:connector/:subject/:key/remove`,
  params: {
    connector: { ...limitsOf('gatehouse:DeletePersonKey', 'Connector'), required: true },
    subject: { ...limitsOf('gatehouse:DeletePersonKey', 'Subject'), required: true },
    key: limitsOf('gatehouse:DeletePersonKey', 'KeyId'),
  },
  under: peopleKeys,
  crumb: told.crumb,
  calls: ['gatehouse:ListPersonKeys', 'gatehouse:DeletePersonKey'],
  operation: 'gatehouse:DeletePersonKey',
  button: told.removeButton,
  fields: [],
  async read(call, { params: { connector: Connector = '', subject: Subject = '', key = '' } }) {
    const asked = { Version: mappingVersion, Connector, Subject }
    const { Keys } = await call('gatehouse:ListPersonKeys', asked)
    const found = Keys.find(({ KeyId }) => KeyId === key)
    return {
      title: told.removing(found?.Name ?? told.aKey, found?.UserName ?? Subject),
      says: told.removingSays,
      values: {},
      keep: { text: told.removeNot, href: path },
    }
  },
  async save(call, { params: { connector: Connector = '', subject: Subject = '', key = '' } }) {
    const asked = { Version: mappingVersion, Connector, Subject, KeyId: key }
    const { Removed } = await call('gatehouse:DeletePersonKey', asked)
    return { to: path, said: Removed ? told.removed : told.wasGone }
  },
})
