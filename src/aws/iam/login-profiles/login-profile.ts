import type { LoginProfile } from '../../../reference/aws/iam-shapes.gen.ts'
import type { LoginProfileRecord, UserRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call } from '../../operation.ts'
import { locateOwner, ownerOf } from '../access-keys/key-owner.ts'

interface Named {
  readonly UserName?: string | undefined
}

/** The user whom a call names or who makes it, with their password if they have one. */
export interface Owner {
  readonly user: UserRecord | undefined
  readonly profile: LoginProfileRecord | undefined
}

export async function locateProfile(
  input: Named,
  call: Pick<Call<never>, 'account' | 'caller'>,
  reads: Reads,
): Promise<Owner> {
  const user = await locateOwner(input, call, reads)
  return { user, profile: user && (await profileOf(user, reads)) }
}

export function profileOf(
  { account, id }: Pick<UserRecord, 'account' | 'id'>,
  reads: Pick<Reads, 'find'>,
): Promise<LoginProfileRecord | undefined> {
  return reads.find('loginProfile', account, id)
}

/**
 * Returns the user with their password. Throws NoSuchEntity, also for the account's root, whose
 * password the settings have.
 */
export function existingProfile(
  input: Named,
  call: Call<'NoSuchEntity'>,
  found: Owner,
): { readonly user: UserRecord; readonly profile: LoginProfileRecord } {
  const user = ownerOf(input, call, found.user)
  if (!user || !found.profile)
    throw call.fault(
      'NoSuchEntity',
      `Login Profile for User ${user?.name ?? 'root'} cannot be found.`,
    )
  return { user, profile: found.profile }
}

export function loginProfileShape(
  { name }: UserRecord,
  { createdAt, resetRequired }: LoginProfileRecord,
): LoginProfile {
  return {
    UserName: name,
    CreateDate: new Date(createdAt),
    PasswordResetRequired: resetRequired,
  }
}
