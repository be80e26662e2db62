import { tagsPage } from '../iam/entity-forms/tags-page.ts'
import { nameInArn } from '../iam/parts.ts'
import { oidcProvider } from './oidc-provider.ts'
import { samlProvider } from './saml-provider.ts'

export const oidcTags = tagsPage({
  page: oidcProvider,
  gets: 'iam:GetOpenIDConnectProvider',
  async find(call, arn) {
    const { Tags } = await call('iam:GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn })
    return { name: nameInArn(arn), tags: Tags }
  },
  tag: {
    action: 'iam:TagOpenIDConnectProvider',
    run: (call, OpenIDConnectProviderArn, Tags) =>
      call('iam:TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags }),
  },
  untag: {
    action: 'iam:UntagOpenIDConnectProvider',
    run: (call, OpenIDConnectProviderArn, TagKeys) =>
      call('iam:UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys }),
  },
})

export const samlTags = tagsPage({
  page: samlProvider,
  gets: 'iam:GetSAMLProvider',
  async find(call, arn) {
    const { Tags } = await call('iam:GetSAMLProvider', { SAMLProviderArn: arn })
    return { name: nameInArn(arn), tags: Tags }
  },
  tag: {
    action: 'iam:TagSAMLProvider',
    run: (call, SAMLProviderArn, Tags) => call('iam:TagSAMLProvider', { SAMLProviderArn, Tags }),
  },
  untag: {
    action: 'iam:UntagSAMLProvider',
    run: (call, SAMLProviderArn, TagKeys) =>
      call('iam:UntagSAMLProvider', { SAMLProviderArn, TagKeys }),
  },
})
