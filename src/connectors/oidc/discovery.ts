import type { ServerMetadata } from 'openid-client'
import type { OutboundAnswer } from '../../outbound/outbound.ts'
import { isAlgorithm } from '../../web-identity/algorithms.ts'
import { membersOf, parsed } from '../../web-identity/json.ts'
import { OidcFault } from './oidc-fault.ts'

/** What Gatehouse sends the browser to, or asks itself. */
const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'pushed_authorization_request_endpoint',
  'end_session_endpoint',
] as const
const needed: readonly string[] = endpoints.slice(0, 3)

/** The issuer that Entra ID's documents for several tenants have in place of one tenant's. */
const anyTenant = '{tenantid}'
const tenantless = /^(https:\/\/login\.microsoftonline\.com\/)(?:common|organizations|consumers)\//

/**
 * Reads a discovery document (OpenID Connect Discovery 1.0, section 3), which has to be this
 * issuer's own: otherwise one issuer could speak for another (section 4.3). Throws OidcFault.
 */
export function readDiscovery({ status, body }: OutboundAnswer, issuer: string): ServerMetadata {
  if (status !== 200)
    throw new OidcFault('discovery', 'the discovery document was answered with another status', {
      found: String(status),
      expected: '200',
    })
  const document = membersOf(parsed(body.toString('utf8')))
  if (!document) throw new OidcFault('discovery', 'the discovery document is not a JSON object')
  const { issuer: named } = document
  if (named !== issuer && named !== issuer.replace(tenantless, `$1${anyTenant}/`))
    throw new OidcFault('discovery', 'the discovery document is of another issuer', {
      found: String(named),
      expected: issuer,
    })
  const addresses = endpoints.map((name) => [name, addressOf(document, name)] as const)
  const { id_token_signing_alg_values_supported: offered } = document
  const known = listOf(offered).filter(isAlgorithm)
  if (offered !== undefined && known.length === 0)
    throw new OidcFault('algorithm', 'the provider signs ID tokens in no way that is accepted', {
      found: listOf(offered).join(' '),
    })
  return {
    ...document,
    ...Object.fromEntries(addresses),
    issuer: named,
    id_token_signing_alg_values_supported: known.length > 0 ? known : ['RS256'],
  } as ServerMetadata
}

function addressOf(
  document: Readonly<Record<string, unknown>>,
  name: (typeof endpoints)[number],
): string | undefined {
  const value = document[name]
  if (value === undefined && !needed.includes(name)) return undefined
  const url = typeof value === 'string' && value.length <= 2048 ? URL.parse(value) : null
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.hash !== '')
    throw new OidcFault('discovery', 'an address in the discovery document cannot be used', {
      found: `${name} ${String(value)}`,
      expected: '`https://…`',
    })
  return url.href
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
