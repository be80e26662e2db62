import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import type { Browser } from '../http/browser.ts'
import { begin, enter, openScene, redeem, type Scene, travel } from './scene.ts'

/** Two sign-ins to one app from one browser, as two tabs do them. */
async function openTabs(at: Scene) {
  const wiki = await at.app('wiki')
  const first = await enter(at, await begin(wiki), 'alice')
  const { browser } = first
  const second = await enter(at, await begin(wiki), 'nobody', browser)
  return { wiki, browser, tabs: [first.tokens, second.tokens] }
}

/** Asks about the sign-out that the app of these tokens begins, and answers. */
async function leaveAtApp(
  wiki: client.Configuration,
  browser: Browser,
  { hint, answer }: { hint: string; answer: Record<string, string> },
) {
  const url = client.buildEndSessionUrl(wiki, { id_token_hint: hint })
  const asked = await browser.get(url.pathname + url.search)
  return browser.post('/oauth2/logout/confirm', { xsrf: asked.hidden('xsrf'), ...answer })
}

test('a second sign-in to an app from the same browser leaves the first as it is', async () => {
  await using at = await openScene()
  const { wiki, tabs } = await openTabs(at)
  for (const tokens of tabs) {
    const { sub } = tokens.claims()!
    assert.equal((await client.fetchUserInfo(wiki, tokens.access_token, sub)).sub, sub)
    const refreshed = await client.refreshTokenGrant(wiki, tokens.refresh_token!)
    assert.equal((await client.fetchUserInfo(wiki, refreshed.access_token, sub)).sub, sub)
  }
})

test('two tabs that are sent back before either app redeems its code both get in', async () => {
  await using at = await openScene()
  const { wiki, browser } = await openTabs(at)
  const attempts = [await begin(wiki), await begin(wiki)]
  const back = []
  for (const { url } of attempts) back.push(String(await travel(browser, url)))
  for (const [tab, attempt] of attempts.entries()) {
    const { refresh_token } = await redeem(attempt, back[tab]!)
    await client.refreshTokenGrant(wiki, refresh_token!)
  }
})

test('a thief of one tab’s refresh token ends the family of that tab alone', async () => {
  await using at = await openScene()
  const { wiki, tabs } = await openTabs(at)
  const stolen = tabs[0]!.refresh_token!
  const { refresh_token } = await client.refreshTokenGrant(wiki, stolen)
  at.clock.pass(60)
  await assert.rejects(client.refreshTokenGrant(wiki, stolen))
  await assert.rejects(client.refreshTokenGrant(wiki, refresh_token!), 'the family has ended')
  await client.refreshTokenGrant(wiki, tabs[1]!.refresh_token!)
})

test('a sign-out ends every tab, also one at an app after our own cookie was lost', async () => {
  for (const lost of [false, true]) {
    await using at = await openScene()
    const { wiki, browser, tabs } = await openTabs(at)
    if (lost)
      for (const name of browser.cookies.keys())
        if (!name.startsWith('gatehouse-apps')) browser.cookies.delete(name)
    await leaveAtApp(wiki, browser, { hint: tabs[1]!.id_token!, answer: { logout: 'yes' } })
    for (const { access_token, refresh_token, claims } of tabs) {
      await assert.rejects(client.refreshTokenGrant(wiki, refresh_token!), `lost: ${lost}`)
      await assert.rejects(client.fetchUserInfo(wiki, access_token, claims()!.sub))
    }
  }
})

test('who stays signed in here leaves the app that asked, with its last sign-in', async () => {
  await using at = await openScene()
  const { wiki, browser, tabs } = await openTabs(at)
  await leaveAtApp(wiki, browser, { hint: tabs[1]!.id_token!, answer: {} })
  await assert.rejects(client.refreshTokenGrant(wiki, tabs[1]!.refresh_token!))
  assert.notEqual((await browser.get('/portal')).location, '/signin')
})
