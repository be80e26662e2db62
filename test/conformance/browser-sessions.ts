import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promisify } from 'node:util'
import session, { type SessionData, type Store } from 'express-session'

export interface Opened extends AsyncDisposable {
  readonly store: Store
  /** Lets time go by for the store. */
  pass(seconds: number): Promise<void>
}

function cookie(maxAgeMs: number) {
  const made = new session.Cookie()
  made.originalMaxAge = maxAgeMs
  return made as SessionData['cookie']
}
const data = (identity: string, maxAgeMs = 60_000) =>
  ({ cookie: cookie(maxAgeMs), identity }) as SessionData

function verbs(store: Store) {
  return {
    get: promisify(store.get.bind(store)),
    set: promisify(store.set.bind(store)),
    touch: promisify(store.touch!.bind(store)),
    destroy: promisify(store.destroy.bind(store)),
    /** A session as a request has it: read from the store. */
    async read(id: string) {
      const found = await promisify(store.get.bind(store))(id)
      return store.createSession({ sessionID: id, sessionStore: store } as never, found!)
    },
  }
}
type Stories = Readonly<
  Record<string, (verbs_: ReturnType<typeof verbs>, pass: Opened['pass']) => Promise<void>>
>

/** What every store of browser sessions owes to the pages. */
export function browserSessionsConformance(name: string, open: () => Promise<Opened>): void {
  for (const [title, tell] of Object.entries(stories))
    test(`browser sessions in ${name}: ${title}`, async () => {
      await using opened = await open()
      await tell(verbs(opened.store), opened.pass)
    })
}

const stories: Stories = {
  'they are kept, replaced and forgotten': async ({ get, set, touch, destroy }) => {
    assert.ok(!(await get('a')))
    await set('a', data('{"name":"Zoë"}'))
    assert.equal((await get('a'))?.identity, '{"name":"Zoë"}')
    assert.equal((await get('a'))?.cookie.originalMaxAge, 60_000)
    await set('a', data('other'))
    await touch('a', data('other'))
    assert.equal((await get('a'))?.identity, 'other')
    await destroy('a')
    assert.ok(!(await get('a')))
    await destroy('a')
  },
  'one ends when its time is over, and a request keeps it': async (store, pass) => {
    const { get, set, touch } = store
    await set('a', data('x'))
    await pass(50)
    await touch('a', data('x'))
    await pass(50)
    const found = await store.read('a')
    await set('a', found)
    await pass(50)
    assert.ok(await get('a'))
    await pass(11)
    assert.ok(!(await get('a')))
  },
  'a lifetime that lost a millisecond is taken': async ({ get, set }) => {
    await set('a', data('x', 59_999))
    assert.equal((await get('a'))?.identity, 'x')
  },
  'a request that began before a session was ended brings nothing back': async (store) => {
    const { get, set, touch, destroy, read } = store
    await set('b', data('x'))
    const first = await read('b')
    first.identity = 'y'
    await set('b', first)
    await touch('b', first)
    const second = await read('b')
    assert.equal(second.identity, 'y')
    await destroy('b')
    await set('b', second)
    await touch('b', second)
    assert.ok(!(await get('b')))
  },
  'of two requests at once the last one to write is kept': async ({ get, set, read }) => {
    await set('a', data('x'))
    const [first, second] = await Promise.all([read('a'), read('a')])
    first.identity = 'first'
    second.identity = 'second'
    await set('a', first)
    await set('a', second)
    assert.equal((await get('a'))?.identity, 'second')
  },
  'a slow request keeps a session alive, and erases nothing that another saved': async (
    { get, set, touch, read },
    pass,
  ) => {
    await set('a', data('x'))
    const slow = await read('a')
    const quick = await read('a')
    quick.identity = 'y'
    await set('a', quick)
    await pass(50)
    await touch('a', slow)
    await pass(50)
    assert.equal((await get('a'))?.identity, 'y')
  },
  'sessions are apart': async ({ get, set, destroy }) => {
    await set('a', data('x'))
    await set('b', data('y'))
    await destroy('a')
    assert.equal((await get('b'))?.identity, 'y')
  },
}
