import { audienceOf, type UpstreamSettings } from '../../upstream/settings.ts'
import type { UpstreamRequest } from '../../upstream/upstream.ts'
import type { UpstreamFault, UpstreamFaultCode } from '../../upstream/upstream-fault.ts'

/** What was tried for one role. */
export interface Asked {
  readonly account: string
  readonly request: UpstreamRequest
  readonly longestSeconds: number
  /** The name of our OpenID Connect provider there. */
  readonly issuer: string
  readonly upstream: UpstreamSettings
}

/** What a role would be given without. */
export type Lacking = 'tags' | 'source identity' | 'both'

const actions: Readonly<Record<Lacking, string>> = {
  tags: '`sts:TagSession`',
  'source identity': '`sts:SetSourceIdentity`',
  both: '`sts:TagSession` and `sts:SetSourceIdentity`',
}

/** Says what is missing, and on which side. */
export function adviceFor(
  asked: Asked,
  { code }: Pick<UpstreamFault, 'code'>,
  lacking?: Lacking | undefined,
): string {
  if (lacking) return `there: the role's trust policy has to allow ${actions[lacking]} too`
  if (code === 'refused') return `there: ${trustOf(asked)}`
  if (code === 'too-long')
    return (
      `here: \`maxSessionDuration\` is ${asked.longestSeconds} s, and the role there, or the way ` +
      'that Gatehouse has its credentials, gives less'
    )
  return others[code] ?? 'here: `docs/aws-accounts.md` tells what the reason means'
}

function trustOf({ account, request, issuer, upstream }: Asked): string {
  const exists = 'the role has to exist under that name and path'
  if (upstream.credentials.from !== 'signed-token')
    return (
      `${exists}; its trust policy has to name Gatehouse's user or role and the external id ` +
      'of the settings, and the policy of that user `sts:AssumeRole` on the role'
    )
  const takers = request.taker.from === 'gatehouse' ? 'gatehouse/*' : '*'
  return (
    `${exists}, and its trust policy has to name \`oidc-provider/${issuer}\` with ` +
    `\`${issuer}:aud\` "${audienceOf(account, upstream)}" and ` +
    `\`${issuer}:sub\` "${account}:${request.roleName}:${takers}"`
  )
}

const others: Readonly<Partial<Record<UpstreamFaultCode, string>>> = {
  'not-known':
    "there: the account does not know Gatehouse's key or provider, the provider does not list " +
    "the token's audience, or the account can't fetch the provider's two files from `publicUrl`",
  'region-disabled': 'there: activate STS in the region of the settings, or here: name another',
  throttled: 'it passes: try again',
  unavailable: 'here: the endpoint and `outbound` of the settings; there: nothing is known yet',
  'unfit-answer': 'here: the endpoint of the settings is no STS',
  unsupported: 'here: `accepts` of the upstream, or what the grant carries',
}
