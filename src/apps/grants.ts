import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Identity } from '../kernel/identity.ts'
import type { Origin } from '../sign-in/sign-in-event.ts'
import { isOfDevice } from './device.ts'
import { type People, subjectOf } from './people.ts'
import type { AskedResource } from './resources.ts'
import { visitOf } from './visit.ts'

export type Grant = InstanceType<Provider['Grant']>

/**
 * The grant of an authorization request: the one that the person consented to, or for the company's
 * own apps a new one, so that each sign-in is a family of its own; for a device too, whose page has
 * asked. Undefined: the person is asked, about a native app each time. `asks`: the app is a third
 * party's.
 */
export async function existingGrant(
  people: People,
  ctx: KoaContextWithOIDC,
  asks: boolean,
): Promise<Grant | undefined> {
  const { oidc, req } = ctx
  const { provider, session, client, result, account, requestParamScopes } = oidc
  const identity = account?.identity as Identity | undefined
  if (!identity || !client || !session) return undefined
  const { clientId } = client
  const thirdParty = asks && !isOfDevice(ctx)
  const consented = result?.consent?.grantId ?? (thirdParty && session.grantIdFor(clientId))
  // Not one of an earlier sign-in: what it gave ends with it.
  if (
    consented &&
    people.isOf(consented, identity) &&
    (await people.behind(consented, visitOf(req).origin))
  ) {
    const found = await provider.Grant.find(consented)
    if (found?.accountId === subjectOf(identity) && found.clientId === clientId) return found
  }
  const isNative = client.applicationType === 'native' && !isOfDevice(ctx)
  return thirdParty || isNative
    ? undefined
    : makeGrant(provider, people, {
        ...{ clientId, identity, scopes: [...requestParamScopes], origin: visitOf(req).origin },
        resources: Object.entries(oidc.resourceServers ?? {}).map(([resource, { scopes }]) => ({
          resource,
          scopes: [...scopes].filter((scope) => requestParamScopes.has(scope)),
        })),
      })
}

export interface Granting {
  readonly clientId: string
  readonly identity: Identity
  readonly origin: Origin
  readonly scopes: readonly string[]
  readonly resources: readonly Omit<AskedResource, 'label'>[]
}

export async function makeGrant(
  provider: Provider,
  people: People,
  { clientId, identity, origin, scopes, resources }: Granting,
): Promise<Grant> {
  const grant = new provider.Grant({ clientId, accountId: subjectOf(identity) })
  grant.addOIDCScope(scopes.join(' '))
  for (const { resource, scopes: at } of resources) grant.addResourceScope(resource, at.join(' '))
  grant.jti = await people.newGrantId(identity, { app: clientId, origin })
  await grant.save()
  return grant
}
