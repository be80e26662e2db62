import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { type App, type Apps, findApp } from './app.ts'

/** An API of the company, which takes tokens of apps (RFC 8707: a resource). */
export interface Resource {
  readonly label: string
  readonly scopes: readonly string[]
  readonly signing: 'RS256' | 'ES256'
  /** Its tokens tell of the person what the app is told. */
  readonly claims: boolean
  /** Seconds that a token for it lasts: nothing ends it earlier. */
  readonly lifetime: number
}

/** By the address that names it, compared letter by letter. */
export type Resources = Readonly<Record<string, Resource>>

export interface ResourcePorts {
  readonly apps: () => Apps
  readonly resources: () => Resources
}

/** What an app asks for at one resource, as far as it may have it. */
export interface AskedResource {
  readonly resource: string
  readonly label: string
  readonly scopes: readonly string[]
}

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>

/** Tokens for APIs: JWTs (RFC 9068) with one audience each, within what the settings allow. */
export function resourceIndicators(
  { InvalidTarget }: typeof import('oidc-provider').errors,
  { apps, resources }: ResourcePorts,
): ResourceIndicators {
  return {
    enabled: true,
    getResourceServerInfo(_ctx, id, { clientId }) {
      const resource = Object.hasOwn(resources(), id) ? resources()[id] : undefined
      const scopes = allowedScopes(findApp(apps(), clientId), id)
      if (!resource || scopes.length === 0) throw new InvalidTarget('not a resource of this app')
      return {
        scope: scopes.filter((scope) => resource.scopes.includes(scope)).join(' '),
        audience: id,
        accessTokenTTL: resource.lifetime,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: resource.signing } },
      }
    },
    // What it is for was settled when the person signed in.
    useGrantedResource: ({ oidc }) =>
      findApp(apps(), oidc.client?.clientId)?.defaultResource !== undefined,
    // An app that acts for itself has no use for a token without an audience.
    defaultResource: (ctx, { clientId }, several) => {
      if (several) return several
      const { resources: all = {}, defaultResource } = findApp(apps(), clientId) ?? {}
      if (defaultResource !== undefined) return defaultResource
      const own = Object.keys(all)
      // The type forgets that there may be none.
      if (!actsForItself(ctx)) return undefined as never
      if (own.length !== 1) throw new InvalidTarget('name one of the resources of this app')
      return own[0]!
    },
  }
}

/**
 * What a token for an API says beside the protocol's own claims, which come first: what the app is
 * told of the person, where the API reads people from its tokens.
 */
export async function claimsForApi(
  resources: Resources,
  { oidc }: KoaContextWithOIDC,
  { aud }: { readonly aud?: string | string[] | undefined },
): Promise<Record<string, unknown> | undefined> {
  const api = typeof aud === 'string' && Object.hasOwn(resources, aud) ? resources[aud] : undefined
  if (!api?.claims || !oidc.account) return undefined
  const { sub: _, ...told } = await oidc.account.claims('id_token', '', {}, [])
  return told
}

/** What the request of an app asks for at resources. `params`: as the library read them. */
export function askedResources(
  resources: Resources,
  app: App,
  params: Readonly<Record<string, unknown>>,
): readonly AskedResource[] {
  const scopes = String(params.scope ?? '').split(' ')
  return [params.resource ?? []].flat().flatMap((id) => {
    const found = typeof id === 'string' && Object.hasOwn(resources, id) ? resources[id] : undefined
    const asked = allowedScopes(app, String(id)).filter((scope) => scopes.includes(scope))
    return found ? [{ resource: String(id), label: found.label, scopes: asked }] : []
  })
}

function allowedScopes(app: App | undefined, resource: string): readonly string[] {
  const { resources = {} } = app ?? {}
  return Object.hasOwn(resources, resource) ? resources[resource]! : []
}

function actsForItself({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.params?.grant_type === 'client_credentials'
}
