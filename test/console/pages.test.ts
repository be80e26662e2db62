import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressOf, namesOf, withQuery } from '../../src/console/address.ts'
import type { Action } from '../../src/console/call.ts'
import { holds } from '../../src/console/limits.ts'
import { modelOf } from '../../src/console/models.ts'
import { consolePages, crumbsOf, entryOf, navigation } from '../../src/console/pages.ts'

/** Parameters that differ from every word in a path. */
const params = { name: 'Some.Role', policy: 'Some.Policy', arn: 'arn:aws:iam::aws:policy/Some' }

test('every page calls operations that the house has', () => {
  for (const { path, calls } of consolePages)
    for (const action of calls) assert.doesNotThrow(() => modelOf(action), `${path}: ${action}`)
})

test('no address leads to two pages, whatever things are called', () => {
  for (const [i, one] of consolePages.entries())
    for (const other of consolePages.slice(i + 1)) {
      const [parts, others] = [one.path.split('/'), other.path.split('/')]
      const same =
        parts.length === others.length &&
        parts.every((part, at) => meets([one, part], [other, others[at]!]))
      assert.ok(!same, `${one.path} and ${other.path}`)
    }
})

type Place = readonly [page: (typeof consolePages)[number], part: string]

/** Whether one segment may be both: words of a path are no names that the other page takes. */
function meets([page, part]: Place, [otherPage, other]: Place): boolean {
  if (part.startsWith(':') && other.startsWith(':')) return true
  if (part.startsWith(':')) return holds(page.params![part.slice(1)]!, other)
  if (other.startsWith(':')) return holds(otherPage.params![other.slice(1)]!, part)
  return part === other
}

test('each parameter of a path has limits, and a page has those of the page above', () => {
  for (const { path, params: limits = {}, under } of consolePages) {
    const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
    assert.deepEqual(Object.keys(limits).toSorted(), named.toSorted(), path)
    if (under)
      assert.ok(path.startsWith(`${under.path}/`), `${path} does not stand under ${under.path}`)
  }
})

test('the navigation has each page that declares an entry, and covers all pages', () => {
  const linked = navigation.flatMap(({ links }) => links.map(({ href }) => href))
  assert.deepEqual(
    linked.toSorted(),
    consolePages
      .filter(({ nav }) => nav)
      .map(({ path }) => path)
      .toSorted(),
  )
  for (const page of consolePages) assert.ok(linked.includes(entryOf(page).path), page.path)
})

test('breadcrumbs lead up, and the last one is the page itself', () => {
  const edit = consolePages.find(({ path }) => path.endsWith('/edit'))!
  assert.deepEqual(crumbsOf(edit, params), [
    { text: 'Roles', href: '/console/roles' },
    { text: 'Some.Role', href: '/console/roles/Some.Role' },
    { text: 'Edit', href: undefined },
  ])
})

test('a role of any name has an address that leads to it in every browser', () => {
  const page = consolePages.find(({ path }) => path === '/console/roles/:name')!
  const name = fc.oneof(
    fc.constantFrom('.', '..', '...', 'edit', '__proto__', 'constructor', '+', '%', '=,@'),
    fc.string({
      unit: fc.constantFrom(...'abcXYZ019_+=,.@-'.split('')),
      minLength: 1,
      maxLength: 64,
    }),
  )
  fc.assert(
    fc.property(name, (wanted) => {
      const address = addressOf(page.path, { name: wanted })
      const { pathname } = new URL(address, 'https://sso.example')
      assert.equal(pathname, address)
      const segments = pathname.split('/')
      assert.equal(segments.length, 4)
      assert.deepEqual(namesOf({ name: decodeURIComponent(segments[3]!) }), { name: wanted })
    }),
  )
})

test('an ARN of any path has an address without a slash or an escaped one', () => {
  const path = fc.string({ unit: fc.constantFrom(...'/~01:.<"%+é'.split('')), maxLength: 40 })
  fc.assert(
    fc.property(path, (inside) => {
      const arn = `arn:aws:iam::111122223333:policy/${inside}`
      const segment = addressOf('/console/policies/:arn', { arn }).slice(
        '/console/policies/'.length,
      )
      assert.doesNotMatch(segment, /\/|%2F/i)
      assert.deepEqual(namesOf({ arn: decodeURIComponent(segment) }), { arn })
    }),
  )
})

test('a name that can be none is held back before anything is called', () => {
  const { params: limits = {} } = consolePages.find(({ path }) => path.endsWith(':policy'))!
  for (const name of ['', 'a b', '<script>', 'x'.repeat(129), '\u0000', 'ä', '../x'])
    assert.ok(!holds(limits.policy!, name), JSON.stringify(name))
})

test('a query holds what was given and nothing empty', () => {
  assert.equal(withQuery('/console/roles', { name: '', path: undefined }), '/console/roles')
  assert.equal(withQuery('/console/roles', { name: 'a&b' }), '/console/roles?name=a%26b')
})

test('actions are those of policies', () => {
  const all = new Set<Action>(consolePages.flatMap(({ calls }) => calls))
  for (const action of all) assert.match(action, /^(iam|sts|gatehouse):[A-Z]\w+$/)
})
