import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { filesBelow, root } from './source-tree.ts'
import { strayWords, strayWordsIn } from './words-outside.ts'

/** Texts for people stand in the `words.ts` of their folder; each exception has its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'src/console/iam/': 'its pages are being moved, and get their catalogue with that',
  'src/http/routes/health.ts': 'answers machines',
  'views/editor-client/visual/actions-part.ts': 'names access levels as the reference has them',
}
const isCatalogue = (file: string) => file.endsWith('/words.ts')
const isExcepted = (file: string) =>
  Object.keys(exceptions).some((one) => file === one || (one.endsWith('/') && file.startsWith(one)))

test('no page has words outside the catalogue of its folder', () => {
  const stray = filesBelow('views', 'src/console', 'src/http/routes')
    .filter((file) => !isCatalogue(file) && !isExcepted(file))
    .flatMap(strayWords)
    .map(({ file, line, text }) => `${file}:${line} ${text}`)
  assert.deepEqual(stray, [], 'put them into the words.ts of the folder')
})

test('no exception outlives its reason', () => {
  for (const one of Object.keys(exceptions)) {
    assert.ok(existsSync(join(root, one)), one)
    const files = one.endsWith('/') ? filesBelow(one.slice(0, -1)) : [one]
    assert.ok(
      files.some((file) => !isCatalogue(file) && strayWords(file).length > 0),
      one,
    )
  }
})

const textsIn = (source: string) => strayWordsIn('x.ts', source).map(({ text }) => text)

test('words in templates, attributes, properties and sentences are found', () => {
  assert.deepEqual(textsIn('const a = html`<p>Sign out ${when}</p>`'), ['Sign out'])
  assert.deepEqual(textsIn('const a = html`<a aria-label="Menu" href="${x}"></a>`'), ['Menu'])
  assert.deepEqual(textsIn("const a = { title: 'Users', kind: 'Users' }"), ['Users'])
  assert.deepEqual(textsIn('const a = `${left} of ${all} roles`'), ['… of … roles'])
  assert.deepEqual(textsIn("f(cond ? 'Nothing was saved' : '')"), ['Nothing was saved'])
  assert.deepEqual(textsIn("const a = text('Never')"), ['Never'])
})

test('markup, names and what is said to programmers are left alone', () => {
  const fine = [
    'const a = html` hidden data-${kind}="${x}" class="row"`',
    'const a = html`<p class="muted small">${words.none}</p>&nbsp;`',
    "throw new Error('there is no such page')",
    "import { a } from './A page of words.ts'",
    "const a = { kind: 'Users', href: '/console/users' }",
    'const a = `/console/users/${name}`',
    "type A = 'Nothing was saved'",
  ]
  for (const source of fine) assert.deepEqual(textsIn(source), [], source)
})
