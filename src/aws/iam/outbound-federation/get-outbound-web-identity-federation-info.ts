import type { TokenIssuer } from '../../../sessions/token-issuer.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'

export function getOutboundWebIdentityFederationInfo({
  tokenIssuer,
}: {
  readonly tokenIssuer: Pick<TokenIssuer, 'issuer'>
}) {
  return operation(iamModel('GetOutboundWebIdentityFederationInfo'), {
    authorize: () => ({ resource: '*' }),
    async handle(_input, { account, fault }, _found, reads) {
      const on = (await reads.find('account', account, 'account'))?.outboundFederation === true
      if (!on)
        throw fault(
          'FeatureDisabled',
          'Outbound web identity federation is not enabled for this account.',
        )
      return { IssuerIdentifier: tokenIssuer.issuer(account), JwtVendingEnabled: true }
    },
  })
}
