import type { errors, Provider } from 'oidc-provider'
import {
  accessTokenType,
  credentialsType,
  type ExchangeContext,
  exchangeGrant,
  exchangeParameters,
  signedCallType,
} from './exchange-request.ts'
import { giveRoleCredentials, type RoleCredentialsPorts } from './role-credentials.ts'
import { giveSessionToken, type SessionTokenPorts } from './session-token.ts'

export type TokenExchangePorts = RoleCredentialsPorts & SessionTokenPorts

/**
 * Trades tokens in two directions (RFC 8693): an access token of the calling app for temporary
 * credentials of a role of its person, and the proof of a role's session for an access token of the
 * calling app. Which roles either way says the app's setting `exchange`; by default none.
 */
export function registerTokenExchange(provider: Provider, ports: TokenExchangePorts): void {
  provider.registerGrantType(
    exchangeGrant,
    async (ctx: ExchangeContext) => {
      const { subject_token, subject_token_type: from, ...rest } = ctx.oidc.params
      const { requested_token_type: to = accessTokenType, actor_token } = rest
      if (!subject_token || !from) throw new ports.errors.InvalidRequest('the subject is missing')
      if (actor_token !== undefined || rest.actor_token_type !== undefined)
        throw new ports.errors.InvalidRequest('actor tokens are not taken')
      const give = directionOf(ports.errors, from, to)
      await give(ports, ctx, subject_token)
    },
    exchangeParameters,
  )
}

function directionOf({ InvalidRequest }: typeof errors, from: string, to: string) {
  if (from === accessTokenType && to === credentialsType) return giveRoleCredentials
  if (from === signedCallType && to === accessTokenType) return giveSessionToken
  throw new InvalidRequest(
    `only ${accessTokenType} for ${credentialsType}, or ${signedCallType} for ${accessTokenType}`,
  )
}
