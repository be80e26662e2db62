import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { pageOf, pageOfList } from '../paging.ts'
import { instanceProfileArn, instanceProfileShape, profilesOfRole } from './instance-profile.ts'

export const listInstanceProfiles = operation(iamModel('ListInstanceProfiles'), {
  authorize: ({ PathPrefix = '/' }, { account, caller }) => ({
    resource: instanceProfileArn(caller.partition, { account, name: '', path: PathPrefix }),
  }),

  async handle(input, call, _found, reads) {
    const { records, marker } = await pageOf(reads, { kind: 'instanceProfile' }, input, call)
    return {
      InstanceProfiles: await Promise.all(
        records.map((record) => instanceProfileShape(record, call.caller.partition, reads)),
      ),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})

export const listInstanceProfilesForRole = operation(iamModel('ListInstanceProfilesForRole'), {
  locate: ({ RoleName }, call, reads) => findNamed(reads, 'role', call, RoleName),
  authorize: ({ RoleName }, call, found) => namedTarget('role', call, RoleName, found),

  async handle(input, call, found, reads) {
    const profiles = await profilesOfRole(existing(found, 'role', input.RoleName, call), reads)
    const { items, marker } = pageOfList(profiles, ({ name }) => name.toLowerCase(), input, call)
    return {
      InstanceProfiles: await Promise.all(
        items.map((record) => instanceProfileShape(record, call.caller.partition, reads)),
      ),
      IsTruncated: marker !== undefined,
      Marker: marker,
    }
  },
})
