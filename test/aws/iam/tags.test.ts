import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, now, policy, userCaller } from '../wire-scene.ts'
import { arnOf, documentOf, openIam, texts } from './open-iam.ts'

type Parameters = Readonly<Record<string, string>>
const url = 'https://idp.example.com'
const rows = [
  {
    Noun: 'User',
    on: { UserName: 'ANN' },
    missing: { UserName: 'bob' },
    quota: 'TagsPerUser',
    list: 'ListUserTags',
  },
  {
    Noun: 'Role',
    on: { RoleName: 'ANN' },
    missing: { RoleName: 'bob' },
    quota: 'TagsPerRole',
    list: 'ListRoleTags',
  },
  {
    Noun: 'Policy',
    on: { PolicyArn: arnOf('policy/ann') },
    missing: { PolicyArn: arnOf('policy/bob') },
    quota: 'TagsPerPolicy',
    list: 'ListPolicyTags',
  },
  {
    Noun: 'OpenIDConnectProvider',
    on: { OpenIDConnectProviderArn: arnOf('oidc-provider/idp.example.com') },
    quota: 'TagsPerOpenIdConnectProvider',
    missing: { OpenIDConnectProviderArn: arnOf('oidc-provider/other.example.com') },
    list: 'ListOpenIDConnectProviderTags',
  },
  {
    Noun: 'SAMLProvider',
    on: { SAMLProviderArn: arnOf('saml-provider/Ann') },
    missing: { SAMLProviderArn: arnOf('saml-provider/ann') },
    quota: 'TagsPerSAMLProvider',
    list: 'ListSAMLProviderTags',
  },
  {
    Noun: 'InstanceProfile',
    on: { InstanceProfileName: 'ANN' },
    missing: { InstanceProfileName: 'bob' },
    quota: 'TagsPerInstanceProfile',
    list: 'ListInstanceProfileTags',
  },
  {
    Noun: 'ServerCertificate',
    on: { ServerCertificateName: 'ANN' },
    missing: { ServerCertificateName: 'bob' },
    quota: 'TagsPerServerCertificate',
    list: 'ListServerCertificateTags',
  },
  {
    Noun: 'MFADevice',
    on: { SerialNumber: arnOf('mfa/ann') },
    missing: { SerialNumber: arnOf('mfa/bob') },
    quota: 'TagsPerMFADevice',
    list: 'ListMFADeviceTags',
  },
] as const

const tags = (...pairs: readonly (readonly [string, string])[]): Parameters =>
  Object.fromEntries(
    pairs.flatMap(([Key, Value], at) => [
      [`Tags.member.${at + 1}.Key`, Key],
      [`Tags.member.${at + 1}.Value`, Value],
    ]),
  )
const keys = (...names: readonly string[]): Parameters =>
  Object.fromEntries(names.map((name, at) => [`TagKeys.member.${at + 1}`, name]))

/** Something of every kind that the API made. */
async function open() {
  const at = await openIam()
  await at.make('user', { name: 'ann', path: '/x/' })
  await at.make('role', { name: 'ann' })
  await at.call('CreatePolicy', { PolicyName: 'ann', PolicyDocument: documentOf(200) })
  await at.call('CreateOpenIDConnectProvider', { Url: url, 'ClientIDList.member.1': 'app' })
  const made = { account, createdAt: now.toISOString(), managedBy: 'api', tags: [] } as const
  await at.store.transact(async (tx) => {
    await tx.insert('samlProvider', account, 'ann', {
      ...made,
      name: 'Ann',
      id: 'X',
      metadata: '<x/>',
      privateKeys: [],
    })
    await tx.insert('instanceProfile', account, 'ann', { ...made, name: 'ann', path: '/', id: 'X' })
    await tx.insert('serverCertificate', account, 'ann', {
      ...made,
      name: 'ann',
      path: '/',
      id: 'X',
      body: 'x',
      expiresAt: made.createdAt,
    })
    await tx.insert('mfaDevice', account, '/ann', {
      ...made,
      name: 'ann',
      path: '/',
      serialNumber: arnOf('mfa/ann'),
      sealedSeed: 'x',
    })
  })
  return at
}

for (const { Noun, on, missing, quota, list } of rows) {
  const [tag, untag] = [`Tag${Noun}`, `Untag${Noun}`]
  test(`${tag} puts, ${list} tells by key, ${untag} removes: in any case`, async () => {
    await using at = await open()
    const told = async (more: Parameters = {}) => {
      const answer = await at.call(list, { ...on, ...more })
      return texts(answer, 'Key').map((key, index) => `${key}=${texts(answer, 'Value')[index]}`)
    }
    assert.equal(
      await at.outcome(tag, { ...on, ...tags(['Team', 'db'], ['zone', 'é'], ['cost', '']) }),
      '200',
    )
    assert.equal(await at.outcome(tag, { ...on, ...tags(['TEAM', 'web']) }), '200')
    assert.deepEqual(await told(), ['cost=', 'TEAM=web', 'zone=é'])
    const page = await at.call(list, { ...on, MaxItems: '2' })
    assert.deepEqual([texts(page, 'Key'), texts(page, 'IsTruncated')], [['cost', 'TEAM'], ['true']])
    assert.deepEqual(await told({ Marker: texts(page, 'Marker')[0]! }), ['zone=é'])
    assert.equal(await at.outcome(untag, { ...on, ...keys('team', 'none', 'ZONE') }), '200')
    assert.deepEqual(await told(), ['cost='])
    assert.match(await at.outcome(list, { ...on, Marker: 'x' }), /^ValidationError: Invalid Marker/)
    assert.deepEqual(at.bugs, [])
  })

  test(`${tag} takes fifty at most, no key twice, none of AWS's, on what is there`, async () => {
    await using at = await open()
    const many = (from: number, count: number) =>
      tags(...Array.from({ length: count }, (_, n) => [`k${from + n}`, ''] as const))
    assert.equal(await at.outcome(tag, { ...on, ...many(0, 50) }), '200')
    assert.equal(await at.outcome(tag, { ...on, ...many(0, 50) }), '200')
    assert.equal(
      await at.outcome(tag, { ...on, ...many(49, 2) }),
      `LimitExceeded: Cannot exceed quota for ${quota}: 50`,
    )
    assert.match(
      await at.outcome(tag, { ...on, ...many(0, 51) }),
      new RegExp(
        '^ValidationError: 1 validation error detected: Value.* at &#39;tags&#39;.*length less ' +
          'than or equal to 50',
      ),
    )
    assert.match(
      await at.outcome(tag, { ...on, ...tags(['a', '1'], ['A', '2']) }),
      /^InvalidInput: Duplicate tag keys found/,
    )
    assert.match(await at.outcome(tag, { ...on, ...tags(['AWS:x', '1']) }), /^InvalidInput: /)
    for (const wrong of [
      ['', ''],
      ['k'.repeat(129), ''],
      ['a', 'v'.repeat(257)],
      ['a*', ''],
      ['a', '<'],
    ] as const)
      assert.match(await at.outcome(tag, { ...on, ...tags(wrong) }), /^ValidationError/)
    for (const [action, more] of [
      [tag, tags(['a', ''])],
      [untag, keys('a')],
      [list, {}],
    ] as const)
      assert.match(await at.outcome(action, { ...missing, ...more }), /^NoSuchEntity: /)
  })

  test(`${tag} and ${untag} are decided on the tags there, those that come, and keys`, async () => {
    await using at = await open()
    await at.call(tag, { ...on, ...tags(['team', 'db']) })
    const as = (Condition: object) =>
      at.as(
        userCaller({
          layers: {
            identity: [
              policy('identity', {
                Version: '2012-10-17',
                Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition },
              }),
            ],
          },
        }),
      )
    const outcome = async (Condition: object, action: string, more: Parameters) =>
      (await as(Condition)(action, { ...on, ...more })).status
    const own = { StringEquals: { 'aws:ResourceTag/team': 'db' } }
    assert.equal(await outcome(own, list, {}), 200)
    assert.equal(await outcome({ StringEquals: { 'aws:ResourceTag/team': 'web' } }, list, {}), 403)
    const only = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['env'] } }
    assert.equal(await outcome(only, tag, tags(['env', '1'])), 200)
    assert.equal(await outcome(only, tag, tags(['env', '1'], ['team', 'x'])), 403)
    assert.equal(await outcome(only, untag, keys('team')), 403)
    assert.equal(
      await outcome({ StringEquals: { 'aws:RequestTag/env': 'prod' } }, tag, tags(['env', 'test'])),
      403,
    )
    assert.equal(
      await outcome({ StringEquals: { 'aws:RequestTag/env': 'prod' } }, tag, tags(['env', 'prod'])),
      200,
    )
  })
}

test('what the settings file put in place is tagged there', async () => {
  const kept = { name: 'Ann', trustPolicy: '{}', tags: { from: 'file' } }
  await using at = await openIam({
    settings: {
      users: [kept],
      roles: [kept],
      policies: [{ name: 'ann', document: documentOf(200) }],
      oidcProviders: [{ name: url, clientIds: [] }],
    },
  })
  // The file has neither SAML providers nor devices.
  for (const { Noun, on } of rows.slice(0, 4)) {
    for (const [action, more] of [
      [`Tag${Noun}`, tags(['a', ''])],
      [`Untag${Noun}`, keys('from')],
    ] as const) {
      assert.match(
        await at.outcome(action, { ...on, ...more }),
        /^AccessDenied: .* put in place by the settings file: change it there\.$/,
      )
    }
  }
  assert.deepEqual(texts(await at.call('ListUserTags', { UserName: 'ann' }), 'Key'), ['from'])
})
