import type { Identity } from '../kernel/identity.ts'
import { buildOwnKeys, type OwnKeysPorts } from '../sign-in/own-keys.ts'
import { buildTerminalTouches } from '../sign-in/terminal-touches.ts'
import { rememberTouches } from '../sign-in/touches.ts'
import type { Ground } from './ground.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

type OfSignIn = Pick<OwnKeysPorts, 'audit' | 'clock' | 'ids' | 'endsAt'>

/**
 * The security keys that people of connectors have here: `touches` raise their sign-ins, `own` is
 * what they do with them, in browsers and at terminals, once sign-in has said what its events and
 * ends are.
 */
export function keysOfPeople(
  { current }: Surroundings,
  { shortLived }: Ground,
  { factors: { personKeys, securityKeys } }: Sessions,
) {
  const mayHaveKeys = (identity: Identity) => current().mayHaveKeys(identity)
  const touches = rememberTouches({
    ephemeral: shortLived.ephemeral,
    mayHaveKeys,
    hasKey: async (identity, key) => (await personKeys.of(identity)).some(({ id }) => id === key),
  })
  const usable = securityKeys.usable
  const own = (signIn: OfSignIn) => {
    const ports = { ...signIn, ...shortLived, personKeys, touches, mayHaveKeys, usable }
    return { ownKeys: buildOwnKeys(ports), terminalTouches: buildTerminalTouches(ports) }
  }
  return { touches, own }
}
