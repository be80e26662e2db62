import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertionXml,
  idpEntity,
  makeKey,
  responseXml,
  signedPart,
} from '../connectors/saml/identity-provider.ts'
import { openRedis } from '../peers/redis.ts'
import { requirePeer } from '../peers/require.ts'
import { openSite, startServed } from './running.ts'
import { account, samlSettings } from './saml-settings.ts'

const key = makeKey(new Date())
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const RoleArn = `arn:aws:iam::${account}:role/Developer`
const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`

/** An assertion of AWS's profile for this address, as it is posted. */
function fresh(publicUrl: string, path = '/saml'): string {
  const recipient = `${publicUrl}${path}`
  const audience = path === '/saml' ? 'urn:amazon:webservices' : `${publicUrl}/saml/corp`
  const told = {
    audience,
    recipient,
    destination: recipient,
    attributes: {
      uid: ['alice'],
      groups: ['devs'],
      ...(path === '/saml' && {
        [named('Role')]: [`${RoleArn},${corp}`],
        [named('RoleSessionName')]: ['alice'],
      }),
    },
  }
  return Buffer.from(
    responseXml(new Date(), signedPart(assertionXml(new Date(), told), key), told),
  ).toString('base64')
}

async function assume(origin: string, SAMLAssertion: string): Promise<string | undefined> {
  const answer = await fetch(origin, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithSAML',
      Version: '2011-06-15',
      RoleArn,
      PrincipalArn: corp,
      SAMLAssertion,
    }),
  })
  return answer.ok ? 'taken' : /<Code>([^<]+)/.exec(await answer.text())?.[1]
}

const post = (url: string, SAMLResponse: string) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ SAMLResponse }) })

test('an assertion shown to two nodes is accepted once, also after a restart', async () => {
  await using site = await openSite()
  const settings = samlSettings({ keys: [key] })
  const used: string[] = []
  {
    await using one = await startServed(site, settings)
    await using other = await startServed(site, settings, { beside: true })
    for (let round = 0; round < 5; round++) {
      const assertion = fresh(site.origin)
      used.push(assertion)
      const answers = await Promise.all([
        assume(one.origin, assertion),
        assume(other.origin, assertion),
      ])
      assert.deepEqual(answers.sort(), ['InvalidIdentityToken', 'taken'])
    }
  }
  await using again = await startServed(site, settings)
  for (const assertion of used)
    assert.equal(await assume(again.origin, assertion), 'InvalidIdentityToken')
  assert.equal(await assume(again.origin, fresh(site.origin)), 'taken')
})

test('two nodes that share Redis take an assertion once between them', async (t) => {
  if (!requirePeer(t, 'redis')) return
  await using redis = await openRedis()
  await redis.remember()
  await using site = await openSite()
  await using elsewhere = await openSite()
  const settings = `${samlSettings({ keys: [key] })}\nephemeral: { redis: "${redis.url}" }\n`
  await using one = await startServed(site, settings)
  // A store of its own: Redis is all that the two have in common.
  await using other = await startServed({ ...elsewhere, origin: site.origin }, settings, {
    beside: true,
  })
  for (let round = 0; round < 5; round++) {
    const assertion = fresh(site.origin)
    const answers = await Promise.all(
      [one, other, one, other].map(({ origin }) => assume(origin, assertion)),
    )
    assert.deepEqual(answers.sort(), [...Array(3).fill('InvalidIdentityToken'), 'taken'])
  }
  const shown = fresh(site.origin)
  const posted = await Promise.all([one, other].map(({ origin }) => post(`${origin}/saml`, shown)))
  assert.deepEqual(posted.map(({ status }) => status).sort(), [303, 400], 'by browsers')
  assert.equal(await assume(other.origin, shown), 'InvalidIdentityToken', 'and on the wire after')
})

test('a provider that is gone is refused on every road in', async () => {
  await using site = await openSite()
  const settings = samlSettings({ keys: [key] })
  await using at = await startServed(site, settings)
  const roads = {
    start: async () => (await fetch(`${at.origin}/saml/corp/login`, { redirect: 'manual' })).status,
    ownAddress: async () =>
      (await post(`${at.origin}/saml/corp/acs`, fresh(site.origin, '/saml/corp/acs'))).status,
    sharedAddress: async () => (await post(`${at.origin}/saml`, fresh(site.origin))).status,
    wire: () => assume(at.origin, fresh(site.origin)),
    metadata: async () => (await fetch(`${at.origin}/saml/corp/metadata`)).status,
  }
  const walked = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(roads).map(async ([name, walk]) => [name, await walk()])),
    )
  assert.deepEqual(await walked(), {
    start: 303,
    ownAddress: 303,
    sharedAddress: 303,
    wire: 'taken',
    metadata: 200,
  })
  // Another identity provider is here now, under another name: the role still trusts the one that
  // is gone.
  await at.rewrite(
    settings
      .replace('connectors:\n  corp:', 'connectors:\n  next:')
      .replaceAll(`entityId: ${idpEntity}`, 'entityId: https://next.example.com/saml'),
  )
  process.kill(at.pid, 'SIGHUP')
  await at.untilSaid('"reloaded"')
  assert.deepEqual(await walked(), {
    start: 404,
    ownAddress: 404,
    sharedAddress: 403,
    wire: 'InvalidIdentityToken',
    metadata: 404,
  })
})
