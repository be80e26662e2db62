import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { openOwnSamlKeys, rotateOwnKeys } from '../../src/credentials/own-saml-keys.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { movableClock } from '../conformance/ephemeral.ts'

test('what signed before a rotation opens thirty days more, for that connector only', async () => {
  const clock = movableClock()
  const ids = new Ids()
  await using store = await openSqliteStore({ path: ':memory:', clock })
  const { documents } = store
  const ports = {
    documents,
    clock,
    ids,
    commonName: 'sso.example.com',
    ring: await loadKeyRing({ documents, rootKey: randomBytes(32), clock, ids }),
  }
  await using keys = openOwnSamlKeys(ports)
  const [corp, other] = [await keys.of('corp'), await keys.of('other')]
  const names = (source: typeof corp) => source.current().map(({ certificate }) => certificate)
  const [first, second] = names(corp)
  assert.deepEqual(names(other), [first, second], 'one pair for all, until it is rotated')

  await rotateOwnKeys(ports, 'corp')
  assert.deepEqual(names(corp), [first, second], 'not read again yet')
  await keys.refresh()
  const third = names(corp)[1]
  assert.deepEqual(names(corp), [second, third, first])
  assert.deepEqual(names(other), [first, second])

  clock.pass(20 * 86_400)
  await rotateOwnKeys(ports, 'corp')
  await keys.refresh()
  assert.deepEqual([names(corp)[0], ...names(corp).slice(2)], [third, second, first])
  clock.pass(11 * 86_400)
  assert.deepEqual(
    [names(corp)[0], ...names(corp).slice(2)],
    [third, second],
    'thirty days are over for the first',
  )
})
