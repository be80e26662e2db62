import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'
import { Browser } from '../http/browser.ts'
import { appSettings, openScene, type Scene, secret, signInOn, travel } from './scene.ts'

const back = 'https://old.corp.test/callback'
const settings = `${appSettings}
  old:
    label: Old
    secret: ${secret}
    redirectUris: [${back}]
    pkce: optional
`
const verifier = 'v'.repeat(43)
const challenged = {
  code_challenge: hash('sha256', verifier, 'base64url'),
  code_challenge_method: 'S256',
}

async function codeOf(at: Scene, parameters: Readonly<Record<string, string>> = {}) {
  const asked = { client_id: 'old', response_type: 'code', scope: 'openid', redirect_uri: back }
  const browser = new Browser(at.origin)
  const path = `/oauth2/authorize?${new URLSearchParams({ ...asked, ...parameters })}`
  const reached = await signInOn(browser, await travel(browser, path), 'alice')
  return new URL(String(reached)).searchParams.get('code')!
}

async function redeem(at: Scene, code: string, more: Readonly<Record<string, string>> = {}) {
  const fields = { grant_type: 'authorization_code', redirect_uri: back, code, ...more }
  const answer = await fetch(`${at.origin}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`old:${encodeURIComponent(secret)}`)}` },
    body: new URLSearchParams(fields),
  })
  return answer.status
}

test('an app may do without PKCE where it is set so, and not leave it half-way', async () => {
  await using at = await openScene(settings)
  assert.equal(await redeem(at, await codeOf(at)), 200)
  assert.equal(await redeem(at, await codeOf(at, challenged), { code_verifier: verifier }), 200)
  assert.equal(await redeem(at, await codeOf(at, challenged)), 400, 'the verifier is missing')
  const other = { code_verifier: 'w'.repeat(43) }
  assert.equal(await redeem(at, await codeOf(at, challenged), other), 400, 'another verifier')
  const stripped = await redeem(at, await codeOf(at), { code_verifier: verifier })
  assert.equal(stripped, 400, 'somebody took the challenge out of the request')
})

test('an app without a secret has to use PKCE', () => {
  const app = { label: 'Old', redirectUris: [back], pkce: 'optional' }
  const text = `publicUrl: https://sso.example.com\napps: ${JSON.stringify({ old: app })}\n`
  const loaded = readSettings(text, '/etc/gatehouse.yaml', {})
  assert.ok(!loaded.ok)
  assert.ok(loaded.problems.some(({ path }) => path === 'apps.old.pkce'))
})
