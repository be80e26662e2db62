import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertionXml,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  type Told,
} from '../connectors/saml/identity-provider.ts'
import { Browser } from '../http/browser.ts'
import type { Keys } from './aws-cli.ts'
import { iamCall, signedCall } from './broker.ts'
import { openRunning, type RunningHere } from './running.ts'
import { account, brokerKey, samlSettings } from './saml-settings.ts'

const key = makeKey(new Date())
const root = { AccessKeyId: brokerKey.id, SecretAccessKey: brokerKey.secret }
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const developer = `arn:aws:iam::${account}:role/Developer`
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
/** The NameID is not the user name, as with persistent ids. */
const nameId = 'p-8f3a91'

function signed(at: RunningHere, told: Told): string {
  const now = at.clock.now()
  const all = { nameId, ...told }
  return Buffer.from(responseXml(now, signedPart(assertionXml(now, all), key), all)).toString(
    'base64',
  )
}

/** For AWS's address, with or without its `Role` attribute. */
function forAws(at: RunningHere, attributes: NonNullable<Told['attributes']>): string {
  const shared = `${at.origin}/saml`
  return signed(at, {
    audience: 'urn:amazon:webservices',
    recipient: shared,
    destination: shared,
    attributes,
  })
}

const withRole = {
  [named('Role')]: [`${developer},${corp}`],
  [named('RoleSessionName')]: ['alice'],
}

async function assumed(at: RunningHere, SAMLAssertion: string): Promise<string> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithSAML',
    Version: '2011-06-15',
    RoleArn: developer,
    PrincipalArn: corp,
    SAMLAssertion,
  })
  return (await fetch(at.origin, { method: 'POST', body })).text()
}

function keysIn(answer: string): Keys {
  const part = (name: string) => new RegExp(`<${name}>([^<]+)`).exec(answer)?.[1] ?? ''
  return {
    AccessKeyId: part('AccessKeyId'),
    SecretAccessKey: part('SecretAccessKey'),
    SessionToken: part('SessionToken'),
  }
}

/** The session, or why there is none. */
async function assume(at: RunningHere, SAMLAssertion: string): Promise<string> {
  const text = await assumed(at, SAMLAssertion)
  return /<Arn>(.*?)<|<Message>(.*?) Reference/.exec(text)?.slice(1).find(Boolean) ?? text
}

test('a revocation by user name ends assertions of before on every road', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const acs = `${at.origin}/saml/corp/acs`
  const kept = {
    wire: forAws(at, withRole),
    wireByRule: forAws(at, { uid: ['alice'], groups: ['devs'] }),
    shared: forAws(at, withRole),
    portal: signed(at, { audience: `${at.origin}/saml/corp`, recipient: acs, destination: acs }),
  }
  const browse = async (path: string, SAMLResponse: string) =>
    (await new Browser(at.origin).post(path, { SAMLResponse })).status
  at.clock.pass(1)
  const answer = await signedCall(at.origin, root, {
    Action: 'RevokeSessions',
    Scope: 'username',
    Target: 'corp/alice',
  })
  assert.match(answer, /<Scope>username</)
  const revoked = 'Assertions of that moment were revoked.'
  assert.deepEqual(
    [await assume(at, kept.wire), await assume(at, kept.wireByRule)],
    [revoked, revoked],
  )
  assert.deepEqual(
    [await browse('/saml', kept.shared), await browse('/saml/corp/acs', kept.portal)],
    [403, 403],
  )
  at.clock.pass(1)
  assert.match(await assume(at, forAws(at, withRole)), /assumed-role\/Developer\/alice$/)
})

test('credentials of an assertion of before a revocation end with it', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const kept = [forAws(at, withRole), forAws(at, { uid: ['alice'], groups: ['devs'] })]
  const acs = `${at.origin}/saml/corp/acs`
  const before = at.clock.now()
  const browser = new Browser(at.origin)
  const SAMLResponse = signed(at, {
    audience: `${at.origin}/saml/corp`,
    recipient: acs,
    destination: acs,
  })
  at.clock.pass(60)
  const posted = await browser.post('/saml/corp/acs', { SAMLResponse })
  await browser.get(posted.location!)
  const taken: Keys[] = []
  for (const one of kept) taken.push(keysIn(await assumed(at, one)))
  at.clock.pass(30)
  const who = async (keys: Keys) =>
    /<Arn>(.*?)<|<Code>(.*?)</
      .exec(await signedCall(at.origin, keys, { Action: 'GetCallerIdentity' }, at.clock.now()))
      ?.slice(1)
      .find(Boolean)
  const revoked = { Scope: 'person', Target: `corp/${nameId}`, Before: before.toISOString() }
  const fields = { Action: 'RevokeSessions', ...revoked }
  const all = async () => [...(await Promise.all(taken.map(who))), await portal()]
  const portal = async () => (await browser.get('/portal')).status
  const alive = `arn:aws:sts::${account}:assumed-role/Developer/alice`
  assert.deepEqual(await all(), [alive, alive, 200])
  assert.match(await signedCall(at.origin, root, fields, at.clock.now()), /<Scope>person</)
  assert.deepEqual(await all(), ['ExpiredToken', 'ExpiredToken', 303])
})

/** Two accounts make a provider each of one identity provider, and a role that trusts it. */
const others = ['222233334444', '333344445555']
const otherRoot = (of: string) => ({
  AccessKeyId: `AKIA${of}2222`.replace(/[01]/g, '2'),
  SecretAccessKey: brokerKey.secret,
})
const twoAccounts = `
accounts:
${others
  .map((of) => {
    const { AccessKeyId, SecretAccessKey } = otherRoot(of)
    return (
      `  "${of}":\n    rootAccessKeys: [{ accessKeyId: ${AccessKeyId}, ` +
      `secretAccessKey: "${SecretAccessKey}" }]\n    roles:\n      R${of}:\n` +
      '        trustPolicy: { Version: "2012-10-17", Statement: { Effect: Allow, ' +
      `Principal: { Federated: "arn:aws:iam::${of}:saml-provider/idp-${of}" }, ` +
      'Action: "sts:AssumeRoleWithSAML" } }\n'
    )
  })
  .join('')}`

function metadataOf({ certificate }: typeof key): string {
  return (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ' +
    `xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${idpEntity}">` +
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
    '<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>' +
    `${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ' +
    'Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
  )
}

async function openTwoAccounts() {
  const at = await openRunning(twoAccounts)
  const iam = (of: string, Action: string, fields: Readonly<Record<string, string>>) =>
    iamCall(at.origin, otherRoot(of), { Action, ...fields }, new Date())
  for (const of of others) {
    const made = { Name: `idp-${of}`, SAMLMetadataDocument: metadataOf(key) }
    assert.match(await iam(of, 'CreateSAMLProvider', made), /<SAMLProviderArn>/)
  }
  const arn = (of: string) => `arn:aws:iam::${of}:saml-provider/idp-${of}`
  const browser = new Browser(at.origin)
  const comeIn = async () => {
    const SAMLResponse = forAws(at, {
      [named('Role')]: others.map((of) => `arn:aws:iam::${of}:role/R${of},${arn(of)}`),
      [named('RoleSessionName')]: ['alice'],
    })
    const posted = await browser.post('/saml', { SAMLResponse })
    await browser.get(posted.location!)
  }
  const listed = async () => {
    const { text } = await browser.get('/saml/roles')
    return others.filter((of) => text.includes(`R${of}`))
  }
  const take = async (of: string) => {
    const list = await browser.get('/saml/roles')
    const role = new RegExp(`name="role" value="([^"]+)"><span><bdi>R${of}`).exec(list.text)![1]!
    return browser.post('/saml/roles', { _csrf: list.csrf, role })
  }
  return { at, iam, arn, browser, comeIn, listed, take }
}

test('each account revokes what its own SAML provider vouched for', async () => {
  const { at, browser, comeIn, listed, take } = await openTwoAccounts()
  await using _ = at
  const [first, second] = [others[0]!, others[1]!]
  await comeIn()
  assert.deepEqual(await listed(), others)
  assert.equal((await take(second)).location, '/console')
  assert.equal((await browser.get('/console')).status, 200)
  const revoke = (of: string, Scope: string, Target: string) =>
    signedCall(at.origin, otherRoot(of), { Action: 'RevokeSessions', Scope, Target })
  assert.match(await revoke(second, 'connector', `idp-${second}`), /<Scope>connector</)
  assert.notEqual((await browser.get('/console')).status, 200)
  at.clock.pass(1)
  await comeIn()
  assert.deepEqual(await listed(), others)
  assert.match(await revoke(first, 'person', `idp-${first}/${nameId}`), /<Scope>person</)
  assert.deepEqual(await listed(), [second])
})

test('a SAML provider that is gone or has another key gives no more roles', async () => {
  const { at, iam, arn, comeIn, listed } = await openTwoAccounts()
  await using _ = at
  const [first, second] = [others[0]!, others[1]!]
  await comeIn()
  assert.deepEqual(await listed(), others)
  const SAMLProviderArn = arn(first)
  const SAMLMetadataDocument = metadataOf(makeKey(new Date()))
  await iam(first, 'UpdateSAMLProvider', { SAMLProviderArn, SAMLMetadataDocument })
  assert.deepEqual(await listed(), [second])
  await iam(second, 'DeleteSAMLProvider', { SAMLProviderArn: arn(second) })
  assert.deepEqual(await listed(), [])
})
