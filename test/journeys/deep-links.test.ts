import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { requirePeer } from '../peers/require.ts'
import { openSimpleSamlPhp, type SimpleSamlPhp, samlPeople } from '../peers/simplesamlphp.ts'
import { startSlapd } from '../peers/slapd.ts'
import { fillSignIn, openDesk } from './chromium.ts'
import { directorySettings, slapdConnector } from './directory-settings.ts'
import { clientSecret, openOidcScene } from './oidc-scene.ts'
import { openRunning, type RunningHere } from './running.ts'
import { samlSettings } from './saml-settings.ts'

interface Links {
  readonly role: string
  readonly account: string
  /** Signs in, from the sign-in page that the link led to. */
  signIn(): Promise<void>
}

/** Opens both kinds of link as somebody who is not signed in, and looks where they lead. */
async function followLinks(page: Page, at: RunningHere, { role, account, signIn }: Links) {
  const shown = () => page.locator('.grant:visible h3').allInnerTexts()
  const toRole = `${at.origin}/portal?role=${role}&account=${account}`
  await page.goto(toRole)
  await signIn()
  await page.waitForURL(toRole)
  await page.getByText(`The link leads to ${role} in ${account}`).waitFor()
  assert.deepEqual(await shown(), [role])

  await page.context().clearCookies()
  const toSearch = `${at.origin}/portal?q=${role.toLowerCase()}`
  await page.goto(toSearch)
  await signIn()
  await page.waitForURL(toSearch)
  assert.equal(await page.getByRole('searchbox').inputValue(), role.toLowerCase())
  assert.deepEqual(await shown(), [role])
}

test('links to a role and to a search survive a sign-in with the directory', async (t) => {
  if (!requirePeer(t, 'chromium') || !requirePeer(t, 'slapd')) return
  await using directory = await startSlapd()
  await using at = await openRunning(directorySettings(slapdConnector(directory)))
  await using desk = await openDesk()
  const { page } = desk
  await followLinks(page, at, {
    role: 'Narrowed',
    account: 'corp',
    async signIn() {
      await fillSignIn(page, 'alice', 'a guess')
      await page.getByRole('alert').waitFor()
      await fillSignIn(page, 'alice', directory.passwordOf('alice'))
    },
  })
})

/** Makes the two known to each other. */
async function introduce(idp: SimpleSamlPhp, { origin }: RunningHere): Promise<void> {
  const metadata = await (await fetch(`${origin}/saml/corp/metadata`)).text()
  const entity = {
    entityId: `${origin}/saml/corp`,
    acs: `${origin}/saml/corp/acs`,
    logout: `${origin}/saml/corp/slo`,
    certificate: /<ds:X509Certificate>([^<]+)/.exec(metadata)![1]!,
  }
  await idp.knows([entity])
}

test('links to a role and to a search survive a sign-in by SAML', async (t) => {
  if (!requirePeer(t, 'chromium') || !requirePeer(t, 'simplesamlphp')) return
  await using idp = await openSimpleSamlPhp()
  const fields =
    `      entityId: ${idp.entityId}\n      signOnUrl: ${idp.signOnUrl}\n` +
    `      certificates: [${JSON.stringify(idp.key.x509.toString())}]`
  await using at = await openRunning(samlSettings({ keys: [], idp: fields }))
  await introduce(idp, at)
  await using desk = await openDesk()
  const { page } = desk
  await followLinks(page, at, {
    role: 'Developer',
    account: 'acme',
    async signIn() {
      await page.getByRole('link', { name: 'Corp SSO' }).click()
      await page.locator('input[name=username]').fill('alice')
      await page.locator('input[name=password]').fill(samlPeople.alice)
      await page.locator('input[name=password]').press('Enter')
    },
  })
})

for (const responseMode of ['query', 'form_post']) {
  test(`links to a role and to a search survive a sign-in by OIDC, ${responseMode}`, async (t) => {
    if (!requirePeer(t, 'chromium')) return
    const more = `    clientSecret: ${clientSecret}\n    responseMode: ${responseMode}`
    await using scene = await openOidcScene({ more })
    const { op, at } = scene
    const hosts = { [op.host]: `127.0.0.1:${op.port}` }
    await using desk = await openDesk({ ignoreHTTPSErrors: true }, hosts)
    const { page } = desk
    await followLinks(page, at, {
      role: 'Developer',
      account: 'acme',
      async signIn() {
        await page.getByRole('link', { name: 'Corp SSO' }).click()
        await page.getByLabel('Name').fill('alice')
        await page.getByRole('button', { name: 'Sign in' }).click()
      },
    })
  })
}
