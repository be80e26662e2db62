import type { Ids } from '../../../kernel/ids.ts'
import type { ServiceCredentialRecord } from '../../../store/records.ts'
import { operation } from '../../operation.ts'
import { existing, findNamed, namedTarget } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { ownedBy } from '../owned-by-user.ts'
import { quotas } from '../quotas.ts'
import { credentialShape, newSecret, secretShape, services } from './service-credential.ts'

const dayMs = 86_400_000

/**
 * Returns the secret only in this response. Also allowed for users that the settings file manages.
 */
export function createServiceSpecificCredential({
  ids,
}: {
  readonly ids: Pick<Ids, 'next' | 'random'>
}) {
  return operation(iamModel('CreateServiceSpecificCredential'), {
    writes: true,
    locate: ({ UserName }, call, reads) => findNamed(reads, 'user', call, UserName),

    authorize({ UserName, ServiceName, CredentialAgeDays }, call, found) {
      const target = namedTarget('user', call, UserName, found)
      return {
        ...target,
        conditions: {
          ...target.conditions,
          'iam:ServiceSpecificCredentialServiceName': ServiceName,
          'iam:ServiceSpecificCredentialAgeDays': CredentialAgeDays?.toString(),
        },
      }
    },

    async handle({ UserName, ServiceName, CredentialAgeDays }, call, found, writes) {
      const { account, now, fault } = call
      const user = existing(found, 'user', UserName, call)
      if (!services.has(ServiceName))
        throw fault(
          'NotSupportedService',
          `No such service ${ServiceName} is supported for Service Specific Credentials`,
        )
      const others = (await ownedBy(writes, 'serviceCredential', account, user.id)).filter(
        ({ serviceName }) => serviceName === ServiceName,
      )
      const { serviceCredentialsPerUser: most } = quotas
      if (others.length >= most)
        throw fault(
          'LimitExceeded',
          `Cannot exceed quota for ServiceSpecificCredentialsPerUser: ${most}`,
        )
      const { secret, passwordHash } = newSecret(ids)
      const record: ServiceCredentialRecord = {
        account,
        id: ids.next('ACCA'),
        ownerId: user.id,
        serviceName: ServiceName,
        serviceUserName: freeName(user.name, account, others),
        passwordHash,
        status: 'Active',
        ...(CredentialAgeDays !== undefined && {
          expiresAt: new Date(now.getTime() + CredentialAgeDays * dayMs).toISOString(),
        }),
        createdAt: now.toISOString(),
        managedBy: 'api',
      }
      await writes.insert('serviceCredential', account, record.id, record)
      return {
        ServiceSpecificCredential: {
          ...credentialShape(record, user.name, now),
          ...secretShape(ServiceName, secret),
        },
      }
    },
  })
}

/** `ann-at-111122223333`, and `ann+1-at-…` for the second. */
function freeName(
  userName: string,
  account: string,
  others: readonly ServiceCredentialRecord[],
): string {
  const taken = new Set(others.map(({ serviceUserName }) => serviceUserName))
  const plain = `${userName}-at-${account}`
  return taken.has(plain) ? `${userName}+1-at-${account}` : plain
}
