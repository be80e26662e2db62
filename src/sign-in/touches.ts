import { hash } from 'node:crypto'
import { type Identity, withTouch } from '../kernel/identity.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

/** What names one sign-in of a person, in all browsers, apps and terminals that it led to. */
export type SignInOf = Pick<Identity, 'connector' | 'subject' | 'authenticatedAt' | 'signIn'>

export interface TouchPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  /** Whether the settings let the person have keys. */
  readonly mayHaveKeys: (identity: Identity) => boolean
  /** Whether the person still has the key. */
  readonly hasKey: (identity: Identity, id: string) => Promise<boolean>
}

/** Which sign-ins were raised by the touch of a key. */
export interface Touches {
  /** The sign-in counts as one with the key until it ends, and while the person has the key. */
  note(
    signIn: SignInOf,
    touch: { readonly key: string; readonly at: Date },
    until: Date,
  ): Promise<void>
  /** The person with the last touch of this sign-in, if there is one that counts. */
  raised(identity: Identity): Promise<Identity>
}

export function rememberTouches({ ephemeral, mayHaveKeys, hasKey }: TouchPorts): Touches {
  return {
    note: (signIn, { key, at }, until) =>
      ephemeral.put(
        'touch',
        signInId(signIn),
        JSON.stringify({ key, at: at.toISOString() }),
        until,
      ),
    async raised(identity) {
      if (identity.signIn === undefined || !mayHaveKeys(identity)) return identity
      const text = await ephemeral.get('touch', signInId(identity))
      if (text === undefined) return identity
      const { key, at }: { key: string; at: string } = JSON.parse(text)
      return (await hasKey(identity, key)) ? withTouch(identity, new Date(at)) : identity
    },
  }
}

/**
 * Names a sign-in, and tells nothing of the person. Two of one person in the same millisecond are
 * two: what was proved for one of them does not count for the other.
 */
export function signInId({ connector, subject, authenticatedAt, signIn }: SignInOf): string {
  const parts = [connector, subject, authenticatedAt.getTime(), ...(signIn ? [signIn] : [])]
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
