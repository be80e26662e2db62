import { commonFault } from '../../kernel/aws-fault.ts'
import type { PasswordEnd } from '../../kernel/password-end.ts'
import type { AssumeWithPassword } from '../../sessions/assumption.ts'
import type { OfUpstream } from '../../sessions/role-issue.ts'
import { unsignedOperation } from '../operation.ts'
import { assumedRoleShape } from './assumed-role-shape.ts'
import {
  AssumeRoleWithLDAPIdentity,
  type LdapIdentityRequest,
  type LdapIdentityResponse,
} from './ldap-identity-model.ts'
import { requestedLayer } from './session-layer.ts'

/**
 * `passwordsInQuery`: whether to accept passwords in the query string, which proxies and other
 * servers on the way may log.
 */
export function assumeRoleWithLdapIdentity(
  assume: AssumeWithPassword,
  { passwordsInQuery = false }: { readonly passwordsInQuery?: boolean | undefined } = {},
) {
  return unsignedOperation(
    AssumeRoleWithLDAPIdentity,
    async (input, call) => {
      const assumed = await assume(
        {
          username: input.LDAPUsername,
          password: input.LDAPPassword,
          providerName: providerOf(input),
          roleArn: input.RoleArn,
          layer: requestedLayer(input),
          durationSeconds: input.DurationSeconds,
          from: call,
        },
        call.note,
      )
      return {
        ...assumedRoleShape(assumed),
        Provider: assumed.provider,
        ...passwordEndShape(assumed.passwordEnd),
        ...upstreamShape(assumed.upstream),
      }
    },
    {
      sensitiveInQuery: ['LDAPUsername', ...(passwordsInQuery ? ['LDAPPassword'] : [])],
      fromPages: false,
    },
  )
}

type UpstreamShape = Pick<
  LdapIdentityResponse,
  'UpstreamRegion' | 'UpstreamEndpoint' | 'UpstreamFederationEndpoint'
>

function upstreamShape(upstream: OfUpstream | undefined): UpstreamShape {
  if (!upstream) return {}
  const { region, endpoint, federationEndpoint } = upstream
  return {
    UpstreamRegion: region,
    UpstreamEndpoint: endpoint,
    UpstreamFederationEndpoint: federationEndpoint,
  }
}

type PasswordEndShape = Pick<LdapIdentityResponse, 'PasswordExpiration' | 'PasswordSignInsLeft'>

function passwordEndShape(end: PasswordEnd | undefined): PasswordEndShape {
  if (!end) return {}
  return 'expiresAt' in end
    ? { PasswordExpiration: end.expiresAt }
    : { PasswordSignInsLeft: end.signInsLeft }
}

/**
 * Returns the provider, which three members may name; a password is never tried at two providers.
 */
function providerOf(input: LdapIdentityRequest): string | undefined {
  const { ProviderName, LDAPConfigName, ConfigName } = input
  const given = [ProviderName, LDAPConfigName, ConfigName].filter((name) => name !== undefined)
  if (new Set(given).size > 1)
    throw commonFault(
      'ValidationError',
      'ProviderName, LDAPConfigName and ConfigName are names of one parameter, and differ.',
    )
  return given[0]
}
