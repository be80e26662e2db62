import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findingsDocs, writtenFindingsDocs } from '../../scripts/generate-findings-docs.ts'
import { findingTable, type PolicyKind, validate } from '../../src/policy/index.ts'
import { problemCodes } from '../../src/policy/problem-code.ts'
import { actionReference } from '../../src/reference/action-reference.ts'
import { decisions, type Holder } from './written-policy.ts'

const reference = await actionReference()
const page = writtenFindingsDocs()

test('docs/policy-findings.md is what the tables say', () => {
  assert.ok(findingsDocs() === page, 'stale: node scripts/generate-findings-docs.ts')
})

const heading = '### `([\\w-]+)`\\n'
const advice = '(?:\\n[^`#\\n][^\\n]*\\n)?'
const where = '\\nIn a policy of kind `([\\w-]+)`(?:, held by a (\\w+))?:\\n\\n'
const block = '```(json|text)\\n([\\s\\S]*?)\\n```'

/** A block of JSON is a document, or its statements. */
function documentIn(form: string, text: string): string {
  if (form === 'text' || /"(?:Statement|Version)":/.test(text)) return text
  return `{"Version":"2012-10-17","Statement":${text}}`
}

test('every example of the page has its finding', () => {
  const examples = page.matchAll(new RegExp([heading, advice, where, block].join(''), 'g'))
  let count = 0
  for (const [, code, kind, holder, form, text] of examples) {
    const found = validate(kind as PolicyKind, documentIn(form!, text!), {
      reference,
      account: '111122223333',
      ...(holder !== undefined && { holder: holder as Holder }),
    })
    assert.ok(
      found.some((one) => one.code === code),
      `${code}: ${text}`,
    )
    count++
  }
  const headings = page.match(/^### /gm)?.length ?? 0
  assert.equal(headings, Object.keys(findingTable).length + problemCodes.length)
  assert.ok(count > headings - 10, `${count} of ${headings} have an example`)
})

interface Check {
  readonly type: string
  readonly check: string
  readonly codes?: readonly string[]
  readonly why?: string
}

test('every check of Access Analyzer has an answer, or a reason why not', () => {
  const checks = decisions<readonly Check[]>('access-analyzer.json')
  const known = new Set<string>([...problemCodes, ...Object.keys(findingTable)])
  const perType = Object.groupBy(checks, ({ type }) => type)
  assert.deepEqual(
    Object.entries(perType).map(([type, list]) => [type, list?.length]),
    [
      ['ERROR', 83],
      ['WARNING', 26],
      ['SECURITY_WARNING', 19],
      ['SUGGESTION', 27],
    ],
  )
  for (const { check, codes, why } of checks) {
    assert.ok((codes?.length ?? 0) > 0 !== (why !== undefined), check)
    for (const code of codes ?? []) assert.ok(known.has(code), `${check}: ${code}`)
  }
})
