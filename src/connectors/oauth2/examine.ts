import { genericGrantRequest, randomPKCECodeVerifier } from 'openid-client'
import type { Finding } from '../finding.ts'
import type { OidcPorts } from '../oidc/connector.ts'
import { fromLibrary } from '../oidc/library-faults.ts'
import { OidcFault, unreachable } from '../oidc/oidc-fault.ts'
import { openParty } from './client.ts'
import type { OAuth2Settings } from './settings.ts'

type Ports = Pick<OidcPorts, 'clock' | 'outbound'>

/**
 * Asks the provider's token endpoint for a token by a code that was never given, which shows
 * whether it takes client id and secret, and whether its API answers. Signs nobody in.
 */
export async function examineOAuth2(
  settings: OAuth2Settings,
  ports: Ports,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  // The redirect URI is not sent: a provider compares it with the code's first.
  const party = openParty('examined', settings, {
    ...ports,
    publicUrl: new URL('https://localhost'),
  })
  const code = randomPKCECodeVerifier()
  const found = await faultOf(() =>
    fromLibrary(() =>
      genericGrantRequest(party.configuration(signal), 'authorization_code', {
        code,
        code_verifier: randomPKCECodeVerifier(),
      }),
    ),
  )
  const api = await faultOf(() =>
    ports.outbound.send(party.provider.api, { method: 'GET', signal }),
  )
  return [...(found ? clientFindings(found) : []), ...(api ? [placeFinding(settings, api)] : [])]

  function clientFindings(fault: OidcFault): readonly Finding[] {
    const message = fault.detail.replaceAll(code, '…')
    if (fault.check === 'code') return []
    if (fault.check === 'unreachable') return [placeFinding(settings, fault)]
    return [{ path: ['clientSecret'], message, serious: fault.check === 'client' }]
  }
}

function placeFinding({ url }: OAuth2Settings, { detail }: OidcFault): Finding {
  return { path: [url === undefined ? 'provider' : 'url'], message: detail, serious: true }
}

async function faultOf(work: () => Promise<unknown>): Promise<OidcFault | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return error instanceof OidcFault ? error : unreachable(error)
  }
}
