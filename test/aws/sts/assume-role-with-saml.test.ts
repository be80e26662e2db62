import assert from 'node:assert/strict'
import { createPublicKey, hash } from 'node:crypto'
import { test } from 'node:test'
import {
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  IAMClient,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
} from '@aws-sdk/client-iam'
import {
  assertionXml,
  encryptedAssertion,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
  type Told,
} from '../../connectors/saml/identity-provider.ts'
import { openRunning, type RunningHere, type TrailRecord } from '../../journeys/running.ts'
import { account, brokerKey, samlSettings } from '../../journeys/saml-settings.ts'

const key = makeKey(new Date())
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const legacy = `arn:aws:iam::${account}:saml-provider/legacy`
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

/** An assertion as identity providers make them for AWS. */
function forAws(
  at: RunningHere,
  pairs: readonly string[],
  attributes: Told['attributes'] = {},
  told: Told = {},
): string {
  const recipient = `${at.origin}/saml`
  const all: Told = {
    audience: 'urn:amazon:webservices',
    recipient,
    destination: recipient,
    attributes: {
      [named('Role')]: pairs,
      [named('RoleSessionName')]: ['alice@corp'],
      ...attributes,
    },
    ...told,
  }
  return Buffer.from(
    responseXml(at.clock.now(), signedPart(assertionXml(at.clock.now(), all), key), all),
  ).toString('base64')
}

async function assume(
  at: RunningHere,
  SAMLAssertion: string,
  RoleArn: string,
  more: Record<string, string> = {},
) {
  const answer = await fetch(at.origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn,
      PrincipalArn: corp,
      SAMLAssertion,
      ...more,
    }),
  })
  const text = await answer.text()
  const tell = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
  return { status: answer.status, code: tell('Code'), tell, text }
}

const pair = (name: string, provider = corp) => `${role(name)},${provider}`

test("an assertion with AWS's attributes takes a role, in either order of the pair", async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const answer = await assume(
    at,
    forAws(at, [pair('Developer'), `${corp},${role('Operator')}`], {
      [named('PrincipalTag:Project')]: ['Hydra'],
      [named('TransitiveTagKeys')]: ['Project'],
      [named('SourceIdentity')]: ['alice'],
    }),
    role('Operator'),
    { DurationSeconds: '7200' },
  )
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.tell('Arn'), `arn:aws:sts::${account}:assumed-role/Operator/alice@corp`)
  assert.equal(answer.tell('Subject'), 'alice')
  assert.equal(answer.tell('SubjectType'), 'persistent')
  assert.equal(answer.tell('Issuer'), idpEntity)
  assert.equal(answer.tell('Audience'), `${at.origin}/saml`)
  assert.equal(answer.tell('SourceIdentity'), 'alice')
  assert.equal(answer.tell('NameQualifier'), hash('sha1', `${idpEntity}${account}/corp`, 'base64'))
  assert.equal(
    Date.parse(answer.tell('Expiration')!),
    Math.floor(at.clock.now().getTime() / 1000) * 1000 + 7_200_000,
  )
})

test("without AWS's attributes the mapping proposes", async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const plain = () =>
    forAws(at, [], {
      [named('Role')]: [],
      [named('RoleSessionName')]: [],
      uid: ['alice'],
      groups: ['devs'],
    })
  assert.equal(
    (await assume(at, plain(), role('Developer'))).tell('Arn'),
    `arn:aws:sts::${account}:assumed-role/Developer/alice`,
  )
  assert.equal((await assume(at, plain(), role('Operator'))).code, 'AccessDenied')
})

test('a session is the shortest of the asked, SessionDuration, SessionNotOnOrAfter', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const now = Math.floor(at.clock.now().getTime() / 1000) * 1000
  const ends = async (attributes: Told['attributes'], told: Told) => {
    const answer = await assume(
      at,
      forAws(at, [pair('Operator')], attributes, told),
      role('Operator'),
    )
    return (Date.parse(answer.tell('Expiration')!) - now) / 1000
  }
  assert.equal(await ends({}, {}), 3600)
  assert.equal(await ends({ [named('SessionDuration')]: ['1200'] }, {}), 1200)
  const shortest = await ends(
    { [named('SessionDuration')]: ['43200'] },
    { sessionEndsAt: new Date(now + 600_000) },
  )
  assert.ok(shortest > 590 && shortest <= 600, String(shortest))
  const tooLong = await assume(at, forAws(at, [pair('Developer')]), role('Developer'), {
    DurationSeconds: '3601',
  })
  assert.equal(tooLong.code, 'ValidationError')
})

test('an assertion serves once', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const once = forAws(at, [pair('Developer')])
  const both = await Promise.all([
    assume(at, once, role('Developer')),
    assume(at, once, role('Developer')),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400])
  assert.equal((await assume(at, once, role('Developer'))).code, 'InvalidIdentityToken')
  assertNoAssertion(await at.events(3), once)
})

test('assertions that take no role count as tries of their address, good ones do not', async () => {
  const limits = 'limits: { signInsPerAddress: { count: 3, window: 15m } }\n'
  await using at = await openRunning(limits + samlSettings({ keys: [key] }))
  for (const _good of [1, 2, 3, 4])
    assert.equal((await assume(at, forAws(at, [pair('Developer')]), role('Developer'))).status, 200)
  // It proves somebody, whom the role does not trust: each time it is read and verified.
  const proved = forAws(at, [pair('Untrusting')])
  for (const _refused of [1, 2, 3])
    assert.equal((await assume(at, proved, role('Untrusting'))).code, 'AccessDenied')
  const late = await assume(at, forAws(at, [pair('Developer')]), role('Developer'))
  assert.equal(late.code, 'Throttling')
  assert.match(late.text, /Too many tries.*Reference GH-/s)
  at.clock.pass(15 * 60)
  assert.equal((await assume(at, forAws(at, [pair('Developer')]), role('Developer'))).status, 200)
})

function assertNoAssertion(events: readonly TrailRecord[], assertion: string): void {
  const trail = JSON.stringify(events)
  assert.ok(
    !trail.includes(assertion.slice(100, 160)) && !trail.includes('<saml:'),
    'no assertion in the trail',
  )
}

/** Makes calls and keeps the code of each answer, by what is wrong with the call. */
function tries(at: RunningHere) {
  const codes: Record<string, string | undefined> = {}
  const tried = async (name: string, assertion: string, roleArn: string, more = {}) => {
    codes[name] = (await assume(at, assertion, roleArn, more)).code
  }
  return { codes, tried }
}

test('refused: roles that do not trust, are not there, or that no pair names', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const { codes, tried } = tries(at)
  await tried('untrusting', forAws(at, [pair('Untrusting')]), role('Untrusting'))
  await tried('absent', forAws(at, [pair('Nothing')]), role('Nothing'))
  await tried('unnamed', forAws(at, [pair('Developer')]), role('Operator'))
  await tried(
    'other provider in the pair',
    forAws(at, [pair('Developer', legacy)]),
    role('Developer'),
  )
  assert.deepEqual(codes, {
    untrusting: 'AccessDenied',
    absent: 'AccessDenied',
    unnamed: 'AccessDenied',
    'other provider in the pair': 'AccessDenied',
  })
})

test('refused: foreign recipients, strange attributes, old and failed assertions', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const { codes, tried } = tries(at)
  const good = forAws(at, [pair('Developer')])
  await tried(
    'recipient',
    forAws(at, [pair('Developer')], {}, { recipient: 'https://signin.aws.amazon.com/saml' }),
    role('Developer'),
  )
  await tried(
    'answer',
    forAws(at, [pair('Developer')], {}, { inResponseTo: '_gatehouse.q' }),
    role('Developer'),
  )
  await tried(
    'session name',
    forAws(at, [pair('Developer')], { [named('RoleSessionName')]: ['a b'] }),
    role('Developer'),
  )
  await tried(
    'case',
    forAws(at, [pair('Developer')], {
      [named('RoleSessionName')]: [],
      [named('rolesessionname')]: ['alice'],
    }),
    role('Developer'),
  )
  await tried(
    'tags',
    forAws(at, [pair('Developer')], { [named('PrincipalTag:aws:x')]: ['y'] }),
    role('Developer'),
  )
  await tried(
    'stale',
    forAws(at, [pair('Developer')], {}, { issuedAt: new Date(at.clock.now().getTime() - 400_000) }),
    role('Developer'),
  )
  await tried(
    'expired',
    forAws(
      at,
      [pair('Developer')],
      {},
      { notOnOrAfter: new Date(at.clock.now().getTime() - 61_000) },
    ),
    role('Developer'),
  )
  await tried(
    'status',
    forAws(at, [pair('Developer')], {}, { status: 'Requester' }),
    role('Developer'),
  )
  await tried('provider', good, role('Developer'), { PrincipalArn: legacy })
  await tried('junk', 'AAAA', role('Developer'))
  assert.deepEqual(codes, {
    recipient: 'InvalidIdentityToken',
    answer: 'InvalidIdentityToken',
    'session name': 'InvalidIdentityToken',
    case: 'InvalidIdentityToken',
    tags: 'InvalidIdentityToken',
    stale: 'ExpiredTokenException',
    expired: 'ExpiredTokenException',
    status: 'IDPRejectedClaim',
    provider: 'InvalidIdentityToken',
    junk: 'InvalidIdentityToken',
  })
  const events = await at.events(10)
  assertNoAssertion(events, good)
  const told = events.find(({ errorCode }) => errorCode === 'IDPRejectedClaim')
  assert.match(
    told?.additionalEventData.gatehouse.detail ?? '',
    /saml status: .*found `Requester`, expected `Success`/,
  )
})

const SAMLMetadataDocument =
  '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ' +
  `xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${idpEntity}">` +
  '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
  '<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>' +
  `${key.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
  '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ' +
  'Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
const own = { SAMLProviderArn: legacy }

/** A server whose settings file has no provider `legacy`, and the account's IAM client. */
async function openAccount() {
  const at = await openRunning(
    samlSettings({
      keys: [],
      idp:
        '      entityId: https://elsewhere.example.com\n      signOnUrl: ' +
        'https://elsewhere.example.com/sso\n      certificates: ' +
        `[${JSON.stringify(makeKey(new Date()).x509.toString())}]`,
    }),
  )
  const iam = new IAMClient({
    endpoint: at.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: brokerKey.id, secretAccessKey: brokerKey.secret },
  })
  const assumeLegacy = (assertion = forAws(at, [pair('Legacy', legacy)])) =>
    assume(at, assertion, role('Legacy'), { PrincipalArn: legacy })
  return { at, iam, assumeLegacy, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() }
}

test('an account makes its own SAML provider, and an assertion of it takes a role', async () => {
  await using mine = await openAccount()
  const { iam, assumeLegacy } = mine
  assert.equal((await assumeLegacy()).code, 'InvalidIdentityToken')
  const { SAMLProviderArn } = await iam.send(
    new CreateSAMLProviderCommand({
      Name: 'legacy',
      SAMLMetadataDocument,
      Tags: [{ Key: 'team', Value: 'a' }],
    }),
  )
  assert.equal(SAMLProviderArn, legacy)
  assert.equal(
    (await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))).SAMLMetadataDocument,
    SAMLMetadataDocument,
  )
  assert.deepEqual(
    (await iam.send(new ListSAMLProvidersCommand({}))).SAMLProviderList?.map(({ Arn }) => Arn),
    [legacy],
  )
  const answer = await assumeLegacy()
  assert.equal(
    answer.tell('Arn'),
    `arn:aws:sts::${account}:assumed-role/Legacy/alice@corp`,
    answer.text,
  )
  await iam.send(
    new TagSAMLProviderCommand({
      SAMLProviderArn,
      Tags: [
        { Key: 'Team', Value: 'b' },
        { Key: 'x', Value: '1' },
      ],
    }),
  )
  await iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['X'] }))
  assert.deepEqual((await iam.send(new ListSAMLProviderTagsCommand({ SAMLProviderArn }))).Tags, [
    { Key: 'Team', Value: 'b' },
  ])
  await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn }))
  assert.equal((await assumeLegacy()).code, 'InvalidIdentityToken')
  for (const bad of [
    SAMLMetadataDocument.replace('<md:Key', '<!DOCTYPE x><md:Key'),
    SAMLMetadataDocument.replace(/<md:KeyDescriptor.*KeyDescriptor>/, ' '.repeat(1000)),
  ]) {
    await assert.rejects(
      iam.send(new CreateSAMLProviderCommand({ Name: 'bad', SAMLMetadataDocument: bad })),
      { name: 'InvalidInputException' },
    )
  }
})

test('an assertion that answers the request of another program is taken', async () => {
  await using at = await openRunning(samlSettings({ keys: [key] }))
  const told = forAws(at, [pair('Developer')], {}, { inResponseTo: '_of-a-command-line-tool' })
  assert.equal((await assume(at, told, role('Developer'))).status, 200)
})

test("a provider's private key opens assertions, can be asked for, and stays secret", async () => {
  await using mine = await openAccount()
  const { at, iam, assumeLegacy } = mine
  await iam.send(new CreateSAMLProviderCommand({ Name: 'legacy', SAMLMetadataDocument }))
  const opening = makeKey(new Date(), 'own')
  await iam.send(
    new UpdateSAMLProviderCommand({
      ...own,
      AddPrivateKey: opening.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      AssertionEncryptionMode: 'Required',
    }),
  )
  assert.equal((await assumeLegacy()).code, 'InvalidIdentityToken')
  const told: Told = {
    audience: 'urn:amazon:webservices',
    recipient: `${at.origin}/saml`,
    destination: `${at.origin}/saml`,
    attributes: {
      [named('Role')]: [pair('Legacy', legacy)],
      [named('RoleSessionName')]: ['alice'],
    },
  }
  const sealed = responseXml(
    at.clock.now(),
    encryptedAssertion(
      signedPart(assertionXml(at.clock.now(), told), key),
      createPublicKey(opening.key),
    ),
    told,
  )
  assert.equal((await assumeLegacy(Buffer.from(sealed).toString('base64'))).status, 200)
  const { PrivateKeyList, AssertionEncryptionMode } = await iam.send(
    new GetSAMLProviderCommand(own),
  )
  assert.equal(AssertionEncryptionMode, 'Required')
  await assert.rejects(
    iam.send(
      new UpdateSAMLProviderCommand({
        ...own,
        RemovePrivateKey: PrivateKeyList![0]!.KeyId,
      }),
    ),
    { name: 'InvalidInputException' },
  )
  assert.doesNotMatch(JSON.stringify(await at.events(6)), /PRIVATE KEY/)
})
