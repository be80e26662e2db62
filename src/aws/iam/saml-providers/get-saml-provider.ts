import { operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { type SamlProviderPorts, samlProvider, validUntilOf } from './saml-provider.ts'

export function getSamlProvider(ports: SamlProviderPorts) {
  return operation(iamModel('GetSAMLProvider'), {
    locate: (input, call, reads) => samlProvider.find(input, call, reads),
    authorize: (input, call, found) => samlProvider.target(input, call, found),

    async handle(input, call, found) {
      const record = samlProvider.existing(input, call, found)
      const { id, metadata, createdAt, tags, encryption, privateKeys } = record
      return {
        SAMLProviderUUID: id,
        SAMLMetadataDocument: metadata,
        CreateDate: new Date(createdAt),
        ValidUntil: await validUntilOf(record, ports, call),
        Tags: tags,
        AssertionEncryptionMode: encryption,
        PrivateKeyList: privateKeys.map((key) => ({
          KeyId: key.id,
          Timestamp: new Date(key.createdAt),
        })),
      }
    },
  })
}
