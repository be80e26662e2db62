import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openScene } from './scene.ts'

const own = 'https://board.corp.test'
const endpoints = ['token', 'userinfo', 'revoke', 'par']

test('a page of an app without a secret may call the provider, and no other page', async () => {
  await using at = await openScene()
  const call = (path: string, origin: string, init: RequestInit = {}) =>
    fetch(at.origin + path, { ...init, headers: { origin, ...init.headers } })
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin')

  for (const path of ['/.well-known/openid-configuration', '/oauth2/jwks'])
    assert.equal(allowed(await call(path, own)), own, path)
  for (const path of endpoints) {
    const headers = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, dpop',
    }
    const asked = await call(`/oauth2/${path}`, own, { method: 'OPTIONS', headers })
    assert.deepEqual([asked.status, allowed(asked)], [204, own], path)
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /\bdpop\b/, path)
    // A token comes in a header or a body: a browser's cookies never go along.
    assert.equal(asked.headers.get('access-control-allow-credentials'), null, path)
  }

  const fields = { grant_type: 'refresh_token', refresh_token: 'x' }
  const redeem = (client_id: string, origin: string) =>
    call('/oauth2/token', origin, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, client_id }),
    })
  const refused = await redeem('board', own)
  assert.deepEqual([refused.status, allowed(refused)], [400, own], 'it can read the refusal')
  for (const [client, origin] of [
    ['board', 'https://evil.test'],
    ['board', 'https://board.corp.test.evil.test'],
    ['board', 'https://board.corp.test:8443'],
    ['board', 'http://board.corp.test'],
    ['board', 'https://wiki.corp.test'],
    ['board', 'null'],
    // What sandboxed pages and files call themselves, and a scheme of a program's own is read as.
    ['desk', 'null'],
    ['wiki', 'https://wiki.corp.test'],
  ] as const) {
    const { status, headers } = await redeem(client, origin)
    assert.ok(status >= 400, `${client} ${origin}`)
    assert.equal(headers.get('access-control-allow-origin'), null, `${client} ${origin}`)
  }
})
