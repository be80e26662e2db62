import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertionXml, makeKey, responseXml, signedPart } from '../connectors/saml/identity-provider.ts'
import { openSite, startServed } from './running.ts'
import { account, samlSettings } from './saml-settings.ts'

const key = makeKey(new Date())
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const RoleArn = `arn:aws:iam::${account}:role/Developer`
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

test('an assertion that two nodes are shown at once serves once, and not after a restart either', async () => {
  await using site = await openSite()
  const settings = samlSettings({ keys: [key] })
  const recipient = `${site.origin}/saml`
  const told = { audience: 'urn:amazon:webservices', recipient, destination: recipient, attributes: { [named('Role')]: [`${RoleArn},${corp}`], [named('RoleSessionName')]: ['alice'] } }
  const fresh = () => Buffer.from(responseXml(new Date(), signedPart(assertionXml(new Date(), told), key), told)).toString('base64')
  const assume = async (origin: string, SAMLAssertion: string) => {
    const answer = await fetch(origin, { method: 'POST', body: new URLSearchParams({ Action: 'AssumeRoleWithSAML', Version: '2011-06-15', RoleArn, PrincipalArn: corp, SAMLAssertion }) })
    return answer.ok ? 'taken' : /<Code>([^<]+)/.exec(await answer.text())?.[1]
  }
  const used: string[] = []
  {
    await using one = await startServed(site, settings)
    await using other = await startServed(site, settings, { beside: true })
    for (let round = 0; round < 5; round++) {
      const assertion = fresh()
      used.push(assertion)
      const answers = await Promise.all([assume(one.origin, assertion), assume(other.origin, assertion)])
      assert.deepEqual(answers.sort(), ['InvalidIdentityToken', 'taken'])
    }
  }
  await using again = await startServed(site, settings)
  for (const assertion of used) assert.equal(await assume(again.origin, assertion), 'InvalidIdentityToken')
  assert.equal(await assume(again.origin, fresh()), 'taken')
})
