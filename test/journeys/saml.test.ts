import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CreateSAMLProviderCommand, GetSAMLProviderCommand, IAMClient } from '@aws-sdk/client-iam'
import type { Page } from 'playwright-core'
import { makeKey } from '../connectors/saml/identity-provider.ts'
import { runProgram } from '../peers/child.ts'
import { requirePeer } from '../peers/require.ts'
import { openSimpleSamlPhp, type SimpleSamlPhp, samlPeople } from '../peers/simplesamlphp.ts'
import { awsCli } from './aws-cli.ts'
import { copyCredentials, openDesk } from './chromium.ts'
import { openRunning, type RunningHere } from './running.ts'
import { account, brokerKey, samlSettings } from './saml-settings.ts'

const named = (name: string) => `https://aws.amazon.com/SAML/Attributes/${name}`
const corp = `arn:aws:iam::${account}:saml-provider/corp`
const pair = (role: string) => `arn:aws:iam::${account}:role/${role},${corp}`

const settings = (idp: SimpleSamlPhp, more = '') =>
  samlSettings({
    keys: [],
    more,
    idp:
      `      entityId: ${idp.entityId}\n      signOnUrl: ${idp.signOnUrl}\n` +
      `      logoutUrl: ${idp.logoutUrl}\n` +
      `      certificates: [${JSON.stringify(idp.key.x509.toString())}]`,
  }).replaceAll('https://idp.example.com/saml', idp.entityId)

/** Makes the two known to each other. Answers our metadata. */
async function introduce(
  idp: SimpleSamlPhp,
  at: RunningHere,
  { encrypts = false, roles = ['Developer'], logoutByPost = false } = {},
): Promise<string> {
  const metadata = await (await fetch(`${at.origin}/saml/corp/metadata`)).text()
  const certificate = /<ds:X509Certificate>([^<]+)/.exec(metadata)![1]!
  await idp.knows([
    {
      entityId: `${at.origin}/saml/corp`,
      acs: `${at.origin}/saml/corp/acs`,
      logout: `${at.origin}/saml/corp/slo`,
      logoutByPost,
      certificate,
      encrypts,
    },
    {
      entityId: 'urn:amazon:webservices',
      acs: `${at.origin}/saml`,
      certificate,
      encrypts,
      attributes: { [named('Role')]: roles.map(pair), [named('RoleSessionName')]: ['alice@corp'] },
    },
  ])
  return metadata
}

async function signInThere(page: Page, name: keyof typeof samlPeople): Promise<void> {
  await page.waitForURL(/127\.0\.0\.1/)
  await page.locator('input[name=username]').fill(name)
  await page.locator('input[name=password]').fill(samlPeople[name])
  await page.locator('input[name=password]').press('Enter')
}

for (const encrypts of [false, true]) {
  test(`to SimpleSAMLphp and back, to the AWS CLI${encrypts ? ', encrypted' : ''}`, async (t) => {
    if (
      !requirePeer(t, 'chromium') ||
      !requirePeer(t, 'simplesamlphp') ||
      !requirePeer(t, 'awscli')
    )
      return
    await using idp = await openSimpleSamlPhp()
    await using at = await openRunning(settings(idp, encrypts ? '    requireEncryption: true' : ''))
    await introduce(idp, at, { encrypts })
    await using desk = await openDesk()
    const { page } = desk
    await page.goto(`${at.origin}/portal`)
    await page.getByRole('link', { name: 'Corp SSO' }).click()
    await signInThere(page, 'alice')
    await page.waitForURL(`${at.origin}/portal`)
    assert.deepEqual(await page.locator('.grant h3').allInnerTexts(), ['Developer', 'Operator'])
    const keys = await copyCredentials(page, 'Developer')
    const { json } = await awsCli(at.origin, keys, 'sts', 'get-caller-identity')
    assert.equal(json.Arn, `arn:aws:sts::${account}:assumed-role/Developer/alice`)
  })
}

test('from SimpleSAMLphp straight to the console page that RelayState names', async (t) => {
  if (!requirePeer(t, 'chromium') || !requirePeer(t, 'simplesamlphp')) return
  await using idp = await openSimpleSamlPhp()
  await using at = await openRunning(settings(idp))
  await introduce(idp, at, { encrypts: true })
  await using desk = await openDesk()
  const { page } = desk
  await page.goto(idp.initiated('urn:amazon:webservices', `${at.origin}/console/roles`))
  await signInThere(page, 'alice')
  await page.waitForURL(`${at.origin}/console/roles`)
  await introduce(idp, at, { roles: ['Developer', 'Operator', 'Untrusting'] })
  await page.goto(idp.initiated('urn:amazon:webservices'))
  await page.waitForURL(`${at.origin}/saml/roles`)
  await page.getByRole('button', { name: /Operator/ }).click()
  await page.waitForURL(`${at.origin}/console`)
  assert.match(
    await page.getByRole('complementary').innerText(),
    /assumed-role\/Operator\/alice@corp/,
  )
})

test('a provider of the API, encrypted, from SimpleSAMLphp to the console', async (t) => {
  if (!requirePeer(t, 'chromium') || !requirePeer(t, 'simplesamlphp')) return
  await using idp = await openSimpleSamlPhp()
  await using at = await openRunning(samlSettings({ keys: [makeKey(new Date())] }))
  const iam = new IAMClient({
    endpoint: at.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: brokerKey.id, secretAccessKey: brokerKey.secret },
  })
  const { SAMLProviderArn } = await iam.send(
    new CreateSAMLProviderCommand({
      Name: 'legacy',
      SAMLMetadataDocument: await (await fetch(idp.metadataUrl)).text(),
      AssertionEncryptionMode: 'Required',
      AddPrivateKey: makeKey(new Date()).key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }),
  )
  const { SAMLProviderUUID: id } = await iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))

  const metadata = await (await fetch(`${at.origin}/static/saml/${id}/saml-metadata.xml`)).text()
  const told = (pattern: RegExp) => pattern.exec(metadata)![1]!
  const entityId = told(/entityID="([^"]+)"/)
  const role = `arn:aws:iam::${account}:role/Legacy,${SAMLProviderArn}`
  const sp = {
    entityId,
    acs: told(/AssertionConsumerService [^>]*Location="([^"]+)"/),
    certificate: told(/<ds:X509Certificate>([^<]+)/),
    attributes: { [named('Role')]: [role], [named('RoleSessionName')]: ['alice@corp'] },
  }
  await idp.knows([{ ...sp, encrypts: true }])
  await using desk = await openDesk()
  const { page } = desk
  await page.goto(idp.initiated(entityId))
  await signInThere(page, 'alice')
  await page.waitForURL(`${at.origin}/console`)
  const who = await page.getByRole('complementary').innerText()
  assert.match(who, /assumed-role\/Legacy\/alice@corp/)

  await idp.knows([{ ...sp, encrypts: false }])
  await page.goto(idp.initiated(entityId))
  await page.waitForURL(sp.acs)
  assert.match(await page.locator('.ref').innerText(), /^GH-/, 'encryption is required')
})

test('IdP-initiated to the portal, and a person without a role', async (t) => {
  if (!requirePeer(t, 'chromium') || !requirePeer(t, 'simplesamlphp')) return
  await using idp = await openSimpleSamlPhp()
  await using at = await openRunning(settings(idp))
  await introduce(idp, at)
  await using desk = await openDesk()
  const { page } = desk
  await page.goto(idp.initiated(`${at.origin}/saml/corp`))
  await signInThere(page, 'bob')
  await page.getByRole('heading', { name: 'You are signed in, but have no role yet' }).waitFor()
  assert.match(await page.locator('.ref').innerText(), /^GH-/)
})

test('a captured assertion gives credentials to the AWS CLI, once', async (t) => {
  if (!requirePeer(t, 'chromium') || !requirePeer(t, 'simplesamlphp') || !requirePeer(t, 'awscli'))
    return
  await using idp = await openSimpleSamlPhp()
  await using at = await openRunning(settings(idp))
  await introduce(idp, at)
  await using desk = await openDesk()
  const { page } = desk
  let captured = ''
  await page.route(`${at.origin}/saml`, async (route) => {
    captured = new URLSearchParams(route.request().postData() ?? '').get('SAMLResponse') ?? ''
    await route.fulfill({ status: 200, body: 'kept' })
  })
  await page.goto(idp.initiated('urn:amazon:webservices'))
  await signInThere(page, 'alice')
  await page.waitForURL(`${at.origin}/saml`)
  const asked = [
    'sts',
    'assume-role-with-saml',
    '--role-arn',
    `arn:aws:iam::${account}:role/Developer`,
    '--principal-arn',
    corp,
    '--saml-assertion',
    captured,
  ]
  const { json, refused } = await awsCli(
    at.origin,
    { AccessKeyId: 'x', SecretAccessKey: 'x' },
    ...asked,
  )
  assert.equal(refused, '')
  assert.equal(
    (await awsCli(at.origin, json.Credentials, 'sts', 'get-caller-identity')).json.Arn,
    `arn:aws:sts::${account}:assumed-role/Developer/alice@corp`,
  )
  assert.match(
    (await awsCli(at.origin, { AccessKeyId: 'x', SecretAccessKey: 'x' }, ...asked)).refused,
    /InvalidIdentityToken.*used before/,
  )

  if (!requirePeer(t, 'xmlsec1')) return
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-xmlsec-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'idp.pem'), idp.key.x509.toString())
  await writeFile(join(folder, 'response.xml'), Buffer.from(captured, 'base64'))
  // xmlsec1 agrees with what we accepted.
  await runProgram('xmlsec1', [
    '--verify',
    '--pubkey-cert-pem',
    join(folder, 'idp.pem'),
    '--id-attr:ID',
    'urn:oasis:names:tc:SAML:2.0:protocol:Response',
    join(folder, 'response.xml'),
  ])
})

for (const logoutByPost of [false, true])
  test(`signing out at one side ends both by ${logoutByPost ? 'POST' : 'redirect'}`, async (t) => {
    if (!requirePeer(t, 'chromium') || !requirePeer(t, 'simplesamlphp')) return
    await using idp = await openSimpleSamlPhp()
    await using at = await openRunning(
      logoutByPost
        ? settings(idp).replace('      logoutUrl:', '      logoutBinding: post\n      logoutUrl:')
        : settings(idp),
    )
    await introduce(idp, at, { logoutByPost })
    await using desk = await openDesk()
    const { page } = desk
    const signIn = async () => {
      await page.goto(`${at.origin}/saml/corp/login`)
      await signInThere(page, 'alice')
      await page.waitForURL(`${at.origin}/portal`)
    }
    await signIn()
    await page.goto(`${at.origin}/signout`)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    // By way of the identity provider, whose answer we check.
    await page.getByRole('heading', { name: 'You are signed out', exact: true }).waitFor()
    assert.equal(page.url(), `${at.origin}/signout`)
    // The identity provider forgot the person too: it asks for the password again.
    await signIn()

    await page.goto(`${idp.logoutUrl}?${new URLSearchParams({ ReturnTo: `${at.origin}/portal` })}`)
    await page.waitForURL(`${at.origin}/signin`)
  })
