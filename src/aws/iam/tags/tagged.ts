import type { RecordKinds } from '../../../store/records.ts'
import type { Reads, Writes } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { type Holder, holderAccess, type Named, role, user } from '../holders.ts'
import { instanceProfile } from '../instance-profiles/instance-profile.ts'
import { managedPolicy } from '../managed-policies/managed-policy.ts'
import { mfaDevice } from '../mfa-devices/mfa-device.ts'
import { oidcProvider } from '../oidc-providers/oidc-provider.ts'
import { samlProvider } from '../saml-providers/saml-provider.ts'
import { serverCertificate } from '../server-certificates/server-certificate.ts'

/** The records that have tags. */
export type TaggedKind =
  | 'user'
  | 'role'
  | 'policy'
  | 'instanceProfile'
  | 'mfaDevice'
  | 'oidcProvider'
  | 'samlProvider'
  | 'serverCertificate'
type TaggedCall = Call<'NoSuchEntity'>

/**
 * The properties in which the kinds of tagged entity differ. `In`: the input members that name the
 * entity.
 */
export interface Tagged<K extends TaggedKind, In> {
  readonly kind: K
  /** The noun in the name of the quota: `TagsPerUser`. */
  readonly noun: string
  find(input: In, call: TaggedCall, reads: Reads): Promise<RecordKinds[K] | undefined>
  target(
    input: In,
    call: TaggedCall,
    found: RecordKinds[K] | undefined,
    conditions?: Target['conditions'] | undefined,
  ): Target
  /** Throws NoSuchEntity. */
  existing(input: In, call: TaggedCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** As `existing`, for changes. Throws AccessDenied for what the settings file manages. */
  changeable(input: In, call: TaggedCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** Updates an existing record. */
  save(writes: Writes, record: RecordKinds[K]): Promise<void>
}

function taggedHolder<K extends 'user' | 'role', M extends string>(
  holder: Holder<K, M>,
): Tagged<K, Named<M>> {
  return {
    kind: holder.kind,
    noun: holder.noun,
    ...holderAccess(holder),
  }
}

export const taggedUser = taggedHolder(user)
export const taggedRole = taggedHolder(role)

export const taggedPolicy = { noun: 'Policy', ...managedPolicy }
export const taggedOidcProvider = { noun: 'OpenIdConnectProvider', ...oidcProvider }
export const taggedSamlProvider = { noun: 'SAMLProvider', ...samlProvider }
export const taggedMfaDevice = { noun: 'MFADevice', ...mfaDevice }
export const taggedInstanceProfile = { noun: 'InstanceProfile', ...instanceProfile }
export const taggedServerCertificate = { noun: 'ServerCertificate', ...serverCertificate }
