import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { refuseLostStore } from '../../src/wiring/lost-store.ts'

test('a store that is gone while its root key is there is not begun anew unasked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-lost-'))
  await using _end = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
  const [sqlite, file] = [join(folder, 'gatehouse.db'), join(folder, 'root.key')]
  const settings = { store: { sqlite }, keys: { rootKey: { file }, rotateEverySeconds: 1 } }
  refuseLostStore(settings, false)
  await writeFile(file, 'key')
  assert.throws(() => refuseLostStore(settings, false), {
    message:
      `the store \`${sqlite}\` is not there, but its root key \`${file}\` is: ` +
      'bring the store back from a backup or correct `store.sqlite`, ' +
      'or begin a new, empty one with `--new-store`',
  })
  refuseLostStore(settings, true)
  refuseLostStore({ ...settings, store: { sqlite: ':memory:' } }, false)
  await writeFile(sqlite, '')
  refuseLostStore(settings, false)
})
