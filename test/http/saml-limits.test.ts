import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeKey, signedResponse } from '../connectors/saml/identity-provider.ts'
import { openRunning } from '../journeys/running.ts'
import { samlSettings } from '../journeys/saml-settings.ts'
import { Browser } from './browser.ts'

const key = makeKey(new Date())
const settings = `${samlSettings({ keys: [key] })}\nlimits: { signInsPerAddress: { count: 4, window: 15m } }\n`

test('starts and messages count by address, over every road, and the page over the limit says to wait', async () => {
  await using at = await openRunning(settings)
  const acs = `${at.origin}/saml/corp/acs`
  const honest = () => ({ SAMLResponse: Buffer.from(signedResponse(at.clock.now(), key, { audience: `${at.origin}/saml/corp`, recipient: acs, destination: acs })).toString('base64') })
  const visitor = () => new Browser(at.origin)
  assert.equal((await visitor().get('/saml/corp/login')).status, 303)
  assert.equal((await visitor().post('/saml/corp/acs', honest())).status, 303)
  assert.equal((await visitor().post('/saml', { SAMLResponse: 'x' })).status, 403)
  assert.equal((await visitor().post('/saml/corp/slo', { SAMLRequest: 'x' })).status, 403)
  const over = [await visitor().get('/saml/corp/login'), await visitor().post('/saml/corp/acs', honest()), await visitor().post('/saml', honest()), await visitor().post('/saml/corp/slo', { SAMLRequest: 'x' })]
  for (const shown of over) {
    assert.equal(shown.status, 429)
    assert.equal(shown.title, 'Too many tries')
    assert.match(shown.text, /Wait a few minutes.*GH-/s)
  }
  assert.equal((await visitor().get('/saml/corp/metadata')).status, 200)
  at.clock.pass(901)
  assert.equal((await visitor().post('/saml/corp/acs', honest())).status, 303)
})
