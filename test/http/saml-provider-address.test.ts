import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  IAMClient,
  UpdateSAMLProviderCommand,
} from '@aws-sdk/client-iam'
import { readIdpMetadata } from '../../src/connectors/saml/metadata.ts'
import { hashPassword } from '../../src/kernel/argon2id.ts'
import {
  assertionXml,
  encryptedAssertion,
  makeKey,
  responseXml,
  signedPart,
  type TestKey,
  type Told,
} from '../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../connectors/saml/idp-metadata.ts'
import { openRunning, type TrailRecord } from '../journeys/running.ts'
import { account, brokerKey, samlSettings } from '../journeys/saml-settings.ts'
import { Browser, type Shown } from './browser.ts'

const key = makeKey(new Date())
const [opening, nextOpening, foreign] = [
  makeKey(new Date()),
  makeKey(new Date()),
  makeKey(new Date()),
]
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const providerArn = (name: string) => `arn:aws:iam::${account}:saml-provider/${name}`
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`
const pair = (role: string, provider = 'legacy') => `${roleArn(role)},${providerArn(provider)}`
const pemOf = ({ key: one }: TestKey) => one.export({ type: 'pkcs8', format: 'pem' }).toString()

/** A server with the settings' role `Legacy`, which trusts the provider `legacy` alone. */
async function openAccount(more = (settings: string) => settings) {
  const elsewhere =
    '      entityId: https://elsewhere.example.com\n      signOnUrl: ' +
    'https://elsewhere.example.com/sso\n      certificates: ' +
    `[${JSON.stringify(foreign.x509.toString())}]`
  const at = await openRunning(more(samlSettings({ keys: [], idp: elsewhere })))
  const iam = new IAMClient({
    endpoint: at.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: brokerKey.id, secretAccessKey: brokerKey.secret },
  })
  /** Makes a provider, and returns its id. */
  const provide = async (Name: string, keys: readonly TestKey[] = [], required = false) => {
    const [first, second] = keys.map(pemOf)
    await iam.send(
      new CreateSAMLProviderCommand({
        Name,
        SAMLMetadataDocument: idpMetadata(key),
        AddPrivateKey: first,
        AssertionEncryptionMode: required ? 'Required' : undefined,
      }),
    )
    const SAMLProviderArn = providerArn(Name)
    if (second !== undefined)
      await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, AddPrivateKey: second }))
    return (await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))).SAMLProviderUUID!
  }
  const sent = (id: string, how: Sent = {}) => answer(at.origin, at.clock.now(), { id, ...how })
  const post = (id: string, SAMLResponse: string, more: Record<string, string> = {}) =>
    arrive(new Browser(at.origin), `/saml/acs/${id}`, { SAMLResponse, ...more })
  const own = { SAMLProviderArn: providerArn('legacy') }
  return {
    at,
    iam,
    own,
    provide,
    sent,
    post,
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  }
}

interface Sent {
  /** Absent: in the clear. */
  readonly sealedFor?: TestKey
  readonly cipher?: 'aes256-gcm' | 'aes128-cbc'
  readonly roles?: readonly string[]
  readonly told?: Told
  readonly signer?: TestKey
  /** Changes the assertion before it is encrypted. */
  readonly spoil?: (xml: string) => string
  readonly responseSigned?: boolean
}

/** What an identity provider posts to the address of the provider `id`, in base64. */
function answer(origin: string, now: Date, { id, ...how }: Sent & { readonly id: string }): string {
  const acs = `${origin}/saml/acs/${id}`
  const { sealedFor, roles = [pair('Legacy')], signer = key, spoil = (xml) => xml } = how
  const told: Told = {
    audience: 'urn:amazon:webservices',
    recipient: acs,
    destination: acs,
    attributes: { [named('Role')]: roles, [named('RoleSessionName')]: ['alice'] },
    ...how.told,
  }
  const assertion = spoil(signedPart(assertionXml(now, told), signer))
  const carried = sealedFor
    ? encryptedAssertion(assertion, createPublicKey(sealedFor.key), how.cipher)
    : assertion
  const response = responseXml(now, carried, told)
  return Buffer.from(how.responseSigned ? signedPart(response, signer) : response).toString(
    'base64',
  )
}

/** Posts without cookies, as a browser does across sites, and comes back with them. */
async function arrive(
  browser: Browser,
  path: string,
  fields: Record<string, string>,
): Promise<Shown & { readonly browser: Browser }> {
  const headers = { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' }
  const posted = await new Browser(browser.origin).post(path, fields, headers)
  const shown = posted.status === 303 ? await browser.get(posted.location!) : posted
  return Object.assign(shown, { browser })
}

const certificatesIn = (metadata: string) =>
  [...metadata.matchAll(/<ds:X509Certificate>([^<]+)/g)].map(([, one]) => one!)

test('an encrypted assertion at the address of its provider opens the console', async () => {
  await using mine = await openAccount()
  const { at, sent, post } = mine
  const id = await mine.provide('legacy', [opening], true)
  assert.match(id, /^SAMLSP[A-Z2-7]{16}$/)
  for (const cipher of ['aes256-gcm', 'aes128-cbc'] as const) {
    const arrived = await post(id, sent(id, { sealedFor: opening, cipher }), {
      RelayState: `${at.origin}/console/iam`,
    })
    assert.equal(arrived.location, '/console/iam', arrived.text)
    assert.match((await arrived.browser.get('/console')).text, /assumed-role.*Legacy.*alice/s)
  }
  const audience = `${at.origin}/saml/acs/${id}`
  const own = await post(id, sent(id, { sealedFor: opening, told: { audience } }))
  assert.equal(own.location, '/console')
  const signed = await post(id, sent(id, { sealedFor: opening, responseSigned: true }))
  assert.equal(signed.location, '/console')
  const event = (
    await at.events((all) => all.some(({ eventName }) => eventName === 'AssumeRoleWithSAML'))
  ).find(({ eventName }) => eventName === 'AssumeRoleWithSAML')!
  const { connector, samlProvider } = event.additionalEventData.gatehouse
  assert.deepEqual([connector, samlProvider], [undefined, `${account}/legacy`])
})

test("no event of an account's own SAML provider names a connector", async () => {
  // A connector of that name, which serves another account.
  const twin = (settings: string) =>
    settings
      .replace('accounts:\n', 'accounts:\n  "999900001111": {}\n')
      .replace(`    accounts: ["${account}"]`, '    accounts: ["999900001111"]')
      .replaceAll('saml-provider/legacy', 'saml-provider/corp')
  await using mine = await openAccount(twin)
  const { at, sent, post } = mine
  const id = await mine.provide('corp')
  const roles = [pair('Legacy', 'corp')]
  const named = ({ additionalEventData: { gatehouse }, userIdentity }: TrailRecord) => [
    gatehouse.connector,
    gatehouse.samlProvider,
    userIdentity.identityProvider,
  ]
  const arrived = await post(id, sent(id, { roles }))
  assert.equal(arrived.location, '/console', arrived.text)
  assert.equal((await post(id, sent(id, { signer: foreign, roles }))).status, 403)
  const recipient = `${at.origin}/saml`
  const told = { audience: 'urn:amazon:webservices', recipient, destination: recipient }
  const taken = await fetch(at.origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn: roleArn('Legacy'),
      PrincipalArn: providerArn('corp'),
      SAMLAssertion: sent(id, { roles, told }),
    }),
  })
  assert.equal(taken.status, 200, await taken.text())
  const own = `${account}/corp`
  const of = (name: string, all: readonly TrailRecord[]) =>
    all.filter(({ eventName }) => eventName === name).map(named)
  const all = await at.events((some) => of('AssumeRoleWithSAML', some).length === 2)
  assert.deepEqual(of('AssumeRoleWithSAML', all), [
    // The browser's, told as the session that it took.
    [undefined, own, undefined],
    [undefined, own, own],
  ])
  assert.deepEqual(of('ConsoleLogin', all), [[undefined, own, undefined]])
  assert.deepEqual(of('SignIn', all)[1], [undefined, own, undefined], 'nobody was proved')
  assert.ok(of('SignIn', all).every(([connector]) => connector === undefined))
})

test('an assertion in the clear is taken there too, unless encryption is required', async () => {
  await using mine = await openAccount()
  const { iam, own, sent, post } = mine
  const id = await mine.provide('legacy')
  assert.equal((await post(id, sent(id))).location, '/console')
  const refused = await post(id, sent(id, { sealedFor: opening }))
  assert.equal(refused.status, 403, 'there is no key yet')
  const AddPrivateKey = pemOf(opening)
  await iam.send(new UpdateSAMLProviderCommand({ ...own, AddPrivateKey }))
  assert.equal((await post(id, sent(id))).location, '/console')
  await iam.send(new UpdateSAMLProviderCommand({ ...own, AssertionEncryptionMode: 'Required' }))
  assert.equal((await post(id, sent(id))).status, 403)
  assert.equal((await post(id, sent(id, { responseSigned: true }))).status, 403)
  await iam.send(new UpdateSAMLProviderCommand({ ...own, AssertionEncryptionMode: 'Allowed' }))
  assert.equal((await post(id, sent(id))).location, '/console')
})

test('the list has the roles of the provider whose address it is, and no others', async () => {
  await using mine = await openAccount()
  const { iam, sent, post } = mine
  const id = await mine.provide('legacy', [opening])
  await mine.provide('twin', [opening])
  const trust = (name: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: providerArn(name) },
        Action: 'sts:AssumeRoleWithSAML',
      },
    })
  for (const [RoleName, provider] of [
    ['Second', 'legacy'],
    ['Twin', 'twin'],
  ] as const)
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(provider) }))
  const roles = [pair('Legacy'), pair('Second'), pair('Twin', 'twin'), pair('Untrusting')]
  const arrived = await post(id, sent(id, { sealedFor: opening, roles }))
  assert.equal(arrived.location, '/saml/roles', arrived.text)
  const list = await arrived.browser.get('/saml/roles')
  const names = [...list.text.matchAll(/name="role" value="[^"]+"><span><bdi>(\w+)/g)]
  assert.deepEqual(names.map(([, name]) => name).sort(), ['Legacy', 'Second'])
  const none = await post(id, sent(id, { roles: [pair('Twin', 'twin')] }))
  assert.equal(none.status, 403)
})

test('metadata name the address, and a certificate for each key, the newest first', async () => {
  await using mine = await openAccount()
  const { at, iam, own } = mine
  const id = await mine.provide('legacy', [opening, nextOpening])
  const address = `${at.origin}/static/saml/${id}/saml-metadata.xml`
  const answer = await fetch(address)
  assert.equal(answer.headers.get('content-type'), 'application/samlmetadata+xml; charset=utf-8')
  const metadata = await answer.text()
  const acs = `${at.origin}/saml/acs/${id}`
  assert.match(metadata, new RegExp(`entityID="${acs}"`))
  assert.match(metadata, new RegExp(`HTTP-POST" Location="${acs}"`))
  assert.doesNotMatch(metadata, /use="signing"|SingleLogoutService/)
  const shown = certificatesIn(metadata)
  const publicKeyIn = (one: string) => publicPem(createPublicKey(certificatePem(one)))
  assert.deepEqual(
    shown.map(publicKeyIn),
    [nextOpening, opening].map((one) => publicPem(createPublicKey(one.key))),
  )
  assert.equal(await (await fetch(address)).text(), metadata, 'a key keeps its certificate')

  const { PrivateKeyList } = await iam.send(new GetSAMLProviderCommand(own))
  const RemovePrivateKey = PrivateKeyList![0]!.KeyId
  await iam.send(new UpdateSAMLProviderCommand({ ...own, RemovePrivateKey }))
  assert.deepEqual(certificatesIn(await (await fetch(address)).text()), [shown[0]])
  await iam.send(new DeleteSAMLProviderCommand(own))
  assert.equal((await fetch(address)).status, 404)
  const shared = await (await fetch(`${at.origin}/static/saml-metadata.xml`)).text()
  assert.match(shared, /entityID="urn:amazon:webservices"/)
  assert.match(shared, new RegExp(`Location="${at.origin}/saml"`))
  assert.throws(() => readIdpMetadata(shared, { now: new Date() }), 'it is no identity provider')
})

const certificatePem = (one: string) =>
  `-----BEGIN CERTIFICATE-----\n${one}\n-----END CERTIFICATE-----`
const publicPem = (one: ReturnType<typeof createPublicKey>) =>
  one.export({ type: 'spki', format: 'pem' })

test('while keys change both open assertions, and a removed one opens none', async () => {
  await using mine = await openAccount()
  const { iam, own, sent, post } = mine
  const id = await mine.provide('legacy', [opening, nextOpening], true)
  for (const sealedFor of [opening, nextOpening])
    assert.equal((await post(id, sent(id, { sealedFor }))).location, '/console')
  const { PrivateKeyList } = await iam.send(new GetSAMLProviderCommand(own))
  const RemovePrivateKey = PrivateKeyList![0]!.KeyId
  await iam.send(new UpdateSAMLProviderCommand({ ...own, RemovePrivateKey }))
  assert.equal((await post(id, sent(id, { sealedFor: opening }))).status, 403)
  assert.equal((await post(id, sent(id, { sealedFor: nextOpening }))).location, '/console')
})

test('refused: made for another provider, address, audience, time or request', async () => {
  await using mine = await openAccount()
  const { at, sent, post } = mine
  const id = await mine.provide('legacy', [opening])
  const other = await mine.provide('twin', [nextOpening])
  const told = (more: Told): Sent => ({ sealedFor: opening, told: more })
  const shared = `${at.origin}/saml`
  const otherAcs = `${at.origin}/saml/acs/${other}`
  const tooOld = new Date(at.clock.now().getTime() - 360_000)
  const elsewhere = 'https://elsewhere.example.com'
  // The response, and the check that refuses it.
  const hostile: Readonly<Record<string, string>> = {
    [sent(id, { sealedFor: nextOpening })]: 'decryption',
    [sent(other, { sealedFor: opening })]: 'destination',
    [sent(id, told({ recipient: shared, destination: shared }))]: 'destination',
    [sent(id, told({ recipient: shared }))]: 'recipient',
    [sent(id, told({ recipient: otherAcs }))]: 'recipient',
    [sent(id, told({ destination: otherAcs }))]: 'destination',
    [sent(id, told({ audience: otherAcs }))]: 'audience',
    [sent(id, told({ audience: null }))]: 'audience',
    [sent(id, told({ issuer: elsewhere }))]: 'issuer',
    [sent(id, { sealedFor: opening, signer: foreign })]: 'decryption',
    [sent(id, { signer: foreign })]: 'signing-key|signature',
    [sent(id, told({ inResponseTo: '_gatehouse.x' }))]: 'in-response-to',
    [sent(id, told({ issuedAt: tooOld }))]: 'not-on-or-after',
    [sent(id, told({ status: 'Responder' }))]: 'status',
    [sent(id, { sealedFor: opening, roles: [] })]: 'attribute',
    [sent(id, { sealedFor: opening, roles: [pair('Twin', 'twin')] })]: 'attribute',
  }
  for (const [response, check] of Object.entries(hostile)) {
    const shown = await post(id, response)
    assert.ok(shown.status === 400 || shown.status === 403, `${check}: ${shown.status}`)
  }
  const checks = Object.values(hostile)
  const events = await at.events((all) => refusals(all).length >= checks.length)
  for (const [index, detail] of refusals(events).entries())
    assert.match(detail, new RegExp(`^saml (${checks[index]}):`))
  assert.equal((await post(other, sent(id, { sealedFor: opening }))).status, 403)
  const tool = sent(id, told({ inResponseTo: '_of-a-command-line-tool' }))
  assert.equal((await post(id, tool)).location, '/console', 'other programs ask too')
})

const refusals = (events: readonly TrailRecord[]) =>
  events.flatMap(({ eventName, additionalEventData: { gatehouse } }) =>
    eventName === 'SignIn' && gatehouse.detail !== undefined ? [gatehouse.detail] : [],
  )

test('an address that is not there is not found, whatever is posted', async () => {
  await using mine = await openAccount()
  const { at, iam, own, sent, post } = mine
  const id = await mine.provide('legacy', [opening])
  for (const strange of ['SAMLSPAAAAAAAAAAAAAAAA', id.toLowerCase(), 'legacy', 'a%00b', '*'])
    assert.equal((await post(strange, sent(id, { sealedFor: opening }))).status, 404, strange)
  const shadowed = await mine.provide('corp', [opening])
  const response = sent(shadowed, { sealedFor: opening })
  assert.equal((await post(shadowed, response)).status, 404, 'a connector has the name')
  await iam.send(new DeleteSAMLProviderCommand(own))
  assert.equal((await post(id, sent(id, { sealedFor: opening }))).status, 404)
  assert.equal((await fetch(`${at.origin}/static/saml/${id}/saml-metadata.xml`)).status, 404)
  const again = await mine.provide('legacy', [opening])
  assert.notEqual(again, id)
  assert.equal((await post(id, sent(id, { sealedFor: opening }))).status, 404)
})

test('a connector that is called acs keeps its addresses', async () => {
  const settings = samlSettings({ keys: [key] }).replace('\n  corp:\n', '\n  acs:\n')
  await using at = await openRunning(settings)
  const browser = new Browser(at.origin)
  for (const name of ['acs', 'slo'])
    assert.equal((await browser.post(`/saml/acs/${name}`, { SAMLRequest: 'AAAA' })).status, 403)
  assert.equal((await browser.get('/saml/acs/metadata')).status, 200)
})

test('an assertion is good once, at all addresses and on the wire together', async () => {
  await using mine = await openAccount()
  const { at, sent, post } = mine
  const id = await mine.provide('legacy', [opening])
  const assume = async (SAMLAssertion: string) => {
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn: roleArn('Legacy'),
      PrincipalArn: providerArn('legacy'),
      SAMLAssertion,
    })
    return (await fetch(at.origin, { method: 'POST', body })).text()
  }
  const first = sent(id, { sealedFor: opening })
  assert.equal((await post(id, first)).location, '/console')
  assert.equal((await post(id, first)).status, 400)
  assert.match(await assume(first), /InvalidIdentityToken.*used before/s)
  const second = sent(id, { sealedFor: opening })
  assert.match(await assume(second), new RegExp(`<Audience>${at.origin}/saml/acs/${id}</Audience>`))
  assert.equal((await post(id, second)).status, 400)
})

test('all failures of decryption get one answer', async () => {
  await using mine = await openAccount()
  const { at, sent, post } = mine
  const id = await mine.provide('legacy', [opening, nextOpening], true)
  const flipped = (response: string, at: number) => {
    const xml = Buffer.from(response, 'base64').toString()
    const [, value] = [...xml.matchAll(/<xenc:CipherValue>([^<]+)/g)].map(([, one]) => one!)
    const bytes = Buffer.from(value!, 'base64')
    bytes[at < 0 ? bytes.length + at : at]! ^= 0x41
    return Buffer.from(xml.replace(value!, bytes.toString('base64'))).toString('base64')
  }
  const cbc = (more: Sent = {}) => sent(id, { sealedFor: opening, cipher: 'aes128-cbc', ...more })
  const wrong: Readonly<Record<string, string>> = {
    'another key': sent(id, { sealedFor: foreign }),
    'a tag that does not hold': flipped(sent(id, { sealedFor: opening }), -1),
    'padding that is none': flipped(cbc(), -17),
    'a first block that is none': flipped(cbc(), 0),
    'a byte of the content': flipped(cbc(), 700),
    'no XML': cbc({ spoil: () => 'nothing of the kind' }),
    'ill-formed XML': cbc({ spoil: (xml) => xml.slice(0, -5) }),
    'another element': cbc({ spoil: () => '<a xmlns="urn:x"/>' }),
    'two assertions': cbc({ spoil: (xml) => xml + xml }),
    'no signature': cbc({ spoil: (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/, '') }),
    'a signature that does not hold': cbc({ spoil: (xml) => xml.replace('>alice<', '>mallory<') }),
    'a signature of another': cbc({ signer: foreign }),
  }
  const pages = new Map<string, string[]>()
  for (const [what, response] of Object.entries(wrong)) {
    const { status, text } = await post(id, response)
    const page = `${status} ${text.replaceAll(/GH-\w{4}-\w{4}/g, '')}`
    pages.set(page, [...(pages.get(page) ?? []), what])
  }
  assert.deepEqual([...pages.values()], [Object.keys(wrong)])
  const events = await at.events((all) => all.length >= Object.keys(wrong).length)
  assert.doesNotMatch(JSON.stringify(events), /PRIVATE KEY|<saml:/)
})

test('a private key that decrypts nothing, or too slowly, is refused', async () => {
  await using mine = await openAccount()
  const { iam } = mine
  const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { privateKey: short } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const { privateKey: long } = generateKeyPairSync('rsa', { modulusLength: 5120 })
  for (const one of [ec, short, long])
    await assert.rejects(
      iam.send(
        new CreateSAMLProviderCommand({
          Name: 'legacy',
          SAMLMetadataDocument: idpMetadata(key),
          AddPrivateKey: one.export({ type: 'pkcs8', format: 'pem' }).toString(),
        }),
      ),
      { name: 'InvalidInputException' },
    )
})

test("a provider with the name of another account's connector signs nobody out there", async () => {
  const neighbour = '444455556666'
  const passwordHash = await hashPassword('zoe-test-2026')
  const role = `arn:aws:iam::${neighbour}:role/Reader`
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${neighbour}:file-provider/legacy` },
      Action: ['sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession'],
    },
  })
  await using mine = await openAccount((settings) =>
    settings
      .replace(
        'connectors:',
        `  "${neighbour}": { roles: { Reader: { trustPolicy: '${trust}' } } }\nconnectors:\n` +
          `  legacy: { type: file, label: Staff, accounts: ["${neighbour}"], people: [{ ` +
          `username: zoe, passwordHash: "${passwordHash}" }] }`,
      )
      .replace(
        'mappings:',
        `mappings:\n  - name: readers\n    when: 'identity.username == "zoe"'\n` +
          `    grants: [{ role: "${role}" }]`,
      ),
  )
  const { at, sent, post } = mine
  const zoe = new Browser(at.origin)
  const signedIn = await zoe.signIn('zoe', 'zoe-test-2026', { connector: 'legacy' })
  assert.equal(signedIn.status, 303, signedIn.text)
  const id = await mine.provide('legacy')
  const assertion = () => sent(id, { told: { nameId: 'zoe' } })
  const [intruder, other] = [await post(id, assertion()), await post(id, assertion())]
  assert.equal(intruder.location, '/console', intruder.text)
  at.clock.pass(1)
  const { csrf } = await intruder.browser.get('/signout')
  const left = await intruder.browser.post('/signout/everywhere', { _csrf: csrf })
  assert.equal(left.location, '/signout')
  assert.equal((await other.browser.get('/console')).title, 'You signed out everywhere')
  assert.equal((await zoe.get('/portal')).status, 200, 'another account')
})
