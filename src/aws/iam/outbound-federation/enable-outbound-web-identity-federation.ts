import type { TokenIssuer } from '../../../sessions/token-issuer.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { switchTokenIssuer } from './switch-token-issuer.ts'

export function enableOutboundWebIdentityFederation({
  tokenIssuer,
}: {
  readonly tokenIssuer: Pick<TokenIssuer, 'issuer'>
}) {
  return operation(iamModel('EnableOutboundWebIdentityFederation'), {
    writes: true,
    authorize: () => ({ resource: '*' }),
    async handle(_input, { account, fault }, _found, writes) {
      if (!(await switchTokenIssuer(writes, account, true)))
        throw fault(
          'FeatureEnabled',
          'Outbound web identity federation is already enabled for this account.',
        )
      return { IssuerIdentifier: tokenIssuer.issuer(account) }
    },
  })
}
