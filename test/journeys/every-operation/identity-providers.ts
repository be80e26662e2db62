import { allow, document, iam, instant, type Step, sts } from './step.ts'

const oidc = 'arn:aws:iam::<account>:oidc-provider/<issuerHost>'
const saml = 'arn:aws:iam::<account>:saml-provider/corp'
const deploy = {
  RoleArn: 'arn:aws:iam::<account>:role/Deploy',
  RoleSessionName: 'ci-7',
  WebIdentityToken: '<idToken>',
}
const person = {
  RoleArn: 'arn:aws:iam::<account>:role/Person',
  PrincipalArn: saml,
  SAMLAssertion: '<assertion>',
}

const webIdentity: readonly Step[] = [
  sts('AssumeRoleWithWebIdentity', deploy, {
    as: 'nobody',
    refused: ['InvalidIdentityToken', /No OpenIDConnect provider found in your account for https:/],
  }),
  iam(
    'CreateOpenIDConnectProvider',
    {
      Url: '<issuer>',
      ClientIDList: ['urn:other'],
      ThumbprintList: ['0'.repeat(40)],
      Tags: [{ Key: 'team', Value: 'ci' }],
    },
    { answers: { OpenIDConnectProviderArn: oidc, Tags: [{ Key: 'team', Value: 'ci' }] } },
  ),
  iam(
    'CreateOpenIDConnectProvider',
    { Url: '<issuer>', ThumbprintList: [] },
    { refused: ['EntityAlreadyExists'] },
  ),
  iam(
    'CreateOpenIDConnectProvider',
    { Url: 'http://idp.corp.test', ThumbprintList: [] },
    { refused: ['ValidationError', /Invalid Open ID Connect Provider URL/] },
  ),
  iam('UpdateOpenIDConnectProviderThumbprint', {
    OpenIDConnectProviderArn: oidc,
    ThumbprintList: ['<thumbprint>'],
  }),
  iam('CreateRole', {
    RoleName: 'Deploy',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { Federated: oidc },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { '<issuerHost>:aud': '<audience>', '<issuerHost>:sub': 'builder' },
      },
    }),
  }),
  iam('PutRolePolicy', {
    RoleName: 'Deploy',
    PolicyName: 'Look',
    PolicyDocument: allow('iam:ListRoles', 'iam:ListUsers'),
  }),
  sts('AssumeRoleWithWebIdentity', deploy, {
    as: 'nobody',
    refused: ['InvalidIdentityToken', /Incorrect token audience/],
  }),
  iam('AddClientIDToOpenIDConnectProvider', {
    OpenIDConnectProviderArn: oidc,
    ClientID: '<audience>',
  }),
  iam('RemoveClientIDFromOpenIDConnectProvider', {
    OpenIDConnectProviderArn: oidc,
    ClientID: 'urn:other',
  }),
  iam(
    'GetOpenIDConnectProvider',
    { OpenIDConnectProviderArn: oidc },
    {
      answers: {
        Url: '<issuerHost>',
        ClientIDList: ['<audience>'],
        ThumbprintList: ['<thumbprint>'],
        CreateDate: instant,
      },
    },
  ),
  sts(
    'AssumeRoleWithWebIdentity',
    { ...deploy, Policy: allow('iam:ListRoles') },
    {
      as: 'nobody',
      keeps: { deploy: 'Credentials' },
      answers: {
        SubjectFromWebIdentityToken: 'builder',
        Audience: '<audience>',
        Provider: oidc,
        PackedPolicySize: /^[1-9]\d?$/,
        AssumedRoleUser: { Arn: 'arn:aws:sts::<account>:assumed-role/Deploy/ci-7' },
      },
    },
  ),
  iam(
    'ListRoles',
    {},
    { as: 'deploy', answers: { Roles: [{ RoleName: 'Deploy' }, { RoleName: 'Fixed' }] } },
  ),
  iam('ListUsers', {}, { as: 'deploy', refused: ['AccessDenied', /no session policy allows/] }),
  iam('TagOpenIDConnectProvider', {
    OpenIDConnectProviderArn: oidc,
    Tags: [{ Key: 'cost', Value: '7' }],
  }),
  iam(
    'ListOpenIDConnectProviderTags',
    { OpenIDConnectProviderArn: oidc },
    { answers: { Tags: [{ Key: 'cost' }, { Key: 'team' }] } },
  ),
  iam('UntagOpenIDConnectProvider', { OpenIDConnectProviderArn: oidc, TagKeys: ['team'] }),
  iam(
    'ListOpenIDConnectProviderTags',
    { OpenIDConnectProviderArn: oidc },
    { answers: { Tags: [{ Key: 'cost', Value: '7' }] } },
  ),
  iam(
    'ListOpenIDConnectProviders',
    {},
    { answers: { OpenIDConnectProviderList: [{ Arn: oidc }] } },
  ),
  iam('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: oidc }),
  iam(
    'GetOpenIDConnectProvider',
    { OpenIDConnectProviderArn: oidc },
    { refused: ['NoSuchEntity', /not found for arn/] },
  ),
  iam('DeleteRolePolicy', { RoleName: 'Deploy', PolicyName: 'Look' }),
  iam('DeleteRole', { RoleName: 'Deploy' }),
]

const assertions: readonly Step[] = [
  iam('CreateRole', {
    RoleName: 'Person',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Principal: { Federated: saml },
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: {
        StringEquals: { 'saml:aud': '<origin>/saml', 'aws:RequestTag/project': 'hydra' },
      },
    }),
  }),
  sts('AssumeRoleWithSAML', person, { as: 'nobody', refused: ['InvalidIdentityToken'] }),
  iam(
    'CreateSAMLProvider',
    { Name: 'corp', SAMLMetadataDocument: 'x'.repeat(1000) },
    { refused: ['InvalidInput', /Could not parse metadata/] },
  ),
  iam(
    'CreateSAMLProvider',
    { Name: 'corp', SAMLMetadataDocument: '<metadata>', Tags: [{ Key: 'team', Value: 'it' }] },
    { answers: { SAMLProviderArn: saml, Tags: [{ Key: 'team', Value: 'it' }] } },
  ),
  iam(
    'CreateSAMLProvider',
    { Name: 'corp', SAMLMetadataDocument: '<metadata>' },
    { refused: ['EntityAlreadyExists'] },
  ),
  iam(
    'GetSAMLProvider',
    { SAMLProviderArn: saml },
    { answers: { SAMLMetadataDocument: '<metadata>', CreateDate: instant } },
  ),
  iam(
    'ListSAMLProviders',
    {},
    { answers: { SAMLProviderList: [{ Arn: saml, CreateDate: instant }] } },
  ),
  iam(
    'GetAccountSummary',
    {},
    { answers: { SummaryMap: { Providers: 1, AccountAccessKeysPresent: 0 } } },
  ),
  iam(
    'UpdateSAMLProvider',
    { SAMLProviderArn: saml, SAMLMetadataDocument: '<metadata>' },
    { answers: { SAMLProviderArn: saml } },
  ),
  sts('AssumeRoleWithSAML', person, {
    as: 'nobody',
    keeps: { person: 'Credentials' },
    answers: {
      AssumedRoleUser: { Arn: 'arn:aws:sts::<account>:assumed-role/Person/alice@corp' },
      Subject: 'alice',
      SubjectType: 'persistent',
      Issuer: '<idpEntity>',
      Audience: '<origin>/saml',
      NameQualifier: /^[\w+/]{27}=$/,
      SourceIdentity: 'alice',
    },
  }),
  sts(
    'GetCallerIdentity',
    {},
    { as: 'person', answers: { Arn: 'arn:aws:sts::<account>:assumed-role/Person/alice@corp' } },
  ),
  sts('AssumeRoleWithSAML', person, {
    as: 'nobody',
    refused: ['InvalidIdentityToken', /used before/],
  }),
  iam('TagSAMLProvider', { SAMLProviderArn: saml, Tags: [{ Key: 'cost', Value: '7' }] }),
  iam(
    'ListSAMLProviderTags',
    { SAMLProviderArn: saml },
    { answers: { Tags: [{ Key: 'cost' }, { Key: 'team' }] } },
  ),
  iam('UntagSAMLProvider', { SAMLProviderArn: saml, TagKeys: ['team'] }),
  iam(
    'ListSAMLProviderTags',
    { SAMLProviderArn: saml },
    { answers: { Tags: [{ Key: 'cost', Value: '7' }] } },
  ),
  iam('DeleteSAMLProvider', { SAMLProviderArn: saml }),
  iam('GetSAMLProvider', { SAMLProviderArn: saml }, { refused: ['NoSuchEntity'] }),
  iam('DeleteRole', { RoleName: 'Person' }),
]

/**
 * An issuer of tokens and an identity provider of assertions: made known, asked for a role each,
 * and forgotten.
 */
export const identityProviders: readonly Step[] = [...webIdentity, ...assertions]
