// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies have variables of their own

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '../../../src/audit/event.ts'
import { buildDispatch } from '../../../src/aws/dispatch.ts'
import { assumeRoleWithWebIdentity } from '../../../src/aws/sts/assume-role-with-web-identity.ts'
import type { AccountSettings } from '../../../src/config/placements.ts'
import { unsealSession } from '../../../src/credentials/session-token.ts'
import { decide } from '../../../src/policy/index.ts'
import { revoke } from '../../../src/sessions/revoke.ts'
import { createAssume } from '../../../src/sign-in/wire/assume-with-web-identity.ts'
import { createIssuerKeys } from '../../../src/web-identity/issuer-keys.ts'
import { buildProveToken } from '../../../src/web-identity/prove-token.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { account, document, openRooms, roleArn } from '../../sessions/scene.ts'
import { keys, token } from '../../web-identity/issuer.ts'
import { codeOf, form, messageOf, unsigned } from '../wire-scene.ts'

const providers = [
  'idp.example.com/main',
  'accounts.google.com',
  'www.facebook.com',
  'token.actions.githubusercontent.com',
]
const providerArn = (name: string) => `arn:aws:iam::${account}:oidc-provider/${name}`
const trusts = (
  Federated: string,
  Condition?: object,
  Action: string | string[] = 'sts:AssumeRoleWithWebIdentity',
) => ({ Effect: 'Allow', Principal: { Federated }, Action, ...(Condition && { Condition }) })
const main = providers[0]!

/**
 * Roles by name, each with the statements of its trust policy; one issuer signs for all providers.
 */
async function open(
  roles: Readonly<Record<string, readonly object[]>>,
  role: Partial<NonNullable<AccountSettings['roles']>[number]> = {},
) {
  const rooms = await openRooms({
    oidcProviders: providers.map((name) => ({
      name: `https://${name}`,
      clientIds: ['app-1', 'app-2'],
    })),
    roles: Object.entries(roles).map(([name, statements]) => ({
      name,
      trustPolicy: document(...statements),
      ...role,
    })),
  })
  const { store, clock, issuer } = rooms
  const outbound = {
    async get(url: string) {
      const of = /^(.*)\/\.well-known\/openid-configuration$/.exec(url)?.[1]
      return {
        status: 200,
        headers: {},
        body: Buffer.from(
          JSON.stringify(of ? { issuer: of, jwks_uri: `${of}/keys` } : { keys: [keys.RS256.jwk] }),
        ),
      }
    },
  }
  const proveToken = buildProveToken({
    keys: createIssuerKeys({ outbound, clock, log: () => undefined }),
    clock,
  })
  const events: AuditEvent[] = []
  const bugs: unknown[] = []
  const { dispatch } = buildDispatch(
    [
      assumeRoleWithWebIdentity(
        createAssume({ store, issuer, proveToken, revocations: rooms.revocations, clock }),
      ),
    ],
    {
      ...rooms,
      region: 'eu-central-1',
      keyUses: { note: () => undefined },
      messages: { encode: () => undefined },
      audit: recordingAudit(events),
      ids: { uuid: () => 'id' },
      log: (_event, { err }) => void bugs.push(err),
    },
  )
  const now = Math.floor(clock.now().getTime() / 1000)
  const tokenOf = (claims: object = {}) =>
    token({
      iss: `https://${main}`,
      sub: 'user-1',
      aud: 'app-1',
      iat: now,
      exp: now + 600,
      ...claims,
    })
  const call = (name: string, claims: object = {}, more: Readonly<Record<string, string>> = {}) =>
    dispatch(
      unsigned(
        form('sts', 'AssumeRoleWithWebIdentity', {
          RoleArn: name.startsWith('arn:') ? name : roleArn(name),
          RoleSessionName: 'phone',
          WebIdentityToken: tokenOf(claims),
          ...more,
        }),
      ),
    )
  return { ...rooms, call, dispatch, tokenOf, events, bugs }
}
const text = (body: string, tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1]

test("a token of a trusted provider gives the role, in AWS's response format", async () => {
  await using at = await open({
    App: [
      trusts(providerArn(main), {
        StringEquals: { 'idp.example.com/main:aud': 'app-1', 'idp.example.com/main:sub': 'user-1' },
      }),
    ],
  })
  const { status, body } = await at.call('App', {}, { DurationSeconds: '900' })
  assert.equal(status, 200, body)
  assert.match(
    body,
    new RegExp(
      '^<AssumeRoleWithWebIdentityResponse ' +
        'xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        '<AssumeRoleWithWebIdentityResult>',
    ),
  )
  assert.deepEqual(
    [
      'SubjectFromWebIdentityToken',
      'Provider',
      'Audience',
      'PackedPolicySize',
      'SourceIdentity',
    ].map((tag) => text(body, tag)),
    ['user-1', providerArn(main), 'app-1', undefined, undefined],
  )
  assert.match(
    body,
    new RegExp(
      '<AssumedRoleId>AROA\\w+:phone</AssumedRoleId>' +
        `<Arn>arn:aws:sts::${account}:assumed-role/App/phone</Arn>`,
    ),
  )
  const claims = unsealSession(at.ring, text(body, 'SessionToken')!)!
  assert.equal(Math.ceil((claims.expiresAt.getTime() - claims.issuedAt.getTime()) / 1000), 900)
  assert.deepEqual(claims.federation, {
    provider: providerArn(main),
    connector: main,
    subject: 'user-1',
    username: 'user-1',
    provedAt: Math.floor(claims.issuedAt.getTime() / 1000) * 1000,
    audience: 'app-1',
  })
})

test('the event tells who came and by which statement, and never the token', async () => {
  await using at = await open({ App: [trusts(providerArn(main))] })
  const { body } = await at.call('App')
  const event = at.events[0]!
  assert.deepEqual(
    [
      event.chain.connector,
      event.chain.identity?.subject,
      event.chain.role,
      event.chain.session,
      event.chain.decision?.effect,
    ],
    [main, 'user-1', 'App', 'phone', 'allow'],
  )
  assert.deepEqual(event.userIdentity, {
    type: 'WebIdentityUser',
    principalId: `${main}:user-1`,
    userName: 'user-1',
    identityProvider: main,
  })
  const told = JSON.stringify(event)
  for (const secret of [
    at.tokenOf(),
    at.tokenOf().split('.')[2]!,
    text(body, 'SecretAccessKey')!,
    text(body, 'SessionToken')!,
  ])
    assert.ok(!told.includes(secret))
})

test('missing and untrusting roles, and those of other accounts, read the same', async () => {
  const other = { StringEquals: { 'idp.example.com/main:sub': 'somebody-else' } }
  await using at = await open({
    Stranger: [trusts(providerArn('accounts.google.com'))],
    Conditioned: [trusts(providerArn(main), other)],
    Action: [trusts(providerArn(main), undefined, 'sts:AssumeRoleWithSAML')],
    Everybody: [{ Effect: 'Allow', Principal: '*', Action: 'sts:*' }],
    Denied: [
      trusts(providerArn(main)),
      { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' },
    ],
    App: [trusts(providerArn(main))],
  })
  for (const name of [
    'Nobody',
    'Stranger',
    'Conditioned',
    'Action',
    'Everybody',
    'Denied',
    'app',
    roleArn('x/App'),
    roleArn('App').replace('arn:aws:', 'arn:aws-cn:'),
  ]) {
    const answer = await at.call(name)
    assert.deepEqual(
      [answer.status, codeOf(answer), messageOf(answer)],
      [403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'],
      name,
    )
  }
  const elsewhere = await at.call('arn:aws:iam::444455556666:role/App')
  assert.equal(
    messageOf(elsewhere),
    `No OpenIDConnect provider found in your account for https://${main}`,
  )
  assert.equal(
    messageOf(await at.call('arn:aws:iam::444455556666:user/App')),
    'arn:aws:iam::444455556666:user/App is invalid',
  )
  assert.deepEqual(at.bugs, [])
})

test('the session carries the keys of its proof, which its policies may compare', async () => {
  await using at = await open(
    { App: [trusts(providerArn(main))], Google: [trusts(providerArn('accounts.google.com'))] },
    {
      policies: {
        Own: document({
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::files/${idp.example.com/main:sub}/*',
        }),
      },
    },
  )
  const callerOf = async (answer: Promise<{ body: string }>) =>
    at.callers.ofClaims(
      unsealSession(at.ring, text((await answer).body, 'SessionToken')!)!,
      'temporary',
    )
  const caller = await callerOf(at.call('App'))
  assert.deepEqual(
    ['idp.example.com/main:sub', 'idp.example.com/main:aud', 'aws:federatedprovider'].map(
      (key) => caller.context.get(key)?.[0],
    ),
    ['user-1', 'app-1', providerArn(main)],
  )
  const may = (path: string) =>
    decide(
      {
        principal: caller.principal,
        action: 's3:GetObject',
        resource: `arn:aws:s3:::files/${path}`,
        context: caller.context,
      },
      caller.layers,
    ).effect
  assert.deepEqual([may('user-1/a'), may('user-2/a')], ['allow', 'implicit-deny'])
  const google = await callerOf(
    at.call('Google', { iss: 'accounts.google.com', aud: 'app-1', azp: 'app-2' }),
  )
  assert.deepEqual(
    ['aud', 'oaud', 'sub'].map((key) => google.context.get(`accounts.google.com:${key}`)?.[0]),
    ['app-2', 'app-1', 'user-1'],
  )
})

test("AWS's names for Google and Facebook count, also in a Deny", async () => {
  await using at = await open({
    Google: [
      trusts('accounts.google.com', {
        StringEquals: { 'accounts.google.com:aud': 'app-2', 'accounts.google.com:oaud': 'app-1' },
      }),
    ],
    Facebook: [
      trusts('graph.facebook.com', {
        StringEquals: { 'graph.facebook.com:app_id': 'app-1', 'graph.facebook.com:id': 'user-1' },
      }),
    ],
    Denied: [
      trusts(providerArn('accounts.google.com')),
      { ...trusts('accounts.google.com'), Effect: 'Deny' },
    ],
  })
  const google = { iss: 'https://accounts.google.com', aud: 'app-1', azp: 'app-2' }
  assert.equal(text((await at.call('Google', google)).body, 'Provider'), 'accounts.google.com')
  assert.equal((await at.call('Facebook', { iss: 'https://www.facebook.com' })).status, 200)
  assert.equal(codeOf(await at.call('Denied', google)), 'AccessDenied')
})

test('trusting a shared issuer without a subject is refused and recorded', async () => {
  const github = providers[3]!
  const on = (Condition?: object) => [trusts(providerArn(github), Condition)]
  const key = `${github}:sub`
  await using at = await open({
    Open: on(),
    Audience: on({ StringEquals: { [`${github}:aud`]: 'app-1' } }),
    Wild: on({ StringLike: { [key]: '*' } }),
    Any: on({ StringLike: { [key]: ['repo:acme/*', '*:ref'] } }),
    Not: on({ StringNotEquals: { [key]: 'repo:evil' } }),
    IfExists: on({ StringEqualsIfExists: { [key]: 'user-1' } }),
    One: [...on({ StringEquals: { [key]: 'user-1' } }), ...on()],
    Good: on({ StringLike: { [key.toUpperCase()]: 'user-1' } }),
    Prefix: on({ StringLike: { [key]: 'user-*' } }),
  })
  for (const name of ['Open', 'Audience', 'Wild', 'Any', 'Not', 'IfExists', 'One', 'Prefix']) {
    assert.equal(codeOf(await at.call(name, { iss: `https://${github}` })), 'AccessDenied', name)
    assert.equal(
      at.events.at(-1)!.chain.detail,
      `the trust policy trusts a shared issuer without a condition on ${key}`,
    )
  }
  assert.equal((await at.call('Good', { iss: `https://${github}` })).status, 200)
})

test("the token's tags and source identity need permission and join the session", async () => {
  const claims = {
    'https://aws.amazon.com/tags': {
      principal_tags: { Team: ['db'] },
      transitive_tag_keys: ['Team'],
    },
    'https://aws.amazon.com/source_identity': 'ann',
  }
  const all = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']
  await using at = await open({
    Plain: [trusts(providerArn(main))],
    Tags: [trusts(providerArn(main), undefined, all.slice(0, 2))],
    All: [
      trusts(
        providerArn(main),
        { StringEquals: { 'aws:RequestTag/team': 'db', 'sts:SourceIdentity': 'ann' } },
        all,
      ),
    ],
  })
  for (const name of ['Plain', 'Tags'])
    assert.equal(codeOf(await at.call(name, claims)), 'AccessDenied', name)
  const { body } = await at.call('All', claims)
  assert.deepEqual([text(body, 'SourceIdentity'), text(body, 'PackedPolicySize')], ['ann', '1'])
  const { tags, transitiveTagKeys, sourceIdentity } = unsealSession(
    at.ring,
    text(body, 'SessionToken')!,
  )!
  assert.deepEqual(
    { tags, transitiveTagKeys, sourceIdentity },
    { tags: [{ Key: 'Team', Value: 'db' }], transitiveTagKeys: ['Team'], sourceIdentity: 'ann' },
  )
  const tagged = (principal_tags: object, transitive_tag_keys: readonly string[] = []) =>
    at.call('All', { 'https://aws.amazon.com/tags': { principal_tags, transitive_tag_keys } })
  assert.equal(codeOf(await tagged({ Team: ['a'], team: ['b'] })), 'InvalidParameterValue')
  assert.equal(codeOf(await tagged({ Team: ['a'] }, ['Other'])), 'InvalidParameterValue')
  assert.equal(codeOf(await tagged({ 'aws:x': ['a'] })), 'ValidationError')
  assert.equal(
    codeOf(
      await tagged(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ['v']]))),
    ),
    'ValidationError',
  )
})

test('trust sees session name, authentication methods, address and time', async () => {
  await using at = await open({
    App: [
      trusts(providerArn(main), {
        StringLike: { 'sts:RoleSessionName': 'ph*' },
        'ForAnyValue:StringEquals': { 'idp.example.com/main:amr': 'mfa' },
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        Bool: { 'aws:SecureTransport': 'true' },
        StringEquals: { 'aws:RequestedRegion': 'eu-central-1' },
        DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
        ArnEquals: { 'aws:FederatedProvider': providerArn(main) },
      }),
    ],
  })
  assert.equal((await at.call('App', { amr: ['pwd', 'mfa'] })).status, 200)
  for (const claims of [{}, { amr: [] }, { amr: ['pwd'] }])
    assert.equal(codeOf(await at.call('App', claims)), 'AccessDenied')
  assert.equal(
    codeOf(await at.call('App', { amr: ['mfa'] }, { RoleSessionName: 'tablet' })),
    'AccessDenied',
  )
})

test("the request's limits: durations, policies, ProviderId, token length", async () => {
  await using at = await open({ App: [trusts(providerArn(main))] })
  const told = async (more: Readonly<Record<string, string>>) =>
    at.call('App', {}, more).then((answer) => `${codeOf(answer)} ${messageOf(answer)}`)
  assert.match(
    await told({ DurationSeconds: '899' }),
    /^ValidationError 1 validation error detected: Value .*899.* at .*durationSeconds/,
  )
  assert.equal(
    await told({ DurationSeconds: '3601' }),
    'ValidationError The requested DurationSeconds exceeds the MaxSessionDuration set for ' +
      'this role.',
  )
  assert.match(await told({ Policy: '{"Version":"2012-10-17"' }), /^MalformedPolicyDocument /)
  assert.match(await told({ ProviderId: 'www.amazon.com' }), /^ValidationError ProviderId/)
  assert.match(
    await told({ WebIdentityToken: 'abc' }),
    new RegExp(
      '^ValidationError .* at .*webIdentityToken.* failed to satisfy constraint: ' +
        'Member must have length greater than or equal to 4$',
    ),
  )
  assert.match(
    await told({ WebIdentityToken: 'x'.repeat(20_001) }),
    /^ValidationError .* length less than or equal to 20000$/,
  )
  assert.match(
    await told({ WebIdentityToken: 'x'.repeat(20_000) }),
    /^InvalidIdentityToken The ID Token provided is not a valid JWT/,
  )
  assert.match(
    await told({ WebIdentityToken: at.tokenOf({ exp: 1 }) }),
    /^ExpiredTokenException Token expired/,
  )
  const narrowed = await at.call(
    'App',
    {},
    { Policy: document({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) },
  )
  assert.ok(Number(text(narrowed.body, 'PackedPolicySize')) > 0)
  assert.deepEqual(at.bugs, [])
})

test('a provider that is gone proves nobody, at once', async () => {
  const trust = [trusts(providerArn(main))]
  await using at = await open({ App: trust })
  assert.equal((await at.call('App')).status, 200)
  await at.put({ roles: [{ name: 'App', trustPolicy: document(...trust) }] })
  assert.equal(
    messageOf(await at.call('App')),
    `No OpenIDConnect provider found in your account for https://${main}`,
  )
})

test('after a revocation only newer tokens count; other people are unaffected', async () => {
  await using at = await open({ App: [trusts(providerArn(main))] })
  const revoked = (target: string, scope: 'person' | 'connector' = 'person', of = account) =>
    at.store.transact((tx) =>
      revoke(
        tx,
        { account: of, scope, target, before: at.clock.now(), by: 'test' },
        at.clock.now(),
      ),
    )
  await revoked(`${main}/user-1`, 'person', '444455556666')
  assert.equal((await at.call('App')).status, 200)
  await revoked(`${main}/user-1`)
  assert.equal(codeOf(await at.call('App')), 'ExpiredTokenException')
  assert.equal((await at.call('App', { sub: 'user-2' })).status, 200)
  await revoked(main, 'connector')
  assert.equal(codeOf(await at.call('App', { sub: 'user-2' })), 'ExpiredTokenException')
  at.clock.pass(2)
  const now = Math.floor(at.clock.now().getTime() / 1000)
  assert.equal((await at.call('App', { iat: now, exp: now + 600 })).status, 200)
})

test('tokens with white space around them or in the query string are accepted', async () => {
  await using rooms = await open({ phone: [trusts(providerArn(main))] })
  const parameters = (token: string) =>
    form('sts', 'AssumeRoleWithWebIdentity', {
      RoleArn: roleArn('phone'),
      RoleSessionName: 'phone',
      WebIdentityToken: token,
    })
  const token = rooms.tokenOf()
  for (const request of [
    unsigned(parameters(`${token}\n`)),
    unsigned(parameters(`\r\n \t${token} \r\n`)),
    unsigned('', { method: 'GET', query: parameters(token) }),
    unsigned('', { query: parameters(`${token}\n`) }),
  ])
    assert.equal((await rooms.dispatch(request)).status, 200)
  const inside = `${token.slice(0, 9)}\n${token.slice(9)}`
  assert.equal(codeOf(await rooms.dispatch(unsigned(parameters(inside)))), 'InvalidIdentityToken')
  assert.doesNotMatch(JSON.stringify(rooms.events), new RegExp(token.slice(-20)))
})

test('credentials are answered in JSON where JSON is asked for, times in seconds', async () => {
  await using rooms = await open({ phone: [trusts(providerArn(main))] })
  const body = form('sts', 'AssumeRoleWithWebIdentity', {
    RoleArn: roleArn('phone'),
    RoleSessionName: 'phone',
    WebIdentityToken: rooms.tokenOf(),
  })
  const request = unsigned(body, { headers: ['Accept', 'application/json'] })
  const { status, headers, body: answer } = await rooms.dispatch(request)
  assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
  const { AssumeRoleWithWebIdentityResponse: response } = JSON.parse(answer)
  const { Credentials, AssumedRoleUser } = response.AssumeRoleWithWebIdentityResult
  const seconds = Math.floor(rooms.clock.now().getTime() / 1000)
  assert.equal(Credentials.Expiration, seconds + 3600)
  assert.match(Credentials.AccessKeyId, /^ASIA/)
  assert.match(AssumedRoleUser.Arn, /:assumed-role\/phone\/phone$/)
  assert.equal(response.ResponseMetadata.RequestId, 'id')
})
