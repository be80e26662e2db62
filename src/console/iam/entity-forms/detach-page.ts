import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { type Page, stepsPage } from '../../page.ts'
import { policyName } from '../parts.ts'
import { policyArnLimits } from '../policy.ts'
import type { Subject } from './subject.ts'
import { words } from './words.ts'

const said = words.detach

/** `…/attached/ARN/detach`. */
export function detachPage(subject: Subject): Page {
  return stepsPage<Action>({
    path: `${subject.path}/attached/:arn/detach`,
    params: { name: subject.name, arn: policyArnLimits },
    under: subject.page,
    crumb: ({ arn = '' }) => said.crumb(policyName(arn)),
    calls: [subject.gets, subject.detach.action],
    steps: [{ title: '', fields: [] }],
    button: said.button,
    async read(call, { params: { name = '', arn = '' } }) {
      const found = await subject.find(call, name)
      return {
        title: said.title(policyName(arn), found.name),
        says: said.says,
        locked: found.locked,
        keep: { text: said.keep, href: addressOf(subject.path, { name: found.name }) },
      }
    },
    plan: (_values, { params: { name = '', arn = '' } }) => ({
      tasks: [
        {
          words: said.crumb(policyName(arn)),
          run: async (call) => {
            await subject.detach.run(call, name, arn)
          },
        },
      ],
      to: addressOf(subject.path, { name }),
      said: said.said(policyName(arn)),
      report: said.crumb(policyName(arn)),
    }),
  })
}
