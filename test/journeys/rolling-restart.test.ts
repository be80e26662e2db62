import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type Signer, signedFor } from '../bench/signed-requests.ts'
import { freeze, untilReady } from '../peers/child.ts'
import { openRedis } from '../peers/redis.ts'
import { requirePeer } from '../peers/require.ts'
import { startSlapd } from '../peers/slapd.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { signedCall } from './broker.ts'
import { directorySettings, engineer, slapdConnector } from './directory-settings.ts'
import { balancer } from './keep-alive-client.ts'
import { openSite, startServed } from './running.ts'
import { stoppedAtOnce } from './stopped-at-once.ts'

const admin: Signer = {
  accessKeyId: 'AKIAROLLINGADMIN2222',
  secretAccessKey: 'rollingSecret+rollingSecret+rolling+2026',
}
const account = `
accounts:
  "111122223333":
    rootAccessKeys:
      - { accessKeyId: ${admin.accessKeyId}, secretAccessKey: ${admin.secretAccessKey} }
`
const clients = 2

test('under steady load a restart of one node after another loses no request', async () => {
  await using site = await openSite()
  const port = Number(new URL(site.origin).port)
  // The second signal ends the delay, once the balancer has seen that readiness is red.
  const settings = `shutdown: { delay: 600s }${account}`
  await using undo = new AsyncDisposableStack()
  const begin = async (beside: boolean) =>
    stoppedAtOnce(undo, await startServed(site, settings, { beside }))
  const [first, second] = [await begin(false), await begin(true)]
  const balanced = undo.use(balancer([first]))
  const who = await signedFor('sts', port, admin, { Action: 'GetCallerIdentity' })
  let stopping = false
  const answered = Array.from({ length: clients }, () => 0)
  const working = answered.map(async (_, client) => {
    const send = balanced.client()
    for (; !stopping; answered[client]!++) assert.match(await send(who), /^HTTP\/1.1 200 /)
  })
  const waitFor = (holds: () => boolean) =>
    untilReady({ ended: () => stopping, said: () => 'a request was lost' }, async () => holds())
  const each = (times: number) => {
    const before = answered.map((count) => count + times)
    return waitFor(() => answered.every((count, client) => count >= before[client]!))
  }
  const restarting = async () => {
    // The first leaves while the second is there, then the second while the third is.
    for (const [leaving, next] of [
      [first, second],
      [second, undefined],
    ] as const) {
      const stays = next ?? (await begin(true))
      balanced.nodes = [leaving, stays]
      await each(12)
      process.kill(leaving.pid, 'SIGTERM')
      await waitFor(() => balanced.avoids(leaving))
      // The first answer may be that of a connection to the one that leaves; the next one is not.
      await each(2)
      await leaving[Symbol.asyncDispose]()
      assert.doesNotMatch(leaving.said(), /stop-forced/)
    }
    stopping = true
  }
  const restarted = restarting()
  try {
    // Whatever is lost is told at once.
    await Promise.all([...working, restarted])
  } finally {
    stopping = true
    await Promise.allSettled([...working, restarted])
  }
})

test('readiness is red first, calls are answered, and a second signal shortens it', async () => {
  await using site = await openSite()
  await using served = await startServed(site, `shutdown: { delay: 600s }${account}`)
  process.kill(served.pid, 'SIGTERM')
  await served.untilSaid('"stopping"')
  const ready = await fetch(`${served.operations}/readyz`)
  assert.equal(ready.status, 503)
  assert.deepEqual(((await ready.json()) as { checks: object }).checks, {
    stopping: { ok: false, reason: 'this node was asked to stop' },
    store: { ok: true },
    audit: { ok: true },
    ephemeral: { ok: true },
    nodes: { ok: true },
  })
  const page = await fetch(served.origin, { redirect: 'manual' })
  assert.deepEqual([page.status, page.headers.get('connection')], [303, 'keep-alive'])
  await page.body?.cancel()
  // The second one is that of disposing.
  await served[Symbol.asyncDispose]()
  assert.doesNotMatch(served.said(), /stop-forced/)
})

test('a stop has an end, though directory, Redis and store do not answer', async (t) => {
  if (!requirePeer(t, 'slapd') || !requirePeer(t, 'redis')) return
  await using undo = new AsyncDisposableStack()
  const directory = undo.use(await startSlapd())
  const redis = undo.use(await openRedis())
  const site = undo.use(await openSite())
  const served = undo.use(
    await startServed(
      site,
      `shutdown: { idle: 1s, timeout: 1s }
ephemeral: { redis: "${redis.url}" }
${directorySettings(slapdConnector(directory))}`,
    ),
  )
  const alice = ['alice', directory.passwordOf('alice')] as const
  const { keys } = await assumeWithPassword(served.origin, ...alice, { RoleArn: engineer })
  assert.match(
    await signedCall(served.origin, keys, { Action: 'GetCallerIdentity' }),
    /<Arn>arn:aws:sts::111122223333:assumed-role\/Engineer\/alice</,
  )
  const store = new DatabaseSync(join(site.folder, 'gatehouse.db'))
  undo.defer(() => store.close())
  await freeze(directory.pid)
  undo.defer(() => void process.kill(directory.pid, 'SIGCONT'))
  const cutOff = assumeWithPassword(served.origin, ...alice, { RoleArn: engineer }).then(
    ({ status }) => status,
    () => 'cut off',
  )
  // It asks the directory too, so that the other has arrived there.
  await fetch(`${served.operations}/readyz`)
  await redis.freeze()
  store.exec('BEGIN IMMEDIATE')
  process.kill(served.pid, 'SIGTERM')
  await served[Symbol.asyncDispose]()
  assert.equal(await cutOff, 'cut off')
  assert.match(served.said(), /"stopping"/)
  assert.doesNotMatch(served.said(), /stop-forced/)
  redis.thaw()
})
