import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { logoutRequestXml } from '../../src/connectors/saml/logout.ts'
import { redirectUrl } from '../../src/connectors/saml/sign.ts'
import {
  assertionXml,
  freshId,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
} from '../connectors/saml/identity-provider.ts'
import { Browser } from '../http/browser.ts'
import { samlSettings } from '../journeys/saml-settings.ts'
import { startHttps } from '../outbound/https-server.ts'
import { back, begin, openScene, redeem, type Scene, secret, travel } from './scene.ts'

const key = makeKey(new Date())
const host = 'wiki.corp.test'

const settings = (server: {
  readonly endpoint: string
  readonly certificates: { readonly caFile: string }
}) => `
outbound:
  caFile: ${server.certificates.caFile}
  resolve: { ${host}: "${server.endpoint}" }
${samlSettings({ keys: [key] })}
apps:
  wiki:
    label: Wiki
    secret: ${secret}
    redirectUris: [${back}]
    refreshTokens: true
    backChannelLogoutUri: https://${host}/logged-out
    frontChannelLogout: { uri: "https://${host}/out" }
`

async function signedIn(at: Scene, nameId: string): Promise<Browser> {
  const browser = new Browser(at.origin)
  const acs = `${at.origin}/saml/corp/acs`
  const told = { audience: `${at.origin}/saml/corp`, recipient: acs, destination: acs, nameId }
  const now = at.clock.now()
  const xml = responseXml(now, signedPart(assertionXml(now, told), key), told)
  const SAMLResponse = Buffer.from(xml).toString('base64')
  const posted = await new Browser(at.origin).post('/saml/corp/acs', { SAMLResponse })
  assert.equal((await browser.get(posted.location!)).location, '/portal')
  return browser
}

/** A browser that its identity provider sends to sign out. */
function logoutOf(at: Scene, nameId: string): string {
  const slo = `${at.origin}/saml/corp/slo`
  const head = { id: freshId(), issuedAt: at.clock.now(), entityId: idpEntity }
  const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
  const xml = logoutRequestXml(head, slo, { nameId, format })
  return redirectUrl(slo, { parameter: 'SAMLRequest', xml, relayState: undefined, own: key })
}

test("a sign-out that a SAML provider redirects here also tells the person's apps", async () => {
  const heard = Promise.withResolvers<string>()
  await using server = await startHttps([host], async (req, res) => {
    heard.resolve(new URLSearchParams(await text(req)).get('logout_token') ?? '')
    res.writeHead(200).end()
  })
  await using at = await openScene(settings(server))
  const wiki = await at.app('wiki')
  const enter = async (browser: Browser) => {
    const attempt = await begin(wiki)
    const to = await travel(browser, attempt.url)
    assert.equal(typeof to, 'string')
    return redeem(attempt, String(to))
  }
  const [alice, bob] = [await signedIn(at, 'alice'), await signedIn(at, 'bob')]
  const [hers, his] = [await enter(alice), await enter(bob)]

  await alice.get(logoutOf(at, 'bob'))
  assert.equal((await alice.get('/portal')).status, 200, 'another person is meant')
  await alice.get(logoutOf(at, 'alice'))
  const page = await alice.get('/signout')
  assert.match(page.text, new RegExp(`<iframe [^>]*src="https://${host}/out`))
  assert.equal(decodeJwt(await heard.promise).sid, hers.claims()!.sid)
  for (const { refresh_token: token } of [hers, his])
    await assert.rejects(client.refreshTokenGrant(wiki, token!), { error: 'invalid_grant' })
})
