import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertionXml,
  makeKey,
  responseXml,
  signedPart,
  type TestKey,
  type Told,
} from '../connectors/saml/identity-provider.ts'
import { Browser } from '../http/browser.ts'
import { signedCall } from './broker.ts'
import { openRunning } from './running.ts'
import { account, brokerKey, samlSettings } from './saml-settings.ts'

const [stolen, safe] = [makeKey(new Date()), makeKey(new Date())]
const root = { AccessKeyId: brokerKey.id, SecretAccessKey: brokerKey.secret }
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const RoleArn = `arn:aws:iam::${account}:role/Developer`
const PrincipalArn = `arn:aws:iam::${account}:saml-provider/corp`

test('revoking a certificate ends what its key signed for, and nothing else', async () => {
  await using at = await openRunning(samlSettings({ keys: [stolen, safe] }))
  const signed = (key: TestKey, told: Told) =>
    Buffer.from(
      responseXml(at.clock.now(), signedPart(assertionXml(at.clock.now(), told), key), told),
    ).toString('base64')
  const forWire = (key: TestKey) => {
    const recipient = `${at.origin}/saml`
    return signed(key, {
      audience: 'urn:amazon:webservices',
      recipient,
      destination: recipient,
      attributes: {
        [named('Role')]: [`${RoleArn},${PrincipalArn}`],
        [named('RoleSessionName')]: ['alice'],
      },
    })
  }
  const assume = async (SAMLAssertion: string) => {
    const text = await (
      await fetch(at.origin, {
        method: 'POST',
        body: new URLSearchParams({
          Action: 'AssumeRoleWithSAML',
          Version: '2011-06-15',
          RoleArn,
          PrincipalArn,
          SAMLAssertion,
        }),
      })
    ).text()
    const part = (name: string) => new RegExp(`<${name}>([^<]+)`).exec(text)?.[1] ?? ''
    return {
      refused: part('Message'),
      keys: {
        AccessKeyId: part('AccessKeyId'),
        SecretAccessKey: part('SecretAccessKey'),
        SessionToken: part('SessionToken'),
      },
    }
  }
  const atPortal = async (key: TestKey) => {
    const browser = new Browser(at.origin)
    const acs = `${at.origin}/saml/corp/acs`
    const posted = await new Browser(at.origin).post('/saml/corp/acs', {
      SAMLResponse: signed(key, {
        audience: `${at.origin}/saml/corp`,
        recipient: acs,
        destination: acs,
      }),
    })
    await browser.get(posted.location!)
    return async () => (await browser.get('/portal')).status
  }
  const who = async (keys: Parameters<typeof signedCall>[1]) =>
    /<Arn>(.*?)<|<Code>(.*?)</
      .exec(await signedCall(at.origin, keys, { Action: 'GetCallerIdentity' }))
      ?.slice(1)
      .find(Boolean)

  const [thief, person] = [await assume(forWire(stolen)), await assume(forWire(safe))]
  const [thiefPortal, personPortal] = [await atPortal(stolen), await atPortal(safe)]
  const kept = forWire(stolen)
  assert.deepEqual(
    [await who(thief.keys), await who(person.keys), await thiefPortal(), await personPortal()],
    [...Array(2).fill(`arn:aws:sts::${account}:assumed-role/Developer/alice`), 200, 200],
  )

  const answer = await signedCall(at.origin, root, {
    Action: 'RevokeSessions',
    Scope: 'certificate',
    Target: stolen.x509.fingerprint256,
  })
  assert.match(answer, /<Scope>certificate</)
  assert.deepEqual([await who(thief.keys), await thiefPortal()], ['ExpiredToken', 303])
  assert.deepEqual(
    [await who(person.keys), await personPortal()],
    [`arn:aws:sts::${account}:assumed-role/Developer/alice`, 200],
  )
  assert.match((await assume(kept)).refused, /were revoked/, 'an assertion of before buys nothing')
  at.clock.pass(1)
  assert.equal((await assume(forWire(safe))).refused, '')
})
