import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arnsMayMeet, globCovers, globsMayMeet, resourceCovers } from '../../src/policy/cover.ts'
import { statementCovers } from '../../src/policy/cover-statement.ts'
import { globMatches, globOf } from '../../src/policy/glob.ts'
import { parsePolicy, type Question } from '../../src/policy/index.ts'
import { parseResource } from '../../src/policy/resource.ts'
import {
  conditionsHold,
  coversAction,
  coversResource,
  type Statement,
} from '../../src/policy/statement.ts'
import { question, statement } from './arbitraries.ts'
import { allRuns, runs } from './property-runs.ts'

const pattern = fc
  .array(fc.constantFrom('*', '?', 'a', 'b', '😀'), { maxLength: 6 })
  .map((units) => units.join(''))
const text = fc
  .array(fc.constantFrom('a', 'b', '😀', '*', '?'), { maxLength: 6 })
  .map((units) => units.join(''))

test('a pattern that covers another matches all that the other matches', () => {
  let covered = 0
  fc.assert(
    fc.property(
      pattern,
      pattern,
      fc.array(text, { minLength: 20, maxLength: 20 }),
      (wide, narrow, texts) => {
        if (!globCovers(globOf(wide), globOf(narrow))) return
        covered++
        for (const one of texts)
          assert.ok(
            !globMatches(globOf(narrow), one) || globMatches(globOf(wide), one),
            `${wide} covers ${narrow}, but ${one}`,
          )
      },
    ),
    { numRuns: runs(5000) },
  )
  assert.ok(!allRuns || covered > 200, `only ${covered} pairs`)
})

test('patterns that cannot meet match no text both', () => {
  let apart = 0
  fc.assert(
    fc.property(
      pattern,
      pattern,
      fc.array(text, { minLength: 20, maxLength: 20 }),
      (one, other, texts) => {
        if (globsMayMeet(globOf(one), globOf(other))) return
        apart++
        for (const both of texts)
          assert.ok(
            !globMatches(globOf(one), both) || !globMatches(globOf(other), both),
            `${one} and ${other} meet in ${both}`,
          )
      },
    ),
    { numRuns: runs(5000) },
  )
  assert.ok(!allRuns || apart > 200, `only ${apart} pairs`)
})

test('the obvious ones are told', () => {
  for (const [wide, narrow, covers] of [
    ['*', 'a*', true],
    ['a*', '*', false],
    ['a*c', 'ab?c', true],
    ['a?c', 'a*c', false],
    ['a*', 'a', true],
    ['*b*', 'a*b*c', true],
    ['a', 'a', true],
    ['?', '😀', false],
    ['', '', true],
    ['*', '', true],
    ['?', 'a', true],
    ['?', '?', true],
    ['?', '*', false],
    ['?', '', false],
    ['?', '\u0000', true],
    ['?', '\ud7ff', true],
    ['?', '\ue000', true],
    ['?', '\ud800', false],
    ['?', '\udfff', false],
    ['a?c*', 'abcd', true],
    ['a?c*', 'abd', false],
    ['*a?', 'xxab', true],
    ['*a?b', 'aab', true],
    ['*ab', 'aab', true],
    ['*ab*cd', 'aabccd', true],
    ['*ab*cd', 'abcdab', false],
    ['a', 'ab', false],
    ['ab', 'a', false],
    ['a**', 'a', true],
  ] as const)
    assert.equal(globCovers(globOf(wide), globOf(narrow)), covers, `${wide} ${narrow}`)
  const resource = (one: string) => {
    const parsed = parseResource(one, true)
    assert.ok(!('message' in parsed))
    return parsed
  }
  const home = 'arn:aws:s3:::home/$' + '{aws:username}/*'
  for (const [wide, narrow, covers] of [
    ['*', home, true],
    [home, home, true],
    ['arn:aws:s3:::home/*', home, false],
    ['arn:aws:s3:::*', '*', false],
    ['arn:aws:s3:::home/*', 'arn:aws:s3:::home/a/*', true],
    ['arn:aws:sns:*:*:news', 'arn:aws:sns:eu-west-1:111122223333:news', true],
    ['arn:aws:sns:*:111122223333:news', 'arn:aws:sns:*:*:news', false],
  ] as const)
    assert.equal(resourceCovers(resource(wide), resource(narrow)), covers, `${wide} ${narrow}`)
  assert.equal(arnsMayMeet('arn:*:s3:::*/*', 'arn:aws:iam::111122223333:role/a'), false)
  assert.equal(arnsMayMeet('arn:*:s3:::*/*', 'arn:aws:s3:::photos*'), true)
  assert.equal(arnsMayMeet('*', 'arn:aws:s3:::photos*'), true)
  assert.equal(arnsMayMeet('photos', 'arn:aws:s3:::photos*'), false)
  assert.equal(arnsMayMeet('arn:aws:s3:::photos*', 'photos'), false)
  assert.equal(arnsMayMeet('arn:aws:s3:::photos*', '*'), true)
})

test('one text may match both patterns, or surely none does', () => {
  for (const [one, other, meet] of [
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'ab', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a', true],
    ['a*', 'ab', true],
    ['ab*', 'ac*', false],
    ['*ab', '*ac', false],
    ['*ba', '*ca', false],
    ['a*b', 'a*c', false],
    ['a*b', 'c*b', false],
    ['a*', '*b', true],
    ['?', 'a', true],
    ['?', '', false],
    ['??', 'a', false],
    ['?b', 'ab', true],
    ['?b', 'ac', false],
    ['b?', 'ac', false],
    ['?', '?', true],
    ['?', '??', false],
    ['?', '*', true],
    ['?', '😀', true],
    ['a?', 'a😀', true],
    ['?a', '😀a', true],
    ['b?', 'a😀', false],
    ['😀', '😀', true],
    ['😀', '😁', false],
    ['\u0000', 'a', false],
    ['\u0000?', 'aa', false],
    ['?', '\ud7ff\ud7ff', false],
    ['?', '\ue000\ue000', false],
    ['?', '\udfff\udfff', true],
    ['?', '\ud800\ud800', true],
  ] as const) {
    assert.equal(globsMayMeet(globOf(one), globOf(other)), meet, `${one} ${other}`)
    assert.equal(globsMayMeet(globOf(other), globOf(one)), meet, `${other} ${one}`)
  }
})

test('what is a variable in one pattern and none in the other is not the same', () => {
  const home = 'arn:aws:s3:::home/$' + '{aws:username}/*'
  const read = (text: string, variables: boolean) => {
    const parsed = parseResource(text, variables)
    assert.ok(!('message' in parsed))
    return parsed
  }
  assert.equal(resourceCovers(read(home, true), read(home, false)), false)
  assert.equal(resourceCovers(read(home, false), read(home, false)), true)
  assert.equal(resourceCovers(read('arn:aws:s3:::home/*', false), read(home, false)), true)
})

test('a statement that covers another applies to every question to which the other applies', () => {
  const applies = (one: Statement, asked: Question) =>
    coversAction(one, asked.action.toLowerCase()) &&
    coversResource(one, asked) &&
    conditionsHold(one, asked)
  let covered = 0
  fc.assert(
    fc.property(
      fc.array(statement('Allow'), { minLength: 6, maxLength: 6 }),
      fc.array(question, { minLength: 20, maxLength: 20 }),
      fc.constantFrom('2012-10-17', '2008-10-17'),
      (statements, questions, version) => {
        const parsed = parsePolicy(
          'identity',
          'p',
          JSON.stringify({ Version: version, Statement: statements }),
        )
        assert.ok(parsed.ok)
        for (const wide of parsed.policy.statements) {
          for (const narrow of parsed.policy.statements) {
            if (wide === narrow || !statementCovers(wide, narrow)) continue
            covered++
            for (const asked of questions)
              assert.ok(!applies(narrow, asked) || applies(wide, asked))
          }
        }
      },
    ),
    { numRuns: runs(400) },
  )
  assert.ok(!allRuns || covered > 200, `only ${covered} pairs`)
})
