import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { existing, findProvider, providerTarget, type SamlProviderPorts } from './provider-access.ts'

export function getSamlProvider({ readMetadata }: SamlProviderPorts) {
  return operation(iamModel('GetSAMLProvider'), {
    locate: ({ SAMLProviderArn }, call, reads) => findProvider(SAMLProviderArn, call, reads),
    authorize: ({ SAMLProviderArn }, call, found) => providerTarget(SAMLProviderArn, call, found),

    handle({ SAMLProviderArn }, call, found) {
      const { id, metadata, createdAt, tags, encryption, privateKeys } = existing(found, SAMLProviderArn, call)
      const read = readMetadata(metadata, new Date(createdAt))
      return {
        SAMLProviderUUID: id, SAMLMetadataDocument: metadata, CreateDate: new Date(createdAt), ValidUntil: read.ok ? read.validUntil : undefined, Tags: tags,
        AssertionEncryptionMode: encryption,
        PrivateKeyList: privateKeys.map((key) => ({ KeyId: key.id, Timestamp: new Date(key.createdAt) })),
      }
    },
  })
}
