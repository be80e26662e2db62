import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { requirePeer } from '../peers/require.ts'
import { openDesk } from './chromium.ts'
import { clientSecret, openOidcScene } from './oidc-scene.ts'

async function signInThere(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

for (const responseMode of ['query', 'form_post']) {
  test(`in Chromium: two tabs, a deep link and the way back, by ${responseMode}`, {
    timeout: 120_000,
  }, async (t) => {
    if (!requirePeer(t, 'chromium')) return
    const more = `    clientSecret: ${clientSecret}\n    responseMode: ${responseMode}`
    await using here = await openOidcScene({ more })
    const { op, at } = here
    await using desk = await openDesk(
      { ignoreHTTPSErrors: true },
      { [op.host]: `127.0.0.1:${op.port}` },
    )
    const { page, context } = desk
    await page.goto(`${at.origin}/signin?next=${encodeURIComponent('/portal?q=dev')}`)
    await page.getByRole('link', { name: 'Corp SSO' }).click()
    await page.waitForURL(`${op.issuer}/**`)
    const other = await context.newPage()
    await other.goto(`${at.origin}/signin`)
    await other.getByRole('link', { name: 'Corp SSO' }).click()
    await other.waitForURL(`${op.issuer}/**`)

    await signInThere(page, 'alice')
    await page.waitForURL(`${at.origin}/portal?q=dev`)
    assert.ok(await page.getByRole('heading', { name: 'Developer', exact: true }).isVisible())
    await signInThere(other, 'alice')
    await other.waitForURL(`${at.origin}/portal`)
    await page.goBack()
    await page.goto(`${at.origin}/portal`)
    assert.ok(await page.getByRole('heading', { name: 'Developer', exact: true }).isVisible())

    await page.goto(`${at.origin}/signout`)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.waitForURL(`${op.issuer}/session/end**`)
  })
}
