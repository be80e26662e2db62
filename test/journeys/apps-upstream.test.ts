import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as client from 'openid-client'
import type { Page } from 'playwright-core'
import { begin, redeem, secret } from '../apps/scene.ts'
import { startOpenIdProvider } from '../peers/openid-provider.ts'
import { requirePeer } from '../peers/require.ts'
import { openSimpleSamlPhp, samlPeople } from '../peers/simplesamlphp.ts'
import { startSlapd } from '../peers/slapd.ts'
import { fillSignIn, openDesk } from './chromium.ts'
import { directorySettings, slapdConnector } from './directory-settings.ts'
import { type DownstreamApp, openApp } from './downstream-app.ts'
import { clientId, clientSecret, oidcSettings } from './oidc-scene.ts'
import { openRunning, type RunningHere } from './running.ts'
import { samlSettings } from './saml-settings.ts'
import { openLaptop } from './sign-in-laptop.ts'

/** An app that is told the groups of whoever comes, by whatever connector. */
const withApp = (settings: string, app: DownstreamApp) => `${settings}
apps:
  wiki:
    label: Wiki
    secret: ${secret}
    redirectUris: ["${app.origin}/callback"]
    groups: identity.groups
    claims: { connector: identity.connector }
    refreshTokens: true
`

interface Visit {
  readonly at: RunningHere
  readonly app: DownstreamApp
  readonly page: Page
  /** Signs the person in, from Gatehouse's page on. */
  readonly signIn: () => Promise<void>
}

/**
 * From the app through the sign-in and back; what the app was told, from the ID token, `userinfo`
 * and a refresh. A second visit asks nobody.
 */
async function visitApp({ at, app, page, signIn }: Visit) {
  const wiki = await client.discovery(
    new URL(at.origin),
    'wiki',
    {},
    client.ClientSecretBasic(secret),
    { execute: [client.allowInsecureRequests] },
  )
  const told: client.IDToken[] = []
  const start = async () => {
    const attempt = await begin(wiki, { redirect_uri: `${app.origin}/callback` })
    app.whenBack(async (url) => {
      const tokens = await redeem(attempt, url.href)
      const claims = tokens.claims()!
      const info = await client.fetchUserInfo(wiki, tokens.access_token, claims.sub)
      assert.deepEqual(info.groups, claims.groups)
      const { access_token } = await client.refreshTokenGrant(wiki, tokens.refresh_token!)
      assert.ok(access_token)
      told.push(claims)
      return String(claims.preferred_username)
    })
    await page.goto(attempt.url.href)
  }
  await start()
  await signIn()
  await page.waitForURL(`${app.origin}/callback**`)
  await page.getByRole('heading', { name: 'Hello alice' }).waitFor()
  await start()
  await page.waitForURL(`${app.origin}/callback**`)
  assert.equal(told.length, 2)
  assert.equal(told[0]!.sub, told[1]!.sub)
  return told[0]!
}

const met = (t: TestContext, ...peers: Parameters<typeof requirePeer>[1][]) =>
  peers.every((peer) => requirePeer(t, peer))
const ended = { timeout: 180_000 }

test('a person of a directory signs in to an app that speaks OpenID Connect', ended, async (t) => {
  if (!met(t, 'slapd', 'chromium')) return
  await using directory = await startSlapd()
  await using app = await openApp()
  const settings = directorySettings(slapdConnector(directory))
  await using at = await openRunning(withApp(settings, app))
  await using desk = await openDesk()
  const { page } = desk
  const signIn = () => fillSignIn(page, 'alice', directory.passwordOf('alice'))
  const told = await visitApp({ at, app, page, signIn })
  assert.equal(told.connector, 'corp')
  assert.ok((told.groups as string[]).includes('engineering'), String(told.groups))
  assert.deepEqual(told.amr, ['pwd'])
})

test('a person of a SAML identity provider signs in to such an app', ended, async (t) => {
  if (!met(t, 'simplesamlphp', 'chromium')) return
  await using idp = await openSimpleSamlPhp()
  await using app = await openApp()
  const settings = samlSettings({
    keys: [],
    idp:
      `      entityId: ${idp.entityId}\n      signOnUrl: ${idp.signOnUrl}\n` +
      `      certificates: [${JSON.stringify(idp.key.x509.toString())}]`,
  }).replaceAll('https://idp.example.com/saml', idp.entityId)
  await using at = await openRunning(withApp(settings, app))
  const metadata = await (await fetch(`${at.origin}/saml/corp/metadata`)).text()
  await idp.knows([
    {
      entityId: `${at.origin}/saml/corp`,
      acs: `${at.origin}/saml/corp/acs`,
      logout: `${at.origin}/saml/corp/slo`,
      certificate: /<ds:X509Certificate>([^<]+)/.exec(metadata)![1]!,
      encrypts: false,
    },
  ])
  await using desk = await openDesk()
  const { page } = desk
  const told = await visitApp({
    at,
    app,
    page,
    async signIn() {
      await page.getByRole('link', { name: 'Corp SSO' }).click()
      await page.locator('input[name=username]').fill('alice')
      await page.locator('input[name=password]').fill(samlPeople.alice)
      await page.locator('input[name=password]').press('Enter')
    },
  })
  assert.deepEqual([told.connector, told.groups], ['corp', ['devs', 'ops']])
})

test(
  'a person of another OpenID provider signs in to such an app, and at the terminal',
  ended,
  async (t) => {
    if (!met(t, 'chromium')) return
    const registered = {
      client_id: clientId,
      client_secret: clientSecret,
      application_type: 'native',
      redirect_uris: ['http://localhost/oidc/corp/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
    }
    await using op = await startOpenIdProvider({ clients: [registered] })
    await using app = await openApp()
    const settings = oidcSettings(op, `    clientSecret: ${clientSecret}`, [clientId])
    await using at = await openRunning(withApp(settings, app))
    await using desk = await openDesk(
      { ignoreHTTPSErrors: true },
      { [op.host]: `127.0.0.1:${op.port}` },
    )
    const { page } = desk
    const told = await visitApp({
      at,
      app,
      page,
      async signIn() {
        await page.getByRole('link', { name: 'Corp SSO' }).click()
        await page.getByLabel('Name').fill('alice')
        await page.getByRole('button', { name: 'Sign in' }).click()
      },
    })
    assert.equal(told.connector, 'corp')
    assert.notEqual(told.sub, 'alice', 'the app gets a subject of ours')
    assert.ok((told.groups as string[]).includes('devs'), String(told.groups))

    await using laptop = await openLaptop()
    const command = laptop.start(['login', '--endpoint', at.origin])
    await page.goto(await laptop.opened())
    await page.getByRole('button', { name: 'Go on to the terminal' }).click()
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
    const { code, err } = await command.ended
    assert.equal(code, 0, err)
    const taken = await laptop.run(['credentials', '--role', 'acme/OnlyAlice'])
    assert.match(taken.out, /"SessionToken":"ghs1\./, taken.err)
  },
)
