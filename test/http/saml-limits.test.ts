import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logoutRequestXml } from '../../src/connectors/saml/logout.ts'
import {
  freshId,
  idpEntity,
  makeKey,
  signedPart,
  signedResponse,
} from '../connectors/saml/identity-provider.ts'
import { openRunning, type RunningHere } from '../journeys/running.ts'
import { account, samlSettings } from '../journeys/saml-settings.ts'
import { Browser } from './browser.ts'

const key = makeKey(new Date())
const settings =
  `${samlSettings({ keys: [key] })}\n` +
  'limits: { signInsPerAddress: { count: 4, window: 15m } }\n'

const base64 = (xml: string) => Buffer.from(xml).toString('base64')

/** An assertion for AWS's address that takes a role. */
function withRole(at: RunningHere) {
  const corp = `arn:aws:iam::${account}:saml-provider/corp`
  const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
  const xml = signedResponse(at.clock.now(), key, {
    audience: 'urn:amazon:webservices',
    recipient: `${at.origin}/saml`,
    destination: `${at.origin}/saml`,
    attributes: {
      [named('Role')]: [`arn:aws:iam::${account}:role/Developer,${corp}`],
      [named('RoleSessionName')]: ['alice'],
    },
  })
  return { SAMLResponse: base64(xml) }
}

/** A request of the identity provider to sign somebody out. */
function signOut(at: RunningHere) {
  const head = { id: freshId(), issuedAt: at.clock.now(), entityId: idpEntity }
  const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
  const slo = `${at.origin}/saml/corp/slo`
  return {
    SAMLRequest: base64(
      signedPart(logoutRequestXml(head, slo, { nameId: 'somebody', format }), key),
    ),
  }
}

test('starts and messages count by address, and over the limit the page says to wait', async () => {
  await using at = await openRunning(settings)
  const acs = `${at.origin}/saml/corp/acs`
  const honest = () => ({
    SAMLResponse: Buffer.from(
      signedResponse(at.clock.now(), key, {
        audience: `${at.origin}/saml/corp`,
        recipient: acs,
        destination: acs,
      }),
    ).toString('base64'),
  })
  const visitor = () => new Browser(at.origin)
  assert.equal((await visitor().get('/saml/corp/login')).status, 303)
  assert.equal((await visitor().post('/saml/corp/acs', { SAMLResponse: 'x' })).status, 403)
  // One that proves somebody takes its own back.
  for (let one = 0; one < 5; one++)
    assert.equal((await visitor().post('/saml/corp/acs', honest())).status, 303)
  for (let one = 0; one < 5; one++) {
    assert.equal((await visitor().post('/saml', withRole(at))).status, 303)
    assert.equal((await visitor().post('/saml/corp/slo', signOut(at))).status, 303)
  }
  assert.equal((await visitor().post('/saml', { SAMLResponse: 'x' })).status, 403)
  assert.equal((await visitor().post('/saml/corp/slo', { SAMLRequest: 'x' })).status, 403)
  const over = [
    await visitor().get('/saml/corp/login'),
    await visitor().post('/saml/corp/acs', honest()),
    await visitor().post('/saml', honest()),
    await visitor().post('/saml/corp/slo', { SAMLRequest: 'x' }),
  ]
  for (const shown of over) {
    assert.equal(shown.status, 429)
    assert.equal(shown.title, 'Too many tries')
    assert.match(shown.text, /Wait a few minutes.*GH-/s)
  }
  assert.equal((await visitor().get('/saml/corp/metadata')).status, 200)
  at.clock.pass(901)
  assert.equal((await visitor().post('/saml/corp/acs', honest())).status, 303)
})

test("another site's pictures, frames and scripts use up nobody's tries", async () => {
  await using at = await openRunning(settings)
  const visitor = () => new Browser(at.origin)
  const from = (destination: string) => ({
    origin: 'https://elsewhere.example',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-dest': destination,
  })
  for (const destination of ['image', 'iframe', 'empty', 'script', 'style']) {
    assert.equal((await visitor().get('/saml/corp/login', from(destination))).status, 400)
    for (const path of ['/saml', '/saml/corp/acs'])
      assert.equal(
        (await visitor().post(path, { SAMLResponse: 'x' }, from(destination))).status,
        400,
        `${destination} ${path}`,
      )
  }
  for (let one = 0; one < 4; one++)
    assert.equal((await visitor().get('/saml/corp/login', from('document'))).status, 303)
})
