import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword } from '../../src/kernel/argon2id.ts'
import { choiceId } from '../../src/sign-in/choices.ts'
import {
  assertionXml,
  makeKey,
  responseXml,
  signedPart,
  type Told,
} from '../connectors/saml/identity-provider.ts'
import { Browser } from '../http/browser.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { openRunning, type RunningHere } from './running.ts'
import { account, samlSettings } from './saml-settings.ts'

const key = makeKey(new Date())
const password = 'right horse'
const arn = (role: string) => `arn:aws:iam::${account}:role/${role}`
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

const actions = [
  'sts:AssumeRoleWithLDAPIdentity',
  'sts:AssumeRoleWithSAML',
  'sts:TagSession',
  'sts:SetSourceIdentity',
]
const allowed = (Condition?: object) => ({
  Effect: 'Allow',
  Principal: { Federated: [corp, `arn:aws:iam::${account}:file-provider/people`] },
  Action: actions,
  ...(Condition && { Condition }),
})
const denied = (Condition: object) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: actions,
  Condition,
})

/** Every test calls over plain HTTP, from 127.0.0.1. */
const trust: Readonly<Record<string, readonly object[]>> = {
  NotFromHere: [allowed(), denied({ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } })],
  OnlyOverTls: [allowed(), denied({ Bool: { 'aws:SecureTransport': 'false' } })],
  NotInThisRegion: [allowed(), denied({ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })],
  NotAfterwards: [
    allowed(),
    denied({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }),
  ],
  NotTagged: [allowed(), denied({ StringEquals: { 'iam:ResourceTag/level': 'high' } })],
  NotDirect: [allowed(), denied({ Bool: { 'aws:ViaAWSService': 'false' } })],
  NotOfThisAccount: [allowed(), denied({ StringEquals: { 'aws:ResourceAccount': account } })],
  FromOffice: [allowed({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })],
  TlsAsked: [allowed({ Bool: { 'aws:SecureTransport': 'true' } })],
  FromHere: [
    allowed({
      IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
      Bool: { 'aws:SecureTransport': 'false', 'aws:ViaAWSService': 'false' },
    }),
  ],
  HereAndNow: [
    allowed({
      StringEquals: {
        'aws:RequestedRegion': 'us-east-1',
        'aws:ResourceAccount': account,
        'iam:ResourceTag/level': 'high',
        'aws:ResourceTag/level': 'high',
      },
      DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
      NumericGreaterThan: { 'aws:EpochTime': '1500000000' },
    }),
  ],
  ByAgent: [allowed({ StringLike: { 'aws:UserAgent': 'company-browser/*' } })],
}
const open = ['FromHere', 'HereAndNow']
const refused = Object.keys(trust).filter((role) => !open.includes(role))

async function settings(): Promise<string> {
  const roles = Object.entries(trust).map(
    ([name, Statement]) =>
      `      ${name}: { tags: { level: high }, trustPolicy: ` +
      `'${JSON.stringify({ Version: '2012-10-17', Statement })}' }`,
  )
  const passwordHash = await hashPassword(password)
  const people =
    `connectors:\n  people: { type: file, label: People, accounts: ["${account}"], people: [{ ` +
    `username: ann, passwordHash: "${passwordHash}", groups: [all] }] }`
  const grants = Object.keys(trust).map((name) => `{ role: "${arn(name)}" }`)
  const rule =
    `mappings:\n  - name: everybody\n    when: '"all" in identity.groups'\n` +
    `    grants: [${grants.join(', ')}]`
  return samlSettings({ keys: [key] })
    .replace('    roles:', `    roles:\n${roles.join('\n')}`)
    .replace('connectors:', people)
    .replace('mappings:', rule)
}

/** An assertion that names every role, or whose person a mapping gives them. */
function assertion(at: RunningHere, told: Told): string {
  return Buffer.from(
    responseXml(at.clock.now(), signedPart(assertionXml(at.clock.now(), told), key), told),
  ).toString('base64')
}
function forAws(at: RunningHere, roles = Object.keys(trust)): string {
  const recipient = `${at.origin}/saml`
  return assertion(at, {
    audience: 'urn:amazon:webservices',
    recipient,
    destination: recipient,
    attributes: {
      [named('Role')]: roles.map((role) => `${arn(role)},${corp}`),
      [named('RoleSessionName')]: ['ann'],
    },
  })
}
const shownRoles = (text: string) =>
  Object.keys(trust)
    .filter((role) => text.replaceAll('<wbr>', '').includes(role))
    .sort()

/** As a browser comes back from the identity provider. */
async function arrive(browser: Browser, path: string, SAMLResponse: string) {
  const posted = await new Browser(browser.origin).post(
    path,
    { SAMLResponse },
    { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' },
  )
  return posted.status === 303 ? browser.get(posted.location!) : posted
}

test('a password on the wire: trust sees address, transport, region, time, tags', async () => {
  await using at = await openRunning(await settings())
  const assume = (role: string) =>
    assumeWithPassword(at.origin, 'ann', password, { RoleArn: arn(role) })
  for (const role of open) assert.equal((await assume(role)).status, 200, role)
  for (const role of refused) {
    const { status, text } = await assume(role)
    assert.match(`${status} ${text}`, /^403 .*<Code>AccessDenied</s, role)
  }
})

test('without RoleArn, a role that this request may not take is none to choose from', async () => {
  await using at = await openRunning(
    (await settings()).replace(`{ role: "${arn('HereAndNow')}" }, `, ''),
  )
  const { status, text } = await assumeWithPassword(at.origin, 'ann', password)
  assert.equal(status, 200, text)
  assert.match(text, /assumed-role\/FromHere\/ann/)
})

test('by an assertion on the wire', async () => {
  await using at = await openRunning(await settings())
  for (const role of [...open, ...refused]) {
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn: arn(role),
      PrincipalArn: corp,
      SAMLAssertion: forAws(at),
    })
    const answer = await fetch(at.origin, { method: 'POST', body })
    const text = await answer.text()
    assert.match(
      `${answer.status} ${text}`,
      open.includes(role) ? /^200 / : /^403 .*<Code>AccessDenied</s,
      role,
    )
  }
})

test('an assertion that names roles: only what this request may take is offered', async () => {
  await using at = await openRunning(await settings())
  const browser = new Browser(at.origin)
  assert.equal((await arrive(browser, '/saml', forAws(at))).location, '/saml/roles')
  const page = await browser.get('/saml/roles')
  assert.deepEqual(shownRoles(page.text), open)
  const asked = (role: string) => ({
    _csrf: page.csrf,
    role: choiceId({
      rule: 'SAML attribute Role',
      roleArn: arn(role),
      sessionName: 'ann',
      tags: new Map(),
      transitiveTagKeys: [],
    }),
  })
  for (const role of ['NotFromHere', 'OnlyOverTls', 'ByAgent'])
    assert.equal((await browser.post('/saml/roles', asked(role))).status, 403, role)
  assert.equal(
    (await browser.post('/saml/roles', asked('ByAgent'), { 'user-agent': 'company-browser/7' }))
      .location,
    '/console',
  )

  assert.equal((await arrive(new Browser(at.origin), '/saml', forAws(at, refused))).status, 403)
})

for (const [road, enter] of [
  [
    'a password',
    async (_at: RunningHere, browser: Browser) =>
      browser.signIn('ann', password, { connector: 'people' }),
  ],
  [
    'an assertion',
    async (at: RunningHere, browser: Browser) => {
      const acs = `${at.origin}/saml/corp/acs`
      return arrive(
        browser,
        '/saml/corp/acs',
        assertion(at, {
          audience: `${at.origin}/saml/corp`,
          recipient: acs,
          destination: acs,
          attributes: { uid: ['ann'], groups: ['all'] },
        }),
      )
    },
  ],
] as const) {
  test(`the portal, entered by ${road}, hides and refuses what may not be taken`, async () => {
    await using at = await openRunning(await settings())
    const browser = new Browser(at.origin)
    assert.equal((await enter(at, browser)).location, '/portal')
    const portal = await browser.get('/portal')
    assert.deepEqual(shownRoles(portal.text), open)
    assert.deepEqual(
      shownRoles((await browser.get('/portal', { 'user-agent': 'company-browser/7' })).text),
      ['ByAgent', ...open],
    )

    const asked = (role: string) => ({
      _csrf: portal.csrf,
      grant: choiceId({
        rule: 'everybody',
        roleArn: arn(role),
        sessionName: 'ann',
        tags: new Map(),
        transitiveTagKeys: [],
      }),
    })
    const issued = async (role: string, path: string, agent: string) => {
      const page = await browser.post(path, asked(role), { 'user-agent': agent })
      if (path === '/portal/console') return page.location === '/console'
      // The panel of earlier credentials may still be open at `/portal` itself.
      if (!page.location?.includes('grant=')) return false
      const panel = await browser.get(page.location, { 'user-agent': agent })
      return /AWS_SECRET_ACCESS_KEY/.test(panel.text)
    }
    assert.equal(await issued('FromHere', '/portal/credentials', 'node'), true)
    for (const role of refused)
      assert.equal(await issued(role, '/portal/credentials', 'node'), false, role)
    for (const role of ['NotFromHere', 'OnlyOverTls', 'ByAgent'])
      assert.equal(await issued(role, '/portal/console', 'node'), false, role)
    assert.equal(await issued('ByAgent', '/portal/credentials', 'company-browser/7'), true)
  })
}
