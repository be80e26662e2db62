import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Signer, signedFor } from '../bench/signed-requests.ts'
import { Browser } from '../http/browser.ts'
import { untilReady } from '../peers/child.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { loginUrl, signedCall, signInToken } from './broker.ts'
import { balancer } from './keep-alive-client.ts'
import { demoSettings, openSite, type Served, startServed } from './running.ts'

const admin: Signer = {
  accessKeyId: 'AKIAWORKERSADMIN2222',
  secretAccessKey: 'workersSecret+workersSecret+workers+2026',
}
const account = `
accounts:
  "111122223333":
    rootAccessKeys:
      - { accessKeyId: ${admin.accessKeyId}, secretAccessKey: ${admin.secretAccessKey} }
`
const jonas = ['jonas', 'jonas-demo-2026'] as const
/** Of the process that a worker of this number has now. */
function pidOf(served: Served, number: number): number {
  const started = new RegExp(`"worker":${number},"pid":(\\d+),"msg":"worker-started"`, 'g')
  return Number([...served.said().matchAll(started)].at(-1)?.[1])
}
const waitFor = (holds: () => Promise<boolean>) =>
  untilReady({ ended: () => false, said: () => '' }, holds)

async function readiness({ operations }: Served) {
  const answer = await fetch(`${operations}/readyz`)
  const { status, checks } = (await answer.json()) as {
    readonly status: string
    readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly reason?: string }>>
  }
  return { code: answer.status, status, checks }
}
async function figure({ operations }: Served, name: string): Promise<number> {
  const text = await (await fetch(`${operations}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? Number.NaN)
}
/** The user of each record of CreateUser, by the record's event. */
async function toldUsers({ folder }: Served): Promise<ReadonlyMap<string, string>> {
  const trail = await readFile(join(folder, 'audit.jsonl'), 'utf8')
  const lines = trail.split('\n').filter((line) => line.includes('"CreateUser"'))
  const records = lines.map((line) => JSON.parse(line))
  const events = records.map(({ eventID, requestParameters: { userName } }): [string, string] => [
    eventID,
    userName,
  ])
  assert.equal(new Set(events.map(([id]) => id)).size, events.length, 'each event once')
  return new Map(events)
}

test('two workers serve the same sessions, count as one, and follow a reload', async () => {
  await using site = await openSite()
  const demo = `workers: 2\n${await demoSettings()}`
  await using served = await startServed(site, demo)
  assert.notEqual(pidOf(served, 1), pidOf(served, 2))
  assert.deepEqual(Object.keys((await readiness(served)).checks), [
    ...['workers', 'store', 'audit', 'ephemeral', 'nodes', 'connector staff'],
  ])

  // Each request has a connection of its own, so that workers take turns.
  const browser = new Browser(served.origin)
  assert.equal((await browser.signIn(...jonas)).location, '/portal')
  for (let times = 0; times < 4; times++)
    assert.equal((await browser.get('/portal')).title, 'Your roles')
  const { keys } = await assumeWithPassword(served.origin, ...jonas)
  const { token } = await signInToken(served.origin, keys)
  const logins = await Promise.all(
    Array.from({ length: 6 }, () => new Browser(served.origin).get(loginUrl('', token))),
  )
  assert.deepEqual(logins.map(({ status }) => status).sort(), [303, 400, 400, 400, 400, 400])

  const name = 'gatehouse_events_total{service="sts",outcome="ok"}'
  const before = await figure(served, name)
  for (let times = 0; times < 5; times++)
    assert.match(await signedCall(served.origin, keys, { Action: 'GetCallerIdentity' }), /<Arn>/)
  assert.equal((await figure(served, name)) - before, 5)
  assert.equal(await figure(served, 'gatehouse_workers'), 2)
  assert.equal(await figure(served, 'gatehouse_worker_up{worker="2"}'), 1)

  await served.rewrite(demo.replace('name: developers', 'name: renamed').replace('1h', '1 hour'))
  await served.untilSaid('"reload-refused"')
  await served.rewrite(demo.replace(/ {2}- name: developers[\s\S]*?(?= {2}- name: auditors)/, ''))
  await served.untilSaid('"reloaded"')
  for (let times = 0; times < 4; times++)
    assert.equal(
      (await browser.get('/portal')).title,
      'You are signed in, but have no role yet',
      'each worker has the new rules',
    )
})

test('a worker that is killed among writes loses none, and is replaced', async () => {
  await using site = await openSite()
  const port = Number(new URL(site.origin).port)
  const settings = `shutdown: { idle: 0s, timeout: 1s }\nworkers: 2${account}`
  await using served = await startServed(site, settings)
  using balanced = balancer([served])
  const [made, asked, lost]: [string[], Set<string>, string[]] = [[], new Set(), []]
  let stopping = false
  using ends = new DisposableStack()
  ends.defer(() => {
    stopping = true
  })
  const writers = Array.from({ length: 6 }, async (_, at) => {
    let send = balanced.client()
    for (let serial = 0; !stopping; serial++) {
      const UserName = `u-${at}-${serial}`
      asked.add(UserName)
      const request = await signedFor('iam', port, admin, { Action: 'CreateUser', UserName })
      try {
        if ((await send(request)).startsWith('HTTP/1.1 200 ')) made.push(UserName)
      } catch {
        lost.push(UserName)
        send = balanced.client()
      }
    }
  })
  const more = async () => {
    const enough = made.length + 40
    await waitFor(async () => made.length >= enough)
  }
  await more()
  process.kill(pidOf(served, 1), 'SIGKILL')
  await served.untilSaid('"worker-started"', 3)
  await more()
  stopping = true
  await Promise.all(writers)
  assert.ok(lost.length <= 6, `${lost.length} calls went with their worker`)
  assert.equal(await figure(served, 'gatehouse_worker_restarts_total'), 1)
  assert.equal((await readiness(served)).status, 'ready')

  // What a killed worker left is brought into the trail by another.
  await waitFor(async () => {
    const told = new Set((await toldUsers(served)).values())
    return made.every((name) => told.has(name))
  })
  for (const name of (await toldUsers(served)).values()) assert.ok(asked.has(name), name)

  const [last] = made.slice(-1)
  const get = await signedFor('iam', port, admin, { Action: 'GetUser', UserName: last! })
  // One connection for each worker.
  const connections = [balanced.client(), balanced.client()]
  for (const send of connections)
    assert.match(await send(get), new RegExp(`<UserName>${last}</UserName>`))
  const remove = { Action: 'DeleteUser', UserName: last! }
  assert.match(await connections[0]!(await signedFor('iam', port, admin, remove)), / 200 /)
  // The other one heeds it within 25 ms; how often it is asked meanwhile is the machine's matter.
  await waitFor(async () => / 404 /.test(await connections[1]!(get)))

  const frozen = pidOf(served, 1)
  process.kill(frozen, 'SIGSTOP')
  const { code, status, checks } = await readiness(served)
  const told = [code, status, checks.workers?.reason]
  assert.deepEqual(told, [200, 'degraded', 'no answer of worker 1'])
  assert.equal(await figure(served, 'gatehouse_worker_up{worker="1"}'), 0)
  await served[Symbol.asyncDispose]()
  assert.match(served.said(), /"worker":1,"afterMs":10000,"msg":"stop-forced"/)
  assert.throws(() => process.kill(frozen, 0), 'nothing is left')
})

test('workers that cannot listen say why, as one process does', async () => {
  await using site = await openSite()
  const taken = createServer().listen(Number(new URL(site.origin).port), '127.0.0.1')
  await once(taken, 'listening')
  try {
    await assert.rejects(startServed(site, `workers: 2${account}`), /port \d+ is taken/)
  } finally {
    taken.close()
  }
})
