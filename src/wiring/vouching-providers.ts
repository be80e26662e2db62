import type { Connectors } from '../connectors/open-connectors.ts'
import { samlProviderKeys } from '../sessions/saml-provider-keys.ts'
import { samlProviders } from '../sessions/saml-providers.ts'
import type { Replay } from '../sign-in/replay.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/** The SAML providers of accounts and connectors, whose assertions give roles. */
export function vouchingProviders(
  { current, clock, publicUrl }: Surroundings,
  { store, keys }: Ground,
  { connectors, replay }: { readonly connectors: Pick<Connectors, 'list'>; replay: Replay },
) {
  return samlProviders({
    ...{ store, clock, publicUrl, ...samlProviderKeys(keys.ring), ...replay },
    connectors: () => connectors.list,
    secondReader: () => current().settings.samlProviders.secondReader,
  })
}
