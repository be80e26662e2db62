import { createAuthorize, createCheckRequest } from '../authorization/authorize.ts'
import { openChangeFeed } from '../authorization/change-feed.ts'
import { createProveCaller } from '../authorization/prove-caller.ts'
import { createProveService } from '../authorization/prove-service.ts'
import { isRegion } from '../aws/regions.ts'
import { createIssuerKeys } from '../web-identity/issuer-keys.ts'
import { declaredServices } from './declared-services.ts'
import type { Ground } from './ground.ts'
import { serviceAssertions } from './service-assertions.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

/** Opens what answers services of the settings. */
export function openAuthorization(
  { settings, current, organization, publicUrl, clock, log }: Surroundings,
  { store, outbound, shortLived }: Pick<Ground, 'store' | 'outbound' | 'shortLived'>,
  { callers, keyUses }: Pick<Sessions, 'callers' | 'keyUses'>,
) {
  const of = declaredServices(() => current().settings.services)
  const services = () => of().services
  const settingsName = () => `${of().name}${organization().name}`
  const feed = openChangeFeed({ revision: () => `${settingsName()}.${store.revision()}` })
  const own = [settings.region, ...settings.ownRegions]
  const prove = createProveCaller({
    callers,
    keyUses,
    isRegion: (region) => isRegion(region, own),
  })
  const ports = { prove, store, services, revision: feed.revision }
  const issuerKeys = createIssuerKeys({ outbound, clock, log })
  const proveService = createProveService({
    services,
    proveAssertion: serviceAssertions({ publicUrl, issuerKeys, clock }),
    ephemeral: shortLived.ephemeral,
    callers,
    store,
    revision: feed.revision,
  })
  return {
    services,
    feed,
    proveService,
    authorize: createAuthorize(ports),
    check: createCheckRequest({ ...ports, region: settings.region }),
    [Symbol.dispose]: () => feed[Symbol.dispose](),
  }
}

export type Authorization = ReturnType<typeof openAuthorization>
