import { gaugeServers } from '../connectors/directory-servers.ts'
import { countAnswers, gaugeProviders } from '../connectors/oidc/figures.ts'
import { openConnectors } from '../connectors/open-connectors.ts'
import { gaugeCertificates } from '../connectors/saml-certificates.ts'
import { openOwnSamlKeys } from '../credentials/own-saml-keys.ts'
import type { Replay } from '../sign-in/replay.ts'
import type { Ground } from './ground.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Opens the connectors that the settings name, with their keys and the metrics of their
 * certificates.
 */
export async function openConfiguredConnectors(
  around: Surroundings,
  ground: Ground,
  { wasUsed }: Pick<Replay, 'wasUsed'>,
) {
  const { settings, publicUrl, clock, ids, log } = around
  const { store, keys, registry, outbound } = ground
  const { documents } = store
  await using opened = new AsyncDisposableStack()
  const samlKeys = opened.use(
    openOwnSamlKeys({ documents, ring: keys.ring, clock, ids, commonName: publicUrl.hostname }),
  )
  const countAnswer = countAnswers(registry)
  const connectors = opened.use(
    await openConnectors(
      settings.connectors,
      { clock, log, outbound, publicUrl, wasUsed, samlKeys: samlKeys.of, countAnswer },
      settings.limits.signInTimeoutMs,
    ),
  )
  gaugeCertificates(() => connectors.list, registry, clock)
  gaugeServers(() => connectors.list, registry)
  gaugeProviders(() => connectors.list, registry)
  const owned = opened.move()
  return {
    get list() {
      return connectors.list
    },
    apply: connectors.apply,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
