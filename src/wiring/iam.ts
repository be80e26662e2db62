import { iamOperations } from '../aws/iam/operations.ts'
import type { AnyOperation } from '../aws/operation.ts'
import { samlProviderKeys } from '../sessions/saml-provider-keys.ts'
import { createUserPasswords } from '../sessions/user-passwords.ts'
import type { Inner } from './inner.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds every operation of IAM. */
export function buildIam(
  { settings, clock, ids }: Pick<Surroundings, 'settings' | 'clock' | 'ids'>,
  { ground, sessions, authorization }: Pick<Inner, 'ground' | 'sessions' | 'authorization'>,
): readonly AnyOperation[] {
  const { store, keys, shortLived } = ground
  const { factors, tokenIssuer, uses } = sessions
  const { ephemeral } = shortLived
  return iamOperations({
    ...{ tokenIssuer, ids, ...uses, ephemeral, ...factors },
    ownServices: authorization.services.all,
    passwords: createUserPasswords({ reads: store.reads, ephemeral, clock }),
    sealSecret: keys.accessKeySecrets.seal,
    samlProviders: samlProviderKeys(keys.ring),
    resolvedHosts: new Set(Object.keys(settings.outbound.resolve)),
  })
}
