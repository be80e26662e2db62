import type { ServerMetadata } from 'openid-client'
import { stringify } from 'yaml'
import type { Environment } from '../../../config/references.ts'
import { listOf } from '../../../connectors/oidc/discovery.ts'
import { OidcFault } from '../../../connectors/oidc/oidc-fault.ts'
import { presetOf } from '../../../connectors/oidc/presets.ts'
import { issuerText } from '../../../connectors/oidc/settings.ts'
import { openProviderSource } from '../../../connectors/oidc/transport.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { openOutbound } from '../../../outbound/outbound.ts'
import { outboundSettings } from '../../../outbound/settings.ts'
import type { Output } from '../../check.ts'
import { fitSettings } from '../../fit-settings.ts'

export interface OidcAddAsked {
  readonly issuer: string
  readonly account: string
  readonly id: string
  readonly clientId: string
  /** Its `outbound` section applies, for a provider on a private address. */
  readonly config?: string | undefined
}

/**
 * `gatehouse connector oidc add --issuer URL --account ID`: reads the discovery document and prints
 * the settings of a connector, and of the entity that roles trust. Exit codes: 0, or 1 when the
 * provider cannot be used.
 */
export async function oidcAdd(
  asked: OidcAddAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const { issuer, id, config } = asked
  const parsed = issuerText.safeParse(issuer)
  if (!parsed.success) {
    output.err(`\`${issuer}\`: ${parsed.error.issues[0]?.message}`)
    return 1
  }
  const loaded = config === undefined ? undefined : await fitSettings(config, env, output)
  if (config !== undefined && !loaded) return 1
  const { settings } = loaded ?? {}
  await using outbound = await openOutbound(settings?.outbound ?? outboundSettings.parse({}))
  const ports = { clock: systemClock, outbound, log: () => {} }
  try {
    const source = openProviderSource({ issuer, clientCertificate: undefined }, ports)
    const metadata = await source.metadata()
    output.out(stringify(settingsFor(asked, metadata)).trimEnd())
    output.err(`${issuer} offers ${offers(metadata).join(', ') || 'nothing beyond signing in'}`)
    const at = settings?.publicUrl ?? 'PUBLIC-URL'
    output.err(`Give the provider our redirect URI: ${at}/oidc/${id}/callback`)
    if (metadata.backchannel_logout_supported === true)
      output.err(`and our back-channel logout URI: ${at}/oidc/${id}/logout`)
    return 0
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    output.err(error.detail)
    return 1
  }
}

function settingsFor(
  { issuer, account, id, clientId }: OidcAddAsked,
  metadata: ServerMetadata,
): object {
  const claims = listOf(metadata.claims_supported)
  const scopes = listOf(metadata.scopes_supported)
  const methods = listOf(metadata.token_endpoint_auth_methods_supported)
  const says = (list: readonly unknown[], name: string) => list.includes(name)
  const onlyPost = says(methods, 'client_secret_post') && !says(methods, 'client_secret_basic')
  const groups = says(claims, 'groups') || says(scopes, 'groups')
  return {
    accounts: { [account]: { oidcProviders: { [issuer]: { clientIds: [clientId] } } } },
    connectors: {
      [id]: {
        type: 'oidc',
        label: id,
        accounts: [account],
        issuer,
        clientId,
        clientSecret: `\${file:${id}-client-secret}`,
        ...(onlyPost && { authentication: 'client_secret_post' }),
        ...(says(scopes, 'groups') && { scopes: ['openid', 'profile', 'email', 'groups'] }),
        ...(says(claims, 'preferred_username') && { usernameClaim: 'preferred_username' }),
        ...(groups && { groupsClaim: 'groups' }),
        attributes: ['email'],
        ...presetOf(issuer),
      },
    },
  }
}

function offers(metadata: ServerMetadata): readonly string[] {
  const found: readonly (readonly [unknown, string])[] = [
    [metadata.pushed_authorization_request_endpoint, 'pushed requests'],
    [listOf(metadata.request_object_signing_alg_values_supported)[0], 'signed requests'],
    [metadata.userinfo_endpoint, 'UserInfo'],
    [metadata.end_session_endpoint, 'signing out'],
    [metadata.backchannel_logout_supported === true || undefined, 'back-channel logout'],
    [metadata.authorization_response_iss_parameter_supported || undefined, 'RFC 9207'],
  ]
  return found.flatMap(([there, name]) => (there === undefined ? [] : [name]))
}
