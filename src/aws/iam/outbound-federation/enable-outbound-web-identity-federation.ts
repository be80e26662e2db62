import type { OutboundFederation } from '../../../sessions/outbound-federation.ts'
import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { switchOutbound } from './switch-outbound.ts'

export function enableOutboundWebIdentityFederation({ outbound }: { readonly outbound: Pick<OutboundFederation, 'issuer'> }) {
  return operation(iamModel('EnableOutboundWebIdentityFederation'), {
    writes: true,
    authorize: () => ({ resource: '*' }),
    async handle(_input, { account, fault }, _found, writes) {
      if (!(await switchOutbound(writes, account, true))) throw fault('FeatureEnabled', 'Outbound web identity federation is already enabled for this account.')
      return { IssuerIdentifier: outbound.issuer(account) }
    },
  })
}
