import type { Protocol } from '../kernel/protocol.ts'

/**
 * The protocol of people who sign in through a connector of this type. Those of plain OAuth 2.0
 * come by the road of OpenID Connect, and roles trust their provider in the same way.
 */
export function protocolOf(type: Protocol | 'oauth2'): Protocol {
  return type === 'oauth2' ? 'oidc' : type
}
