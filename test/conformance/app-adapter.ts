import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { buildAdapter } from '../../src/apps/adapter.ts'
import type { Ephemeral, Space } from '../../src/store/ephemeral.ts'
import type { Opened } from './ephemeral.ts'

class Lost extends Error {}
class TooFast extends Error {}

type Told = Pick<Opened, 'clock'> & {
  readonly model: ReturnType<typeof buildAdapter>
  /** Everything that was written, with its keys. */
  readonly written: readonly string[]
  /** The request that a device makes from now on; undefined: a person's. */
  readonly pollWith: (request: object | undefined) => void
  /** Seconds since 1970, from now. */
  readonly at: (seconds: number) => number
}

/** The storage of the OpenID provider lives the same on every kind of short-lived state. */
export function appAdapterConformance(name: string, open: () => Promise<Opened>): void {
  for (const [title, tell] of Object.entries(stories))
    test(`apps on ${name}: ${title}`, async () => {
      await using opened = await open()
      const { clock } = opened
      const written: string[] = []
      const ephemeral: Ephemeral = {
        ...opened.ephemeral,
        async put(space: Space, key: string, value: string, expiresAt: Date) {
          written.push(`${key} ${value}`)
          await opened.ephemeral.put(space, key, value, expiresAt)
        },
      }
      let poll: object | undefined
      const model = buildAdapter({
        polling: () => poll,
        slowDown: () => new TooFast(),
        ephemeral,
        clock,
        findClient: (id) => (id === 'wiki' ? { client_id: id } : undefined),
        invalidGrant: (message) => new Lost(message),
      })
      const at = (seconds: number) => Math.floor(clock.now().getTime() / 1000) + seconds
      const pollWith = (request: object | undefined) => {
        poll = request
      }
      await tell({ model, clock, written, at, pollWith })
    })
}

const crowd = 50

const stories: Readonly<Record<string, (told: Told) => Promise<void>>> = {
  'what was saved is found until it expires or is destroyed': async ({ model, clock, at }) => {
    const tokens = model('AccessToken')
    await tokens.upsert('t1', { jti: 't1', accountId: 'a', exp: at(60) }, 60)
    assert.deepEqual(await tokens.find('t1'), { jti: 't1', accountId: 'a', exp: at(60) })
    assert.equal(await model('RefreshToken').find('t1'), undefined, 'models are apart')
    await tokens.destroy('t1')
    assert.equal(await tokens.find('t1'), undefined)
    await tokens.upsert('t2', { jti: 't2', exp: at(60) }, 60)
    clock.pass(61)
    assert.equal(await tokens.find('t2'), undefined)
  },
  'no token, and no cookie of a session, is in the store': async ({ model, written, at }) => {
    await model('RefreshToken').upsert('secret-1', { jti: 'secret-1', exp: at(60) }, 60)
    await model('Session').upsert('secret-2', { jti: 'secret-2', uid: 'u', exp: at(60) }, 60)
    const session = { accountId: 'a', uid: 'u', cookie: 'secret-2' }
    await model('Interaction').upsert('secret-3', { jti: 'secret-3', session, exp: at(60) }, 60)
    assert.equal(written.length, 4)
    assert.doesNotMatch(written.join('\n'), /secret-/)
  },
  'a session is found by its other name, until it ends': async ({ model, at }) => {
    const sessions = model('Session')
    await sessions.upsert('s1', { jti: 's1', uid: 'u1', accountId: 'a', exp: at(60) }, 60)
    assert.equal((await sessions.findByUid('u1'))?.accountId, 'a')
    await sessions.destroy('s1')
    assert.equal(await sessions.findByUid('u1'), undefined)
  },
  'the other name of a session is written seldom, and lasts as long as the session': async ({
    model,
    clock,
    written,
    at,
  }) => {
    const sessions = model('Session')
    const save = () =>
      sessions.upsert('s1', { jti: 's1', uid: 'u1', accountId: 'a', exp: at(60) }, 60)
    for (let saved = 0; saved < 5; saved++) {
      await save()
      clock.pass(50)
      assert.equal((await sessions.findByUid('u1'))?.accountId, 'a')
    }
    assert.equal(written.filter((line) => line.startsWith('Session/uid/')).length, 3)
    await sessions.upsert('s2', { jti: 's2', uid: 'u1', accountId: 'b', exp: at(60) }, 60)
    assert.equal((await sessions.findByUid('u1'))?.accountId, 'b', 'of a session with a new id')
  },
  'of many who use a code at once, one has used it': async ({ model, at }) => {
    const codes = model('AuthorizationCode')
    await codes.upsert('c1', { jti: 'c1', exp: at(60) }, 60)
    const use = async () => {
      assert.ok(await codes.find('c1'))
      await codes.consume('c1')
    }
    const ends = await Promise.allSettled(Array.from({ length: crowd }, use))
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.ok(
      ends.every((end) => end.status === 'fulfilled' || end.reason instanceof Lost),
      'the others are told that they lost',
    )
    assert.equal((await codes.find('c1'))?.consumed, true)
  },
  'of many who use a refresh token at once, one has used it, and nobody takes it for stolen':
    async ({ model, clock, at }) => {
      const refreshes = model('RefreshToken')
      await refreshes.upsert('r1', { jti: 'r1', exp: at(60) }, 60)
      const use = async () => {
        const found = await refreshes.find('r1')
        assert.equal(found && 'consumed' in found, false)
        await refreshes.consume('r1')
      }
      const ends = await Promise.allSettled(Array.from({ length: crowd }, use))
      assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
      await assert.rejects(refreshes.consume('r1'), Lost, 'shortly after, too')
      clock.pass(11)
      assert.equal((await refreshes.find('r1'))?.consumed, true, 'from now on it was stolen')
    },
  'of many who use a token of the terminal at once, one has used it': async ({ model, at }) => {
    const refreshes = model('RefreshToken')
    const of = { clientId: 'gatehouse-terminal', grantId: 'g', exp: at(60) }
    await refreshes.upsert('r1', { jti: 'r1', ...of }, 60)
    const use = async (id: string) => {
      assert.equal((await refreshes.find(id))?.consumed, undefined)
      await refreshes.consume(id)
    }
    const served = (ends: readonly PromiseSettledResult<void>[]) =>
      ends.filter(({ status }) => status === 'fulfilled').length
    const many = Array.from({ length: crowd }, () => use('r1'))
    const first = served(await Promise.allSettled(many))
    // Whoever comes when it is used already may be one whose answer was lost.
    assert.ok(first === 1 || first === 2, String(first))
    for (const id of ['s1', 's2']) await refreshes.upsert(id, { jti: id, ...of, rotations: 1 }, 60)
    const both = await Promise.allSettled(['s1', 's2'].map((id) => refreshes.consume(id)))
    assert.equal(served(both), 1)
    const lost = both[0]?.status === 'rejected' ? 's1' : 's2'
    await assert.rejects(refreshes.consume(lost), Lost, 'its answer was not lost')
    await assert.rejects(refreshes.consume('r1'), Lost, 'what followed it was used')
  },
  'the use of a token is remembered as long as the token': async ({ model, clock, at }) => {
    const refreshes = model('RefreshToken')
    await refreshes.upsert('r1', { jti: 'r1', exp: at(3600) }, 3600)
    await refreshes.consume('r1')
    clock.pass(3590)
    assert.equal((await refreshes.find('r1'))?.consumed, true)
    clock.pass(20)
    assert.equal(await refreshes.find('r1'), undefined)
    await assert.rejects(refreshes.consume('r1'), Lost)
  },
  'of many who present an assertion at once, one is the first': async ({ model, at }) => {
    const seen = model('ReplayDetection')
    const ends = await Promise.allSettled(
      Array.from({ length: crowd }, () => seen.upsert('j1', { jti: 'j1', exp: at(60) }, 60)),
    )
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
  },
  "a person's code leads to the entry of a device, and to nothing to redeem": async ({
    model,
    written,
    at,
    pollWith,
  }) => {
    const codes = model('DeviceCode')
    const begun = { jti: 'secret-1', userCode: 'BCDFGHJK', params: { scope: 'openid' } }
    await codes.upsert('secret-1', { ...begun, exp: at(60) }, 60)
    assert.doesNotMatch(written.join('\n'), /secret-1|BCDFGHJK/)
    const found = await codes.findByUserCode('BCDFGHJK')
    assert.equal(found?.userCode, 'BCDFGHJK')
    assert.equal(await codes.findByUserCode('BCDFGHJL'), undefined)
    const { jti = '', ...payload } = found!
    await codes.upsert(jti, { ...payload, inFlight: true }, 60)
    assert.equal((await codes.find('secret-1'))?.inFlight, true)
    assert.equal((await codes.find(jti))?.inFlight, true, 'what goes on with the person')
    pollWith({})
    assert.equal(await codes.find(jti), undefined)
    assert.equal((await codes.find('secret-1'))?.jti, 'secret-1')
  },
  'of many who confirm or refuse one device, one has decided': async ({ model, at }) => {
    const codes = model('DeviceCode')
    await codes.upsert('d1', { jti: 'd1', userCode: 'BCDFGHJK', exp: at(60) }, 60)
    const decide = async (answer: object) => {
      const { jti = '', ...found } = (await codes.findByUserCode('BCDFGHJK'))!
      await codes.upsert(jti, { ...found, ...answer }, 60)
    }
    const ends = await Promise.allSettled(
      Array.from({ length: crowd }, (_, i) =>
        decide(i % 2 === 0 ? { inFlight: true } : { error: 'access_denied' }),
      ),
    )
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
    const { jti = '', ...found } = (await codes.findByUserCode('BCDFGHJK'))!
    const answer = found.inFlight ? { accountId: 'a' } : { error: 'access_denied', inFlight: true }
    await codes.upsert(jti, { ...found, ...answer }, 60)
    assert.ok((await codes.find('d1'))?.inFlight, 'what follows is saved')
  },
  'a device that asks too often is told so, and its code serves once': async ({
    model,
    clock,
    at,
    pollWith,
  }) => {
    const codes = model('DeviceCode')
    await codes.upsert('d1', { jti: 'd1', userCode: 'BCDFGHJK', exp: at(60) }, 60)
    const request = {}
    pollWith(request)
    assert.ok(await codes.find('d1'))
    assert.ok(await codes.find('d1'), 'of the same request')
    pollWith({})
    await assert.rejects(codes.find('d1'), TooFast)
    clock.pass(4.1)
    assert.ok(await codes.find('d1'), 'this request was counted')
    clock.pass(56)
    pollWith({})
    assert.ok(await codes.find('d1'), 'a while longer, to say that it has expired')
    await codes.upsert('d2', { jti: 'd2', exp: at(60) }, 60)
    const ends = await Promise.allSettled(Array.from({ length: crowd }, () => codes.consume('d2')))
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
    pollWith(undefined)
    assert.equal((await codes.find('d2'))?.consumed, true)
  },
  'clients are those of the settings': async ({ model }) => {
    assert.equal((await model('Client').find('wiki'))?.client_id, 'wiki')
    assert.equal(await model('Client').find('constructor'), undefined)
  },
}

/** Lets every other caller go first at each step: a store that is far away. */
export function waiting(ephemeral: Ephemeral): Ephemeral {
  const late = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let turns = 0; turns < 3; turns++) await setImmediate()
    const value = await work()
    for (let turns = 0; turns < 3; turns++) await setImmediate()
    return value
  }
  return {
    ...ephemeral,
    put: (...args) => late(() => ephemeral.put(...args)),
    get: (...args) => late(() => ephemeral.get(...args)),
    take: (...args) => late(() => ephemeral.take(...args)),
    remove: (...args) => late(() => ephemeral.remove(...args)),
    claim: (...args) => late(() => ephemeral.claim(...args)),
  }
}
