import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as client from 'openid-client'
import {
  type ListSessionsResponse,
  sessionVersion,
} from '../../src/aws/gatehouse/sessions/session-model.ts'
import { keysCommand } from '../../src/cli/keys.ts'
import { bytesOfBase32, codeOfStep, stepOf } from '../../src/credentials/totp.ts'
import {
  answerDevice,
  asPage,
  beginOnDevice,
  deviceApps,
  openDevicePage,
  poll,
  typeCode,
} from '../apps/device-scene.ts'
import { account, appSettings, begin, enter, openScene, redeem, travel } from '../apps/scene.ts'
import { Browser } from '../http/browser.ts'
import { openPostgres } from '../peers/postgres.ts'
import { openRedis } from '../peers/redis.ts'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { iamCall, jsonCall, loginUrl, signedCall, signInToken } from './broker.ts'
import { demoSettings, openNodes, type RunningNodes } from './running.ts'

const admin = {
  AccessKeyId: 'AKIACHIEFCHIEFCHIEFC',
  SecretAccessKey: 'chiefchiefchiefchiefchiefchiefchiefchief',
}
const chief = `
  chief:
    accessKeys: [{ accessKeyId: ${admin.AccessKeyId}, secretAccessKey: ${admin.SecretAccessKey} }]
    policies: { All: { Version: "2012-10-17",
      Statement: { Effect: Allow, Action: "*", Resource: "*" } } }`
const part = (xml: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1]

/** Sign-in tokens and consoles: the token is made by one node, used by the next, and once. */
async function consoles(at: RunningNodes) {
  const role = { RoleArn: `arn:aws:iam::${account}:role/Developer` }
  for (let round = 0; round < at.nodes.length; round++) {
    const { keys } = await assumeWithPassword(at.origin, 'amina', 'amina-demo-2026', role)
    const { token } = await signInToken(at.origin, keys)
    const browser = new Browser(at.origin)
    assert.equal((await browser.get(loginUrl('', token))).status, 303)
    for (const _ of at.nodes) assert.equal((await browser.get('/console')).status, 200)
    assert.notEqual((await new Browser(at.origin).get(loginUrl('', token))).status, 303)
  }
  const { keys } = await assumeWithPassword(at.origin, 'amina', 'amina-demo-2026', role)
  const { token } = await signInToken(at.origin, keys)
  const asked = at.nodes.map(({ origin }) => new Browser(origin).get(loginUrl('', token)))
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 303).length, 1, statuses.join())
}

/** Browser sessions: every page by another node, and signing out ends it on all. */
async function sessions(at: RunningNodes) {
  const browser = new Browser(at.origin)
  await browser.signIn('amina', 'amina-demo-2026')
  for (let page = 0; page < 2 * at.nodes.length; page++)
    assert.equal((await browser.get('/portal')).status, 200)
  const { csrf } = await browser.get('/portal')
  assert.equal((await browser.post('/signout', { _csrf: csrf })).status, 303)
  for (const _ of at.nodes)
    assert.equal((await browser.get('/portal')).location, '/signin', 'signed out at every node')
}

/** Wrong passwords are counted together, wherever they were tried. */
async function tries(at: RunningNodes) {
  const role = { RoleArn: `arn:aws:iam::${account}:role/Developer` }
  for (let wrong = 0; wrong < 10; wrong++)
    assert.notEqual((await assumeWithPassword(at.origin, 'jonas', 'wrong', role)).status, 200)
  for (const { origin } of at.nodes) {
    const { status } = await assumeWithPassword(origin, 'jonas', 'jonas-demo-2026', role)
    assert.notEqual(status, 200, 'a right one comes too late')
  }
}

/** A code of an MFA device is taken by one node, and by no other. */
async function codes(at: RunningNodes) {
  const call = (fields: Record<string, string>) => iamCall(at.origin, admin, fields, new Date())
  const made = await call({ Action: 'CreateVirtualMFADevice', VirtualMFADeviceName: 'chief' })
  const [serial = '', seed = ''] = [part(made, 'SerialNumber'), part(made, 'Base32StringSeed')]
  const text = Buffer.from(seed, 'base64').toString()
  const bytes = bytesOfBase32(text)!
  const code = (ahead: number) => codeOfStep(bytes, stepOf(at.clock.now()) + ahead)
  const enabled = await call({
    ...{ Action: 'EnableMFADevice', UserName: 'chief', SerialNumber: serial },
    ...{ AuthenticationCode1: code(-1), AuthenticationCode2: code(0) },
  })
  assert.match(enabled, /EnableMFADeviceResponse/)
  const fields = { Action: 'GetSessionToken', SerialNumber: serial, TokenCode: code(1) }
  const answers = at.nodes.map(({ origin }) => signedCall(origin, admin, fields))
  const taken = (await Promise.all(answers)).filter((xml) => xml.includes('<SessionToken>'))
  assert.equal(taken.length, 1, 'one node of all takes it')
}

/** Who is signed in is told by every node, and an end by one counts at all. */
async function openSessions(at: RunningNodes) {
  const browser = new Browser(at.origin)
  await browser.signIn('amina', 'amina-demo-2026')
  const call = async (origin: string, path: string, fields: object) => {
    const input = { Version: sessionVersion, ...fields }
    return JSON.parse(await jsonCall(origin, admin, { path, input }, at.clock.now()))
  }
  const asked = { Person: 'amina', Kind: 'sign-in' }
  const listedAt = ({ origin }: { readonly origin: string }): Promise<ListSessionsResponse> =>
    call(origin, '/sessions/list', asked)
  let listed = await listedAt(at.nodes[0]!)
  // The list is written behind the sign-in.
  for (let looks = 0; listed.Sessions.length === 0 && looks < 500; looks++)
    listed = await listedAt(at.nodes[0]!)
  for (const node of at.nodes) assert.deepEqual(await listedAt(node), listed)
  for (const { SessionId } of listed.Sessions)
    await call(at.nodes[1]!.origin, '/sessions/end', { SessionId })
  for (const node of at.nodes) {
    assert.deepEqual((await listedAt(node)).Sessions, [])
    assert.notEqual((await browser.get('/portal')).status, 200, 'it ended at every node')
  }
}

const roads = { consoles, sessions, openSessions, tries, codes }

const stores = {
  'one SQLite file and Redis': async () => ({ store: undefined, close: async () => {} }),
  'PostgreSQL and Redis': async () => {
    const postgres = await openPostgres()
    const store = `{ postgres: { url: "${postgres.url}", tls: off } }`
    return { store, close: () => postgres[Symbol.asyncDispose]() }
  },
}

for (const [name, openStore] of Object.entries(stores))
  test(`any of three nodes serves any request: ${name}`, async (t) => {
    if (!requirePeer(t, 'redis')) return
    if (name.startsWith('Postgre') && !requirePeer(t, 'postgres')) return
    await using redis = await openRedis()
    await redis.remember()
    const { store, close } = await openStore()
    try {
      const demo = (await demoSettings()).replace(
        /^( +)users:$/m,
        (users, indent) => users + chief.replaceAll('\n', `\n${indent}`),
      )
      const settings = `ephemeral: { redis: "${redis.url}" }\n${demo}`
      await using at = await openNodes(settings, { count: 3, store })
      for (const [road, walk] of Object.entries(roads)) await t.test(road, () => walk(at))
      assert.doesNotMatch(at.logged.join('\n'), /-failed|nodes-differ|clock-skewed/)
    } finally {
      await close()
    }
  })

test('apps and devices meet another node at each request, and keys rotate', async (t) => {
  if (!requirePeer(t, 'redis')) return
  await using redis = await openRedis()
  await redis.remember()
  const settings = `ephemeral: { redis: "${redis.url}" }\n${appSettings}${deviceApps}`
  await using at = await openScene(settings, { count: 3 })
  const wiki = await at.app('wiki')
  const [{ browser, tokens }] = [await enter(at, await begin(wiki), 'alice')]
  const read = async (token: string) => {
    const keys = createRemoteJWKSet(new URL(`${at.origin}/oauth2/jwks`))
    return (await jwtVerify(token, keys, { issuer: at.origin, audience: 'wiki' })).payload
  }
  assert.equal((await read(tokens.id_token!)).name, 'alice of Corp')

  await t.test('a code is redeemed once, whichever nodes are asked at once', async () => {
    const attempt = await begin(wiki)
    const code = String(await travel(browser, attempt.url))
    const asked = [1, 2, 3].map(() => redeem(attempt, code))
    const ends = await Promise.allSettled(asked)
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  await t.test('a refresh token goes from node to node', async () => {
    const mine = (await enter(at, await begin(wiki), 'alice', browser)).tokens
    let token = mine.refresh_token!
    for (let turn = 0; turn < 4; turn++)
      token = (await client.refreshTokenGrant(wiki, token)).refresh_token!
    assert.ok(token)
  })

  await t.test('a device is confirmed at other nodes than it asks', async () => {
    const begun = await beginOnDevice(at)
    const { browser: person, page } = await openDevicePage(at, 'carol')
    const question = await typeCode(person, page, begun.user_code)
    asPage(await answerDevice(person, question, 'confirm'))
    const { status, told } = await poll(at, begun.device_code)
    assert.equal(status, 200, JSON.stringify(told))
    const again = await poll(at, begun.device_code)
    assert.equal(again.status, 400, 'once')
  })

  await t.test('keys that were rotated sign at every node, and old tokens stay good', async () => {
    const config = join(at.folder, 'keys.yaml')
    const text = `
publicUrl: ${at.origin}
store: { sqlite: ${join(at.folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(at.folder, 'root.key')} } }
audit: { file: ${join(at.folder, 'audit-of-keys.jsonl')} }
accounts: { "${account}": {} }
`
    await writeFile(config, text)
    const kidOf = (token: string) => decodeProtectedHeader(token).kid
    const err: string[] = []
    const told = { out: () => undefined, err: (line: string) => void err.push(line) }
    assert.equal(await keysCommand({ config, verb: 'rotate', id: '' }, {}, told), 0, err.join())
    const before = kidOf(tokens.id_token!)
    const limit = performance.now() + 60_000
    for (let newer = 0; newer < 6; ) {
      const next = (await enter(at, await begin(wiki), 'alice', browser)).tokens
      newer = kidOf(next.id_token!) === before ? 0 : newer + 1
      await read(next.id_token!)
      assert.ok(performance.now() < limit, 'a node signs with the key of before')
    }
    for (const _ of at.nodes) await read(tokens.id_token!)
  })
  assert.doesNotMatch(at.logged.join('\n'), /-failed|nodes-differ|clock-skewed/)
})
