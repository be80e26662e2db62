import { buildPeople } from '../apps/people.ts'
import { buildProveResourceToken } from '../apps/resource-tokens.ts'
import { createProveBearer } from '../authorization/prove-bearer.ts'
import { identityText } from '../sign-in/identity-text.ts'
import { takeFirstRole } from '../sign-in/take-first-role.ts'
import type { Ground } from './ground.ts'
import type { People } from './people.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

export interface BearerWings {
  readonly ground: Pick<Ground, 'keys' | 'shortLived'>
  readonly sessions: Pick<Sessions, 'callers'>
  readonly people: Pick<People, 'signIn' | 'redirectSignIn'>
}

/** Proves who is behind access tokens that services received, and takes the person's role. */
export function openBearers(
  { current, publicUrl, clock, ids }: Surroundings,
  { ground, sessions, people: { signIn, redirectSignIn } }: BearerWings,
  revision: () => string,
) {
  const { keys, shortLived } = ground
  const { ephemeral } = shortLived
  const { wasEnded } = redirectSignIn
  const rules = () => current().appRules
  const proveToken = buildProveResourceToken({
    publicUrl,
    apps: () => current().settings.apps,
    people: buildPeople({ ephemeral, signIn, wasEnded, rules, clock, ids }),
    appKeys: keys.appKeys,
    ephemeral,
    unsealGrant: (sealed) => keys.ring.unseal('bearer-grant', sealed)?.toString(),
    clock,
  })
  const { callers } = sessions
  const takeRole = takeFirstRole(signIn)
  return createProveBearer({ proveToken, takeRole, identityText, callers, revision })
}
