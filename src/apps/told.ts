import type { Identity } from '../kernel/identity.ts'
import type { AppVerdict, ClaimValue } from '../mapping/app-rules.ts'

/** What an app is told of a person beside `sub`, as pages show it before they agree. */
export function toldTo(
  { displayName, username }: Identity,
  { claims }: AppVerdict,
): Readonly<Record<string, ClaimValue>> {
  return { name: displayName, preferred_username: username, ...claims }
}
