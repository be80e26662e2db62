import { iamService } from '../../../reference/aws/iam.gen.ts'
import type {
  Operations,
  GetRoleResponse as OwnOfAws,
} from '../../../reference/aws/iam-shapes.gen.ts'
import type { ServiceData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'

export interface GetRoleResponse extends OwnOfAws {
  readonly ManagedBy: 'settings' | 'api'
}

/**
 * Adds `ManagedBy`, which AWS does not have: it says whether the settings file manages the role,
 * which then can't be changed over the API. Clients ignore members that their model does not have.
 */
const withManager: ServiceData = {
  ...iamService,
  shapes: {
    ...iamService.shapes,
    managedByType: { type: 'string', enum: ['settings', 'api'] },
    GetRoleResponse: {
      type: 'structure',
      required: ['Role', 'ManagedBy'],
      members: { Role: 'Role', ManagedBy: 'managedByType' },
    },
  },
}

type GetRoleOfAws = Operations['GetRole']

export const GetRole: Model<GetRoleOfAws['in'], GetRoleResponse, GetRoleOfAws['code']> = linkModel(
  withManager,
  'GetRole',
)
