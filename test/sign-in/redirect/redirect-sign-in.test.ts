import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RedirectUpstream } from '../../../src/connectors/redirect-upstream.ts'
import { Browser, type Shown } from '../../http/browser.ts'
import { type House, openHouse } from '../../http/house.ts'
import { codeOf, proofOf, type Token, toyConnector } from './toy-provider.ts'

/** A house with one connector of a protocol that no code of the road knows. */
async function houseWith(changes: (house: House) => Partial<RedirectUpstream> = () => ({})) {
  const house = await openHouse()
  house.world.redirecting = [toyConnector(house.clock, changes(house))]
  return house
}

interface Sent {
  readonly state: string
  readonly nonce: string
}

async function begin(browser: Browser, next?: string): Promise<Sent> {
  const query = next === undefined ? '' : `?${new URLSearchParams({ next })}`
  const shown = await browser.get(`/oidc/op/login${query}`)
  assert.equal(shown.status, 303, shown.text)
  const { origin, pathname, searchParams } = new URL(shown.location!)
  assert.equal(origin + pathname, 'https://op.example/authorize')
  return { state: searchParams.get('state')!, nonce: searchParams.get('nonce')! }
}

/** Comes back by query, with the cookies of a top-level navigation. */
async function comeBack(
  browser: Browser,
  { state, nonce }: Sent,
  token: Partial<Token> = {},
): Promise<Shown> {
  return follow(browser, { state, code: codeOf({ nonce, ...token }) })
}

async function follow(browser: Browser, answer: Record<string, string>): Promise<Shown> {
  return goOn(browser, `/oidc/op/callback?${new URLSearchParams(answer)}`)
}

/** Follows the road's own redirects, up to a page or an address beside the road. */
async function goOn(browser: Browser, path: string): Promise<Shown> {
  const shown = await browser.get(path)
  return shown.location?.startsWith('/oidc/') ? goOn(browser, shown.location) : shown
}

const detailOf = (house: House) => house.events.at(-1)!.chain.detail ?? ''

test('a connector of any protocol signs a person in, by query or by form', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const page = await browser.get('/signin')
  assert.match(page.text, /href="\/oidc\/op\/login"/)
  assert.match(page.text, /OpenID Connect/)
  assert.equal((await comeBack(browser, await begin(browser))).location, '/portal')
  assert.match((await browser.get('/portal')).text, /DataAnalyst/)
  const event = house.events.at(-1)!
  assert.equal(event.eventName, 'SignIn')
  assert.equal(event.userIdentity.type, 'WebIdentityUser')
  assert.deepEqual(event.chain.evidence, { by: 'query' })

  const other = new Browser(house.origin)
  const { state, nonce } = await begin(other, '/portal?q=audit')
  const posted = await new Browser(house.origin).post(
    '/oidc/op/callback',
    { state, code: codeOf({ nonce }) },
    { origin: 'https://op.example', 'sec-fetch-site': 'cross-site' },
  )
  assert.equal((await goOn(other, posted.location!)).location, '/portal?q=audit')
})

test('what is taken at the portal is named after the protocol', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  await comeBack(browser, await begin(browser))
  const portal = await browser.get('/portal')
  const grant = portal.hidden('grant')
  await browser.post('/portal/console', { _csrf: portal.csrf, grant })
  const names = house.events.map(({ eventName }) => eventName)
  assert.deepEqual(names.slice(-2), ['AssumeRoleWithWebIdentity', 'ConsoleLogin'])
})

test('the memo comes back to its own attempt, and is in no address', async () => {
  const memos: (string | undefined)[] = []
  await using house = await houseWith(({ clock }) => {
    const { upstream } = toyConnector(clock)
    assert.ok(upstream.flow === 'redirect')
    return {
      async begin(id, signal) {
        const departure = await upstream.begin(id, signal)
        memos.push(departure.memo)
        return departure
      },
    }
  })
  const browser = new Browser(house.origin)
  const first = await begin(browser)
  const second = await begin(browser)
  assert.equal(new Set(memos).size, 2)
  const crossed = await comeBack(browser, { state: first.state, nonce: second.nonce })
  assert.equal(crossed.status, 403)
  assert.match(detailOf(house), /nonce is of another attempt/)
  assert.equal((await comeBack(browser, second)).location, '/portal', 'the other tab goes on')
  const told = JSON.stringify([first, second, house.events, house.logged, [...browser.cookies]])
  for (const memo of memos) assert.ok(!told.includes(memo!))
})

test('an attempt serves once, in its time, for its connector and its browser', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const sent = await begin(browser)
  const stranger = new Browser(house.origin)
  await begin(stranger)
  for (const other of [new Browser(house.origin), stranger]) {
    assert.equal((await comeBack(other, sent)).status, 400)
    assert.match(detailOf(house), /another browser began/)
  }
  assert.equal((await comeBack(browser, sent)).location, '/portal', 'nobody else used it up')
  await browser.get('/signout')
  assert.equal((await comeBack(browser, sent)).status, 400)
  assert.match(detailOf(house), /oidc in-response-to: no open attempt .*found `_/)
  const late = await begin(browser)
  house.clock.pass(1801)
  assert.equal((await comeBack(browser, late)).status, 400)
  const of = await begin(browser)
  house.world.redirecting.push({ ...house.world.redirecting[0]!, id: 'other' })
  const answer = new URLSearchParams({ state: of.state, code: codeOf(of) })
  assert.equal((await browser.get(`/oidc/other/callback?${answer}`)).status, 400)
  assert.match(detailOf(house), /no open attempt/)
})

test('one attempt finishes once, also with two right answers at the same moment', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const sent = await begin(browser)
  const shown = await Promise.all([comeBack(browser, sent), comeBack(browser, sent)])
  assert.deepEqual(shown.map(({ status }) => status).sort(), [303, 400])
})

test('what strangers begin and answer grows nothing on the server', async () => {
  await using house = await houseWith()
  const kept = async () => {
    const sent = await begin(new Browser(house.origin))
    await comeBack(new Browser(house.origin), sent)
    await follow(new Browser(house.origin), { state: 'made-up', code: codeOf(sent) })
    return house.shortLived()
  }
  const first = await kept()
  assert.ok(
    first.every((name) => name.startsWith('rate/')),
    'a count of the address',
  )
  for (let one = 0; one < 5; one++) assert.deepEqual(await kept(), first)
  assert.deepEqual(house.rows(), [])
})

test('tabs finish in any order, and a browser carries a fixed number of cookies', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const long = `/portal?q=${'a'.repeat(480)}`
  const tabs: Sent[] = []
  for (let tab = 0; tab < 12; tab++) {
    house.clock.pass(1)
    tabs.push(await begin(browser, long))
  }
  const cookies = () => [...browser.cookies].filter(([name]) => name.includes('attempt'))
  assert.equal(cookies().length, 5)
  for (const [, value] of cookies()) assert.ok(value.length < 1000)
  assert.equal((await comeBack(browser, tabs[6]!)).status, 400)
  assert.match(detailOf(house), /oidc kept: the browser did not bring/)
  for (const tab of [9, 11, 7, 8, 10])
    assert.equal((await comeBack(browser, tabs[tab]!)).location, long, `tab ${tab}`)
  assert.equal(cookies().length, 0, 'finished ones are removed')
})

test('what a browser keeps serves its own attempt, and unaltered', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const [first, second] = [await begin(browser), await begin(browser)]
  const cookies = [...browser.cookies].filter(([name]) => name.includes('attempt'))
  const [[name, value]] = cookies as [[string, string]]
  browser.cookies.set(name, `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`)
  const shown = [await comeBack(browser, first), await comeBack(browser, second)]
  assert.deepEqual(shown.map(({ status }) => status).sort(), [303, 400])
  browser.cookies.set(name, '1.x')
  browser.cookies.delete(cookies[1]![0])
  const { state, nonce } = await begin(browser)
  const altered = `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`
  assert.equal((await comeBack(browser, { state: altered, nonce })).status, 400)
  assert.match(detailOf(house), /no open attempt/)
})

test('the way back serves once, and for two minutes', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const back = async () => {
    const { state, nonce } = await begin(browser)
    const answer = new URLSearchParams({ state, code: codeOf({ nonce }) })
    return (await browser.get(`/oidc/op/callback?${answer}`)).location!
  }
  const address = await back()
  assert.equal((await browser.get(address)).location, '/portal')
  assert.equal((await browser.get(address)).title, 'This sign-in has ended')
  const late = await back()
  house.clock.pass(121)
  assert.equal((await browser.get(late)).status, 400)
})

test('a proof is taken once, also for another attempt and at the same moment', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const sent = [await begin(browser), await begin(browser), await begin(browser)]
  const [first, second, third] = sent
  const shown = await Promise.all([
    comeBack(browser, first!, { jti: 'once' }),
    comeBack(browser, second!, { jti: 'once' }),
  ])
  assert.deepEqual(shown.map(({ status }) => status).sort(), [303, 400])
  assert.equal((await comeBack(browser, third!, { jti: 'once' })).status, 400)
  assert.match(detailOf(house), /oidc replay: the proof was used before \(found `once`\)/)
})

test('where the person has to authenticate anew, an older sign-in does not do', async () => {
  await using house = await houseWith(() => ({ forcesReauthentication: true }))
  const browser = new Browser(house.origin)
  const ago = (seconds: number) =>
    new Date(house.clock.now().getTime() - seconds * 1000).toISOString()
  assert.equal((await comeBack(browser, await begin(browser), { authTime: ago(61) })).status, 403)
  assert.match(detailOf(house), /oidc authn-context: .*found `2026-.*expected `after 2026-/)
  const fresh = await comeBack(browser, await begin(browser), { authTime: ago(59) })
  assert.equal(fresh.location, '/portal')
})

test('a proof of before a revocation buys nothing', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const sent = await begin(browser)
  const issuedAt = house.clock.now().toISOString()
  house.clock.pass(10)
  house.world.revokedAt = house.clock.now()
  house.clock.pass(10)
  assert.equal((await comeBack(browser, sent, { issuedAt })).status, 403)
  assert.match(detailOf(house), /oidc revoked/)
  assert.equal((await comeBack(browser, await begin(browser))).location, '/portal')
})

test('nobody asked: refused, unless the connector takes such proofs', async () => {
  await using house = await houseWith()
  const code = codeOf({ nonce: '', target: '/console/iam' })
  assert.equal((await follow(new Browser(house.origin), { code })).status, 400)
  assert.match(detailOf(house), /oidc unsolicited/)
  house.world.redirecting = [toyConnector(house.clock, { acceptsUnsolicited: true })]
  const browser = new Browser(house.origin)
  assert.equal((await follow(browser, { code })).location, '/portal')
  assert.match((await browser.get('/portal')).text, /\/console\/iam/)
  const foreign = codeOf({ nonce: '', target: 'https://evil.example/' })
  assert.equal((await follow(new Browser(house.origin), { code: foreign })).location, '/portal')
  house.world.redirecting = [
    toyConnector(house.clock, { acceptsUnsolicited: true, forcesReauthentication: true }),
  ]
  const unasked = await follow(new Browser(house.origin), { code: codeOf({ nonce: '' }) })
  assert.equal(unasked.status, 403, 'who did not ask could not ask to authenticate anew')
})

test('refused answers: declined, doubled, unknown connector, another protocol', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  const { state, nonce } = await begin(browser)
  const declined = await follow(browser, { state, error: 'access_denied' })
  assert.equal(declined.title, 'Your sign-in service did not sign you in')
  assert.equal(house.events.at(-1)!.userIdentity.type, 'WebIdentityUser')
  const doubled = `state=${state}&state=${state}&code=${codeOf({ nonce })}`
  assert.equal((await browser.get(`/oidc/op/callback?${doubled}`)).status, 400)
  assert.equal((await browser.get('/oidc/nobody/login')).status, 404)
  assert.equal((await browser.get('/oidc/staff/login')).status, 404, 'it takes passwords')
  assert.equal((await browser.get('/saml/op/login')).status, 404)
  assert.equal((await browser.post('/saml/op/acs', { SAMLResponse: '' })).status, 404)
})

test('a provider that hangs holds no request', async () => {
  const never = new Promise<never>(() => {})
  await using house = await houseWith(() => ({ prove: () => never }))
  const browser = new Browser(house.origin)
  const late = await comeBack(browser, await begin(browser))
  assert.equal(late.status, 503)
  assert.equal(late.title, 'Your sign-in service does not answer')
  house.world.redirecting = [toyConnector(house.clock, { begin: () => never })]
  assert.equal((await browser.get('/oidc/op/login')).status, 503)
})

test('a connector that is careless with its attempt signs nobody in', async () => {
  const careless: readonly [RegExp, (house: House) => RedirectUpstream['prove']][] = [
    [
      /unsolicited/,
      ({ clock }) =>
        async () =>
          proofOf(clock, { nonce: '' }),
    ],
    [
      /in-response-to/,
      ({ clock }) =>
        async (_answer, { recall }) => {
          await recall('made-up').catch(() => undefined)
          return proofOf(clock, { nonce: '' })
        },
    ],
    [
      /two-attempts/,
      ({ clock }) =>
        async ({ parameters }, { recall }) => {
          await recall(parameters.get('state')!)
          await recall(parameters.get('state')!)
          return proofOf(clock, { nonce: '' })
        },
    ],
  ]
  for (const [detail, proveOf] of careless) {
    // Of its own accord it would take proofs that nobody asked for, but for the first.
    await using house = await houseWith((here) => ({
      prove: proveOf(here),
      acceptsUnsolicited: detail.source !== 'unsolicited',
    }))
    const browser = new Browser(house.origin)
    const shown = await comeBack(browser, await begin(browser))
    assert.ok(shown.status >= 400, detail.source)
    assert.match(detailOf(house), detail)
    assert.equal((await browser.get('/portal')).location, '/signin')
  }
})

test('signing out here goes on to the provider', async () => {
  await using house = await houseWith()
  const browser = new Browser(house.origin)
  await comeBack(browser, await begin(browser))
  const asked = await browser.get('/signout')
  const left = await browser.post('/signout', { _csrf: asked.csrf })
  assert.match(left.text, /url=https:\/\/op\.example\/logout\?logout_hint=amina/)
  assert.equal((await browser.get('/portal')).location, '/signin')
})
