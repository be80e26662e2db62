import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { withKey } from './private-keys.ts'
import { checkMetadata, type SamlProviderPorts, samlProvider } from './saml-provider.ts'

/**
 * Members that are absent stay unchanged. A key is removed before one is added, so that one call
 * can replace a key when the quota is reached.
 */
export function updateSamlProvider(ports: SamlProviderPorts) {
  return operation(iamModel('UpdateSAMLProvider'), {
    writes: true,
    locate: (input, call, reads) => samlProvider.find(input, call, reads),
    authorize: (input, call, found) => samlProvider.target(input, call, found),

    async prepare(input, call, found) {
      samlProvider.changeable(input, call, found)
      const { SAMLMetadataDocument: text } = input
      if (text !== undefined) await checkMetadata(text, ports, call)
      return async (foundAgain, writes) => {
        const {
          SAMLProviderArn,
          SAMLMetadataDocument,
          AssertionEncryptionMode,
          AddPrivateKey,
          RemovePrivateKey,
        } = input
        const record = samlProvider.changeable(input, call, foundAgain)
        const kept = record.privateKeys.filter(({ id }) => id !== RemovePrivateKey)
        if (RemovePrivateKey !== undefined && kept.length === record.privateKeys.length)
          throw call.fault('InvalidInput', `There is no private key ${RemovePrivateKey}.`)
        const privateKeys =
          AddPrivateKey === undefined ? kept : withKey(kept, AddPrivateKey, ports, call)
        const encryption = AssertionEncryptionMode ?? record.encryption
        if (encryption === 'Required' && privateKeys.length === 0)
          throw call.fault('InvalidInput', 'AssertionEncryptionMode Required needs a private key.')
        await samlProvider.save(writes, {
          ...record,
          privateKeys,
          metadata: SAMLMetadataDocument ?? record.metadata,
          ...(encryption && { encryption }),
        })
        return { SAMLProviderArn }
      }
    },
  })
}
