import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  clientId,
  clientSecret,
  type GitHubStub,
  json,
  type Lie,
  startGitHub,
} from '../connectors/oauth2/github-stub.ts'
import { Browser } from '../http/browser.ts'
import { openRunning, type RunningHere } from './running.ts'

const account = '111122223333'
const hosts = ['github.com', 'api.github.com']

interface Scene {
  /** Lines of the connector, at its depth. */
  readonly more?: string
  readonly names?: readonly string[]
  readonly outbound?: string
}

async function openScene({ more = '', names = hosts, outbound = '' }: Scene = {}) {
  await using undo = new AsyncDisposableStack()
  const github = undo.use(await startGitHub(names))
  const { endpoint, certificates } = github.server
  const issuer = `${names[0]}/login/oauth`
  const trust =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
    `"Principal":{"Federated":"arn:aws:iam::${account}:oidc-provider/${issuer}"},` +
    '"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"],' +
    `"Condition":{"StringEquals":{"${issuer}:aud":"${clientId}","${issuer}:sub":"583231"}}}}`
  const resolved = names.map((name) => `${name}: "${endpoint}"`).join(', ')
  const at = undo.use(
    await openRunning(`
outbound: { resolve: { ${resolved} }, caFile: ${certificates.caFile}${outbound} }
accounts:
  "${account}":
    alias: acme
    oidcProviders:
      "https://${issuer}": { clientIds: ["${clientId}"] }
    roles:
      Developer:
        trustPolicy: '${trust}'
connectors:
  corp:
    type: oauth2
    provider: github
    label: GitHub
    accounts: ["${account}"]
    clientId: ${clientId}
    clientSecret: ${clientSecret}
${more}
mappings:
  - name: developers
    when: '"acme/devs" in identity.groups && "alice@corp.test" in identity.attributes.email'
    grants: [{ role: "arn:aws:iam::${account}:role/Developer" }]
`),
  )
  const owned = undo.move()
  return { github, at, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

interface Here {
  readonly github: GitHubStub
  readonly at: RunningHere
}

/** Goes to GitHub, agrees there, and comes back; `back` may change the address. */
async function signIn({ github, at }: Here, back = (address: URL) => address) {
  const browser = new Browser(at.origin)
  const left = await browser.get('/oidc/corp/login?next=/portal')
  assert.equal(left.status, 303, left.text)
  const { pathname, search } = back(new URL(github.agree(left.location!)))
  let shown = await browser.get(pathname + search)
  if (shown.location?.startsWith('/oidc/')) shown = await browser.get(shown.location)
  return { browser, shown, left: new URL(left.location!), search }
}

const detail = async ({ at }: Here, least = 1) =>
  (await at.events(least)).at(-1)!.additionalEventData.gatehouse.detail ?? ''

test('a person signs in with GitHub, and takes a role by a team', { timeout: 60_000 }, async () => {
  await using here = await openScene({
    more: '    organizations: [{ login: ACME, id: 9919 }]',
  })
  const { browser, shown, left, search } = await signIn(here)
  assert.equal(shown.location, '/portal', await detail(here))
  assert.equal(left.origin + left.pathname, 'https://github.com/login/oauth/authorize')
  assert.deepEqual(
    [left.searchParams.get('scope'), left.searchParams.get('code_challenge_method')],
    ['read:org user:email', 'S256'],
  )
  const portal = await browser.get('/portal')
  assert.match(portal.text, /Alice Archer/)
  assert.match(portal.text, />Developer</)
  const opened = await browser.post('/portal/console', {
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  })
  assert.equal(opened.status, 303, 'both locks open: the entity, and the trust policy by number')
  const [event] = await here.at.events(2)
  assert.deepEqual(event!.additionalEventData.gatehouse.identity, {
    subject: '583231',
    username: 'Alice',
    strength: 'password',
  })
  const told = JSON.stringify([await here.at.events(2), here.at.logged])
  for (const secret of [clientSecret, new URLSearchParams(search).get('code')!, 'gho_'])
    assert.ok(!told.includes(secret), 'no secret, code or token is told')
  const again = await browser.get(`/oidc/corp/callback${search}`)
  assert.equal(again.title, 'This sign-in has ended', 'an attempt serves once')
})

test('with recheck, a team that GitHub took away is lost within the interval', async () => {
  await using here = await openScene({ more: '    recheck: { everySeconds: 60 }' })
  const { github, at } = here
  const { browser } = await signIn(here)
  assert.match((await browser.get('/portal')).text, />Developer</)
  github.teams = []
  at.clock.pass(60)
  assert.doesNotMatch((await browser.get('/portal')).text, />Developer</)
  github.revoke()
  at.clock.pass(60)
  assert.equal((await browser.get('/portal')).location, '/signin')
  const told = await at.events((all) => all.some(({ errorCode }) => errorCode !== undefined))
  assert.ok(told.some(({ errorCode }) => errorCode === 'signed-out-there'))
  assert.doesNotMatch(JSON.stringify([told, at.logged]), /gh[or]_/)
})

test('the own server of a company is asked below its own address', {
  timeout: 60_000,
}, async () => {
  await using here = await openScene({
    names: ['ghe.corp.test'],
    more: '    url: https://ghe.corp.test',
  })
  assert.equal((await signIn(here)).shown.location, '/portal')
  assert.ok(here.github.asked.includes('GET ghe.corp.test/api/v3/user'))
})

test('who is in no allowed organisation is refused, also where its name was taken over', {
  timeout: 60_000,
}, async () => {
  await using here = await openScene({ more: '    organizations: [{ login: acme, id: 1 }]' })
  assert.equal((await signIn(here)).shown.status, 403)
  assert.match(await detail(here), /oidc claim: the person is in no organisation/)
})

const unverified = [{ email: 'alice@corp.test', primary: true, verified: false }]

test('groups and the address count only where GitHub vouches for them', {
  timeout: 60_000,
}, async () => {
  await using here = await openScene()
  const { github } = here
  const noRole = 'You are signed in, but have no role yet'
  const [honest, teams] = [github.emails, github.teams]
  github.emails = unverified
  assert.equal((await signIn(here)).shown.title, noRole, 'an unverified address')
  github.emails = honest
  github.memberships = github.memberships.map((one) => ({ ...one, state: 'pending' }))
  assert.equal((await signIn(here)).shown.title, noRole, 'a team of an organisation not joined')
  github.memberships = []
  github.teams = []
  assert.equal((await signIn(here)).shown.title, noRole)
  github.teams = teams
  assert.equal((await signIn(here)).shown.title, noRole, 'a team without a membership')
})

const html: Lie = (_req, res) =>
  void res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Unicorn</h1>')
const redirect: Lie = (_req, res) =>
  void res.writeHead(302, { location: 'https://evil.test' }).end()
const silent: Lie = () => {}
const tokenPath = '/login/oauth/access_token'
const member = (id: number) => ({
  state: 'active',
  organization: { login: 'acme', id: 9919 },
  user: { id, login: 'Alice' },
})
const foreignTeam = { slug: 'x/devs', organization: { login: 'acme', id: 9919 } }
const manyTeams = Array.from({ length: 100 }, (_, at) => ({
  slug: `team-${at}`,
  organization: { login: 'acme', id: 9919 },
}))

/** Path, what it answers, the page's status, and the operator's reason. */
const hostile: readonly (readonly [string, Lie, number, RegExp])[] = [
  [tokenPath, json({ error: 'bad_verification_code' }), 400, /oidc code: .*`400 bad_verif/],
  [tokenPath, json({ error: 'incorrect_client_credentials' }), 502, /oidc client: /],
  [tokenPath, json({ error: 'x', access_token: 'y', token_type: 'bearer' }), 502, /oidc provider-/],
  [tokenPath, json({ token_type: 'bearer' }), 403, /oidc answer: /],
  [tokenPath, html, 403, /oidc answer: /],
  [tokenPath, redirect, 503, /oidc unreachable: .*redirects are not followed/],
  [tokenPath, silent, 503, /oidc unreachable: .*no whole answer within 3000 ms/],
  ['/user', json({ login: 'Alice' }), 403, /oidc subject: .*without a number/],
  ['/user', json({ id: '583231', login: 'Alice' }), 403, /oidc subject: /],
  ['/user', json({ id: 2 ** 53, login: 'Alice' }), 403, /oidc subject: /],
  ['/user', json({ id: 0, login: 'Alice' }), 403, /oidc subject: /],
  ['/user', json({ id: 1, login: 'Mallory' }), 403, /oidc subject: .*membership is of another/],
  ['/user', json({ id: 583231 }), 403, /oidc claim: .*expected `login`/],
  ['/user', json([]), 403, /oidc user-info: /],
  ['/user', json({ message: 'Requires authentication' }, 401), 403, /oidc access-token: .*`401 of/],
  ['/user', html, 403, /oidc user-info: .*something else than JSON/],
  ['/user', redirect, 503, /redirects are not followed/],
  ['/user', silent, 503, /no whole answer/],
  ['/user', json({}, 502), 503, /oidc unreachable: .*`502 of \/user`/],
  [
    '/user/memberships/orgs',
    json({ message: 'no' }, 403),
    403,
    /oidc groups: .*`403 of \/user\/mem/,
  ],
  ['/user/memberships/orgs', json([member(2)]), 403, /oidc subject: /],
  ['/user/memberships/orgs', json({ organization: {} }), 403, /oidc groups: .*another form/],
  ['/user/teams', json({ message: 'Not Found' }, 404), 403, /oidc groups: .*`404 of/],
  ['/user/teams', json([foreignTeam]), 403, /oidc groups: .*slash/],
  ['/user/teams', json(manyTeams), 403, /oidc groups: .*more than 10 pages/],
  ['/user/teams', json([...manyTeams, ...manyTeams]), 403, /oidc groups: .*another form/],
  ['/user/teams', json('x'.repeat(2_000_000)), 503, /oidc unreachable: .*more than \d+ bytes/],
  ['/user/emails', json({ message: 'no' }, 403), 403, /oidc user-info: .*`403 of/],
]

test('an answer that lies, lacks something, is huge or never comes lets nobody in', {
  timeout: 120_000,
}, async () => {
  await using here = await openScene({ outbound: ', timeoutMs: 3000' })
  let refused = 0
  for (const [path, lie, status, reason] of hostile) {
    here.github.lies.clear()
    here.github.lies.set(path, lie)
    const { shown, browser } = await signIn(here)
    refused += 1
    const told = await detail(here, refused)
    assert.match(told, reason, `${path} ${reason}`)
    assert.equal(shown.status, status, `${path} ${told}`)
    assert.equal((await browser.get('/portal')).location, '/signin', told)
  }
})

test('no code of another attempt, issuer or browser is redeemed', { timeout: 60_000 }, async () => {
  await using here = await openScene()
  const { github, at } = here
  const elsewhere = await new Browser(at.origin).get('/oidc/corp/login')
  const foreign = new URL(github.agree(elsewhere.location!)).searchParams
  const swapped = await signIn(here, (address) => {
    address.searchParams.set('code', foreign.get('code')!)
    return address
  })
  assert.equal(swapped.shown.status, 400, 'PKCE does not fit')
  assert.match(await detail(here, 1), /oidc code: .*bad_verification_code/)
  const mixed = await signIn(here, (address) => {
    address.searchParams.set('iss', 'https://evil.test')
    return address
  })
  assert.equal(mixed.shown.status, 403)
  assert.match(await detail(here, 2), /oidc answer: unexpected "iss"/)
  const lured = await new Browser(at.origin).get(`/oidc/corp/callback?${foreign}`)
  assert.equal(lured.status, 400, 'another browser began the attempt')
  const declined = await signIn(here, (address) => {
    address.searchParams.delete('code')
    address.searchParams.set('error', 'access_denied')
    return address
  })
  assert.equal(declined.shown.title, 'Your sign-in service did not let you through')
})
