import { addressOf } from '../../address.ts'
import { formPage } from '../../page.ts'
import { roles } from '../roles.ts'
import { words } from './words.ts'

const said = words.service

/** `/console/roles/~service`: the role that a service takes by itself. */
export const createServiceRole = formPage({
  path: '/console/roles/~service/~create',
  under: roles,
  crumb: said.crumb,
  calls: ['iam:CreateServiceLinkedRole'],
  operation: 'iam:CreateServiceLinkedRole',
  button: said.button,
  fields: [
    {
      ...{ member: 'AWSServiceName', label: said.name, help: said.nameHelp },
      control: { kind: 'line' },
    },
    {
      ...{ member: 'CustomSuffix', label: said.suffix, help: said.suffixHelp },
      control: { kind: 'line' },
    },
    { member: 'Description', label: said.description, control: { kind: 'lines', rows: 3 } },
  ],
  read: async () => ({
    ...{ title: said.title, says: said.says, values: {} },
    keep: { text: said.keep, href: '/console/roles' },
  }),
  async save(call, _request, { AWSServiceName = '', CustomSuffix, Description }) {
    const { Role: made } = await call('iam:CreateServiceLinkedRole', {
      ...{ AWSServiceName, CustomSuffix, Description },
    })
    const name = made?.RoleName ?? ''
    return {
      to: name === '' ? '/console/roles' : addressOf('/console/roles/:name', { name }),
      said: said.said(name),
    }
  },
})
