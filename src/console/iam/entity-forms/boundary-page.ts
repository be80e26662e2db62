import { addressOf } from '../../address.ts'
import type { Action } from '../../call.ts'
import { fieldOf } from '../../fields.ts'
import { type Page, stepsPage } from '../../page.ts'
import { searches } from '../listing.ts'
import { policyArnLimits } from '../policy.ts'
import { toLoad } from './attach-page.ts'
import { pickPolicies } from './pickers.ts'
import type { Principal } from './subject.ts'
import { words } from './words.ts'

const said = words.boundary

/** A field that chooses a permissions boundary, or none. */
export const boundaryField = fieldOf('iam:PutUserPermissionsBoundary', 'PermissionsBoundary', {
  label: said.label,
  control: toLoad(false),
  limits: { ...policyArnLimits, required: false },
})

/** `…/boundary`: sets a permissions boundary, or removes it. */
export function boundaryPage(principal: Principal): Page {
  const { putBoundary, deleteBoundary } = principal
  return stepsPage<Action>({
    path: `${principal.path}/boundary`,
    params: { name: principal.name },
    under: principal.page,
    crumb: said.crumb,
    calls: [principal.gets, searches, putBoundary.action, deleteBoundary.action],
    steps: [{ title: '', fields: [boundaryField] }],
    button: said.button,
    edits: true,
    async read(call, { params: { name = '' } }) {
      const found = await principal.find(call, name)
      return {
        title: said.title(found.name),
        says: said.says,
        locked: found.locked,
        values: { PermissionsBoundary: found.boundary ?? '' },
        controls: { PermissionsBoundary: pickPolicies(call, { many: false, typed: said.typed }) },
        keep: { text: said.keep, href: addressOf(principal.path, { name: found.name }) },
      }
    },
    plan: ({ PermissionsBoundary: arn = '' }, { params: { name = '' } }) => ({
      tasks: [
        {
          words: arn === '' ? said.removed(name) : said.set(arn, name),
          run: async (call) => {
            if (arn === '') await deleteBoundary.run(call, name)
            else await putBoundary.run(call, name, arn)
          },
        },
      ],
      to: addressOf(principal.path, { name }),
      said: said.said,
      report: said.report,
    }),
  })
}
