import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesBelow } from './source-tree.ts'
import { strayWords, strayWordsIn } from './words-outside.ts'

/** Texts for people stand in the `words.ts` of their folder, without exception. */
const isCatalogue = (file: string) => file.endsWith('/words.ts')

test('no page has words outside the catalogue of its folder', () => {
  const stray = filesBelow('views', 'src/console', 'src/http/routes')
    .filter((file) => !isCatalogue(file))
    .flatMap(strayWords)
    .map(({ file, line, text }) => `${file}:${line} ${text}`)
  assert.deepEqual(stray, [], 'put them into the words.ts of the folder')
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
