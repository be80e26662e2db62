import type { Caller } from '../../sessions/caller.ts'

const defaultSeconds = 43_200
/** Root gets one hour at most, without an error for a longer request (STS API reference). */
const rootSeconds = 3600

/** Returns the duration of a GetSessionToken or GetFederationToken session. */
export function userSessionSeconds({ principal }: Caller, asked: number | undefined): number {
  if (principal.kind === 'root') return Math.min(asked ?? rootSeconds, rootSeconds)
  return asked ?? defaultSeconds
}
