import { z } from 'zod'
import type { Identity } from '../kernel/identity.ts'
import type { SignInCode, SignInFault } from '../kernel/sign-in-fault.ts'

/** How often people who are signed in are looked up again: the same for every protocol. */
export const recheckSettings = z
  .strictObject({
    everySeconds: z
      .int()
      .min(30)
      .max(86_400)
      .default(900)
      .describe('Least time between two checks of one sign-in, in seconds'),
    awaySeconds: z
      .int()
      .min(0)
      .max(604_800)
      .default(3600)
      .describe(
        'How long after a check was due a sign-in goes on while nobody answers; 0 ends it at once',
      ),
    revokeSessions: z
      .boolean()
      .default(false)
      .describe(
        'Whether the end of a sign-in by a check also revokes every session of that person, ' +
          'credentials included',
      ),
  })
  .optional()

export type RecheckSettings = NonNullable<z.output<typeof recheckSettings>>

/** What was kept of a sign-in for its checks. */
export interface KeptForRecheck {
  /** What the sign-in left, or `keep` was given last: a refresh token. */
  readonly secret: string | undefined
  /** Keeps a new secret, at once: a provider may take the old one no more. */
  keep(secret: string): Promise<void>
  readonly signal: AbortSignal
}

/** Finds out whether a person who signed in earlier could still do so, without the person. */
export interface Recheck {
  readonly settings: RecheckSettings
  /**
   * Returns the person as the directory or provider knows them now; when and how they authenticated
   * stays as it was. Throws SignInFault: one for which `isUnjudged` holds where nothing could be
   * found out, any other where the person may not go on.
   */
  check(identity: Identity, kept: KeptForRecheck): Promise<Identity>
}

const unjudged: ReadonlySet<SignInCode> = new Set([
  'directory-unavailable',
  'provider-unavailable',
  'provider-misfit',
  'unavailable',
  'busy',
])

/** Whether the fault says nothing about the person: the other side is away, or misconfigured. */
export function isUnjudged({ code }: SignInFault): boolean {
  return unjudged.has(code)
}
