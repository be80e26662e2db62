import type { ListOrganizationsFeaturesResponse } from '../../../reference/aws/iam-shapes.gen.ts'
import type { RootFeature } from '../../../store/records.ts'
import type { Model } from '../../model.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { featuresShape, managementAccount, switched } from './organization.ts'

type SwitchModel = Model<
  Readonly<Record<string, never>>,
  ListOrganizationsFeaturesResponse,
  'AccountNotManagementOrDelegatedAdministratorException' | 'OrganizationNotFoundException'
>

/**
 * A feature that is off refuses AssumeRoot for its tasks in every account that the caller's account
 * manages; sessions that were issued before end by themselves, after 15 minutes at most.
 */
function turn(model: SwitchModel, feature: RootFeature, on: boolean) {
  return operation(model, {
    writes: true,
    authorize: () => ({ resource: '*' }),
    async handle(_input, call, _found, writes) {
      const changed = switched(await managementAccount(call, writes), feature, on)
      await writes.update('account', call.account, 'account', changed)
      return featuresShape(changed)
    },
  })
}

const listOrganizationsFeatures = operation(iamModel('ListOrganizationsFeatures'), {
  authorize: () => ({ resource: '*' }),
  handle: async (_input, call, _found, reads) =>
    featuresShape(await managementAccount(call, reads)),
})

/** Which root tasks an account may do in those that it manages. Both features are on at first. */
export const organizationOperations: readonly AnyOperation[] = [
  turn(
    iamModel('DisableOrganizationsRootCredentialsManagement'),
    'RootCredentialsManagement',
    false,
  ),
  turn(iamModel('DisableOrganizationsRootSessions'), 'RootSessions', false),
  turn(iamModel('EnableOrganizationsRootCredentialsManagement'), 'RootCredentialsManagement', true),
  turn(iamModel('EnableOrganizationsRootSessions'), 'RootSessions', true),
  listOrganizationsFeatures,
]
