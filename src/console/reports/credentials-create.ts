import { formPage } from '../page.ts'
import { credentials } from './credentials.ts'
import { words } from './words.ts'

const told = words.make

/** `/console/reports/credentials/~create`: reads every user once. */
export const credentialsCreate = formPage({
  path: '/console/reports/credentials/~create',
  under: credentials,
  crumb: told.crumb,
  calls: ['iam:GenerateCredentialReport'],
  operation: 'iam:GenerateCredentialReport',
  button: told.button,
  fields: [],
  read: async () => ({
    title: told.title,
    says: told.says,
    values: {},
    keep: { text: told.keep, href: credentials.path },
  }),
  async save(call) {
    const { State } = await call('iam:GenerateCredentialReport', {})
    return { to: credentials.path, said: State === 'STARTED' ? told.made : told.fresh }
  },
})
