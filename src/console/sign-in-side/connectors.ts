import { mappingVersion } from '../../aws/gatehouse/mapping/mapping-model.ts'
import { addressOf } from '../address.ts'
import { partOf } from '../call.ts'
import { code, link, text } from '../cells.ts'
import { partSection } from '../iam/parts.ts'
import { detailPage } from '../page.ts'
import { words } from './words.ts'

const told = words.connectors

/** `/console/connectors`: there are few of them. */
export const connectors = detailPage({
  path: '/console/connectors',
  nav: { section: 'Sign-in', label: told.title, glyph: 'connector' },
  crumb: told.title,
  calls: ['gatehouse:ListConnectors'],
  async read(call) {
    const found = await partOf(call('gatehouse:ListConnectors', { Version: mappingVersion }))
    return {
      title: told.title,
      says: told.says,
      actions: [],
      main: [
        partSection(told.withheld, found, ({ Connectors }) => ({
          heads: [
            { head: told.heads.name },
            { head: told.heads.protocol },
            { head: told.heads.id, width: 'desk' },
          ],
          rows: Connectors.map(({ Connector: id, Label, Protocol }) => [
            link(Label, addressOf('/console/connectors/:id', { id })),
            text(Protocol),
            code(id),
          ]),
          empty: told.empty,
        })),
      ],
      aside: [],
    }
  },
})
