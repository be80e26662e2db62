import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { readSettings } from '../../src/config/load.ts'
import { appSettings, begin, enter, openScene, type Scene, secret } from './scene.ts'

const panel = 'https://panel.corp.test'
const plain = 'https://plain.corp.test'
const settings = `${appSettings}  panel:
    label: Panel
    secret: ${secret}
    redirectUris: [${panel}/callback]
    when: '"staff" in identity.groups'
    groups: identity.groups
    claims:
      email: identity.attributes.mail[0]
      roles: 'identity.groups.map(g, "role-of-" + g)'
      client_id: '"wiki"'
      scope: '"everything"'
    refreshTokens: true
    clientCredentials: true
    resources: { "${panel}": [use], "${plain}": [use] }
    defaultResource: ${panel}
resources:
  ${panel}: { label: The panel itself, scopes: [use], claims: true, lifetime: 1h }
  ${plain}: { label: Plain, scopes: [use] }
`
const redirect_uri = `${panel}/callback`

async function atApi(at: Scene, token: string, audience = panel): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
  return (await jwtVerify(token, keys, { issuer: at.origin, audience, typ: 'at+jwt' })).payload
}

test('an app that names no resource gets tokens for its own, with the person in them', async () => {
  await using at = await openScene(settings)
  const app = await at.app('panel')
  const { tokens } = await enter(at, await begin(app, { redirect_uri }), 'alice')
  const told = await atApi(at, tokens.access_token)
  const { jti, iat, exp, sub, ...rest } = told
  assert.deepEqual(rest, {
    name: 'alice of Corp',
    preferred_username: 'alice',
    email: 'alice@corp.test',
    groups: ['staff', 'wiki-admins', 'payroll'],
    roles: ['role-of-staff', 'role-of-wiki-admins', 'role-of-payroll'],
    client_id: 'panel',
    iss: at.origin,
    aud: panel,
  })
  assert.equal(sub, tokens.claims()!.sub)
  assert.equal(exp! - iat!, 3600)
  assert.ok(jti)
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  assert.equal((await fetch(`${at.origin}/oauth2/userinfo`, { headers })).status, 401)

  const again = await client.refreshTokenGrant(app, tokens.refresh_token!)
  assert.equal((await atApi(at, again.access_token)).name, 'alice of Corp')
  assert.notEqual((await atApi(at, again.access_token)).jti, jti)
})

test('a token says nobody for an API that does not ask, and for the app itself', async () => {
  await using at = await openScene(settings)
  const app = await at.app('panel')
  const asked = { redirect_uri, resource: plain, scope: 'openid use' }
  const { tokens } = await enter(at, await begin(app, asked), 'alice')
  const told = await atApi(at, tokens.access_token, plain)
  assert.deepEqual([told.name, told.email, told.groups], [undefined, undefined, undefined])
  const own = await client.clientCredentialsGrant(app, { scope: 'use' })
  const itself = await atApi(at, own.access_token)
  assert.deepEqual([itself.sub, itself.name, itself.roles], ['panel', undefined, undefined])
  const wiki = await enter(at, await begin(await at.app('wiki')), 'alice')
  assert.doesNotMatch(wiki.tokens.access_token, /\./, 'other apps keep opaque tokens')
})

test('settings name a default that is not of the app', () => {
  const text = `publicUrl: https://sso.corp.test
store: { sqlite: a.db }
keys: { rootKey: { file: root.key } }
audit: { file: a.jsonl }
${settings.replace(`defaultResource: ${panel}`, 'defaultResource: https://other.corp.test')}`
  const read = readSettings(text, '/gatehouse.yaml', {})
  const found = read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
  const expected = 'apps.panel.defaultResource: expected one of the `resources` of this app'
  assert.equal(found.length, 1)
  assert.ok(found[0]!.startsWith(expected), found[0])
})
