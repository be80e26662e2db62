import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import {
  assertionXml,
  makeKey,
  responseXml,
  signedPart,
} from '../connectors/saml/identity-provider.ts'
import { Browser } from '../http/browser.ts'
import { openOidcScene, signInThere } from './oidc-scene.ts'
import { openNodes, type RunningNodes } from './running.ts'
import { account, samlSettings } from './saml-settings.ts'

// Each request goes to the next of three nodes, so that no two steps of a sign-in are one node's.
const count = 3
const key = makeKey(new Date())

/** Who came back from the identity provider, at one address of its node. */
async function takesRole(browser: Browser, at: RunningNodes): Promise<void> {
  for (const _ of at.nodes) assert.match((await browser.get('/portal')).text, /Developer/)
  const portal = await browser.get('/portal')
  const fields = { _csrf: portal.csrf, grant: portal.hidden('grant') }
  const opened = await browser.post('/portal/console', fields)
  assert.equal(opened.status, 303, opened.text)
  for (const _ of at.nodes) assert.equal((await browser.get('/console')).status, 200)
}

test('who leaves for an OpenID provider at one node comes back to another', async () => {
  await using here = await openOidcScene({ count })
  const { at } = here
  for (let round = 0; round < 2; round++) {
    const { browser, shown, sent } = await signInThere(here, 'alice')
    assert.equal(shown.location, '/portal', shown.text)
    await takesRole(browser, at)
    const { search } = new URL(sent)
    for (const _ of at.nodes) {
      const again = await browser.get(`/oidc/corp/callback${search}`)
      assert.equal(again.status, 400, 'an answer serves once, at whichever node')
    }
  }
  assert.doesNotMatch(at.logged.join('\n'), /-failed|nodes-differ/)
})

/** Begins, and returns what the identity provider posts. */
async function answeredBySaml(browser: Browser, at: RunningNodes): Promise<string> {
  const left = await browser.get('/saml/corp/login')
  const asked = new URL(left.location!).searchParams.get('SAMLRequest')!
  const xml = inflateRawSync(Buffer.from(asked, 'base64')).toString()
  const acs = `${at.origin}/saml/corp/acs`
  const told = {
    ...{ audience: `${at.origin}/saml/corp`, recipient: acs, destination: acs },
    inResponseTo: / ID="([^"]+)"/.exec(xml)![1]!,
  }
  const now = at.clock.now()
  return Buffer.from(responseXml(now, signedPart(assertionXml(now, told), key), told)).toString(
    'base64',
  )
}
/** A cross-site POST brings no cookies; the browser goes on with them. */
async function postedBySaml(browser: Browser, SAMLResponse: string) {
  const posted = await new Browser(browser.origin).post('/saml/corp/acs', { SAMLResponse })
  return posted.status === 303 ? browser.get(posted.location!) : posted
}

test('who leaves for a SAML provider at one node comes back to another', async () => {
  await using at = await openNodes(samlSettings({ keys: [key], idpInitiated: false }), { count })
  for (let round = 0; round < 2; round++) {
    const browser = new Browser(at.origin)
    const SAMLResponse = await answeredBySaml(browser, at)
    const arrived = await postedBySaml(browser, SAMLResponse)
    assert.equal(arrived.location, '/portal', arrived.text)
    await takesRole(browser, at)
    for (const _ of at.nodes) {
      const again = await postedBySaml(browser, SAMLResponse)
      assert.notEqual(again.location, '/portal', 'an answer serves once, at whichever node')
      assert.ok(again.status >= 400 && again.status < 500, String(again.status))
    }
  }
  assert.doesNotMatch(at.logged.join('\n'), /-failed|nodes-differ/)
})

test('nodes with different rules each keep to theirs, harm nothing, and tell', async () => {
  const settings = samlSettings({ keys: [key], idpInitiated: false })
  const stricter = settings.replace('"devs" in identity.groups', '"nobody" in identity.groups')
  await using at = await openNodes(settings, { count: 2 })
  const [first, second] = at.nodes.map(({ origin }) => origin)
  const browser = new Browser(at.origin)
  const arrived = await postedBySaml(browser, await answeredBySaml(browser, at))
  assert.equal(arrived.location, '/portal', arrived.text)
  // A reload that reached one node only, and was tried again.
  for (let round = 0; round < 2; round++) await at.nodes[1]!.reload(stricter)
  const portalAt = (origin = '') => browser.get(`${origin}/portal`)
  const shown = async (origin?: string) =>
    ['Developer', 'Operator'].filter((role) => portals.get(origin)!.text.includes(`>${role}<`))
  const portals = new Map([
    [first, await portalAt(first)],
    [second, await portalAt(second)],
  ])
  assert.deepEqual(await shown(first), ['Developer', 'Operator'])
  assert.deepEqual(await shown(second), ['Operator'])

  const take = (origin: string | undefined, grant: string) =>
    browser.post(`${origin}/portal/console`, { _csrf: portals.get(first)!.csrf, grant })
  const developer = portals.get(first)!.choice('Developer')
  const refused = await take(second, developer)
  assert.equal(refused.location, '/portal', 'where it is said what there is to choose from')
  const opened = await take(first, developer)
  assert.equal(opened.status, 303, opened.text)
  for (const origin of [first, second, first, second]) {
    assert.equal((await browser.get(`${origin}/console`)).status, 200, 'what was given stays')
    assert.equal((await portalAt(origin)).status, 200)
  }
  const roles = at.logged.filter((line) => line.startsWith('nodes-differ'))
  assert.match(roles.join('\n'), /"sections":\["mappings"\]/)
  assert.ok(roles.every((line) => !line.includes(account)))
  await at.nodes[1]!.reload(settings)
  assert.match((await portalAt(second)).text, />Developer</)
})
