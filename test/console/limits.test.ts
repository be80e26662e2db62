import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linkModel } from '../../src/aws/model.ts'
import { validateInput } from '../../src/aws/query/validate.ts'
import { type Limits, limitsOf, problemOf } from '../../src/console/limits.ts'
import { iamService } from '../../src/reference/aws/iam.gen.ts'
import { browserPattern } from '../../views/console/control.ts'

const fields = [
  ['UpdateRole', 'Description', limitsOf('iam:UpdateRole', 'Description')],
  ['UpdateRole', 'MaxSessionDuration', limitsOf('iam:UpdateRole', 'MaxSessionDuration')],
  ['GetRole', 'RoleName', limitsOf('iam:GetRole', 'RoleName')],
  ['ListRoles', 'PathPrefix', limitsOf('iam:ListRoles', 'PathPrefix')],
  ['ListRoles', 'Marker', limitsOf('iam:ListRoles', 'Marker')],
  ['UpdateAccessKey', 'Status', limitsOf('iam:UpdateAccessKey', 'Status')],
] as const

/** Whether the wire takes it: the model's own check finds nothing wrong with this member. */
function wireTakes(operation: string, member: string, value: unknown): boolean {
  const shape = linkModel(iamService, operation).input.byName.get(member)!
  try {
    validateInput({ members: [shape] } as never, { [member]: value })
    return true
  } catch {
    return false
  }
}

const texts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('Active', 'Expired', '/data/', '..', 'a'.repeat(65), 'x'.repeat(1001), '3600'),
  fc.string({ unit: fc.constantFrom('a', 'Z', '.', '/', '+', '\n', '€', '\u0000'), maxLength: 9 }),
)

for (const [operation, member, limits] of fields)
  test(`the page takes of ${operation}.${member} what the wire takes, and nothing else`, () => {
    const numbers = fc.oneof(fc.integer({ min: -5, max: 50_000 }).map(String), texts)
    fc.assert(
      fc.property(limits.type === 'integer' ? numbers : texts, (text) => {
        // An empty field is an absent member, and a number is a number in the only way.
        if (text === '') return
        const isNumber = /^-?\d{1,15}$/.test(text)
        const value = limits.type === 'integer' ? Number(text) : text
        const fits =
          limits.type === 'integer' && !isNumber ? false : wireTakes(operation, member, value)
        assert.equal(problemOf(limits, text) === undefined, fits, JSON.stringify(text))
      }),
      { numRuns: 300 },
    )
  })

test('a browser reads each pattern, and judges as the model does', () => {
  for (const [, , { pattern, patternText }] of fields) {
    if (!pattern) continue
    const own = browserPattern(patternText)
    assert.ok(own !== undefined, patternText)
    const inBrowser = new RegExp(`^(?:${own})$`, 'v')
    fc.assert(fc.property(texts, (text) => inBrowser.test(text) === pattern.test(text)))
  }
})

const description = limitsOf('iam:UpdateRole', 'Description')
const told: readonly (readonly [Limits, string, RegExp])[] = [
  [description, 'x'.repeat(1012), /^At most 1,000 characters fit, and these are 1,012\.$/],
  [description, 'costs 5 € a day', /“€” \(U\+20AC\)/],
  [description, 'two “curly” quotes', /“““ \(U\+201C\)|““” \(U\+201C\)/],
  [description, 'a\u0000b', /U\+0000/],
  [limitsOf('iam:UpdateRole', 'MaxSessionDuration'), '60', /^It has to be from 3,600 to 43,200\.$/],
  [limitsOf('iam:UpdateRole', 'MaxSessionDuration'), '1e9', /^A whole number is expected\.$/],
  [limitsOf('iam:UpdateRole', 'MaxSessionDuration'), '', /^This has to be filled in\.$/],
  [limitsOf('iam:GetRole', 'RoleName'), '', /^This has to be filled in\.$/],
  [limitsOf('iam:ListRoles', 'PathPrefix'), '/x y/', /U\+0020/],
  [limitsOf('iam:ListRoles', 'PathPrefix'), 'x', /does not have the form|“x”/],
  [limitsOf('iam:UpdateAccessKey', 'Status'), 'Gone', /Active, Inactive/],
]
for (const [limits, text, sentence] of told)
  test(`${JSON.stringify(text.slice(0, 20))} is refused with advice`, () => {
    assert.match(problemOf(limits, text) ?? '', sentence)
  })

test('a member that no field can hold is a bug at start', () => {
  assert.throws(() => limitsOf('iam:CreateRole', 'Tags'), /Tags/)
  assert.throws(() => limitsOf('iam:GetRole', 'Nope' as never), /Nope/)
})
