import { createAuthorize, createCheckRequest } from '../authorization/authorize.ts'
import { openChangeFeed } from '../authorization/change-feed.ts'
import { createProveCaller } from '../authorization/prove-caller.ts'
import { createProveService } from '../authorization/prove-service.ts'
import { isRegion } from '../aws/regions.ts'
import { createIssuerKeys } from '../web-identity/issuer-keys.ts'
import { type BearerWings, openBearers } from './bearers.ts'
import { openServices } from './declared-services.ts'
import type { Ground } from './ground.ts'
import { serviceAssertions } from './service-assertions.ts'
import type { Sessions } from './sessions.ts'
import type { Surroundings } from './surroundings.ts'

export interface AuthorizationWings extends BearerWings {
  readonly ground: Pick<Ground, 'store' | 'outbound' | 'shortLived' | 'keys'>
  readonly sessions: Pick<Sessions, 'callers' | 'uses'>
}

/** Opens what answers services of the settings. */
export function openAuthorization(
  around: Surroundings,
  { ground, sessions, people }: AuthorizationWings,
) {
  const { settings, current, organization, publicUrl, clock, log } = around
  const { store, outbound, shortLived } = ground
  const { callers, uses } = sessions
  const { keyUses, lastAccessed } = uses
  const { services, registration, declaredName } = openServices(current, store)
  const settingsName = () => `${declaredName()}${organization().name}`
  const feed = openChangeFeed({ revision: () => `${settingsName()}.${store.revision()}` })
  const own = [settings.region, ...settings.ownRegions]
  const isOwnRegion = (name: string) => isRegion(name, own)
  const prove = createProveCaller({ callers, keyUses, isRegion: isOwnRegion })
  const { revision } = feed
  const proveBearer = openBearers(around, { ground, sessions, people }, revision)
  const { region } = settings
  const ports = { prove, proveBearer, store, services, region, revision, lastAccessed }
  const issuerKeys = createIssuerKeys({ outbound, clock, log })
  const proveService = createProveService({
    services,
    proveAssertion: serviceAssertions({ publicUrl, issuerKeys, clock }),
    ephemeral: shortLived.ephemeral,
    callers,
    store,
    revision,
  })
  return {
    services,
    registration,
    feed,
    proveService,
    authorize: createAuthorize({ ...ports, ephemeral: shortLived.ephemeral }),
    check: createCheckRequest(ports),
    [Symbol.dispose]: () => feed[Symbol.dispose](),
  }
}

export type Authorization = ReturnType<typeof openAuthorization>
