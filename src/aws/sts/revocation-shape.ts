import type { RevocationRecord } from '../../store/records.ts'
import type { RevocationShape } from './revocation-model.ts'

export function revocationShape({
  scope,
  target,
  before,
  expiresAt,
  by,
}: RevocationRecord): RevocationShape {
  return {
    Scope: scope,
    Target: target || undefined,
    Before: new Date(before),
    ExpiresAt: new Date(expiresAt),
    RevokedBy: by,
  }
}
