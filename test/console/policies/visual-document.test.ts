import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isHidden,
  type VisualStatement,
  visualOf,
} from '../../../src/console/policies/visual-document.ts'
import {
  withAddedStatement,
  withoutStatement,
  withStatement,
} from '../../../src/console/policies/visual-edit.ts'
import { statement } from '../../policy/arbitraries.ts'
import { runs } from '../../policy/property-runs.ts'

const documents = fc
  .tuple(
    fc.array(fc.oneof(statement('Allow'), statement('Deny')), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(undefined, 1, 2, '\t'),
    fc.boolean(),
  )
  .map(([Statement, indent, bare]) =>
    JSON.stringify(
      {
        Version: '2012-10-17',
        Statement: bare && Statement.length === 1 ? Statement[0] : Statement,
      },
      null,
      indent,
    ),
  )
const statementsOf = (text: string) => {
  const visual = visualOf(text)
  assert.ok(visual.ok, text)
  return visual.statements
}
const texts = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 })
const wanted: fc.Arbitrary<VisualStatement> = fc.record({
  sid: fc.constantFrom('', 'Own', 'Other1'),
  effect: fc.constantFrom('Allow', 'Deny'),
  actions: texts,
  resources: texts,
  conditions: fc.uniqueArray(
    fc.record({
      operator: fc.constantFrom('Bool', 'StringLike'),
      key: fc.constantFrom('aws:a', 'aws:b', '__proto__', 'x"y'),
      values: texts,
    }),
    { maxLength: 3, selector: ({ operator, key }) => `${operator} ${key}` },
  ),
})
/** Conditions are written operator by operator. */
const grouped = ({ conditions, ...rest }: VisualStatement) => ({
  ...rest,
  conditions: [...Map.groupBy(conditions, ({ operator }) => operator).values()].flat(),
})

test('what is shown and written back unchanged leaves the text as it is', () => {
  fc.assert(
    fc.property(documents, (text) => {
      for (const [at, one] of statementsOf(text).entries())
        if (!isHidden(one)) assert.equal(withStatement(text, at, one), text)
    }),
    { numRuns: runs(300) },
  )
})

test('a changed statement reads as it was written, and every other one stays as it is', () => {
  fc.assert(
    fc.property(documents, wanted, fc.nat(3), (text, next, pick) => {
      const before = statementsOf(text)
      const at = pick % before.length
      const after = withStatement(text, at, next)
      const found = statementsOf(after)
      if (isHidden(before[at]!)) return assert.equal(after, text)
      assert.deepEqual(found[at], JSON.parse(JSON.stringify(grouped(next))))
      const rest = (value: string) =>
        ([JSON.parse(value).Statement].flat() as unknown[]).toSpliced(at, 1)
      assert.deepEqual(rest(after), rest(text))
      assert.equal(JSON.parse(after).Version, '2012-10-17')
    }),
    { numRuns: runs(500) },
  )
})

test('a statement is added after the others, and taken out again without a trace', () => {
  fc.assert(
    fc.property(documents, (text) => {
      const many = statementsOf(text).length
      const more = withAddedStatement(text)
      assert.equal(statementsOf(more).length, many + 1)
      const back = withoutStatement(more, many)
      assert.deepEqual([JSON.parse(back).Statement].flat(), [JSON.parse(text).Statement].flat())
    }),
    { numRuns: runs(200) },
  )
})

test('what it can’t show is hidden by name, and stays whatever is done beside it', () => {
  const strange = [
    ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    ['Principal', { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }],
    ['Effect', { Effect: 'Maybe', Action: 's3:*', Resource: '*' }],
    ['Action', { Effect: 'Allow', Action: [1], Resource: '*' }],
    ['Resource', { Effect: 'Allow', Action: 's3:*' }],
    ['Condition', { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { Bool: {} } }],
    ['Statement', 'text'],
  ] as const
  const Statement = [
    { Effect: 'Allow', Action: 'a:b', Resource: '*' },
    ...strange.map(([, s]) => s),
  ]
  const text = JSON.stringify({ Version: '2012-10-17', Statement }, null, 3)
  const [first, ...others] = statementsOf(text)
  assert.deepEqual(
    others,
    strange.map(([hidden]) => ({ hidden })),
  )
  assert.ok(first && !isHidden(first))
  const after = withStatement(text, 0, { ...first, actions: ['a:b', 'a:c'] })
  const tail = text.slice(text.indexOf('"NotAction"'))
  assert.ok(after.endsWith(tail))
  assert.equal(withStatement(text, 1, first), text)
})

test('what is no policy is not shown, and nothing is written into it', () => {
  for (const text of ['', '{', '[]', '{}', '{"Statement":"x"}', '{"a":1,"a":2}']) {
    assert.deepEqual(visualOf(text), { ok: false })
    assert.equal(withAddedStatement(text), text)
    assert.equal(withoutStatement(text, 0), text)
  }
  const only = '{"Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"}]}'
  assert.equal(withoutStatement(only, 0), only)
})
