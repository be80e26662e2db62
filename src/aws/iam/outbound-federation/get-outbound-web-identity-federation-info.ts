import type { OutboundFederation } from '../../../sessions/outbound-federation.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'

export function getOutboundWebIdentityFederationInfo({ outbound }: { readonly outbound: Pick<OutboundFederation, 'issuer'> }) {
  return operation(iamModel('GetOutboundWebIdentityFederationInfo'), {
    authorize: () => ({ resource: '*' }),
    async handle(_input, { account, fault }, _found, reads) {
      const on = (await reads.find('account', account, 'account'))?.outboundFederation === true
      if (!on) throw fault('FeatureDisabled', 'Outbound web identity federation is not enabled for this account.')
      return { IssuerIdentifier: outbound.issuer(account), JwtVendingEnabled: true }
    },
  })
}
