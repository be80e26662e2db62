import { readFile } from 'node:fs/promises'
import type { ServerMetadata } from 'openid-client'
import type { Finding } from '../finding.ts'
import { signingKeyOf } from './client.ts'
import { listOf } from './discovery.ts'
import { OidcFault } from './oidc-fault.ts'
import { authenticationMethod, type OidcSettings } from './settings.ts'
import { openProviderSource, type TransportPorts } from './transport.ts'

/**
 * Asks the provider for its discovery document and its keys, and compares the settings with what it
 * says of itself. Signs nobody in.
 */
export async function examineProvider(
  settings: OidcSettings,
  ports: TransportPorts,
): Promise<readonly Finding[]> {
  const { issuer } = settings
  const source = openProviderSource({ issuer, clientCertificate: undefined }, ports)
  try {
    const metadata = await source.metadata()
    await source.keys(String(metadata.jwks_uri), undefined)
    return [...differences(settings, metadata), ...(await keyFindings(settings))]
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    return [{ path: ['issuer'], message: error.detail, serious: true }]
  }
}

function* differences(settings: OidcSettings, metadata: ServerMetadata): Generator<Finding> {
  const { scopes, responseMode, requestedContexts } = settings
  const says = (name: keyof ServerMetadata) => listOf(metadata[name])
  const lacks = (name: keyof ServerMetadata, value: string) =>
    metadata[name] !== undefined && !says(name).includes(value)
  const method = authenticationMethod(settings)
  if (method !== 'none' && lacks('token_endpoint_auth_methods_supported', method))
    yield {
      path: ['authentication'],
      message:
        `the provider takes no \`${method}\`, but ` +
        says('token_endpoint_auth_methods_supported').join(', '),
      serious: true,
    }
  if (lacks('code_challenge_methods_supported', 'S256'))
    yield { path: ['issuer'], message: 'the provider offers no PKCE with S256', serious: false }
  if (lacks('response_modes_supported', responseMode))
    yield {
      path: ['responseMode'],
      message: `the provider does not answer by \`${responseMode}\``,
      serious: true,
    }
  for (const [index, scope] of scopes.entries())
    if (lacks('scopes_supported', scope))
      yield {
        path: ['scopes', index],
        message: `the provider does not list the scope \`${scope}\``,
        serious: false,
      }
  for (const [index, context] of requestedContexts.entries())
    if (lacks('acr_values_supported', context))
      yield {
        path: ['requestedContexts', index],
        message: `the provider does not list the context \`${context}\``,
        serious: false,
      }
}

async function keyFindings({ keyFile, keyId }: OidcSettings): Promise<readonly Finding[]> {
  if (keyFile === undefined) return []
  try {
    await signingKeyOf(await readFile(keyFile, 'utf8'), keyId)
    return []
  } catch (error) {
    const message = `the key cannot be used: ${error instanceof Error ? error.message : error}`
    return [{ path: ['keyFile'], message, serious: true }]
  }
}
