import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { CreateSAMLProviderCommand, IAMClient } from '@aws-sdk/client-iam'
import type PassportSaml from '@node-saml/passport-saml'
import {
  foreignGroups,
  makeKey,
  signedResponse,
  type Told,
} from '../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../connectors/saml/idp-metadata.ts'
import { openRunning, type RunningHere, type TrailRecord } from '../journeys/running.ts'
import { account, brokerKey, samlSettings } from '../journeys/saml-settings.ts'
import { Browser } from './browser.ts'

const key = makeKey(new Date())
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const provider = (name: string) => `arn:aws:iam::${account}:saml-provider/${name}`
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`

/** An answer that the two readers read differently, for the connector's own address. */
function answer(at: RunningHere, told: Told = {}): string {
  const address = `${at.origin}/saml/corp/acs`
  const all = { audience: `${at.origin}/saml/corp`, recipient: address, destination: address }
  const xml = signedResponse(at.clock.now(), key, { ...all, extra: foreignGroups, ...told })
  return Buffer.from(xml).toString('base64')
}

/** The same for AWS's address and the wire. */
function awsAnswer(at: RunningHere, pair: string, told: Told = {}): string {
  const address = `${at.origin}/saml`
  return answer(at, {
    audience: 'urn:amazon:webservices',
    recipient: address,
    destination: address,
    attributes: { [named('Role')]: [pair], [named('RoleSessionName')]: ['alice'] },
    ...told,
  })
}

async function assume(
  at: RunningHere,
  name: string,
  by: string,
  SAMLAssertion = awsAnswer(at, `${role(name)},${provider(by)}`),
): Promise<string> {
  const parameters = {
    Action: 'AssumeRoleWithSAML',
    Version: '2011-06-15',
    RoleArn: role(name),
    PrincipalArn: provider(by),
    SAMLAssertion,
  }
  const called = await fetch(at.origin, { method: 'POST', body: new URLSearchParams(parameters) })
  const text = await called.text()
  return /<(?:Code|Arn)>([^<]*)</.exec(text)?.[1] ?? text
}

/** Another identity provider for the connector, so that only the entity knows ours. */
const idp =
  '      entityId: https://elsewhere.example.com\n' +
  '      signOnUrl: https://elsewhere.example.com/sso\n' +
  `      certificates: [${JSON.stringify(makeKey(new Date()).x509.toString())}]`

async function createLegacy(at: RunningHere): Promise<void> {
  const credentials = { accessKeyId: brokerKey.id, secretAccessKey: brokerKey.secret }
  const iam = new IAMClient({ endpoint: at.origin, region: 'us-east-1', credentials })
  const SAMLMetadataDocument = idpMetadata(key)
  await iam.send(new CreateSAMLProviderCommand({ Name: 'legacy', SAMLMetadataDocument }))
}

const disputed = ({ errorCode, additionalEventData }: TrailRecord) => ({
  errorCode,
  detail: additionalEventData.gatehouse.detail,
})
const detail =
  'saml second-reader: Gatehouse and passport-saml read a field differently ' +
  '(found `Attribute groups`, expected `what Gatehouse read`)'

test('an answer that the two readers read differently signs nobody in, on any road', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const corp = `${role('Developer')},${provider('corp')}`
  for (const [path, SAMLResponse] of [
    ['/saml/corp/acs', answer(at)],
    ['/saml', awsAnswer(at, corp)],
  ] as const) {
    const page = await new Browser(at.origin).post(path, { SAMLResponse })
    assert.equal(page.status, 403)
    assert.equal(page.title, 'The answer of your sign-in service was not accepted')
    assert.doesNotMatch(page.text, /passport|groups/)
  }
  assert.equal(await assume(at, 'Developer', 'corp'), 'InvalidIdentityToken')
  const events = await at.events(3)
  assert.deepEqual(events.slice(0, 2).map(disputed), [
    { errorCode: 'assertion-disputed', detail },
    { errorCode: 'assertion-disputed', detail },
  ])
  assert.equal(events[2]?.additionalEventData.gatehouse.detail, detail)
})

test('a connector can leave the second reader out, and no message can', async () => {
  const more = '    secondReader: off'
  await using at = await openRunning(samlSettings({ keys: [key], more }))
  const page = await new Browser(at.origin).post('/saml/corp/acs', { SAMLResponse: answer(at) })
  assert.equal(page.status, 303)
  assert.match(await assume(at, 'Developer', 'corp'), /assumed-role\/Developer\/alice$/)
})

const acs = '/saml/corp/acs'
/** Shows an assertion once; true where it is accepted. */
type Way = () => Promise<boolean>

test('an assertion that was used costs no second reading, on any road', async (t) => {
  const { SAML }: typeof PassportSaml = createRequire(import.meta.url)('@node-saml/passport-saml')
  const reading = t.mock.method(SAML.prototype, 'validatePostResponseAsync').mock
  for (const [by, name] of [
    ['corp', 'Developer'],
    ['legacy', 'Legacy'],
  ] as const) {
    const settings = by === 'corp' ? { keys: [key] } : { keys: [], idp }
    await using at = await openRunning(samlSettings(settings))
    if (by === 'legacy') await createLegacy(at)
    const pair = `${role(name)},${provider(by)}`
    const browse = (path: string, SAMLResponse: string) => async () =>
      (await new Browser(at.origin).post(path, { SAMLResponse })).status === 303
    const call = (text: string) => async () =>
      (await assume(at, name, by, text)).includes(':assumed-role/')
    const honest = { extra: '' }
    const [own, shared, wire] = [
      answer(at, honest),
      awsAnswer(at, pair, honest),
      awsAnswer(at, pair, honest),
    ]
    const roads: readonly (readonly [first: Way, ...later: Way[]])[] = [
      [browse('/saml', shared), browse('/saml', shared), call(shared)],
      [call(wire), call(wire), browse('/saml', wire)],
      ...(by === 'corp' ? [[browse(acs, own), browse(acs, own)] as const] : []),
    ]
    for (const [first, ...later] of roads) {
      const before = reading.callCount()
      assert.equal(await first(), true)
      const read = reading.callCount()
      assert.ok(read > before)
      for (const again of later) assert.equal(await again(), false)
      assert.equal(reading.callCount(), read)
    }
  }
})

for (const [setting, outcome] of [
  ['passport-saml', /^InvalidIdentityToken$/],
  ['off', /assumed-role\/Legacy\/alice$/],
] as const)
  test(`providers that accounts made have one setting for all: ${setting}`, async () => {
    const settings = samlSettings({ keys: [], idp })
    await using at = await openRunning(`samlProviders: { secondReader: ${setting} }\n${settings}`)
    await createLegacy(at)
    assert.match(await assume(at, 'Legacy', 'legacy'), outcome)
  })
