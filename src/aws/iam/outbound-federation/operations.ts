import type { TokenIssuer } from '../../../sessions/token-issuer.ts'
import type { AnyOperation } from '../../operation.ts'
import { disableOutboundWebIdentityFederation } from './disable-outbound-web-identity-federation.ts'
import { enableOutboundWebIdentityFederation } from './enable-outbound-web-identity-federation.ts'
import { getOutboundWebIdentityFederationInfo } from './get-outbound-web-identity-federation-info.ts'

/**
 * The operations that set whether sessions of an account may get tokens for other services
 * (GetWebIdentityToken).
 */
export function outboundFederationOperations(ports: {
  readonly tokenIssuer: Pick<TokenIssuer, 'issuer'>
}): readonly AnyOperation[] {
  return [
    disableOutboundWebIdentityFederation,
    enableOutboundWebIdentityFederation(ports),
    getOutboundWebIdentityFederationInfo(ports),
  ]
}
