import { buildOpenSessions } from '../sign-in/open-sessions.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds the list of who is signed in. */
export function listOfSessions({ clock, log }: Surroundings, { store, shortLived }: Ground) {
  return buildOpenSessions({ store, ephemeral: shortLived.ephemeral, clock, log })
}
