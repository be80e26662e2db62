import { policyAddress } from '../iam/parts.ts'
import { policies } from '../iam/policies.ts'
import { editorPage } from './editor-page.ts'
import { words } from './words.ts'

const said = words.create

/** `/console/policies/~create`. */
export const policyCreate = editorPage({
  path: '/console/policies/~create',
  under: policies,
  crumb: said.crumb,
  calls: ['iam:CreatePolicy'],
  operation: 'iam:CreatePolicy',
  holder: 'managed',
  button: said.button,
  fields: [
    { member: 'PolicyName', label: said.name, help: said.nameHelp, control: { kind: 'line' } },
    { member: 'Path', label: said.path, help: said.pathHelp, control: { kind: 'line' } },
    {
      member: 'Description',
      label: said.description,
      help: said.descriptionHelp,
      control: { kind: 'line' },
    },
  ],
  async read() {
    return {
      title: said.title,
      says: said.says,
      keep: { text: said.keep, href: policies.path },
      aside: [],
    }
  },
  async save(call, _request, { text, fields }) {
    const { PolicyName = '', Path, Description } = fields
    const { Policy } = await call('iam:CreatePolicy', {
      PolicyName,
      Path: Path || undefined,
      Description: Description || undefined,
      PolicyDocument: text,
    })
    return { to: policyAddress(Policy?.Arn ?? ''), said: said.said(PolicyName) }
  },
})
