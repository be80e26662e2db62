import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { withKey } from './private-keys.ts'
import { changeable, checkMetadata, findProvider, providerTarget, type SamlProviderPorts } from './provider-access.ts'

/** What is not named stays. A key is removed before one is added, so that both fit in one call. */
export function updateSamlProvider(ports: SamlProviderPorts) {
  return operation(iamModel('UpdateSAMLProvider'), {
    writes: true,
    locate: ({ SAMLProviderArn }, call, reads) => findProvider(SAMLProviderArn, call, reads),
    authorize: ({ SAMLProviderArn }, call, found) => providerTarget(SAMLProviderArn, call, found),

    async handle({ SAMLProviderArn, SAMLMetadataDocument, AssertionEncryptionMode, AddPrivateKey, RemovePrivateKey }, call, found, writes) {
      const record = changeable(found, SAMLProviderArn, call)
      if (SAMLMetadataDocument !== undefined) checkMetadata(SAMLMetadataDocument, ports, call)
      const kept = record.privateKeys.filter(({ id }) => id !== RemovePrivateKey)
      if (RemovePrivateKey !== undefined && kept.length === record.privateKeys.length) throw call.fault('InvalidInput', `There is no private key ${RemovePrivateKey}.`)
      const privateKeys = AddPrivateKey === undefined ? kept : withKey(kept, AddPrivateKey, ports, call)
      const encryption = AssertionEncryptionMode ?? record.encryption
      if (encryption === 'Required' && privateKeys.length === 0) throw call.fault('InvalidInput', 'AssertionEncryptionMode Required needs a private key.')
      await writes.update('samlProvider', call.account, record.name.toLowerCase(), {
        ...record, privateKeys, metadata: SAMLMetadataDocument ?? record.metadata, ...(encryption && { encryption }),
      })
      return { SAMLProviderArn }
    },
  })
}
