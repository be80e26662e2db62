import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAnswers } from '../../src/store/answers.ts'

/** Values by name, and answers that are made from them; `made` counts how often each was. */
function openHouse({ most }: { readonly most?: number } = {}) {
  const values = new Map<string, number>()
  const made: Record<string, number> = {}
  const answers = createAnswers(() => undefined, most)
  const leaves = answers.reads<{ readonly value: number }>(1000)
  const sums = answers.cache<{ readonly value: number }>(1000)
  const count = (name: string) => {
    made[name] = (made[name] ?? 0) + 1
  }
  const leaf = (name: string) =>
    leaves.get(name, async () => {
      count(name)
      const value = values.get(name)
      return value === undefined ? undefined : { value }
    })
  return {
    made,
    answers,
    leaf,
    /** The sum of what `parts` answer; what answers undefined counts as nothing. */
    sum: (name: string, ...parts: (() => Promise<{ readonly value: number } | undefined>)[]) =>
      sums.get(name, async () => {
        count(name)
        const all = await Promise.all(parts.map((part) => part()))
        return { value: all.reduce((total, one) => total + (one?.value ?? 0), 0) }
      }),
    commit(...changes: (readonly [string, number | undefined])[]) {
      for (const [name, value] of changes)
        if (value === undefined) values.delete(name)
        else values.set(name, value)
      answers.changed(changes.map(([name]) => name))
    },
  }
}

test('a change ends what was made from it, through other answers, and nothing else', async () => {
  const { leaf, sum, commit, made } = openHouse()
  commit(['a', 1], ['b', 2], ['c', 3])
  const ab = () =>
    sum(
      'ab',
      () => leaf('a'),
      () => leaf('b'),
    )
  const c = () => sum('c1', () => leaf('c'))
  const abc = () => sum('abc', ab, c)
  assert.equal((await abc())?.value, 6)
  const [keptAb, keptC] = [await ab(), await c()]
  assert.deepEqual(made, { abc: 1, ab: 1, c1: 1, a: 1, b: 1, c: 1 })
  commit(['c', 4])
  assert.equal((await abc())?.value, 7)
  assert.equal(await ab(), keptAb)
  assert.notEqual(await c(), keptC)
  assert.deepEqual(made, { abc: 2, ab: 1, c1: 2, a: 1, b: 1, c: 2 })
  commit(['elsewhere', 1])
  await abc()
  assert.deepEqual(made, { abc: 2, ab: 1, c1: 2, a: 1, b: 1, c: 2 })
})

test('what was not there is not kept, and who went on without it hears that it came', async () => {
  const { leaf, sum, commit, made } = openHouse()
  const all = () => sum('all', () => leaf('a'))
  assert.equal((await all())?.value, 0)
  assert.equal(await leaf('a'), undefined)
  assert.equal(made.a, 2)
  commit(['a', 5])
  assert.equal((await all())?.value, 5)
  commit(['a', undefined])
  assert.equal((await all())?.value, 0)
})

test('answers weigh together no more than they may; who was asked lately stays', async () => {
  const answers = createAnswers(() => undefined)
  const weight = { most: 100, of: ({ bytes }: { readonly bytes: number }) => bytes }
  const cache = answers.cache<{ readonly bytes: number }>(1000, weight)
  const get = (key: string) => cache.get(key, async () => ({ bytes: 30 }))
  const [a, b] = [await get('a'), await get('b')]
  await get('c')
  assert.equal(await get('a'), a)
  await get('d')
  assert.equal(answers.figures().answers.weight, 90)
  assert.equal(await get('a'), a)
  assert.notEqual(await get('b'), b)
})

test('a failure is not kept, whether it comes at once or later', async () => {
  const cache = createAnswers(() => undefined).cache<object>(10)
  const fail = async () => {
    throw new Error('no')
  }
  const failAtOnce = (): Promise<object> => {
    throw new Error('no')
  }
  await assert.rejects(cache.get('a', fail), /no/)
  await assert.rejects(cache.get('a', failAtOnce), /no/)
  const right = {}
  assert.equal(await cache.get('a', async () => right), right)
  assert.equal(await cache.get('a', fail), right)
})

test('who asks at the same time waits for the same, unless it began before a change', async () => {
  const answers = createAnswers(() => undefined)
  const cache = answers.cache<{ readonly of: number }>(10)
  let made = 0
  const gate = Promise.withResolvers<void>()
  const make = async () => {
    const of = ++made
    await gate.promise
    return { of }
  }
  const [first, second] = [cache.get('a', make), cache.get('a', make)]
  answers.changed(['elsewhere'])
  const third = cache.get('a', make)
  gate.resolve()
  assert.deepEqual(
    (await Promise.all([first, second, third])).map((one) => one?.of),
    [1, 1, 2],
  )
  assert.equal((await cache.get('a', make))?.of, 2)
})

test('a commit while an answer is made ends it, whether it was read before or after', async () => {
  const { leaf, sum, commit } = openHouse()
  commit(['a', 1], ['b', 1])
  const [read, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let waits = true
  const slow = () =>
    sum('slow', async () => {
      const a = await leaf('a')
      if (waits) {
        read.resolve()
        await go.promise
      }
      const b = await leaf('b')
      return { value: a!.value * 10 + b!.value }
    })
  const early = slow()
  await read.promise
  commit(['a', 2])
  commit(['b', 2])
  go.resolve()
  assert.equal((await early)?.value, 12, 'who asked before the commits may hear of before')
  waits = false
  assert.equal((await slow())?.value, 22)
})

test('an answer that was kept already counts for what is made from it', async () => {
  const { leaf, sum, commit } = openHouse()
  commit(['a', 1])
  const kept = () => sum('kept', () => leaf('a'))
  await kept()
  const top = () => sum('top', kept)
  assert.equal((await top())?.value, 1)
  commit(['a', 2])
  assert.equal((await top())?.value, 2)
})

test('when all may have changed all is made anew', async () => {
  const { answers, leaf, sum, commit, made } = openHouse()
  commit(['a', 1])
  const top = () => sum('top', () => leaf('a'))
  await top()
  answers.changed('all')
  await top()
  assert.deepEqual(made, { top: 2, a: 2 })
  commit(['b', 1])
  await top()
  assert.deepEqual(made, { top: 2, a: 2 })
})

test('names that were noted by hand count, and only while the answer is made', async () => {
  const answers = createAnswers(() => undefined)
  const cache = answers.cache<object>(10)
  answers.note('nobody asks')
  const listed = () =>
    cache.get('list', async () => {
      answers.note('role/1')
      await null
      answers.note('role/2')
      return {}
    })
  const first = await listed()
  answers.changed(['nobody asks'])
  assert.equal(await listed(), first)
  answers.changed(['role/2'])
  const second = await listed()
  assert.notEqual(second, first)
  answers.changed(['role/1'])
  assert.notEqual(await listed(), second)
})

test('what is older than the changes that are remembered is made anew', async () => {
  const { leaf, commit, made } = openHouse({ most: 3 })
  commit(['a', 1], ['old', 1])
  await leaf('a')
  await leaf('old')
  commit(['a', 2])
  for (const name of ['b', 'c', 'd', 'e']) commit([name, 1])
  assert.equal((await leaf('a'))?.value, 2)
  await leaf('old')
  assert.deepEqual(made, { a: 2, old: 2 }, 'nobody knows any more that this one did not change')
  commit(['b', 2])
  await leaf('old')
  assert.equal(made.old, 2)
})

test('the answer that was made first makes room for the next', async () => {
  const cache = createAnswers(() => undefined).cache<object>(2)
  const make = async () => ({})
  const [a, b] = [await cache.get('a', make), await cache.get('b', make)]
  const c = await cache.get('c', make)
  assert.equal(await cache.get('b', make), b)
  assert.equal(await cache.get('c', make), c)
  assert.notEqual(await cache.get('a', make), a)
})

test('in whatever order things happen, nobody hears of before the moment of asking', async () => {
  const names = ['a', 'b', 'c', 'd']
  const step = fc.oneof(
    fc.record({ commit: fc.constantFrom(...names) }),
    fc.record({ ask: fc.constantFrom('ab', 'bc', 'cd', 'abcd') }),
    fc.record({ turns: fc.integer({ min: 1, max: 6 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 40 }), async (s, steps) => {
      // The value of a name is how often it was committed; an answer tells of each name which.
      const current: Record<string, number> = { a: 0, b: 0, c: 0, d: 0 }
      type Seen = Readonly<Record<string, number>>
      const answers = createAnswers(() => undefined, 3)
      const leaves = answers.reads<Seen>(3)
      const sums = answers.cache<Seen>(3)
      const leaf = (name: string) =>
        leaves.get(name, () =>
          s.schedule(Promise.resolve()).then(() => {
            const seen = { [name]: current[name]! }
            return s.schedule(Promise.resolve()).then(() => seen)
          }),
        )
      const ask = (what: string): Promise<Seen | undefined> =>
        sums.get(what, async () => {
          const parts = what === 'abcd' ? ['ab', 'cd', 'bc'] : [...what]
          const seen: Record<string, number>[] = []
          for (const part of parts)
            seen.push({ ...(await (part.length > 1 ? ask(part) : leaf(part))) })
          const least: Record<string, number> = {}
          for (const one of seen)
            for (const [name, value] of Object.entries(one))
              least[name] = Math.min(least[name] ?? value, value)
          return least
        })
      const asked: Promise<void>[] = []
      for (const one of steps) {
        if ('commit' in one) {
          current[one.commit]! += 1
          answers.changed([one.commit])
        } else if ('ask' in one) {
          const then = { ...current }
          asked.push(
            ask(one.ask).then((seen) => {
              for (const [name, value] of Object.entries(seen!))
                assert.ok(value >= then[name]!, `${name} is of before`)
            }),
          )
        } else {
          for (let turn = 0; turn < one.turns && s.count() > 0; turn++) await s.waitOne()
        }
      }
      await s.waitIdle()
      await Promise.all(asked)
    }),
    { numRuns: 300 },
  )
})

test('answers are kept up to a weight together, and the oldest are dropped first', async () => {
  const { reads, changed } = createAnswers(() => undefined)
  const made: string[] = []
  const cache = reads<{ readonly text: string }>(1000, { most: 10, of: ({ text }) => text.length })
  const get = async (text: string) => {
    await cache.get(text, async () => {
      made.push(text)
      return { text }
    })
  }
  for (const text of ['aaaa', 'bbbb', 'cc', 'aaaa', 'bbbb', 'cc']) await get(text)
  assert.deepEqual(made.splice(0), ['aaaa', 'bbbb', 'cc'], 'ten fit')
  await get('dd')
  for (const text of ['bbbb', 'cc', 'dd']) await get(text)
  assert.deepEqual(made.splice(0), ['dd'], 'the first made room')
  for (let time = 0; time < 50; time++) {
    changed(['bbbb'])
    await get('bbbb')
  }
  await get('cc')
  assert.equal(made.splice(0).length, 50, 'what is made anew weighs once')
  await get('eeeeeeeeeee')
  await get('eeeeeeeeeee')
  assert.equal(made.splice(0).length, 2, 'what weighs more than all may is not kept')
})

test('what was used lately stays, and the figures tell what came and went', async () => {
  const answers = createAnswers(() => undefined)
  const cache = answers.reads<{ readonly weight: number }>(3, {
    most: 100,
    of: ({ weight }) => weight,
  })
  const made: string[] = []
  const get = (name: string, weight = 10) =>
    cache.get(name, async () => {
      made.push(name)
      return { weight }
    })
  for (const name of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) await get(name)
  assert.deepEqual(made, ['a', 'b', 'c', 'd', 'b'], 'a was used, so b and c went')
  const { records, answers: others } = answers.figures()
  assert.deepEqual({ ...records }, { entries: 3, weight: 30, hits: 2, misses: 5, evicted: 2 })
  assert.equal(others.entries, 0)
  await get('heavy', 101)
  assert.deepEqual(
    { ...answers.figures().records },
    { entries: 0, weight: 0, hits: 2, misses: 6, evicted: 6 },
    'what weighs too much is not kept, and nothing stays behind',
  )
})
