import type { Identity } from '../kernel/identity.ts'

/**
 * Returns the time that is compared with revocations of a person: when the proof was issued, or the
 * sign-in if that was earlier, because clocks differ.
 */
export function provedAt({
  provedAt: issuedAt,
  authenticatedAt,
}: Pick<Identity, 'provedAt' | 'authenticatedAt'>): Date {
  return issuedAt !== undefined && issuedAt < authenticatedAt ? issuedAt : authenticatedAt
}
