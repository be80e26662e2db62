import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { keysCommand } from '../../src/cli/keys.ts'
import { openRunning } from '../journeys/running.ts'
import {
  account,
  appSettings,
  begin,
  enter,
  openScene,
  redeem,
  type Scene,
  travel,
} from './scene.ts'

/** `gatehouse keys`, on the store from which this Gatehouse serves; the rows of apps. */
async function keysOf(at: Scene, verb: 'list' | 'rotate' | 'retire', id = '') {
  const config = join(at.folder, 'keys.yaml')
  await writeFile(
    config,
    `
publicUrl: ${at.origin}
store: { sqlite: ${join(at.folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(at.folder, 'root.key')} } }
audit: { file: ${join(at.folder, 'audit.jsonl')} }
accounts: { "${account}": {} }
`,
  )
  const [out, err]: [string[], string[]] = [[], []]
  const told = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const ended = await keysCommand({ config, verb, id }, {}, told)
  assert.equal(ended, 0, err.join('\n'))
  const cells = out.slice(1).map((line) => line.split(/ {2,}/))
  return cells.flatMap(([kind, key = '', algorithm, , state]) =>
    kind === 'app' ? [{ key, what: `${algorithm} ${state}` }] : [],
  )
}

/** As an app reads it that has fetched the published keys only now. */
async function read(at: Scene, token: string, audience: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
  return (await jwtVerify(token, keys, { issuer: at.origin, audience })).payload
}
const kidOf = (token: string | undefined) => decodeProtectedHeader(token ?? '').kid

test('keys rotate under running apps: what the old ones gave stays good', async () => {
  await using at = await openScene()
  const wiki = await at.app('wiki')
  const board = await at.app('board', client.None())
  const asks = { redirect_uri: 'https://board.corp.test/callback' }
  const { browser, tokens } = await enter(at, await begin(wiki), 'alice')
  const ofBoard = (await enter(at, await begin(board, asks), 'nobody', browser)).tokens
  const attempt = await begin(wiki)
  const code = String(await travel(browser, attempt.url))
  const listed = await keysOf(at, 'list')
  assert.deepEqual(
    listed.map(({ what }) => what),
    ['RS256 signs', 'ES256 signs'],
  )

  const rotated = await keysOf(at, 'rotate')
  assert.deepEqual(
    rotated.map(({ what }) => what),
    ['RS256 published', 'ES256 published', 'RS256 signs', 'ES256 signs'],
  )
  const [oldRsa, oldEc, rsa] = rotated.map(({ key }) => key)
  const late = await redeem(attempt, code)
  assert.deepEqual([kidOf(tokens.id_token), kidOf(late.id_token)], [oldRsa, rsa])
  assert.equal(kidOf(ofBoard.id_token), oldEc)
  for (const token of [tokens.id_token!, late.id_token!]) await read(at, token, 'wiki')
  await read(at, ofBoard.id_token!, 'board')
  const { sub } = tokens.claims()!
  assert.equal((await client.fetchUserInfo(wiki, tokens.access_token, sub)).sub, sub)
  const refreshed = await client.refreshTokenGrant(wiki, tokens.refresh_token!)
  assert.equal(kidOf(refreshed.id_token), rsa)
  const leaving = client.buildEndSessionUrl(wiki, { id_token_hint: tokens.id_token! })
  const asked = await browser.get(leaving.pathname + leaving.search)
  assert.equal(asked.title, 'Sign out', 'a hint that the old key signed')

  await keysOf(at, 'retire', oldRsa)
  await assert.rejects(read(at, tokens.id_token!, 'wiki'), 'the drill for a leaked key')
  await read(at, late.id_token!, 'wiki')
  await read(at, ofBoard.id_token!, 'board')
})

test('people who are not signed in begin 600 requests a minute from one network', async () => {
  await using at = await openRunning(appSettings, new Date(), ', trustedProxies: [loopback]')
  const ask = async (address: string) =>
    (
      await fetch(`${at.origin}/oauth2/authorize?client_id=ghost`, {
        headers: { 'x-forwarded-for': address },
        redirect: 'manual',
      })
    ).status
  const seen = new Map<number, number>()
  for (let sent = 0; sent < 600; sent++) {
    const status = await ask(`2001:db8:0:1::${sent.toString(16)}`)
    seen.set(status, (seen.get(status) ?? 0) + 1)
  }
  assert.deepEqual([...seen], [[400, 600]])
  assert.equal(await ask('2001:db8:0:1:ffff:ffff:ffff:ffff'), 429, 'a /64 counts as one')
  assert.equal(await ask('2001:db8:0:2::1'), 400, 'another network')
  assert.equal(await ask('192.0.2.7'), 400)
  at.clock.pass(61)
  assert.equal(await ask('2001:db8:0:1::1'), 400, 'a minute later')
})

test('long requests of people who are not signed in count as several', async () => {
  await using at = await openRunning(appSettings, new Date(), ', trustedProxies: [loopback]')
  const long = 'x'.repeat(12_000)
  const ways: Readonly<Record<string, () => Promise<Response>>> = {
    'an address': () => fetch(`${at.origin}/oauth2/authorize?client_id=ghost&state=${long}`),
    'a form': () =>
      fetch(`${at.origin}/oauth2/authorize`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'ghost', state: long }),
      }),
    'a body of no stated length': () =>
      fetch(`${at.origin}/oauth2/authorize`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new Blob(['client_id=ghost']).stream(),
        duplex: 'half',
      } as RequestInit),
  }
  for (const [way, send] of Object.entries(ways)) {
    let taken = 0
    while (taken <= 200 && (await send()).status !== 429) taken++
    assert.ok(taken >= 10 && taken <= 100, `${taken} by ${way}`)
    at.clock.pass(61)
  }
})
