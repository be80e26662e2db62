import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { appSettings, openScene } from '../apps/scene.ts'
import { requirePeer } from '../peers/require.ts'
import { fillSignIn, openDesk } from './chromium.ts'

const modules = resolve(import.meta.dirname, '../../node_modules')
const imports = {
  'openid-client': '/modules/openid-client/build/index.js',
  oauth4webapi: '/modules/oauth4webapi/build/index.js',
  'jose/errors': '/modules/jose/dist/webapi/util/errors.js',
  'jose/jwe/compact/decrypt': '/modules/jose/dist/webapi/jwe/compact/decrypt.js',
}

/** All of the app: it has no server side, and keeps the attempt in the tab. */
const program = (issuer: string) => `
import * as client from 'openid-client'
const say = (textContent) =>
  document.body.append(Object.assign(document.createElement('h1'), { textContent }))
try {
  const config = await client.discovery(new URL('${issuer}'), 'board', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
  if (location.pathname === '/callback') {
    const { verifier, state } = JSON.parse(sessionStorage.getItem('attempt'))
    const tokens = await client.authorizationCodeGrant(config, new URL(location.href), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      idTokenExpected: true,
    })
    const next = await client.refreshTokenGrant(config, tokens.refresh_token)
    const ask = () => client.fetchUserInfo(config, next.access_token, tokens.claims().sub)
    const told = await ask()
    await client.tokenRevocation(config, next.refresh_token)
    say('Hello ' + told.preferred_username + ', ' + (await ask().catch(() => 'ended')))
  } else {
    const verifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    sessionStorage.setItem('attempt', JSON.stringify({ verifier, state }))
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: location.origin + '/callback',
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    })
    location.assign(url)
  }
} catch (error) {
  say(String(error) + ' ' + String(error.cause ?? ''))
}
`

/** A server that has files alone: the page and the libraries that it loads. */
async function openFiles() {
  let issuer = ''
  const server = createServer(async (req, res) => {
    const { pathname } = new URL(req.url!, 'http://localhost')
    if (pathname.startsWith('/modules/')) {
      res.setHeader('content-type', 'text/javascript')
      res.end(await readFile(join(modules, pathname.slice('/modules/'.length))))
      return
    }
    res.setHeader('content-type', 'text/html')
    res.end(
      '<!doctype html><title>app</title><link rel="icon" href="data:,">' +
        `<script type="importmap">${JSON.stringify({ imports })}</script>` +
        `<body><script type="module">${program(issuer)}</script>`,
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trusts: (origin: string) => {
      issuer = origin
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('in Chromium: an app that is nothing but a page signs a person in with openid-client', {
  timeout: 120_000,
}, async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await using app = await openFiles()
  await using at = await openScene(
    appSettings.replace('https://board.corp.test/callback', `${app.origin}/callback`),
  )
  app.trusts(at.origin)
  await using desk = await openDesk()
  const { page } = desk
  await page.goto(app.origin)
  await page.waitForURL(`${at.origin}/**`)
  await fillSignIn(page, 'alice', 'right horse')
  await page.waitForURL(`${app.origin}/callback**`)
  await page.locator('h1').waitFor()
  assert.equal(await page.locator('h1').innerText(), 'Hello alice, ended')
})
