import type { PageRequest } from '../../request.ts'

/** Where users of the session's account sign in: by its alias, which people know it by. */
export function signInAddress({
  session: { accountName, claims },
  publicUrl,
}: Pick<PageRequest, 'session' | 'publicUrl'>): string {
  return new URL(`/signin/${accountName ?? claims.account}`, publicUrl).href
}
