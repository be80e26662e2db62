import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { fieldOf, listOf } from '../../fields.ts'
import { type Page, stepsPage } from '../../page.ts'
import { searches } from '../listing.ts'
import { policyArnLimits } from '../policy.ts'
import { pickPolicies } from './pickers.ts'
import type { Subject } from './subject.ts'
import { words } from './words.ts'

const said = words.attach

/** A control whose options are loaded when it is shown. */
export const toLoad = (many: boolean) =>
  ({ kind: 'pick', many, options: [], more: false, sought: '' }) as const

/** `…/attach-policy`: chooses managed policies of the list, and attaches each. */
export function attachPage(subject: Subject): Page {
  return stepsPage<Action>({
    path: `${subject.path}/attach-policy`,
    params: { name: subject.name },
    under: subject.page,
    crumb: said.crumb,
    calls: [subject.gets, searches, subject.attach.action],
    steps: [
      {
        title: '',
        fields: [
          fieldOf('iam:AttachUserPolicy', 'PolicyArn', {
            label: said.label,
            control: toLoad(true),
            limits: { ...policyArnLimits, required: true },
          }),
        ],
      },
    ],
    button: said.button,
    async read(call, { params: { name = '' } }) {
      const found = await subject.find(call, name)
      return {
        title: said.title(found.name),
        says: said.says,
        locked: found.locked,
        controls: { PolicyArn: pickPolicies(call, { many: true, typed: said.typed }) },
        keep: { text: said.keep, href: addressOf(subject.path, { name: found.name }) },
      }
    },
    plan({ PolicyArn = '' }, { params: { name = '' } }) {
      const arns = listOf(PolicyArn)
      return {
        tasks: arns.map((arn) => ({
          words: said.task(arn, name),
          run: async (call) => {
            await subject.attach.run(call, name, arn)
          },
        })),
        to: addressOf(subject.path, { name }),
        said: said.said(arns.length),
        report: said.report,
      }
    },
  })
}
