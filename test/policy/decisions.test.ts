import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, explain } from '../../src/policy/index.ts'
import { decisionTables, layersOf, rules } from './decision-table.ts'
import { referenceDecide } from './reference-evaluator.ts'

const tables = decisionTables()

for (const { title, row, question, documents } of tables) {
  test(title, () => {
    const { layers, problems } = layersOf(documents)
    if (row.expect === 'refused') {
      assert.ok(problems.length > 0, 'the policy parses')
      if (row.message)
        assert.ok(
          problems.some(({ message }) => message.includes(row.message!)),
          `no \`${row.message}\` in ${problems[0]!.message}`,
        )
      return
    }
    assert.deepEqual(problems, [])
    const { effect, blockedBy, because } = decide(question, layers)
    assert.equal(effect, row.expect)
    if (row.by && effect !== 'allow')
      assert.equal(effect === 'explicit-deny' ? because[0]?.layer : blockedBy, row.by)
    if (effect === 'explicit-deny') assert.equal(because.length, 1)
    assert.equal(explain(question, layers).effect, row.expect, 'the explanation says otherwise')
    assert.equal(
      referenceDecide(question, documents),
      row.expect,
      'the reference evaluator answers otherwise',
    )
  })
}

test('every rule has a case', () => {
  const covered = new Set(tables.map(({ row }) => String(row.rule)))
  assert.deepEqual(
    Object.keys(rules).filter((rule) => !covered.has(rule)),
    [],
  )
})
