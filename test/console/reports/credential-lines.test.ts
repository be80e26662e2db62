import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialLines } from '../../../src/console/reports/credential-lines.ts'
import { coverageOf, viewOf } from '../../../src/console/reports/credential-views.ts'

const now = new Date('2026-10-01T00:00:00Z')
const none = 'false,N/A,N/A,N/A,N/A'
const line = (name: string, password: string, mfa: boolean, rest: string) =>
  `${name},arn,2026-01-01T00:00:00+00:00,${password},${mfa},${rest}`
const noCertificates = 'false,N/A,false,N/A'
const report = [
  'user,arn,…',
  `<root_account>,arn,2026-01-01T00:00:00+00:00,not_supported,no_information,not_supported,` +
    `not_supported,true,${none},${none},${noCertificates}`,
  line(
    '"a,""b"""',
    'true,2026-09-30T00:00:00+00:00,2026-02-01T00:00:00+00:00,N/A',
    false,
    `true,2026-02-01T00:00:00+00:00,2026-09-30T00:00:00+00:00,eu-west-1,iam,` +
      `${none},${noCertificates}`,
  ),
  line(
    'clerk',
    'true,no_information,2026-01-01T00:00:00+00:00,N/A',
    true,
    `${none},true,2026-09-01T00:00:00+00:00,N/A,N/A,N/A,true,2026-01-01T00:00:00+00:00,false,N/A`,
  ),
  line('empty', 'false,N/A,N/A,N/A', false, `${none},${none},${noCertificates}`),
].join('\n')

const read = () => credentialLines(new TextEncoder().encode(report))

test('a line of the report is read, whatever its user is called', async () => {
  const [root, odd, clerk, empty] = await read()
  assert.equal(root?.isRoot, true)
  assert.equal(root.mfa, true)
  assert.equal(root.password, false)
  assert.equal(odd?.name, 'a,"b"')
  assert.equal(odd.passwordUsedAt, Date.parse('2026-09-30'))
  assert.deepEqual(odd.keys[0], {
    active: true,
    rotatedAt: Date.parse('2026-02-01'),
    usedAt: Date.parse('2026-09-30'),
    service: 'iam',
  })
  assert.equal(clerk?.certificates, 1)
  assert.equal(clerk.keys[1].service, undefined)
  assert.equal(empty?.name, 'empty')
  assert.equal((await read()).length, 4)
})

test('a torn or empty report is read without an endless loop', async () => {
  const of = (text: string) => credentialLines(new TextEncoder().encode(text))
  assert.deepEqual(await of(''), [])
  assert.deepEqual(await of('user,arn'), [])
  assert.equal((await of('user,arn\n"a')).length, 1)
  assert.equal((await of('user,arn\n"a",b\nc')).length, 2)
})

test('a view has those whom it asks for, in its order', async () => {
  const lines = await read()
  const names = (view: Partial<Parameters<typeof viewOf>[1]>) =>
    viewOf(lines, { name: undefined, show: 'all', order: 'name', now, ...view }).map(
      ({ name }) => name,
    )
  assert.deepEqual(names({ show: 'no-mfa' }), ['a,"b"'])
  assert.deepEqual(names({ show: 'password-unused' }), ['clerk'])
  assert.deepEqual(names({ show: 'key-old' }), ['a,"b"'])
  assert.deepEqual(names({ show: 'key-unused' }), [], 'a new key has time')
  assert.deepEqual(names({ show: 'none' }), ['empty'])
  assert.deepEqual(names({ name: 'CLE' }), ['clerk'])
  assert.deepEqual(names({ order: 'password', show: 'all' }).slice(0, 2), ['clerk', 'a,"b"'])
  assert.deepEqual(names({ order: 'key' }).slice(0, 2), ['a,"b"', 'clerk'])
  assert.deepEqual(names({ order: 'used' })[0], 'clerk', 'never is longest ago')
})

test('coverage counts those whom a question concerns, and not the root', async () => {
  assert.deepEqual(coverageOf(await read(), now), {
    mfa: { done: 1, of: 2 },
    passwordUsed: { done: 1, of: 2 },
    keysRotated: { done: 1, of: 2 },
    keysUsed: { done: 2, of: 2 },
    anyUse: { done: 2, of: 3 },
  })
})
