import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { withKey } from './private-keys.ts'
import { checkMetadata, providerArn, quotas, type SamlProviderPorts } from './provider-access.ts'

export function createSamlProvider(ports: SamlProviderPorts) {
  return operation(iamModel('CreateSAMLProvider'), {
    writes: true,
    authorize: ({ Name, Tags }, { account, caller }) =>
      creating({ resource: providerArn(caller.partition, { account, name: Name }) }, 'iam:TagSAMLProvider', Tags),

    async handle({ Name, SAMLMetadataDocument, Tags = [], AssertionEncryptionMode, AddPrivateKey }, call, _found, writes) {
      const { account, caller, now, fault, requestId } = call
      checkMetadata(SAMLMetadataDocument, ports, call)
      if (AssertionEncryptionMode === 'Required' && AddPrivateKey === undefined) throw fault('InvalidInput', 'AssertionEncryptionMode Required needs a private key.')
      if (await writes.count('samlProvider', account) >= quotas.providers) throw fault('LimitExceeded', `Cannot exceed quota for SAMLProvidersPerAccount: ${quotas.providers}`)
      const inserted = await writes.insert('samlProvider', account, Name.toLowerCase(), {
        account, name: Name, id: requestId.replaceAll('-', '').toUpperCase(), metadata: SAMLMetadataDocument, tags: checkTags(Tags, call),
        privateKeys: AddPrivateKey === undefined ? [] : withKey([], AddPrivateKey, ports, call),
        ...(AssertionEncryptionMode && { encryption: AssertionEncryptionMode }), createdAt: now.toISOString(), managedBy: 'api',
      })
      if (!inserted) throw fault('EntityAlreadyExists', `SAMLProvider with name ${Name} already exists.`)
      return { SAMLProviderArn: providerArn(caller.partition, { account, name: Name }), ...(Tags.length > 0 && { Tags }) }
    },
  })
}
