import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildDispatch } from '../../../src/aws/dispatch.ts'
import { oidcProviderOperations } from '../../../src/aws/iam/oidc-providers/operations.ts'
import { tagOperations } from '../../../src/aws/iam/tags/operations.ts'
import { SigningSecret } from '../../../src/credentials/sigv4.ts'
import type { Caller } from '../../../src/sessions/caller.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { openRooms } from '../../sessions/scene.ts'
import { account, allow, codeOf, messageOf, now, policy, send, userCaller } from '../wire-scene.ts'

const secretAccessKey = 'alice-secret-alice-secret-alice-secret-40'
const everything = userCaller({ layers: { identity: [allow('iam:*')] } })

/** The operations on a real store, as one caller. */
async function open(caller: Caller = everything) {
  const rooms = await openRooms({
    oidcProviders: [
      { name: 'https://fixed.example.com', clientIds: ['a'], tags: { from: 'file' } },
    ],
  })
  const bugs: unknown[] = []
  const dispatch = buildDispatch(
    [...oidcProviderOperations({ resolvedHosts: new Set(['keycloak', 'saml']) }), ...tagOperations],
    {
      store: rooms.store,
      callers: {
        claimant: async () => ({
          secret: new SigningSecret(secretAccessKey),
          caller: async () => caller,
        }),
        ofClaims: async () => caller,
      },
      clock: { now: () => now },
      region: 'eu-central-1',
      keyUses: { note: () => undefined },
      messages: { encode: () => undefined },
      audit: recordingAudit(),
      ids: { uuid: () => 'id' },
      log: (_event, { err }) => void bugs.push(err),
    },
  )
  const call = (action: string, parameters: Readonly<Record<string, string>> = {}) =>
    send(dispatch, 'iam', action, parameters)
  return { ...rooms, call, bugs }
}
const arn = (name: string) => `arn:aws:iam::${account}:oidc-provider/${name}`
const members = (name: string, values: readonly string[]) =>
  Object.fromEntries(values.map((value, at) => [`${name}.member.${at + 1}`, value]))
const tag = (Key: string, Value: string, at = 1) => ({
  [`Tags.member.${at}.Key`]: Key,
  [`Tags.member.${at}.Value`]: Value,
})
const url = 'https://idp.example.com/realms/Main/'
const mine = { OpenIDConnectProviderArn: arn('idp.example.com/realms/Main/') }
const thumbprint = '6938FD4D98BAB03FAADB97B34396831E3780AEA1'

const make = ({ call }: Awaited<ReturnType<typeof open>>) =>
  call('CreateOpenIDConnectProvider', {
    Url: url,
    ...members('ClientIDList', ['app', 'app', 'web']),
    ...members('ThumbprintList', [thumbprint]),
    ...tag('Team', 'db'),
  })

test("a provider's life: made, told, changed, listed, removed", async () => {
  await using at = await open()
  const made = await make(at)
  assert.match(
    made.body,
    new RegExp(
      '<CreateOpenIDConnectProviderResult><OpenIDConnectProviderArn>arn:aws:ia' +
        'm::111122223333:oidc-provider/idp.example.com/realms/Main/</OpenIDConnectPro' +
        'viderArn><Tags><member><Key>Team</Key><Value>db</Value></member></Tags>',
    ),
  )
  const told = async () => (await at.call('GetOpenIDConnectProvider', mine)).body
  assert.match(
    await told(),
    new RegExp(
      '<Url>idp.example.com/realms/Main/</Url><ClientIDList><member>app</member>' +
        '<member>web</member></ClientIDList><ThumbprintList>' +
        `<member>${thumbprint.toLowerCase()}</member></ThumbprintList>` +
        '<CreateDate>2026-03-04T05:06:07Z</CreateDate>',
    ),
  )

  for (let twice = 0; twice < 2; twice++) {
    assert.equal(
      (await at.call('AddClientIDToOpenIDConnectProvider', { ...mine, ClientID: 'tv' })).status,
      200,
    )
    assert.equal(
      (await at.call('RemoveClientIDFromOpenIDConnectProvider', { ...mine, ClientID: 'app' }))
        .status,
      200,
    )
  }
  assert.equal(
    (
      await at.call('UpdateOpenIDConnectProviderThumbprint', {
        ...mine,
        ...members('ThumbprintList', ['a'.repeat(40)]),
      })
    ).status,
    200,
  )
  assert.match(
    await told(),
    new RegExp(
      '<member>web</member><member>tv</member></ClientIDList><ThumbprintList>' +
        '<member>a{40}</member></ThumbprintList>',
    ),
  )

  const listed = async () =>
    [...(await at.call('ListOpenIDConnectProviders')).body.matchAll(/<Arn>([^<]*)</g)].map(
      (match) => match[1],
    )
  assert.deepEqual(await listed(), [arn('fixed.example.com'), mine.OpenIDConnectProviderArn])
  assert.equal((await at.call('DeleteOpenIDConnectProvider', mine)).status, 200)
  assert.deepEqual(await listed(), [arn('fixed.example.com')])
  const gone = await at.call('DeleteOpenIDConnectProvider', mine)
  assert.deepEqual(
    [gone.status, messageOf(gone)],
    [404, `OpenIDConnect Provider not found for arn ${mine.OpenIDConnectProviderArn}`],
  )
  assert.deepEqual(at.bugs, [])
})

test('tags of a provider: one of each key in any case, listed in pages, taken away', async () => {
  await using at = await open()
  await make(at)
  assert.equal(
    (
      await at.call('TagOpenIDConnectProvider', {
        ...mine,
        ...tag('TEAM', 'web'),
        ...tag('Cost', '7', 2),
      })
    ).status,
    200,
  )
  assert.match(
    (await at.call('ListOpenIDConnectProviderTags', mine)).body,
    new RegExp(
      '<Tags><member><Key>Cost</Key><Value>7</Value></member><member>' +
        '<Key>TEAM</Key><Value>web</Value></member></Tags><IsTruncated>false',
    ),
  )
  const page = await at.call('ListOpenIDConnectProviderTags', { ...mine, MaxItems: '1' })
  assert.match(page.body, /<IsTruncated>true<\/IsTruncated><Marker>1<\/Marker>/)
  assert.match(
    (await at.call('ListOpenIDConnectProviderTags', { ...mine, Marker: '1' })).body,
    /<Tags><member><Key>TEAM</,
  )
  assert.equal(
    (
      await at.call('UntagOpenIDConnectProvider', {
        ...mine,
        ...members('TagKeys', ['team', 'cost', 'other']),
      })
    ).status,
    200,
  )
  assert.match(
    (await at.call('ListOpenIDConnectProviderTags', mine)).body,
    /<Tags><\/Tags>|<Tags\/>/,
  )
  assert.deepEqual(at.bugs, [])
})

test('a host without a domain is an issuer where the settings resolve it', async () => {
  await using at = await open()
  const create = (Url: string) => at.call('CreateOpenIDConnectProvider', { Url })
  const arn = `arn:aws:iam::${account}:oidc-provider/keycloak/realms/Main`
  assert.match((await create('https://keycloak/realms/Main')).body, new RegExp(`<[^>]*>${arn}<`))
  const told = messageOf(await create('https://gitlab')) ?? ''
  assert.match(told, /`gitlab` is a host without a domain: name it under `outbound.resolve`/)
  assert.match(messageOf(await create('https://saml/x')) ?? '', /is the prefix of condition keys/)
})

test('what is no thumbprint, tag or ARN is InvalidInput, no URL ValidationError', async () => {
  await using at = await open()
  for (const Url of [
    'http://idp.example.com',
    'idp.example.com',
    'https://idp.example.com:8443',
    'https://idp.example.com/?a',
    'https://idp.example.com/#a',
    'https://me@idp.example.com',
    'https://',
    'https://localhost',
    'https://saml/realms/a',
    'https://idp.example.com/*',
    'https://[::1]/',
    'https://idp..example.com',
    'HTTPS://idp.example.com',
    'https://idp.example.com/a b',
  ]) {
    const code = codeOf(await at.call('CreateOpenIDConnectProvider', { Url }))
    assert.equal(code, 'ValidationError', Url)
  }
  const create = (more: Readonly<Record<string, string>>) =>
    at.call('CreateOpenIDConnectProvider', { Url: url, ...more }).then(codeOf)
  assert.equal(await create(members('ThumbprintList', ['g'.repeat(40)])), 'InvalidInput')
  assert.equal(
    await create(
      members(
        'ThumbprintList',
        ['1', '2', '3', '4', '5', '6'].map((digit) => digit.repeat(40)),
      ),
    ),
    'InvalidInput',
  )
  assert.equal(await create({ ...tag('a', '1'), ...tag('A', '2', 2) }), 'InvalidInput')
  assert.equal(await create(tag('aws:a', '1')), 'InvalidInput')
  assert.equal(
    await create(
      members(
        'ClientIDList',
        Array.from({ length: 101 }, (_, at) => `c${at}`),
      ),
    ),
    'LimitExceeded',
  )
  assert.equal(await create({}), undefined)
  assert.equal(await create({}), 'EntityAlreadyExists')
  for (const OpenIDConnectProviderArn of [
    'x'.repeat(20),
    `arn:aws:iam::${account}:role/app`,
    `arn:aws:iam::${account}:oidc-provider/`,
    'arn:aws-cn:iam::111122223333:oidc-provider/idp.example.com',
  ]) {
    assert.equal(
      codeOf(await at.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })),
      'InvalidInput',
      OpenIDConnectProviderArn,
    )
  }
})

test('an account has a hundred providers, a provider a hundred audiences', async () => {
  await using at = await open()
  for (let made = 1; made < 100; made++)
    assert.equal(
      (await at.call('CreateOpenIDConnectProvider', { Url: `https://idp.example.com/${made}` }))
        .status,
      200,
    )
  assert.deepEqual(
    codeOf(await at.call('CreateOpenIDConnectProvider', { Url: url })),
    'LimitExceeded',
  )
  const one = { OpenIDConnectProviderArn: arn('idp.example.com/1') }
  for (let made = 0; made < 100; made++)
    await at.call('AddClientIDToOpenIDConnectProvider', { ...one, ClientID: `c${made}` })
  assert.equal(
    codeOf(await at.call('AddClientIDToOpenIDConnectProvider', { ...one, ClientID: 'more' })),
    'LimitExceeded',
  )
  assert.equal(
    (await at.call('AddClientIDToOpenIDConnectProvider', { ...one, ClientID: 'c7' })).status,
    200,
  )
})

test('what the settings put in place refuses changes through the API', async () => {
  await using at = await open()
  const fixed = { OpenIDConnectProviderArn: arn('fixed.example.com') }
  assert.match(
    (await at.call('GetOpenIDConnectProvider', fixed)).body,
    /<Tags><member><Key>from<\/Key><Value>file</,
  )
  for (const [action, more] of [
    ['DeleteOpenIDConnectProvider', {}],
    ['AddClientIDToOpenIDConnectProvider', { ClientID: 'x' }],
    ['RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'a' }],
    ['UpdateOpenIDConnectProviderThumbprint', members('ThumbprintList', ['a'.repeat(40)])],
    ['TagOpenIDConnectProvider', tag('a', 'b')],
    ['UntagOpenIDConnectProvider', members('TagKeys', ['from'])],
  ] as const) {
    const answer = await at.call(action, { ...fixed, ...more })
    assert.deepEqual(
      [answer.status, messageOf(answer)],
      [
        403,
        `${fixed.OpenIDConnectProviderArn} is put in place by the settings file: change it there.`,
      ],
      action,
    )
  }
})

test('policies decide by ARN and by tags of provider and request, in one account', async () => {
  const only = (Statement: object) =>
    userCaller({ layers: { identity: [policy('identity', { Version: '2012-10-17', Statement })] } })
  const create = { Url: 'https://idp.example.com' }
  await using byArn = await open(
    only({ Effect: 'Allow', Action: 'iam:*', Resource: arn('idp.example.com') }),
  )
  assert.equal((await byArn.call('CreateOpenIDConnectProvider', create)).status, 200)
  assert.equal(
    codeOf(
      await byArn.call('GetOpenIDConnectProvider', {
        OpenIDConnectProviderArn: arn('unknown.example.com'),
      }),
    ),
    'AccessDenied',
    'before it is told that there is none',
  )

  await using byTag = await open(
    only({
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/from': 'file' } },
    }),
  )
  assert.equal(
    (
      await byTag.call('GetOpenIDConnectProvider', {
        OpenIDConnectProviderArn: arn('fixed.example.com'),
      })
    ).status,
    200,
  )
  assert.equal(codeOf(await byTag.call('CreateOpenIDConnectProvider', create)), 'AccessDenied')

  await using byRequest = await open(
    only({
      Effect: 'Allow',
      Action: 'iam:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestTag/team': 'db' } },
    }),
  )
  assert.equal(codeOf(await byRequest.call('CreateOpenIDConnectProvider', create)), 'AccessDenied')
  assert.equal(
    (await byRequest.call('CreateOpenIDConnectProvider', { ...create, ...tag('Team', 'db') }))
      .status,
    200,
  )

  await using other = await open()
  assert.equal(
    codeOf(
      await other.call('GetOpenIDConnectProvider', {
        OpenIDConnectProviderArn: 'arn:aws:iam::444455556666:oidc-provider/fixed.example.com',
      }),
    ),
    'AccessDenied',
  )
})
