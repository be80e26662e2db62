import assert from 'node:assert/strict'
import { createPublicKey, hash } from 'node:crypto'
import { test } from 'node:test'
import { CreateSAMLProviderCommand, DeleteSAMLProviderCommand, GetSAMLProviderCommand, IAMClient, ListSAMLProvidersCommand, ListSAMLProviderTagsCommand, TagSAMLProviderCommand, UntagSAMLProviderCommand, UpdateSAMLProviderCommand } from '@aws-sdk/client-iam'
import { assertionXml, encryptedAssertion, idpEntity, makeKey, responseXml, signedPart, type Told } from '../../connectors/saml/identity-provider.ts'
import { openRunning, type RunningHere } from '../../journeys/running.ts'
import { account, brokerKey, samlSettings } from '../../journeys/saml-settings.ts'

const key = makeKey(new Date())
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const legacy = `arn:aws:iam::${account}:saml-provider/legacy`
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

/** An assertion as identity providers make them for AWS. */
function forAws(at: RunningHere, pairs: readonly string[], attributes: Told['attributes'] = {}, told: Told = {}): string {
  const recipient = `${at.origin}/saml`
  const all: Told = {
    audience: 'urn:amazon:webservices', recipient, destination: recipient,
    attributes: { [named('Role')]: pairs, [named('RoleSessionName')]: ['alice@corp'], ...attributes }, ...told,
  }
  return Buffer.from(responseXml(at.clock.now(), signedPart(assertionXml(at.clock.now(), all), key), all)).toString('base64')
}

async function assume(at: RunningHere, SAMLAssertion: string, RoleArn: string, more: Record<string, string> = {}) {
  const answer = await fetch(at.origin, { method: 'POST', body: new URLSearchParams({ Action: 'AssumeRoleWithSAML', Version: '2011-06-15', RoleArn, PrincipalArn: corp, SAMLAssertion, ...more }) })
  const text = await answer.text()
  const tell = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
  return { status: answer.status, code: tell('Code'), tell, text }
}

const pair = (name: string, provider = corp) => `${role(name)},${provider}`

test('an assertion with AWS\'s attributes takes a role, in either order of the pair', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const answer = await assume(at, forAws(at, [pair('Developer'), `${corp},${role('Operator')}`], {
    [named('PrincipalTag:Project')]: ['Hydra'], [named('TransitiveTagKeys')]: ['Project'], [named('SourceIdentity')]: ['alice'],
  }), role('Operator'), { DurationSeconds: '7200' })
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.tell('Arn'), `arn:aws:sts::${account}:assumed-role/Operator/alice@corp`)
  assert.equal(answer.tell('Subject'), 'alice')
  assert.equal(answer.tell('SubjectType'), 'persistent')
  assert.equal(answer.tell('Issuer'), idpEntity)
  assert.equal(answer.tell('Audience'), `${at.origin}/saml`)
  assert.equal(answer.tell('SourceIdentity'), 'alice')
  assert.equal(answer.tell('NameQualifier'), hash('sha1', `${idpEntity}${account}/corp`, 'base64'))
  assert.equal(Date.parse(answer.tell('Expiration')!), Math.floor(at.clock.now().getTime() / 1000) * 1000 + 7_200_000)
})

test('without AWS\'s attributes the mapping proposes', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const plain = () => forAws(at, [], { [named('Role')]: [], [named('RoleSessionName')]: [], uid: ['alice'], groups: ['devs'] })
  assert.equal((await assume(at, plain(), role('Developer'))).tell('Arn'), `arn:aws:sts::${account}:assumed-role/Developer/alice`)
  assert.equal((await assume(at, plain(), role('Operator'))).code, 'AccessDenied')
})

test('the session is the shorter of what is asked, SessionDuration and SessionNotOnOrAfter', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const now = Math.floor(at.clock.now().getTime() / 1000) * 1000
  const ends = async (attributes: Told['attributes'], told: Told) => {
    const answer = await assume(at, forAws(at, [pair('Operator')], attributes, told), role('Operator'))
    return (Date.parse(answer.tell('Expiration')!) - now) / 1000
  }
  assert.equal(await ends({}, {}), 3600)
  assert.equal(await ends({ [named('SessionDuration')]: ['1200'] }, {}), 1200)
  const shortest = await ends({ [named('SessionDuration')]: ['43200'] }, { sessionEndsAt: new Date(now + 600_000) })
  assert.ok(shortest > 590 && shortest <= 600, String(shortest))
  const tooLong = await assume(at, forAws(at, [pair('Developer')]), role('Developer'), { DurationSeconds: '3601' })
  assert.equal(tooLong.code, 'ValidationError')
})

test('refused: replay, roles that do not trust or were not named, foreign recipients, answers to browsers, strange attributes', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const once = forAws(at, [pair('Developer')])
  const both = await Promise.all([assume(at, once, role('Developer')), assume(at, once, role('Developer'))])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400])
  assert.equal((await assume(at, once, role('Developer'))).code, 'InvalidIdentityToken')

  const codes: Record<string, string | undefined> = {}
  const tried = async (name: string, assertion: string, roleArn: string, more = {}) => {
    codes[name] = (await assume(at, assertion, roleArn, more)).code
  }
  await tried('untrusting', forAws(at, [pair('Untrusting')]), role('Untrusting'))
  await tried('absent', forAws(at, [pair('Nothing')]), role('Nothing'))
  await tried('unnamed', forAws(at, [pair('Developer')]), role('Operator'))
  await tried('other provider in the pair', forAws(at, [pair('Developer', legacy)]), role('Developer'))
  await tried('recipient', forAws(at, [pair('Developer')], {}, { recipient: 'https://signin.aws.amazon.com/saml' }), role('Developer'))
  await tried('answer', forAws(at, [pair('Developer')], {}, { inResponseTo: '_q' }), role('Developer'))
  await tried('session name', forAws(at, [pair('Developer')], { [named('RoleSessionName')]: ['a b'] }), role('Developer'))
  await tried('case', forAws(at, [pair('Developer')], { [named('RoleSessionName')]: [], [named('rolesessionname')]: ['alice'] }), role('Developer'))
  await tried('tags', forAws(at, [pair('Developer')], { [named('PrincipalTag:aws:x')]: ['y'] }), role('Developer'))
  await tried('stale', forAws(at, [pair('Developer')], {}, { issuedAt: new Date(at.clock.now().getTime() - 400_000) }), role('Developer'))
  await tried('expired', forAws(at, [pair('Developer')], {}, { notOnOrAfter: new Date(at.clock.now().getTime() - 61_000) }), role('Developer'))
  await tried('status', forAws(at, [pair('Developer')], {}, { status: 'Requester' }), role('Developer'))
  await tried('provider', forAws(at, [pair('Developer')]), role('Developer'), { PrincipalArn: legacy })
  await tried('junk', 'AAAA', role('Developer'))
  assert.deepEqual(codes, {
    untrusting: 'AccessDenied', absent: 'AccessDenied', unnamed: 'AccessDenied', 'other provider in the pair': 'AccessDenied',
    recipient: 'InvalidIdentityToken', answer: 'InvalidIdentityToken', 'session name': 'InvalidIdentityToken', case: 'InvalidIdentityToken', tags: 'InvalidIdentityToken',
    stale: 'ExpiredTokenException', expired: 'ExpiredTokenException', status: 'IDPRejectedClaim', provider: 'InvalidIdentityToken', junk: 'InvalidIdentityToken',
  })
  const trail = JSON.stringify(await at.events(17))
  assert.ok(!trail.includes(once.slice(100, 160)) && !trail.includes('<saml:'), 'no assertion in the trail')
  const told = (await at.events(17)).find(({ errorCode }) => errorCode === 'IDPRejectedClaim')
  assert.match(told?.additionalEventData.gatehouse.detail ?? '', /saml status: .*found `Requester`, expected `Success`/)
})

test('an account makes its own SAML provider through IAM, and an assertion of it takes a role', async () => {
  await using at = await openRunning(samlSettings({ keys: [] , idp: `      entityId: https://elsewhere.example.com\n      signOnUrl: https://elsewhere.example.com/sso\n      certificates: [${JSON.stringify(makeKey(new Date()).x509.toString())}]` }))
  const iam = new IAMClient({ endpoint: at.origin, region: 'us-east-1', credentials: { accessKeyId: brokerKey.id, secretAccessKey: brokerKey.secret } })
  const SAMLMetadataDocument = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${idpEntity}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${key.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`
  const assertion = () => forAws(at, [pair('Legacy', legacy)])
  assert.equal((await assume(at, assertion(), role('Legacy'), { PrincipalArn: legacy })).code, 'InvalidIdentityToken')
  const { SAMLProviderArn } = await iam.send(new CreateSAMLProviderCommand({ Name: 'legacy', SAMLMetadataDocument, Tags: [{ Key: 'team', Value: 'a' }] }))
  assert.equal(SAMLProviderArn, legacy)
  assert.equal((await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))).SAMLMetadataDocument, SAMLMetadataDocument)
  assert.deepEqual((await iam.send(new ListSAMLProvidersCommand({}))).SAMLProviderList?.map(({ Arn }) => Arn), [legacy])
  const answer = await assume(at, assertion(), role('Legacy'), { PrincipalArn: legacy })
  assert.equal(answer.tell('Arn'), `arn:aws:sts::${account}:assumed-role/Legacy/alice@corp`, answer.text)
  // A key of its own opens assertions, and can be asked for.
  const own = makeKey(new Date(), 'own')
  await iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, AddPrivateKey: own.key.export({ type: 'pkcs8', format: 'pem' }).toString(), AssertionEncryptionMode: 'Required' }))
  assert.equal((await assume(at, assertion(), role('Legacy'), { PrincipalArn: legacy })).code, 'InvalidIdentityToken')
  const told: Told = { audience: 'urn:amazon:webservices', recipient: `${at.origin}/saml`, destination: `${at.origin}/saml`, attributes: { [named('Role')]: [pair('Legacy', legacy)], [named('RoleSessionName')]: ['alice'] } }
  const sealed = responseXml(at.clock.now(), encryptedAssertion(signedPart(assertionXml(at.clock.now(), told), key), createPublicKey(own.key)), told)
  assert.equal((await assume(at, Buffer.from(sealed).toString('base64'), role('Legacy'), { PrincipalArn: legacy })).status, 200)
  const { PrivateKeyList, AssertionEncryptionMode } = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))
  assert.equal(AssertionEncryptionMode, 'Required')
  await assert.rejects(iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, RemovePrivateKey: PrivateKeyList![0]!.KeyId })), { name: 'InvalidInputException' })
  await iam.send(new TagSAMLProviderCommand({ SAMLProviderArn, Tags: [{ Key: 'Team', Value: 'b' }, { Key: 'x', Value: '1' }] }))
  await iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['X'] }))
  assert.deepEqual((await iam.send(new ListSAMLProviderTagsCommand({ SAMLProviderArn }))).Tags, [{ Key: 'Team', Value: 'b' }])
  assert.doesNotMatch(JSON.stringify(await at.events(10)), /PRIVATE KEY/)
  await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn }))
  assert.equal((await assume(at, assertion(), role('Legacy'), { PrincipalArn: legacy })).code, 'InvalidIdentityToken')
  for (const bad of [SAMLMetadataDocument.replace('<md:Key', '<!DOCTYPE x><md:Key'), SAMLMetadataDocument.replace(/<md:KeyDescriptor.*KeyDescriptor>/, ' '.repeat(1000))]) {
    await assert.rejects(iam.send(new CreateSAMLProviderCommand({ Name: 'bad', SAMLMetadataDocument: bad })), { name: 'InvalidInputException' })
  }
})
