import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { App } from '../../src/apps/app.ts'
import { buildLogouts } from '../../src/apps/logouts.ts'
import type { Identity } from '../../src/kernel/identity.ts'

const now = new Date('2026-11-30T10:00:00Z')
const app = (host: string) =>
  ({ signing: 'ES256', backChannelLogoutUri: `https://${host}.corp.test/out` }) as App

/** Apps that listen, of which one never answers. */
function openTold() {
  const kept = new Map<string, string>()
  const hanging: (() => void)[] = []
  const heard: string[] = []
  const logged: string[] = []
  const all = Promise.withResolvers<void>()
  const logouts = buildLogouts({
    apps: () => ({ hanging: app('hanging'), wiki: app('wiki') }),
    async post(url) {
      const { hostname } = new URL(url)
      if (hostname.startsWith('hanging'))
        return new Promise<number>((resolve) => hanging.push(() => resolve(200)))
      heard.push(hostname)
      if (heard.length === people) all.resolve()
      return 200
    },
    appKeys: { sign: async () => 'token' },
    publicUrl: new URL('https://sso.corp.test'),
    clock: { now: () => now },
    ids: { uuid: () => 'id' },
    log: (event) => void logged.push(event),
    ephemeral: {
      put: async (_space, key, value) => void kept.set(key, value),
      get: async (_space, key) => kept.get(key),
      async take(_space, key) {
        const found = kept.get(key)
        kept.delete(key)
        return found
      },
    },
    signIn: { endsAt: () => new Date(now.getTime() + 3_600_000) },
  })
  return { logouts, hanging, heard, logged, all: all.promise }
}

const people = 50
const person = (at: number) =>
  ({ connector: 'corp', subject: `person-${at}`, authenticatedAt: now }) as Identity

test('an app that never answers delays only what it is told itself', async () => {
  const { logouts, hanging, heard, all, logged } = openTold()
  for (let at = 0; at < people; at++) {
    await logouts.note('hanging', person(at), 'sid')
    await logouts.note('wiki', person(at), 'sid')
    await logouts.ended(person(at))
  }
  await all
  assert.equal(heard.length, people)
  const most = hanging.length
  assert.ok(most <= 4, `${most} requests to one app at once`)
  // What waited is told as soon as the app answers again.
  let told = 0
  while (told < people) {
    for (const answer of hanging.splice(0)) {
      told++
      answer()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(logged, [])
})

test('an app that hangs for long keeps no more waiting than its share', async () => {
  const { logouts, hanging, logged } = openTold()
  for (let at = 0; at < 520; at++) {
    await logouts.note('hanging', person(at), 'sid')
    await logouts.ended(person(at))
  }
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(hanging.length <= 4)
  assert.equal(logged.filter((event) => event === 'app-not-told').length, 520 - 4 - 500)
})
