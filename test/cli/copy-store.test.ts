import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { backup, restore } from '../../src/cli/copy-store.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { role } from '../conformance/store.ts'

const account = '111122223333'

async function commands() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-copy-'))
  const [config, sqlite] = [join(folder, 'gatehouse.yaml'), join(folder, 'data', 'gatehouse.db')]
  await writeFile(
    config,
    `
publicUrl: http://localhost:1
store: { sqlite: ${sqlite} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
accounts: { "${account}": {} }
`,
  )
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const output = { out: say, err: say }
  const asked = (file: string) => ({ config, file: join(folder, file) })
  return {
    folder,
    sqlite,
    said: () => said.splice(0).join('\n'),
    backup: (file: string) => backup(asked(file), {}, output),
    restore: (file: string) => restore(asked(file), {}, output),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

test('a backup is taken while the store is written, and brings it back', async () => {
  await using at = await commands()
  assert.equal(await at.backup('none.db'), 1)
  assert.match(at.said(), /there is no store at/)
  {
    await using store = await openSqliteStore({ path: at.sqlite, clock: systemClock })
    const create = (name: string) =>
      store.transact((tx) => tx.insert('role', account, name, role(name)))
    await create('before')
    const writes = Promise.all(Array.from({ length: 50 }, (_, index) => create(`r${index}`)))
    assert.equal(await at.backup('backup.db'), 0)
    await writes
    assert.match(at.said(), /^\d+ records from /)
    assert.equal(await at.backup('backup.db'), 1)
    assert.match(at.said(), /backup\.db` exists: move it away first/)
    assert.equal(await at.restore('backup.db'), 1, 'there is a store')
    assert.match(at.said(), /gatehouse\.db` exists/)
  }
  const file = join(at.folder, 'backup.db')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  await rm(at.sqlite)
  await writeFile(`${at.sqlite}-wal`, 'of another')
  assert.equal(await at.restore('backup.db'), 1)
  assert.match(at.said(), /-wal` exists/)
  await rm(`${at.sqlite}-wal`)
  assert.equal(await at.restore('backup.db'), 0)
  assert.match(at.said(), /records from .*\n.*live again/)
  await using store = await openSqliteStore({ path: at.sqlite, clock: systemClock })
  assert.equal((await store.reads.find('role', account, 'before'))?.name, 'before')
  assert.deepEqual(
    (await readdir(at.folder)).filter((name) => name.includes('partial')),
    [],
  )
})

test('a damaged backup and one of a newer schema are refused, and leave nothing', async () => {
  await using at = await commands()
  const file = join(at.folder, 'backup.db')
  {
    await using store = await openSqliteStore({ path: file, clock: systemClock })
    await store.transact((tx) => tx.insert('role', account, 'dev', role('dev')))
  }
  const good = await readFile(file)
  await writeFile(file, 'no database at all, and long enough for its header to be read'.repeat(9))
  assert.equal(await at.restore('backup.db'), 1)
  assert.match(at.said(), /file is not a database/)
  await writeFile(file, good)
  {
    using db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 999')
  }
  assert.equal(await at.restore('backup.db'), 1)
  assert.match(at.said(), /schema version 999/)
  assert.deepEqual(await readdir(join(at.folder, 'data')), [])
})

test('a store that is damaged after a kill is refused at the start', async () => {
  await using at = await commands()
  {
    await using store = await openSqliteStore({ path: at.sqlite, clock: systemClock })
    await store.transact(async (tx) => {
      for (let i = 0; i < 300; i++) await tx.insert('role', account, `r${i}`, role('r'))
    })
  }
  const bytes = await readFile(at.sqlite)
  // Pages behind the first ones, as a broken disk leaves them.
  bytes.fill(0x55, bytes.length - 8 * 4096)
  await writeFile(at.sqlite, bytes)
  await writeFile(`${at.sqlite}-wal`, '')
  await assert.rejects(openStore({ sqlite: at.sqlite }, { clock: systemClock }), {
    message: /is damaged \(.*bring it back from a backup with `gatehouse restore`/s,
  })
})
