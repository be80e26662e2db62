import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { openRedis } from '../peers/redis.ts'
import { requirePeer } from '../peers/require.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { signInToken } from './broker.ts'
import { demoSettings, openRunning, type RunningHere } from './running.ts'

/** A POST whose last byte is held back. `finish` sends it, and answers with the status. */
async function heldPost(origin: string, path: string, cookie: string, body: string) {
  const { hostname, port } = new URL(origin)
  const socket: Socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${origin}\r\n` +
      `Cookie: ${cookie}\r\nConnection: close\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n` +
      `\r\n${body.slice(0, -1)}`,
  )
  return async () => {
    socket.write(body.slice(-1))
    let answer = ''
    for await (const chunk of socket) answer += chunk
    return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
  }
}

async function endedStaysEnded(running: RunningHere): Promise<void> {
  const browser = new Browser(running.origin)
  await browser.signIn('amina', 'amina-demo-2026')
  const portal = await browser.get('/portal')
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const fields = new URLSearchParams({
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  }).toString()
  const slow = [
    await heldPost(running.origin, '/portal/credentials', cookie, '_csrf'),
    await heldPost(running.origin, '/portal/console', cookie, fields),
  ]
  assert.equal((await browser.post('/signout', { _csrf: portal.csrf })).status, 303)
  const old = { cookie }
  assert.equal(
    (await fetch(`${running.origin}/portal`, { headers: old, redirect: 'manual' })).headers.get(
      'location',
    ),
    '/signin',
  )
  for (const finish of slow) assert.ok([303, 403].includes(await finish()))
  const after = await fetch(`${running.origin}/portal`, { headers: old, redirect: 'manual' })
  assert.deepEqual(
    [after.status, after.headers.get('location')],
    [303, '/signin'],
    'a request from before brings nothing back',
  )
}

test('a slow request during which the session ends does not revive it', async () => {
  await using running = await openRunning(await demoSettings())
  await endedStaysEnded(running)
})

test('the same with the sessions in Redis', async (t) => {
  if (!requirePeer(t, 'redis')) return
  await using redis = await openRedis()
  await using running = await openRunning(
    `ephemeral: { redis: "${redis.url}" }\n${await demoSettings()}`,
  )
  await endedStaysEnded(running)
})

test('SessionDuration gives nobody more than the grant of the mapping', async () => {
  await using running = await openRunning(await demoSettings())
  const { keys } = await assumeWithPassword(running.origin, 'amina', 'amina-demo-2026', {
    RoleArn: 'arn:aws:iam::111122223333:role/BillingViewer',
    DurationSeconds: '900',
  })
  const { token } = await signInToken(running.origin, keys, { SessionDuration: '43200' })
  const browser = new Browser(running.origin)
  assert.equal(
    (
      await browser.get(
        `/federation?${new URLSearchParams({ Action: 'login', SigninToken: token })}`,
      )
    ).status,
    303,
  )
  running.clock.pass(1800)
  assert.equal(
    (await browser.get('/console')).status,
    200,
    'the console outlives the credentials of 15 minutes',
  )
  running.clock.pass(1801)
  assert.match(
    (await browser.get('/console')).text,
    /timed out/i,
    'and ends with the one hour of the grant',
  )
})

test("another site's picture or frame neither opens nor ends a console", async () => {
  await using running = await openRunning(await demoSettings())
  const { keys } = await assumeWithPassword(running.origin, 'jonas', 'jonas-demo-2026')
  const { token } = await signInToken(running.origin, keys)
  const browser = new Browser(running.origin)
  const login = `/federation?${new URLSearchParams({ Action: 'login', SigninToken: token })}`
  for (const destination of ['image', 'iframe', 'empty', 'script'])
    assert.equal((await browser.get(login, { 'sec-fetch-dest': destination })).status, 400)
  assert.equal(
    (await browser.get(login, { 'sec-fetch-dest': 'document' })).status,
    303,
    'the token was not used up',
  )
  assert.equal(
    (await browser.get('/federation?Action=logout', { 'sec-fetch-dest': 'image' })).status,
    400,
  )
  assert.equal((await browser.get('/console')).status, 200)
})
