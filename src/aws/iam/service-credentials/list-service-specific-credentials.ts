import { iamArn } from '../../../kernel/arn.ts'
import { linkTo } from '../../../store/links.ts'
import type { ServiceCredentialRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type Call, operation } from '../../operation.ts'
import { locateOwner, ownerOf, ownerTarget } from '../access-keys/key-owner.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy, ownerId } from '../owned-by-user.ts'
import { everyRecord, pageOfList } from '../paging.ts'
import { credentialShape, services } from './service-credential.ts'

/** Of one user, or with AllUsers of all users of the account. */
export const listServiceSpecificCredentials = operation(
  iamModel('ListServiceSpecificCredentials'),
  {
    locate: (input, call, reads) => (input.AllUsers ? undefined : locateOwner(input, call, reads)),
    authorize: (input, call, found) =>
      input.AllUsers
        ? { resource: iamArn({ ...call.caller, account: call.account }, 'user', '*') }
        : ownerTarget(input, call, found),

    async handle(input, call, found, reads) {
      const { ServiceName } = input
      if (ServiceName !== undefined && !services.has(ServiceName))
        throw call.fault(
          'NotSupportedService',
          `No such service ${ServiceName} is supported for Service Specific Credentials`,
        )
      const user = input.AllUsers ? undefined : ownerOf(input, call, found)
      const all = input.AllUsers
        ? (await everyRecord(reads, 'serviceCredential', call.account)).map(({ record }) => record)
        : await ownedBy(reads, 'serviceCredential', call.account, ownerId(user, call.account))
      const asked = all.filter(
        ({ serviceName }) => ServiceName === undefined || serviceName === ServiceName,
      )
      const { items, marker } = pageOfList(asked, ({ id }) => id, input, call)
      return {
        ServiceSpecificCredentials: await Promise.all(
          items.map(async (record) =>
            credentialShape(record, await nameOfOwner(record, user, call, reads), call.now),
          ),
        ),
        IsTruncated: marker !== undefined,
        Marker: marker,
      }
    },
  },
)

async function nameOfOwner(
  record: ServiceCredentialRecord,
  user: UserRecord | undefined,
  { account }: Pick<Call<never>, 'account'>,
  reads: Pick<Reads, 'linked'>,
): Promise<string> {
  if (user) return user.name
  const rows = await reads.linked('user', account, linkTo.id(record.ownerId), { limit: 1 })
  return rows[0]?.record.name ?? record.ownerId
}
