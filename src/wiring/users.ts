import { createUserPasswords } from '../sessions/user-passwords.ts'
import { lastSignIns } from '../sign-in/last-sign-ins.ts'
import { buildTouchForCode, type TouchForCode } from '../sign-in/user/touch-for-code.ts'
import { buildUserSignIn, type UserSignIn } from '../sign-in/user/user-sign-in.ts'
import { findAccount } from './find-account.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'
import type { Wire } from './wire.ts'

/** Builds what users of accounts sign in with. */
export function buildUsers(
  { settings, current, publicUrl, clock, ids }: Surroundings,
  { ground, sessions, people, wire }: Inner & { readonly wire: Wire },
): UserSignIn {
  const { store, audit, shortLived } = ground
  const { reads, transact } = store
  const { ephemeral, tries } = shortLived
  const { factors, issuer, revocations, callers } = sessions
  return buildUserSignIn({
    ...{ audit, clock, ids, publicUrl, reads, transact, ephemeral, tries },
    ...{ ...factors, issuer, revocations, callers },
    consoleFederation: people.consoleFederation,
    ownSessions: people.inBrowsers.ownSessions,
    ...settings.session,
    signIns: lastSignIns({ ephemeral, clock }),
    passwords: createUserPasswords({ reads, ephemeral, clock }),
    checkTimeoutMs: settings.limits.signInTimeoutMs,
    findAccount: (name) => findAccount(reads, name),
    roots: () =>
      current().settings.accounts.flatMap(({ id, root }) =>
        root ? [{ account: id, name: root.name, mfa: root.mfa }] : [],
      ),
    callAs: wire.dispatchAs,
  })
}

/** Builds the page where programs ask users for a security key. */
export function buildTouches(
  { clock, ids }: Surroundings,
  { ground, sessions }: Pick<Inner, 'ground' | 'sessions'>,
): TouchForCode {
  const { store, audit } = ground
  return buildTouchForCode({ audit, clock, ids, reads: store.reads, ...sessions.factors })
}
