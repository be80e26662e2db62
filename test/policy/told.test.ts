import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Finding, findingTable, type PolicyKind, validate } from '../../src/policy/index.ts'
import { severities } from '../../src/policy/validate/severity.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { decisions, documentOf, type Written } from './written-policy.ts'

interface Case {
  readonly name: string
  readonly kind?: PolicyKind
  readonly with: Written
  readonly 'without reference'?: true
  readonly 'without account'?: true
  /** All that is told, in its order. */
  readonly tells: readonly string[]
}
const reference = await actionReference()

function toldOf({ code, line, column, path, message }: Finding, placed: boolean): string {
  return `${placed ? `${line}:${column} ` : ''}${code} at ${path || 'the document'}: ${message}`
}

for (const file of ['refusals.json', 'told.json']) {
  for (const { name, kind = 'identity', with: written, tells, ...without } of decisions<
    readonly Case[]
  >(file)) {
    test(`of ${name}, validation tells ${tells.length === 0 ? 'nothing' : 'this'}`, () => {
      const told = validate(kind, documentOf(written, kind), {
        ...(!without['without reference'] && { reference }),
        ...(!without['without account'] && { account: '111122223333' }),
      })
      assert.deepEqual(
        told.map((one) => toldOf(one, typeof written === 'string')),
        tells,
      )
    })
  }
}

test('every finding has a severity and says what to do', () => {
  for (const [code, { severity, advice }] of Object.entries(findingTable)) {
    assert.ok(severities.includes(severity), `${code}: ${severity}`)
    assert.match(advice, /^.{10,}$/, code)
  }
})
