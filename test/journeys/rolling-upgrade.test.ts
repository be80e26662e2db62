import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { signedFor } from '../bench/signed-requests.ts'
import { admin, broker, chaosSettings, password, people, roleArn } from '../chaos/settings.ts'
import { Browser } from '../http/browser.ts'
import { untilReady } from '../peers/child.ts'
import { openPostgres } from '../peers/postgres.ts'
import { openRedis } from '../peers/redis.ts'
import { requirePeer } from '../peers/require.ts'
import { type Balancer, balancer } from './keep-alive-client.ts'
import { nextBuild } from './next-build.ts'
import { openSite, type Served, startServed } from './running.ts'
import { stoppedAtOnce } from './stopped-at-once.ts'

const partOf = (xml: string, element: string) =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? ''
const ok = /^HTTP\/1.1 200 /

/** Another table and another column, as a release may need them. */
const sql = `CREATE TABLE upgraded (at timestamptz NOT NULL DEFAULT now());
  INSERT INTO upgraded DEFAULT VALUES;
  ALTER TABLE records ADD COLUMN note text COLLATE "C" NOT NULL DEFAULT '';`

test('nodes are upgraded one after another, and nobody notices', async (t) => {
  if (!requirePeer(t, 'postgres') || !requirePeer(t, 'redis')) return
  await using undo = new AsyncDisposableStack()
  const postgres = undo.use(await openPostgres())
  const redis = undo.use(await openRedis())
  const site = undo.use(await openSite())
  const port = Number(new URL(site.origin).port)
  const next = nextBuild(join(site.folder, 'next'), '9.8.7', sql)
  // The second signal ends the delay, once the balancer has seen that readiness is red.
  const settings = `shutdown: { delay: 600s }
ephemeral: { redis: "${redis.url}" }
${await chaosSettings()}`
  const store = `{ postgres: { url: "${postgres.url}" } }`
  const begin = async (program?: readonly string[]) =>
    stoppedAtOnce(
      undo,
      await startServed(site, settings, { store, beside: true, ...(program && { program }) }),
    )
  const versionsOf = async ({ operations }: Served) =>
    /gatehouse_build_info\{version="([^"]+)"\} 1/.exec(
      await (await fetch(`${operations}/metrics`)).text(),
    )?.[1]
  const old = await Promise.all([begin(), begin()])
  assert.notEqual(await versionsOf(old[0]), '9.8.7')

  const balanced = undo.use(balancer(old))
  const made: string[] = []
  const clients = await clientsOf(port, old[0], made)
  const { waitFor, each, during } = steadily(balanced, clients)
  const replace = async (leaving: Served, stay: readonly Served[]) => {
    process.kill(leaving.pid, 'SIGTERM')
    await waitFor(() => balanced.avoids(leaving))
    // The first answer may be that of a connection to the one that leaves; the next one is not.
    await each(2)
    await leaving[Symbol.asyncDispose]()
    assert.doesNotMatch(leaving.said(), /stop-forced/)
    balanced.nodes = stay
  }
  const upgrading = async () => {
    await each(3)
    // Both find the schema old, and one of them changes it while the others serve and write.
    const upgraded = await Promise.all([begin(next.program), begin(next.program)])
    assert.equal(await versionsOf(upgraded[0]), '9.8.7')
    const times = await postgres.query('SELECT count(*)::int AS n FROM gatehouse.upgraded')
    assert.equal(times[0]!.n, 1)
    balanced.nodes = [...old, ...upgraded]
    await each(4)
    await replace(old[0], [old[1], ...upgraded])
    await replace(old[1], upgraded)
    await each(3)
    // An old one may be started again; it takes part as before.
    const again = await begin()
    balanced.nodes = [again, ...upgraded]
    await each(3)
    balanced.nodes = upgraded
    await each(2)
    await leaveBehind(again)
    await each(2)
  }
  /** As the last step of a migration would that old nodes can't go on with. */
  const leaveBehind = async (left: Served) => {
    await postgres.query(`UPDATE gatehouse.schema_version SET works_from = ${next.schemaVersion}`)
    await left.untilSaid('store-too-new')
    const ready = await fetch(`${left.operations}/readyz`)
    assert.equal(ready.status, 503)
    assert.match(await ready.text(), /a newer Gatehouse has changed the store/)
    await assert.rejects(
      begin(),
      new RegExp(`the store has schema version ${next.schemaVersion}, this Gatehouse knows`),
    )
  }
  await during(upgrading)
  // Whoever wrote it, it is there, and is found by its tag.
  const links = await postgres.query(
    `SELECT key FROM gatehouse.links WHERE kind = 'user' AND target = 'tag/wave'`,
  )
  assert.deepEqual(links.map(({ key }) => key).sort(), made.sort())
})

/** Clients that go on all the time, each over one connection after another. */
function steadily(balanced: Balancer, clients: readonly Client[]) {
  let isOver = false
  const answered = clients.map(() => 0)
  const working = clients.map(async (client, at) => {
    const send = balanced.client()
    for (; !isOver; answered[at]!++) {
      await client(send)
      // Steady load, and not all that the machine can: nodes have to start beside it.
      await pause(20)
    }
  })
  const waitFor = (holds: () => boolean) =>
    untilReady({ ended: () => isOver, said: () => 'a request was lost' }, async () => holds())
  return {
    waitFor,
    /** Waits until each was answered so many times more. */
    each(times: number) {
      const before = answered.map((count) => count + times)
      return waitFor(() => answered.every((count, at) => count >= before[at]!))
    },
    async during(work: () => Promise<void>) {
      const done = work().finally(() => {
        isOver = true
      })
      try {
        // Whatever is lost is told at once.
        await Promise.all([...working, done])
      } finally {
        isOver = true
        await Promise.allSettled([...working, done])
      }
    },
  }
}

type Client = (send: (request: Buffer) => Promise<string>) => Promise<void>

/** Each does one thing that must not fail, over one connection after another. */
async function clientsOf(port: number, node: Served, made: string[]): Promise<Client[]> {
  const who = { Action: 'GetCallerIdentity' }
  const asked = await signedFor('sts', port, broker, who)
  const assume = { Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName: 'upgrade' }
  const minted = await signedFor('sts', port, broker, assume)
  const { username, displayName } = people[0]!
  const browser = new Browser(node.origin)
  assert.equal((await browser.signIn(username, password)).location, '/portal')
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const page = Buffer.from(
    `GET /portal HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${cookie}\r\n\r\n`,
  )
  return [
    async (send) => assert.match(await send(asked), ok),
    async (send) => {
      const xml = await send(minted)
      const session = {
        accessKeyId: partOf(xml, 'AccessKeyId'),
        secretAccessKey: partOf(xml, 'SecretAccessKey'),
        sessionToken: partOf(xml, 'SessionToken'),
      }
      assert.match(await send(await signedFor('sts', port, session, who)), ok)
    },
    async (send) => {
      const shown = await send(page)
      assert.match(shown, ok)
      assert.ok(shown.includes(displayName), shown)
    },
    async (send) => {
      const UserName = `upgrade-${made.length}`
      const tag = { 'Tags.member.1.Key': 'wave', 'Tags.member.1.Value': '1' }
      const create = { Action: 'CreateUser', UserName, ...tag }
      assert.match(await send(await signedFor('iam', port, admin, create)), ok)
      made.push(UserName)
      // The next one is written by another node, maybe of another version.
      const Key = { 'Tags.member.1.Key': 'note', 'Tags.member.1.Value': 'x' }
      const also = { Action: 'TagUser', UserName, ...Key }
      assert.match(await send(await signedFor('iam', port, admin, also)), ok)
    },
  ]
}
