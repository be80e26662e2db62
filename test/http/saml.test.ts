import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { logoutRequestXml } from '../../src/connectors/saml/logout.ts'
import { pemKeys } from '../../src/connectors/saml/metadata-keys.ts'
import { parseXml } from '../../src/connectors/saml/parse-xml.ts'
import { redirectUrl } from '../../src/connectors/saml/sign.ts'
import { verified } from '../../src/connectors/saml/signature.ts'
import {
  assertionXml,
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
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const pair = (name: string) => `arn:aws:iam::${account}:role/${name},${corp}`

/** What the identity provider posts to the connector's own address. */
function answer(at: RunningHere, told: Told = {}): string {
  const acs = `${at.origin}/saml/corp/acs`
  const all: Told = {
    audience: `${at.origin}/saml/corp`,
    recipient: acs,
    destination: acs,
    ...told,
  }
  return Buffer.from(
    responseXml(at.clock.now(), signedPart(assertionXml(at.clock.now(), all), key), all),
  ).toString('base64')
}
/** What it posts to the address that AWS's profile has. */
function awsAnswer(at: RunningHere, roles: readonly string[], told: Told = {}): string {
  const shared = `${at.origin}/saml`
  return answer(at, {
    audience: 'urn:amazon:webservices',
    recipient: shared,
    destination: shared,
    attributes: { [named('Role')]: roles, [named('RoleSessionName')]: ['alice'] },
    ...told,
  })
}

/** Opens the way in; answers the request that the identity provider gets. */
async function begin(browser: Browser, next = ''): Promise<{ id: string; url: URL; xml: string }> {
  const shown = await browser.get(
    `/saml/corp/login${next === '' ? '' : `?${new URLSearchParams({ next })}`}`,
  )
  assert.equal(shown.status, 303, shown.text)
  const url = new URL(shown.location!)
  const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest')!, 'base64')).toString()
  return { id: / ID="([^"]+)"/.exec(xml)![1]!, url, xml }
}
/** Posts without cookies, as a browser does across sites, and comes back with them. */
async function post(
  browser: Browser,
  path: string,
  SAMLResponse: string,
  more: Record<string, string> = {},
): Promise<Shown> {
  const posted = await new Browser(browser.origin).post(
    path,
    { SAMLResponse, ...more },
    { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' },
  )
  return posted.status === 303 ? browser.get(posted.location!) : posted
}

const pemOf = (xml: string) =>
  `-----BEGIN CERTIFICATE-----\n${/<ds:X509Certificate>([^<]+)/.exec(xml)![1]!}\n` +
  '-----END CERTIFICATE-----'

test('a person goes to the identity provider and comes back to the portal', async () => {
  await using at = await openRunning(samlSettings({ keys: [key], idpInitiated: false }))
  const browser = new Browser(at.origin)
  const page = await browser.get('/signin')
  assert.match(page.text, /href="\/saml\/corp\/login"/)
  const { id, url, xml } = await begin(browser)
  assert.equal(url.origin + url.pathname, 'https://idp.example.com/sso')
  assert.equal(url.searchParams.get('SigAlg'), 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
  assert.match(xml, new RegExp(`AssertionConsumerServiceURL="${at.origin}/saml/corp/acs"`))
  const arrived = await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: id }))
  assert.equal(arrived.location, '/portal')
  const portal = await browser.get('/portal')
  assert.match(portal.text, /Developer/)
  assert.match(portal.text, /Operator/)
  const event = (await at.events(1)).at(-1)!
  assert.equal(event.eventName, 'SignIn')
  assert.equal(event.additionalEventData.gatehouse.identity?.username, 'alice')
})

test('a deep link is kept, and several tabs begin and finish on their own', async () => {
  await using at = await openRunning(samlSettings({ keys: [key], idpInitiated: false }))
  const browser = new Browser(at.origin)
  const first = await begin(browser, '/portal?q=dev')
  const second = await begin(browser)
  assert.equal(
    (await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: second.id }))).location,
    '/portal',
  )
  assert.equal(
    (await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: first.id }))).location,
    '/portal?q=dev',
  )
})

test('a tab whose cookie made room for others still signs in, at the portal', async () => {
  await using at = await openRunning(samlSettings({ keys: [key], idpInitiated: false }))
  const browser = new Browser(at.origin)
  const first = await begin(browser, '/portal?q=dev')
  for (let tab = 0; tab < 5; tab++) {
    at.clock.pass(1)
    await begin(browser)
  }
  const arrived = await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: first.id }))
  assert.equal(arrived.location, '/portal')
})

test('an attempt serves once, for its own browser, connector and time', async () => {
  await using at = await openRunning(samlSettings({ keys: [key], idpInitiated: false }))
  const browser = new Browser(at.origin)
  const { id } = await begin(browser)
  const stranger = await post(
    new Browser(at.origin),
    '/saml/corp/acs',
    answer(at, { inResponseTo: id }),
  )
  assert.equal(stranger.status, 400)
  assert.equal(
    (await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: id }))).status,
    400,
  )
  assert.equal(
    (await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: '_made-up' }))).status,
    400,
  )
  assert.equal((await post(browser, '/saml/corp/acs', answer(at))).status, 400, 'nobody asked')
  assert.equal((await post(browser, '/saml/other/acs', answer(at))).status, 404)
  const late = await begin(browser)
  at.clock.pass(1801)
  assert.equal(
    (await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: late.id }))).status,
    400,
  )
  assert.equal((await browser.get('/portal')).location, '/signin')
})

test('the way back serves once', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const posted = await new Browser(at.origin).post('/saml/corp/acs', { SAMLResponse: answer(at) })
  const browser = new Browser(at.origin)
  assert.equal((await browser.get(posted.location!)).location, '/portal')
  const again = await new Browser(at.origin).get(posted.location!)
  assert.equal(again.status, 400)
  assert.equal(again.title, 'This sign-in has ended')
})

test('an assertion with one role goes straight to the console', async () => {
  await using at = await openRunning(samlSettings({ keys: [key], idpInitiated: false }))
  const browser = new Browser(at.origin)
  const arrived = await post(
    browser,
    '/saml',
    awsAnswer(at, [pair('Operator'), pair('Untrusting')], {
      sessionEndsAt: new Date(at.clock.now().getTime() + 1_800_000),
    }),
    { RelayState: `${at.origin}/console/iam` },
  )
  assert.equal(arrived.location, '/console/iam')
  const console = await browser.get('/console')
  assert.match(console.text, /assumed-role.*Operator.*alice/s)
  at.clock.pass(1801)
  assert.equal((await browser.get('/console')).status, 403, 'SessionNotOnOrAfter ends it')
})

test('an assertion with several roles lists those that trust it, and opens one', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const browser = new Browser(at.origin)
  assert.equal(
    (
      await post(
        browser,
        '/saml',
        awsAnswer(at, [pair('Operator'), pair('Developer'), pair('Untrusting')]),
      )
    ).location,
    '/saml/roles',
  )
  const list = await browser.get('/saml/roles')
  assert.match(list.text, /Developer/)
  assert.doesNotMatch(list.text, /Untrusting/)
  const role = /name="role" value="([^"]+)"><span><bdi>Developer/.exec(list.text)![1]!
  assert.equal(
    (await browser.post('/saml/roles', { role }, {})).status,
    403,
    "without the form's token",
  )
  const opened = await browser.post('/saml/roles', { _csrf: list.csrf, role })
  assert.equal(opened.location, '/console')
  assert.match((await browser.get('/console')).text, /Developer/)
})

test('the list of roles ends after fifteen minutes', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const browser = new Browser(at.origin)
  await post(browser, '/saml', awsAnswer(at, [pair('Operator'), pair('Developer')]))
  at.clock.pass(901)
  assert.equal((await browser.get('/saml/roles')).status, 400)
})

test('what was shown once, on whatever road, is refused after', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const once = awsAnswer(at, [pair('Developer')])
  const both = await Promise.all([
    post(new Browser(at.origin), '/saml', once),
    post(new Browser(at.origin), '/saml', once),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), [303, 400])
  assert.equal((await post(new Browser(at.origin), '/saml', once)).title, 'This sign-in has ended')
})

test('RelayState leads nowhere else', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  for (const RelayState of [
    'https://evil.example.com/',
    '//evil.example.com',
    '/\\evil.example.com',
    'javascript:alert(1)',
    `${at.origin}@evil.example.com/`,
    '/signout',
    '/%2f%2fevil.example.com',
    '\t//evil',
  ]) {
    const arrived = await post(new Browser(at.origin), '/saml/corp/acs', answer(at), { RelayState })
    assert.equal(arrived.location, '/portal', RelayState)
    assert.equal(
      (
        await post(new Browser(at.origin), '/saml', awsAnswer(at, [pair('Developer')]), {
          RelayState,
        })
      ).location,
      '/console',
      RelayState,
    )
  }
})

test('refusals are calm to the person and name the check to the operator', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const browser = new Browser(at.origin)
  const wrong = await post(
    browser,
    '/saml/corp/acs',
    answer(at, { audience: 'https://other.example.com', nameId: 'secret-person' }),
  )
  assert.equal(wrong.status, 403)
  assert.doesNotMatch(wrong.text, /audience|other\.example/)
  const reference = /GH-[0-9A-Z-]+/.exec(wrong.text)![0]
  const event = (await at.events(1)).find(
    ({ additionalEventData: { gatehouse } }) => gatehouse.reference === reference,
  )
  assert.match(
    event?.additionalEventData.gatehouse.detail ?? '',
    new RegExp(
      String.raw`saml audience: .*found \`https://other\.example\.com\`, ` +
        String.raw`expected \`http://localhost:\d+/saml/corp\``,
    ),
  )
  const none = await post(browser, '/saml/corp/acs', answer(at, { attributes: { uid: ['alice'] } }))
  assert.equal(none.title, 'You are signed in, but have no role yet')
  const twice = await new Browser(at.origin).post('/saml/corp/acs', [
    ['SAMLResponse', answer(at)],
    ['SAMLResponse', answer(at)],
  ])
  assert.equal(twice.status, 400)
})

test("metadata have both keys, and an identity provider's POST binding gets a form", async () => {
  await using at = await openRunning(
    samlSettings({
      keys: [key],
      more: '    signRequests: true',
      idp:
        '      entityId: https://idp.example.com/saml\n' +
        '      signOnUrl: https://idp.example.com/sso\n      signOnBinding: post\n' +
        `      certificates: [${JSON.stringify(key.x509.toString())}]`,
    }),
  )
  const browser = new Browser(at.origin)
  const metadata = await browser.get('/saml/corp/metadata')
  assert.equal(metadata.text.match(/use="signing"/g)?.length, 2)
  const signed = await browser.get('/saml/corp/metadata?signed')
  assert.equal(
    verified(parseXml(signed.text), pemKeys(pemOf(signed.text)), { weak: false }).element.localName,
    'EntityDescriptor',
  )
  assert.match(metadata.text, new RegExp(`entityID="${at.origin}/saml/corp"`))
  const form = await browser.get('/saml/corp/login')
  assert.match(form.headers.get('content-security-policy') ?? '', /form-action 'self' https:;/)
  assert.match(Buffer.from(form.hidden('SAMLRequest'), 'base64').toString(), /<ds:SignatureValue>/)
})

/** Signs alice in; the browser is at the portal. */
async function signedInBrowser(at: RunningHere): Promise<Browser> {
  const browser = new Browser(at.origin)
  assert.equal((await post(browser, '/saml/corp/acs', answer(at))).location, '/portal')
  return browser
}

test('signing out here goes on to the identity provider with a signed request', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const browser = await signedInBrowser(at)
  const asked = await browser.get('/signout')
  const left = await browser.post('/signout', { _csrf: asked.csrf })
  assert.equal(left.status, 200)
  const url = new URL(/content="0;url=([^"]+)"/.exec(left.text)![1]!.replaceAll('&amp;', '&'))
  assert.equal(url.origin + url.pathname, 'https://idp.example.com/slo')
  assert.ok(url.searchParams.has('Signature'))
  const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest')!, 'base64')).toString()
  assert.match(xml, />alice<\/saml:NameID><samlp:SessionIndex>s1</)
  assert.equal((await browser.get('/portal')).location, '/signin')
})

test('a signed logout request of the identity provider signs only that person out', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const slo = `${at.origin}/saml/corp/slo`
  let count = 0
  const request = (nameId: string, by = key, issuedAt = at.clock.now()) => {
    const xml = logoutRequestXml({ id: `_r${++count}`, issuedAt, entityId: idpEntity }, slo, {
      nameId,
      format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    })
    return redirectUrl(slo, { parameter: 'SAMLRequest', xml, relayState: 'state', own: by })
  }
  const browser = await signedInBrowser(at)
  for (const bad of [
    request('alice', makeKey(new Date())),
    request('alice', key, new Date(at.clock.now().getTime() - 700_000)),
    `${request('alice')}&RelayState=x`,
    request('alice').replace('RelayState=state', 'RelayState=other'),
    request('alice').replace(/&Sig.*/, ''),
  ]) {
    assert.equal((await browser.get(bad)).status, 403)
  }
  assert.equal((await browser.get(request('bob'))).status, 303)
  assert.equal((await browser.get('/portal')).status, 200, 'another person is meant')
  const done = new URL((await browser.get(request('alice'))).location!)
  assert.equal(done.origin + done.pathname, 'https://idp.example.com/slo')
  assert.equal(done.searchParams.get('RelayState'), 'state')
  assert.match(
    inflateRawSync(Buffer.from(done.searchParams.get('SAMLResponse')!, 'base64')).toString(),
    /InResponseTo="_r\d+".*status:Success/,
  )
  assert.equal((await browser.get('/portal')).location, '/signin')
})

test('with forceAuthn an older sign-in at the identity provider is refused', async () => {
  await using at = await openRunning(samlSettings({ keys: [key], more: '    forceAuthn: true' }))
  const browser = new Browser(at.origin)
  const old = await begin(browser)
  assert.match(old.xml, /ForceAuthn="true"/)
  assert.equal(
    (
      await post(
        browser,
        '/saml/corp/acs',
        answer(at, {
          inResponseTo: old.id,
          issuedAt: new Date(at.clock.now().getTime() - 120_000),
        }),
      )
    ).status,
    403,
  )
  const { id } = await begin(browser)
  assert.equal(
    (await post(browser, '/saml/corp/acs', answer(at, { inResponseTo: id }))).location,
    '/portal',
  )
  assert.equal((await post(browser, '/saml/corp/acs', answer(at))).status, 403, 'nobody asked')
})

test('AWS road takes answers to other programs, and none to a request of ours', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const browser = new Browser(at.origin)
  const foreign = awsAnswer(at, [pair('Operator')], { inResponseTo: '_other' })
  assert.equal((await post(browser, '/saml', foreign)).location, '/console')
  const person = { attributes: { uid: ['alice'], groups: ['devs'] }, inResponseTo: '_other' }
  assert.equal((await post(browser, '/saml', awsAnswer(at, [], person))).location, '/portal')
  const { id } = await begin(browser)
  const ours = awsAnswer(at, [pair('Operator')], { inResponseTo: id })
  assert.equal((await post(new Browser(at.origin), '/saml', ours)).status, 400)
})
