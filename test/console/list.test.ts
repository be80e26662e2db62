import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roles } from '../../src/console/iam/roles.ts'
import { users } from '../../src/console/iam/users.ts'
import type { PageRequest } from '../../src/console/request.ts'
import type { ListContent } from '../../src/console/shown.ts'
import { worldRole } from '../http/world-roles.ts'

const version = '2026-12-05'
const asWhole = { NamePart: undefined, PathPrefix: undefined, Marker: undefined, MaxItems: 50 }
const untagged = { TagKey: undefined, TagValue: undefined }
const byName = { Version: version, Kind: 'role', OrderBy: 'name' }

/** Opens the list where the service answers these names, and more behind them. */
async function open(
  names: readonly string[],
  query: Readonly<Record<string, string>>,
  { Cut = false, page = roles } = {},
) {
  const asked: object[] = []
  const call = async (_action: string, input: object) => {
    asked.push(input)
    const Roles = names.map((name) => worldRole(name))
    return { Roles, Marker: 'bmV4dA', Cut }
  }
  const request = {
    session: { claims: { account: '268804417753' } },
    query: (name: string) => query[name],
  } as unknown as PageRequest
  return { asked, list: (await page.open(call, request)) as ListContent }
}

test('a name is looked for by the service, and further by the next address', async () => {
  const { asked, list } = await open(['Alpha'], { name: 'ALPHA' }, { Cut: true })
  assert.deepEqual(asked, [{ ...byName, ...asWhole, ...untagged, NamePart: 'ALPHA' }])
  assert.deepEqual([list.rows.length, list.cut], [1, true])
  assert.equal(list.next, '/console/roles?name=ALPHA&marker=bmV4dA')
  assert.equal(list.first, undefined)
  const further = await open([], { name: 'ALPHA', marker: 'bmV4dA' })
  assert.deepEqual([further.list.rows.length, further.list.empty], [0, 'No role matches.'])
  assert.equal(further.list.first, '/console/roles?name=ALPHA')
})

test('a path gets the slash that people leave out; a value needs a tag', async () => {
  const { asked } = await open([], { path: 'data/', value: 'red' })
  assert.deepEqual(asked, [{ ...byName, ...asWhole, ...untagged, PathPrefix: '/data/' }])
  const tagged = await open([], { tag: 'team', value: 'red' })
  assert.deepEqual(tagged.asked, [{ ...byName, ...asWhole, TagKey: 'team', TagValue: 'red' }])
})

test('the heads lead to another order, which filters, pages and files keep', async () => {
  const plain = await open([], { name: 'x' })
  const heads = plain.list.heads.map(({ sort }) => sort)
  assert.deepEqual(heads[0], { href: '/console/roles?name=x&sort=-name', direction: 'ascending' })
  assert.equal(heads[1], undefined)
  assert.equal(heads.at(-1)?.href, '/console/roles?name=x&sort=created')
  const { asked, list } = await open(['A'], { name: 'x', sort: '-created' })
  assert.equal((asked[0] as { OrderBy: string }).OrderBy, '-created')
  assert.deepEqual(list.heads.at(-1)?.sort, {
    href: '/console/roles?name=x&sort=created',
    direction: 'descending',
  })
  assert.deepEqual(list.kept, [['sort', '-created']])
  assert.equal(list.next, '/console/roles?name=x&sort=-created&marker=bmV4dA')
  assert.equal(list.files?.[0]?.href, '/console/roles?name=x&sort=-created&as=csv')
  assert.equal(list.order, 'the newest first')
  const odd = await open([], { sort: 'size' })
  assert.deepEqual(odd.list.kept, [])
})

test('a filter that can be none asks for nothing', async () => {
  const odd = [
    { path: 'a b' },
    { name: 'x'.repeat(129) },
    { marker: 'x'.repeat(1025) },
    { marker: '<b>' },
    { tag: 'a'.repeat(129) },
    { tag: 'a\nb' },
  ]
  for (const query of odd) {
    const { asked, list } = await open(['Alpha'], query, { page: users })
    assert.deepEqual([asked, list.status, list.rows], [[], 400, []])
  }
})
