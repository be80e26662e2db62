import { hash } from 'node:crypto'
import type { Ids } from '../../../kernel/ids.ts'
import type { ServiceSpecificCredentialMetadata } from '../../../reference/aws/iam-shapes.gen.ts'
import type { ServiceCredentialRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { ownerId } from '../owned-by-user.ts'

/**
 * What a credential is made of, by service. `key`: one secret that says who it is of; otherwise a
 * user name and a password (IAM user guide, "Service-specific credentials").
 */
export const services: ReadonlyMap<string, 'password' | 'key'> = new Map([
  ['bedrock.amazonaws.com', 'key'],
  ['cassandra.amazonaws.com', 'password'],
  ['codecommit.amazonaws.com', 'password'],
])

const secretBytes = 32

/** A new secret of 256 bits, and what is kept of it: so long a secret needs no slow hash. */
export function newSecret({ random }: Pick<Ids, 'random'>) {
  const secret = random(secretBytes).toString('base64')
  return { secret, passwordHash: hash('sha256', secret, 'base64url') }
}

/** Returns a credential of this owner. Throws NoSuchEntity for another owner's as well. */
export async function ownedCredential(
  reads: Pick<Reads, 'find'>,
  id: string,
  user: UserRecord | undefined,
  { account, fault }: Call<'NoSuchEntity'>,
): Promise<ServiceCredentialRecord> {
  const credential = await reads.find('serviceCredential', account, id)
  if (credential?.ownerId !== ownerId(user, account))
    throw fault('NoSuchEntity', `Service Specific Credential ${id} cannot be found.`)
  return credential
}

/** Without the secret. A credential that has ended is told as expired, whatever its status was. */
export function credentialShape(
  record: ServiceCredentialRecord,
  userName: string,
  now: Date,
): ServiceSpecificCredentialMetadata {
  const { id, serviceName, serviceUserName, status, createdAt } = record
  const ends = record.expiresAt === undefined ? undefined : new Date(record.expiresAt)
  const named =
    services.get(serviceName) === 'key'
      ? { ServiceCredentialAlias: serviceUserName }
      : { ServiceUserName: serviceUserName }
  return {
    CreateDate: new Date(createdAt),
    ExpirationDate: ends,
    ServiceName: serviceName,
    ...named,
    ServiceSpecificCredentialId: id,
    UserName: userName,
    Status: ends !== undefined && ends <= now ? 'Expired' : status,
  }
}

/** The member that holds the secret, of the service's kind. */
export function secretShape(serviceName: string, secret: string) {
  return services.get(serviceName) === 'key'
    ? { ServiceCredentialSecret: secret }
    : { ServicePassword: secret }
}
