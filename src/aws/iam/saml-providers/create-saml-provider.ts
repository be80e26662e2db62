import type { Ids } from '../../../kernel/ids.ts'
import { operation } from '../../operation.ts'
import { checkTags, creating } from '../entity.ts'
import { iamModel } from '../iam-model.ts'
import { withKey } from './private-keys.ts'
import { checkMetadata, type SamlProviderPorts, samlProviderArn } from './saml-provider.ts'

type Ports = SamlProviderPorts & { readonly ids: Pick<Ids, 'samlProvider'> }

export function createSamlProvider(ports: Ports) {
  return operation(iamModel('CreateSAMLProvider'), {
    writes: true,
    authorize: ({ Name, Tags }, { account, caller }) =>
      creating(
        { resource: samlProviderArn(caller.partition, { account, name: Name }) },
        'iam:TagSAMLProvider',
        Tags,
      ),

    async prepare(
      { Name, SAMLMetadataDocument, Tags = [], AssertionEncryptionMode, AddPrivateKey },
      call,
    ) {
      await checkMetadata(SAMLMetadataDocument, ports, call)
      const { account, caller, now, fault } = call
      return async (_found, writes) => {
        if (AssertionEncryptionMode === 'Required' && AddPrivateKey === undefined)
          throw fault('InvalidInput', 'AssertionEncryptionMode Required needs a private key.')
        if ((await writes.count('samlProvider', account)) >= call.quotas.samlProviders)
          throw fault(
            'LimitExceeded',
            `Cannot exceed quota for SAMLProvidersPerAccount: ${call.quotas.samlProviders}`,
          )
        const inserted = await writes.insert('samlProvider', account, Name.toLowerCase(), {
          account,
          name: Name,
          id: ports.ids.samlProvider(),
          metadata: SAMLMetadataDocument,
          tags: checkTags(Tags, call),
          privateKeys: AddPrivateKey === undefined ? [] : withKey([], AddPrivateKey, ports, call),
          ...(AssertionEncryptionMode && { encryption: AssertionEncryptionMode }),
          createdAt: now.toISOString(),
          managedBy: 'api',
        })
        if (!inserted)
          throw fault('EntityAlreadyExists', `SAMLProvider with name ${Name} already exists.`)
        return {
          SAMLProviderArn: samlProviderArn(caller.partition, { account, name: Name }),
          Tags: Tags.length > 0 ? Tags : undefined,
        }
      }
    },
  })
}
