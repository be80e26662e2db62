import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as client from 'openid-client'
import { type Attempt, appSettings, begin, openScene, redeem, secret } from '../apps/scene.ts'
import { axeFindings, fillSignIn, openDesk } from './chromium.ts'
import { openApp } from './downstream-app.ts'

test('in Chromium: two tabs, a form, an app elsewhere, consent, and signing out from the app', {
  timeout: 120_000,
}, async () => {
  await using app = await openApp()
  const callback = `${app.origin}/callback`
  await using at = await openScene(
    appSettings
      .replace('https://wiki.corp.test/callback', callback)
      .replace('https://wiki.corp.test/bye', `${app.origin}/bye`)
      .replace('https://stranger.test/callback', `${app.origin}/callback/stranger`),
  )
  const wiki = await at.app('wiki')
  const attempts = new Map<string, Attempt>()
  let idToken = ''
  app.whenBack(async (url) => {
    const attempt = attempts.get(url.searchParams.get('state')!)!
    const tokens = await redeem(attempt, url.href)
    idToken = tokens.id_token!
    return `${tokens.claims()!.preferred_username} in ${attempt.state}`
  })
  const start = async (config: client.Configuration, redirect_uri = callback) => {
    const attempt = await begin(config, { redirect_uri })
    attempts.set(attempt.state, attempt)
    return attempt
  }

  await using desk = await openDesk()
  const { page, context } = desk
  const [one, two] = [await start(wiki), await start(wiki)]
  await page.goto(one.url.href)
  const tab = await context.newPage()
  await tab.goto(two.url.href)
  await fillSignIn(tab, 'alice', 'right horse')
  await tab.getByRole('heading', { name: `Hello alice in ${two.state}` }).waitFor()
  await page.reload()
  await fillSignIn(page, 'alice', 'right horse')
  await page.getByRole('heading', { name: `Hello alice in ${one.state}` }).waitFor()

  const stranger = await at.app('stranger', client.ClientSecretPost(secret))
  const third = await start(stranger, `${callback}/stranger`)
  await page.goto(third.url.href)
  await page.getByRole('heading', { name: 'Sign in to Stranger?' }).waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('button', { name: 'Go on to Stranger' }).click()
  await page.getByRole('heading', { name: `Hello alice in ${third.state}` }).waitFor()

  const fourth = await start(wiki)
  await page.goto(fourth.url.href)
  await page.getByRole('heading', { name: `Hello alice in ${fourth.state}` }).waitFor()
  const leave = client.buildEndSessionUrl(wiki, {
    id_token_hint: idToken,
    post_logout_redirect_uri: `${app.origin}/bye`,
  })
  await page.goto(leave.href)
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('heading', { name: 'Hello signed out' }).waitFor()
  await page.goto(`${at.origin}/portal`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
