import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logoutRequestXml, logoutResponseXml } from '../../src/connectors/saml/logout.ts'
import { pemKeys } from '../../src/connectors/saml/metadata-keys.ts'
import { parseXml } from '../../src/connectors/saml/parse-xml.ts'
import { verified } from '../../src/connectors/saml/signature.ts'
import {
  assertionXml,
  freshId,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  type Told,
} from '../connectors/saml/identity-provider.ts'
import { openRunning, type RunningHere } from '../journeys/running.ts'
import { account, samlSettings } from '../journeys/saml-settings.ts'
import { Browser, type Shown } from './browser.ts'

const key = makeKey(new Date())
/** An identity provider that has only a POST address for signing out. */
const settings = samlSettings({
  keys: [key],
  idp:
    `      entityId: ${idpEntity}\n      signOnUrl: https://idp.example.com/sso\n` +
    '      logoutUrl: https://idp.example.com/slo\n      logoutBinding: post\n' +
    `      certificates: [${JSON.stringify(key.x509.toString())}]`,
})
const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const crossSite = { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }
const base64 = (xml: string) => Buffer.from(xml).toString('base64')

async function signedIn(at: RunningHere, more: Told = {}): Promise<Browser> {
  const browser = new Browser(at.origin)
  const acs = `${at.origin}/saml/corp/acs`
  const told = { audience: `${at.origin}/saml/corp`, recipient: acs, destination: acs, ...more }
  const now = at.clock.now()
  const posted = await new Browser(at.origin).post('/saml/corp/acs', {
    SAMLResponse: base64(responseXml(now, signedPart(assertionXml(now, told), key), told)),
  })
  assert.equal((await browser.get(posted.location!)).location, '/portal')
  return browser
}

/** Posts across sites, without cookies, and comes back with them. */
async function post(browser: Browser, fields: Record<string, string>): Promise<Shown> {
  const posted = await new Browser(browser.origin).post('/saml/corp/slo', fields, crossSite)
  return posted.status === 303 ? browser.get(posted.location!) : posted
}

const request = (at: RunningHere, nameId = 'alice', by = key, sessionIndex?: string) =>
  base64(
    signedPart(
      logoutRequestXml(
        { id: freshId(), issuedAt: at.clock.now(), entityId: idpEntity },
        `${at.origin}/saml/corp/slo`,
        { nameId, format, sessionIndex },
      ),
      by,
    ),
  )

test('signing out posts a signed request to an identity provider with POST only', async () => {
  await using at = await openRunning(settings)
  assert.equal(
    (await new Browser(at.origin).get('/saml/corp/metadata')).text.match(
      /<md:SingleLogoutService Binding="[^"]*HTTP-(Redirect|POST)"/g,
    )?.length,
    2,
  )
  const browser = await signedIn(at)
  const metadata = (await browser.get('/saml/corp/metadata')).text
  const own = pemKeys(
    `-----BEGIN CERTIFICATE-----\n${/<ds:X509Certificate>([^<]+)/.exec(metadata)![1]!}\n` +
      '-----END CERTIFICATE-----',
  )
  const asked = await browser.get('/signout')
  const form = await browser.post('/signout', { _csrf: asked.csrf })
  assert.match(form.headers.get('content-security-policy') ?? '', /form-action 'self' https:;/)
  assert.match(form.text, /action="https:\/\/idp\.example\.com\/slo" method="post"/)
  const sent = verified(
    parseXml(Buffer.from(form.hidden('SAMLRequest'), 'base64').toString()),
    own,
    { weak: false },
  ).element
  assert.equal(sent.localName, 'LogoutRequest')
  assert.equal((await browser.get('/portal')).location, '/signin')

  const answer = signedPart(
    logoutResponseXml(
      { id: freshId(), issuedAt: at.clock.now(), entityId: idpEntity },
      `${at.origin}/saml/corp/slo`,
      sent.getAttribute('ID')!,
    ),
    key,
  )
  for (const time of ['once', 'again, which stores nothing']) {
    const fields = { SAMLResponse: base64(answer) }
    const posted = await new Browser(at.origin).post('/saml/corp/slo', fields, crossSite)
    assert.equal(posted.location, '/signout', time)
  }
})

test('a posted logout request signs that person out, once, and gets a form', async () => {
  await using at = await openRunning(settings)
  const browser = await signedIn(at)
  await post(browser, { SAMLRequest: request(at, 'bob') })
  assert.equal((await browser.get('/portal')).status, 200, 'another person is meant')
  const back = await new Browser(at.origin).post(
    '/saml/corp/slo',
    { SAMLRequest: request(at), RelayState: 'state"<' },
    crossSite,
  )
  const done = await browser.get(back.location!)
  assert.equal(done.hidden('RelayState'), 'state&quot;&lt;', 'shown as text')
  assert.match(
    Buffer.from(done.hidden('SAMLResponse'), 'base64').toString(),
    /<ds:SignatureValue>.*status:Success/,
  )
  assert.equal((await browser.get('/portal')).location, '/signin')
  assert.equal((await browser.get(back.location!)).status, 400, 'the way back serves once')
})

test("refused: posted messages that are unsigned, another's, changed, doubled or old", async () => {
  await using at = await openRunning(settings)
  const browser = await signedIn(at)
  const honest = Buffer.from(request(at, 'bob'), 'base64').toString()
  const bare = honest.replace(/<ds:Signature .*<\/ds:Signature>/s, '')
  const wrapped = bare
    .replace('>bob<', '>alice<')
    .replace(
      '</samlp:LogoutRequest>',
      `<samlp:Extensions>${honest}</samlp:Extensions></samlp:LogoutRequest>`,
    )
  for (const SAMLRequest of [bare, honest.replace('>bob<', '>alice<'), wrapped, '<x/>'].map(base64))
    assert.equal((await post(browser, { SAMLRequest })).status, 403)
  assert.equal(
    (await post(browser, { SAMLRequest: request(at, 'alice', makeKey(new Date())) })).status,
    403,
  )
  assert.equal(
    (await post(browser, { SAMLRequest: request(at), SAMLResponse: request(at) })).status,
    400,
  )
  const old = request(at)
  at.clock.pass(700)
  assert.equal((await post(browser, { SAMLRequest: old })).status, 403)
  assert.equal((await browser.get('/portal')).status, 200)
  assert.equal(
    (await browser.get(`/saml/corp/slo?${new URLSearchParams({ token: account })}`)).status,
    400,
  )
})

test('a logout request ends the sessions on the server, without their cookies', async () => {
  await using at = await openRunning(settings)
  const [laptop, phone, bob] = [
    await signedIn(at),
    await signedIn(at),
    await signedIn(at, { nameId: 'bob' }),
  ]
  const elsewhere = new Browser(at.origin)
  const done = await post(elsewhere, { SAMLRequest: request(at) })
  assert.match(Buffer.from(done.hidden('SAMLResponse'), 'base64').toString(), /status:Success/)
  for (const browser of [laptop, phone])
    assert.equal((await browser.get('/portal')).location, '/signin')
  assert.equal((await bob.get('/portal')).status, 200)
  at.clock.pass(1)
  const again = await signedIn(at)
  assert.equal((await again.get('/portal')).status, 200, 'a later sign-in stays')
})

test('a logout request that names a session ends that one, and serves once', async () => {
  await using at = await openRunning(settings)
  const browser = await signedIn(at)
  await post(new Browser(at.origin), { SAMLRequest: request(at, 'alice', key, 's2') })
  assert.equal((await browser.get('/portal')).status, 200, 'its session is s1')
  const once = request(at, 'alice', key, 's1')
  assert.equal((await post(new Browser(at.origin), { SAMLRequest: once })).status, 200)
  assert.equal((await browser.get('/portal')).location, '/signin')
  assert.equal((await post(new Browser(at.origin), { SAMLRequest: once })).status, 400)
})

test('a logout request also ends a console that an assertion opened by itself', async () => {
  await using at = await openRunning(settings)
  const browser = new Browser(at.origin)
  const shared = `${at.origin}/saml`
  const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
  const arn = `arn:aws:iam::${account}`
  const told = {
    audience: 'urn:amazon:webservices',
    recipient: shared,
    destination: shared,
    attributes: {
      [named('Role')]: [`${arn}:role/Operator,${arn}:saml-provider/corp`],
      [named('RoleSessionName')]: ['alice'],
    },
  }
  const now = at.clock.now()
  const posted = await new Browser(at.origin).post('/saml', {
    SAMLResponse: base64(responseXml(now, signedPart(assertionXml(now, told), key), told)),
  })
  assert.equal((await browser.get(posted.location!)).location, '/console')
  assert.equal((await browser.get('/console')).status, 200)
  await post(new Browser(at.origin), { SAMLRequest: request(at) })
  assert.notEqual((await browser.get('/console')).status, 200)
})
