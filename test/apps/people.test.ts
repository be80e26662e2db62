import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildPeople } from '../../src/apps/people.ts'
import type { Identity } from '../../src/kernel/identity.ts'
import { Ids } from '../../src/kernel/ids.ts'
import type { Begun } from '../../src/sign-in/open-sessions.ts'
import { movableClock } from '../conformance/ephemeral.ts'
import { inMemory } from '../http/in-memory.ts'
import { origin } from '../sign-in/recheck/scene.ts'

function open() {
  const clock = movableClock()
  const ephemeral = inMemory(clock)
  let writes = 0
  const begun: Begun[] = []
  const ended = new Set<string>()
  const people = buildPeople({
    ephemeral: {
      get: (...args) => ephemeral.get(...args),
      put(...args) {
        writes++
        return ephemeral.put(...args)
      },
    },
    signIn: {
      endsAt: ({ authenticatedAt }) => new Date(authenticatedAt.getTime() + 3_600_000),
      holds: async () => true,
      current: async (identity) => ({ identity }),
    },
    wasEnded: async () => false,
    rules: () => ({
      evaluate: () => undefined,
      mayUseAny: () => false,
      all: () => [],
      claimNames: [],
    }),
    clock,
    ids: new Ids(),
    openSessions: {
      begun: (session) => void begun.push(session),
      seen: async () => {},
      isEnded: async (id) => ended.has(id),
    },
  })
  const alice = (groups: readonly string[] = ['staff']): Identity => ({
    connector: 'corp',
    protocol: 'file',
    subject: 'alice',
    username: 'alice',
    displayName: 'Alice',
    attributes: new Map(),
    groups,
    authenticatedAt: clock.now(),
    strength: 'password',
  })
  return { people, clock, alice, begun, ended, writes: () => writes }
}

test('a sign-in is kept once, however many apps it is used at', async () => {
  const { people, alice, writes } = open()
  const signedIn = alice()
  const ids = [await people.newGrantId(signedIn), await people.newGrantId(signedIn)]
  assert.equal(writes(), 1)
  assert.notEqual(ids[0], ids[1])
  for (const id of ids) assert.equal((await people.behind(id, origin))?.subject, 'alice')
})

test('an app has one session a sign-in, a terminal one each; what was ended stays so', async () => {
  const { people, alice, ended, begun } = open()
  const signedIn = alice()
  const at = (app: string) => people.newGrantId(signedIn, { app, origin })
  const [first, second] = [await at('wiki'), await at('wiki')]
  await at('gatehouse-terminal')
  await at('gatehouse-terminal')
  assert.deepEqual(
    begun.map(({ kind, app }) => `${kind} ${app}`),
    ['app wiki', 'app wiki', 'terminal gatehouse-terminal', 'terminal gatehouse-terminal'],
  )
  const ids = begun.map(({ id }) => id)
  assert.equal(new Set(ids).size, 3)
  ended.add(ids[0]!)
  assert.equal(await people.behind(first, origin), undefined)
  assert.equal(await people.behind(second, origin), undefined)
  const again = await at('wiki')
  assert.equal((await people.behind(again, origin))?.subject, 'alice')
  assert.equal(await people.behind(first, origin), undefined)
})

test('groups that were checked again count for every grant of the sign-in', async () => {
  const { people, alice } = open()
  const id = await people.newGrantId(alice(['staff', 'payroll']))
  await people.newGrantId(alice(['staff']))
  assert.deepEqual((await people.behind(id, origin))?.groups, ['staff'])
})

test('a grant is of one sign-in, and ends with it alone', async () => {
  const { people, clock, alice } = open()
  const first = alice()
  const old = await people.newGrantId(first)
  clock.pass(1)
  const second = alice()
  const young = await people.newGrantId(second)
  assert.deepEqual([people.isOf(old, first), people.isOf(old, second)], [true, false])
  await people.signedOut(first)
  assert.equal(await people.behind(old, origin), undefined)
  assert.ok(await people.behind(young, origin))
  for (const id of ['', '.', 'nothing', young.split('.')[1]!])
    assert.equal(await people.behind(id, origin), undefined, id)
})
