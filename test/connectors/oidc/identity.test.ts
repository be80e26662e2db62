import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oidcSettings } from '../../../src/connectors/oidc/settings.ts'
import { rejectsWith } from '../rejects-with.ts'
import { type Answers, openStage } from './stage.ts'

const claims = (changes: object): Answers => ({ claims: (honest) => ({ ...honest, ...changes }) })

test('claims become an identity, by the settings', async () => {
  const stage = await openStage({
    subjectClaim: 'oid',
    usernameClaim: 'preferred_username',
    groupsClaim: ['resource_access', 'my.portal', 'roles'],
    attributes: [
      'email',
      { claim: 'realm_access.roles', as: 'realm' },
      { claim: 'https://example.com/team', as: 'team' },
      'level',
      'absent',
    ],
  })
  const { identity, authenticatedAt, issuedAt } = await stage.signIn(
    claims({
      oid: '7f3a',
      preferred_username: 'Alice',
      name: 'Alice Archer',
      resource_access: { 'my.portal': { roles: ['ops', 'devs'] } },
      realm_access: { roles: ['admin'] },
      'https://example.com/team': 'platform',
      level: 7,
      email: 'alice@example.com',
      email_verified: 'true',
      amr: ['pwd', 'mfa', 'hwk'],
      acr: 'strong',
      sid: 'session-1',
      auth_time: Math.floor(stage.clock.now().getTime() / 1000) - 30,
    }),
  )
  const now = stage.clock.now()
  assert.deepEqual(identity, {
    connector: 'corp',
    protocol: 'oidc',
    subject: '7f3a',
    username: 'Alice',
    displayName: 'Alice Archer',
    attributes: new Map([
      ['email', ['alice@example.com']],
      ['realm', ['admin']],
      ['team', ['platform']],
      ['level', ['7']],
    ]),
    groups: ['ops', 'devs'],
    authenticatedAt: now,
    provedAt: now,
    strength: 'hardware',
    oidc: {
      provider: 'op.example',
      audience: 'gatehouse',
      subject: 'alice',
      methods: ['pwd', 'mfa', 'hwk'],
      authTime: now.getTime() / 1000 - 30,
      context: 'strong',
      sessionId: 'session-1',
    },
  })
  assert.deepEqual([issuedAt, authenticatedAt], [now, new Date(now.getTime() - 30_000)])
})

test('an address counts only when the provider verified it', async () => {
  const stage = await openStage({ usernameClaim: 'email', attributes: ['email'] })
  const email = 'ceo@example.com'
  for (const verified of [undefined, false, 'false', 1, null])
    await rejectsWith(
      stage.signIn(claims({ email, email_verified: verified })),
      'assertion-refused',
    )
  assert.equal(
    (await stage.signIn(claims({ email, email_verified: true }))).identity.username,
    email,
  )
  const trusting = await openStage({ usernameClaim: 'email', unverifiedEmail: 'accept' })
  assert.equal((await trusting.signIn(claims({ email }))).identity.username, email)
})

test('UserInfo adds what the ID token lacks, and changes nothing in it', async () => {
  const settings = { usernameClaim: 'preferred_username', groupsClaim: 'groups' }
  const userInfo = { sub: 'alice', preferred_username: 'alice', groups: ['admins'], amr: ['mfa'] }
  const stage = await openStage(settings)
  const { identity } = await stage.signIn({ ...claims({ groups: ['staff'] }), userInfo })
  assert.deepEqual(
    [identity.username, identity.groups, identity.strength],
    ['alice', ['staff'], 'password'],
  )
  const silent = await openStage({ ...settings, userInfo: 'never' })
  await rejectsWith(silent.signIn({ userInfo }), 'assertion-refused')
  assert.ok(silent.asked.every(({ url }) => !url.endsWith('/userinfo')))
  const bearer = stage.asked.find(({ url }) => url.endsWith('/userinfo'))!
  assert.match(bearer.headers.authorization!, /^Bearer /)
})

test('only the organisations, contexts and ages that the settings ask for', async () => {
  const domain = await openStage({ requiredClaims: { hd: ['corp.example', 'corp.test'] } })
  await domain.signIn(claims({ hd: 'corp.test' }))
  for (const hd of [undefined, 'evil.example', ['corp.test'], 'CORP.TEST', ''])
    await rejectsWith(
      domain.signIn({ ...claims({ hd }), userInfo: { sub: 'alice', hd: 'corp.test' } }),
      'assertion-refused',
    )
  const context = await openStage({ requestedContexts: ['strong'] })
  await context.signIn(claims({ acr: 'strong' }))
  for (const acr of [undefined, 'weak'])
    await rejectsWith(context.signIn(claims({ acr })), 'stronger-needed')
  const seconds = (ago: number) => Math.floor(context.clock.now().getTime() / 1000) - ago
  const aged = await openStage({ maxAgeSeconds: 600 })
  await aged.signIn(claims({ auth_time: seconds(600) }))
  for (const auth_time of [undefined, seconds(700), 'now'])
    await assert.rejects(aged.signIn(claims({ auth_time })))
  const anew = await openStage({ prompt: 'login' })
  assert.equal(anew.upstream.forcesReauthentication, true)
  await rejectsWith(anew.signIn(), 'assertion-refused')
  await anew.signIn(claims({ auth_time: seconds(1) }))
})

test('several factors count by method or by context, hardware on top of them', async () => {
  const stage = await openStage({ multiFactorContexts: ['strong'] })
  const strengths = [
    [{}, 'password'],
    [{ amr: ['pwd'] }, 'password'],
    [{ amr: ['hwk'] }, 'password'],
    [{ amr: ['mfa'] }, 'multi-factor'],
    [{ acr: 'strong' }, 'multi-factor'],
    [{ acr: 'strong', amr: ['hwk'] }, 'hardware'],
  ] as const
  for (const [changes, strength] of strengths)
    assert.equal((await stage.signIn(claims(changes))).identity.strength, strength)
  for (const changes of [{ amr: 'mfa' }, { amr: [7] }, { acr: 0 }])
    await rejectsWith(stage.signIn(claims(changes)), 'assertion-refused')
})

test('groups that are somewhere else are not read as none', async () => {
  const stage = await openStage({ groupsClaim: 'groups' })
  const elsewhere = [
    { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://x/' } } },
    { hasgroups: true },
  ]
  for (const changes of elsewhere) {
    const fault = await rejectsWith(stage.signIn(claims(changes)), 'assertion-refused')
    assert.match(fault.detail, /oidc groups: the person has more groups than fit/)
  }
})

test('app roles are roles, however many groups the person has', async () => {
  const stage = await openStage({ groupsClaim: 'roles' })
  const many = { hasgroups: true, _claim_names: { groups: 'src1' }, roles: ['Admin'] }
  assert.deepEqual((await stage.signIn(claims(many))).identity.groups, ['Admin'])
  assert.deepEqual((await stage.signIn(claims({ hasgroups: true }))).identity.groups, [])
  await rejectsWith(stage.signIn(claims({ _claim_names: { roles: 'x' } })), 'assertion-refused')
  const graph = { groupsClaim: 'roles', groupsOverage: 'microsoft-graph' }
  await assert.rejects(openStage(graph), /Microsoft Graph tells groups/)
})

test('one tenant of many: the issuer has to be that of the token, and pinned', async () => {
  const anyone = 'https://login.microsoftonline.com/organizations/v2.0'
  const ours = '5d1f1f0e-6a5e-4f6e-9c4e-0d6f0a1b2c3d'
  const other = '00000000-6a5e-4f6e-9c4e-0d6f0a1b2c3d'
  const at = (tid: string) => `https://login.microsoftonline.com/${tid}/v2.0`
  const fields = { label: 'x', accounts: ['111122223333'], issuer: anyone, clientId: 'x' }
  assert.equal(oidcSettings.safeParse(fields).success, false, 'a tenant has to be named')
  const stage = await openStage({ requiredClaims: { tid: [ours] } }, anyone)
  Object.assign(stage.metadata, {
    issuer: at('{tenantid}'),
    authorization_response_iss_parameter_supported: false,
  })
  // The first document, which the opening read, is forgotten by then.
  stage.clock.pass(26 * 3600)
  const callback: Answers['callback'] = ({ code, state }) => ({ code: code!, state: state! })
  const from = (iss: string, tid: unknown) => stage.signIn({ ...claims({ iss, tid }), callback })
  const { identity } = await from(at(ours), ours)
  assert.equal(identity.oidc?.provider, `login.microsoftonline.com/${ours}/v2.0`)
  await rejectsWith(from(at(other), other), 'assertion-refused')
  await rejectsWith(from(at(other), ours), 'assertion-refused')
  await rejectsWith(from(at(ours), other), 'assertion-refused')
  await rejectsWith(from(at('{tenantid}'), '{tenantid}'), 'assertion-refused')
  await rejectsWith(from(at(ours), undefined), 'assertion-refused')
})

test('settings that can never work are mistakes', () => {
  const fields = {
    label: 'x',
    accounts: ['111122223333'],
    issuer: 'https://op.example',
    clientId: 'x',
  }
  const mistakes: readonly object[] = [
    { issuer: 'http://op.example' },
    { issuer: 'https://op.example?x' },
    { issuer: 'https://OP.example' },
    { issuer: 'https://op.example:8443' },
    { issuer: 'https://me@op.example' },
    { authentication: 'client_secret_post' },
    { authentication: 'private_key_jwt' },
    { authentication: 'tls_client_auth', keyFile: 'key.pem' },
    { scopes: ['profile'] },
    { parameters: { state: 'mine' } },
    { parameters: { redirect_uri: 'https://evil.example' } },
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
  ]
  for (const change of mistakes)
    assert.equal(
      oidcSettings.safeParse({ ...fields, ...change }).success,
      false,
      JSON.stringify(change),
    )
  assert.equal(oidcSettings.safeParse({ ...fields, issuer: 'https://t.auth0.com/' }).success, true)
})

test('Microsoft Graph is asked for groups if the settings say so, and for all', async () => {
  const stage = await openStage({ groupsClaim: 'groups', groupsOverage: 'microsoft-graph' })
  const elsewhere = claims({
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://169.254.169.254/' } },
  })
  const { identity } = await stage.signIn({ ...elsewhere, graph: { value: ['g1', 'g2'] } })
  assert.deepEqual(identity.groups, ['g1', 'g2'])
  const asked = stage.asked.find(({ url }) => url.includes('graph'))!
  assert.deepEqual(
    [asked.url, asked.method],
    ['https://graph.microsoft.com/v1.0/me/getMemberObjects', 'POST'],
  )
  assert.match(asked.headers.authorization!, /^Bearer /)
  assert.ok(stage.asked.every(({ url }) => !url.includes('169.254')))
  for (const graph of [{}, { value: 'g1' }, { value: ['g1'], '@odata.nextLink': 'https://x/' }])
    await rejectsWith(stage.signIn({ ...elsewhere, graph }), 'assertion-refused')
  const before = stage.asked.length
  assert.deepEqual((await stage.signIn(claims({ groups: ['g3'] }))).identity.groups, ['g3'])
  assert.ok(stage.asked.slice(before).every(({ url }) => !url.includes('graph')))
})
