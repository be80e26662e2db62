import type { PolicyKind } from './question.ts'

/** Where an identity policy is kept: as a managed policy, or inline. */
export type PolicyHolder = 'managed' | 'user' | 'group' | 'role'

/**
 * The most characters, without white space, of a policy of each kind. Identity policies have
 * smaller quotas by where they are kept, and a call has one for all its session policies; callers
 * check those (IAM user guide, "IAM and AWS STS quotas").
 */
export const mostCharacters: Readonly<Record<PolicyKind, number>> = {
  identity: 10_240,
  boundary: 6144,
  session: 6144,
  trust: 4096,
  resource: 20_480,
  'service-control': 10_240,
  'resource-control': 5120,
}

/**
 * The quotas of identity policies; inline policies of a user, group or role are counted together.
 */
export const mostIdentityCharacters: Readonly<Record<PolicyHolder, number>> = {
  managed: 6144,
  user: 2048,
  group: 5120,
  role: 10_240,
}

/** The number of characters that quotas count: white space is free. */
export function documentCharacters(document: string): number {
  return document.replace(/\s+/g, '').length
}
