import type { Caller } from '../../sessions/caller.ts'

const defaultSeconds = 43_200
/** Root gets one hour whatever it asks for, and no error (STS API reference). */
const rootSeconds = 3600

/** How long a GetSessionToken or GetFederationToken session lives. */
export function userSessionSeconds({ principal }: Caller, asked: number | undefined): number {
  if (principal.kind === 'root') return Math.min(asked ?? rootSeconds, rootSeconds)
  return asked ?? defaultSeconds
}
