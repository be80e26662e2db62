import { iamService } from '../../../reference/aws/iam.gen.ts'
import type {
  Operations,
  GetGroupResponse as OwnOfAws,
} from '../../../reference/aws/iam-shapes.gen.ts'
import type { ServiceData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'

export interface GetGroupResponse extends OwnOfAws {
  readonly MemberCount: number
}

/**
 * Adds `MemberCount`, which AWS does not have: how many users are in the group, on whatever page
 * they are told. Clients ignore members that their model does not have.
 */
const withCount: ServiceData = {
  ...iamService,
  shapes: {
    ...iamService.shapes,
    memberCountType: { type: 'integer' },
    GetGroupResponse: {
      ...iamService.shapes.GetGroupResponse!,
      members: { ...iamService.shapes.GetGroupResponse!.members, MemberCount: 'memberCountType' },
    },
  },
}

type GetGroupOfAws = Operations['GetGroup']

export const GetGroup: Model<GetGroupOfAws['in'], GetGroupResponse, GetGroupOfAws['code']> =
  linkModel(withCount, 'GetGroup')
