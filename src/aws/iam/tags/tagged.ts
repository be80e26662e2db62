import type { RecordKinds } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { type Holder, holderAccess, type Named, role, user } from '../holders.ts'
import { deviceTarget, existingDevice, findDevice } from '../mfa-devices/device.ts'
import { changeablePolicy, existingPolicy, findPolicy, policyTarget } from '../managed-policies/policy-access.ts'
import * as oidc from '../oidc-providers/provider-access.ts'
import * as saml from '../saml-providers/provider-access.ts'

/** The records that have tags. */
export type TaggedKind = 'user' | 'role' | 'policy' | 'mfaDevice' | 'oidcProvider' | 'samlProvider'
type TaggedCall = Call<'NoSuchEntity'>

/** One row of the family: what tells a kind of tagged thing from the others. `In`: the members that name it. */
export interface Tagged<K extends TaggedKind, In> {
  readonly kind: K
  /** The noun of the quota: `TagsPerUser`. */
  readonly noun: string
  key(record: RecordKinds[K]): string
  find(input: In, call: TaggedCall, reads: Reads): Promise<RecordKinds[K] | undefined>
  target(input: In, call: TaggedCall, found: RecordKinds[K] | undefined, conditions?: Target['conditions']): Target
  /** Throws NoSuchEntity. */
  existing(input: In, call: TaggedCall, found: RecordKinds[K] | undefined): RecordKinds[K]
  /** As `existing`, for changes. Throws AccessDenied for what the settings put in place. */
  changeable(input: In, call: TaggedCall, found: RecordKinds[K] | undefined): RecordKinds[K]
}

function taggedHolder<K extends 'user' | 'role', M extends string>(holder: Holder<K, M>): Tagged<K, Named<M>> {
  return { kind: holder.kind, noun: holder.noun, key: ({ name }) => name.toLowerCase(), ...holderAccess(holder) }
}

export const taggedUser = taggedHolder(user)
export const taggedRole = taggedHolder(role)

export const taggedPolicy: Tagged<'policy', Named<'PolicyArn'>> = {
  kind: 'policy',
  noun: 'Policy',
  key: ({ name }) => name.toLowerCase(),
  find: ({ PolicyArn }, call, reads) => findPolicy(PolicyArn, call, reads),
  target: ({ PolicyArn }, call, found, conditions) => policyTarget(PolicyArn, call, found, conditions),
  existing: ({ PolicyArn }, call, found) => existingPolicy(found, PolicyArn, call),
  changeable: ({ PolicyArn }, call, found) => changeablePolicy(found, PolicyArn, call),
}

export const taggedOidcProvider: Tagged<'oidcProvider', Named<'OpenIDConnectProviderArn'>> = {
  kind: 'oidcProvider',
  noun: 'OpenIdConnectProvider',
  key: ({ name }) => name,
  find: ({ OpenIDConnectProviderArn: arn }, call, reads) => oidc.findProvider(arn, call, reads),
  target: ({ OpenIDConnectProviderArn: arn }, call, found, conditions) => oidc.providerTarget(arn, call, found, conditions),
  existing: ({ OpenIDConnectProviderArn: arn }, call, found) => oidc.existing(found, arn, call),
  changeable: ({ OpenIDConnectProviderArn: arn }, call, found) => oidc.changeable(found, arn, call),
}

export const taggedSamlProvider: Tagged<'samlProvider', Named<'SAMLProviderArn'>> = {
  kind: 'samlProvider',
  noun: 'SAMLProvider',
  key: ({ name }) => name.toLowerCase(),
  find: ({ SAMLProviderArn: arn }, call, reads) => saml.findProvider(arn, call, reads),
  target: ({ SAMLProviderArn: arn }, call, found, conditions) => saml.providerTarget(arn, call, found, conditions),
  existing: ({ SAMLProviderArn: arn }, call, found) => saml.existing(found, arn, call),
  changeable: ({ SAMLProviderArn: arn }, call, found) => saml.changeable(found, arn, call),
}

/** The settings put no devices in place. */
export const taggedMfaDevice: Tagged<'mfaDevice', Named<'SerialNumber'>> = {
  kind: 'mfaDevice',
  noun: 'MFADevice',
  key: ({ name }) => name.toLowerCase(),
  find: ({ SerialNumber }, call, reads) => findDevice(SerialNumber, call, reads),
  target: ({ SerialNumber }, call, found, conditions) => deviceTarget(SerialNumber, call, found, conditions),
  existing: ({ SerialNumber }, call, found) => existingDevice(found, SerialNumber, call),
  changeable: ({ SerialNumber }, call, found) => existingDevice(found, SerialNumber, call),
}
