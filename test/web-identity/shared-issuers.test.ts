// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies write their variables so
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingGuard, principalsOf } from '../../src/web-identity/shared-issuers.ts'

const github = 'token.actions.githubusercontent.com'
const arn = `arn:aws:iam::111122223333:oidc-provider/${github}`
const lacking = (Condition: object | undefined, provider = github) =>
  missingGuard(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: arn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          ...(Condition && { Condition }),
        },
      ],
    }),
    provider,
    principalsOf(provider, arn),
  )

test('who trusts an issuer that signs for everybody has to say whom', () => {
  const anybody: readonly (object | undefined)[] = [
    undefined,
    {},
    { StringEquals: { [`${github}:aud`]: 'sts.amazonaws.com' } },
    { StringNotLike: { [`${github}:sub`]: 'repo:evil/*' } },
    { StringEqualsIfExists: { [`${github}:sub`]: 'repo:octo/app' } },
    ...[
      '*',
      '?epo:octo/app',
      'repo:*',
      'repo:*/*:*',
      'repo:oct*',
      'repo:oct*/app',
      '',
      `\${${github}:sub}`,
      "${aws:x, '*'}*",
      'repo:${aws:x}/*',
    ].map((value) => ({ StringLike: { [`${github}:sub`]: value } })),
    { StringLike: { [`${github}:sub`]: [] } },
    { StringLike: { [`${github}:sub`]: ['repo:octo/app:*', 'repo:*'] } },
  ]
  for (const condition of anybody)
    assert.equal(lacking(condition), `${github}:sub`, JSON.stringify(condition))
})

test('a subject that is named to the end of its owner is somebody', () => {
  const somebody: readonly object[] = [
    ...[
      'repo:octo/app:ref:refs/heads/main',
      'repo:octo/*',
      'repo:octo/app:*',
      'repo:octo/app:environment:?rod',
    ].map((value) => ({ StringLike: { [`${github}:sub`]: value } })),
    {
      'ForAnyValue:StringEquals': {
        [`${github.toUpperCase()}:SUB`]: ['repo:octo/a', 'repo:octo/b'],
      },
    },
  ]
  for (const condition of somebody)
    assert.equal(lacking(condition), undefined, JSON.stringify(condition))
  assert.equal(
    lacking(undefined, 'idp.example.com'),
    undefined,
    'an issuer of one company signs for its own people',
  )
})
