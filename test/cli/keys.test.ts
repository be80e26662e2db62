import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { keyKinds, keysCommand } from '../../src/cli/keys.ts'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { loadRootKey } from '../../src/credentials/root-key.ts'
import { createSigningKeys } from '../../src/credentials/signing-keys.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'

async function commands() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
  const config = join(folder, 'gatehouse.yaml')
  await writeFile(
    config,
    `
listen: { port: 0 }
publicUrl: http://localhost:1
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
accounts: { "111122223333": {} }
`,
  )
  const run = async (verb: 'list' | 'rotate' | 'retire', id = '') => {
    const [out, err]: string[][] = [[], []]
    const code = await keysCommand(
      { config, verb, id },
      {},
      { out: (line) => out!.push(line), err: (line) => err!.push(line) },
    )
    return { code, out: out!, err: err! }
  }
  /** The keys as a Gatehouse on the same store has them. */
  const serving = async () => {
    const store = await openSqliteStore({ path: join(folder, 'gatehouse.db'), clock: systemClock })
    const rootKey = await loadRootKey({ file: join(folder, 'root.key') }, {}, { mayCreate: false })
    const ids = new Ids()
    const ring = await loadKeyRing({ documents: store.documents, rootKey, clock: systemClock, ids })
    return {
      ...createSigningKeys({ documents: store.documents, ring, clock: systemClock, ids }),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }
  }
  /** As the first start leaves it. */
  const begun = async () =>
    (await openSqliteStore({ path: join(folder, 'gatehouse.db'), clock: systemClock }))[
      Symbol.asyncDispose
    ]()
  return {
    folder,
    run,
    begun,
    serving,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

const cells = (lines: readonly string[]) => lines.slice(1).map((line) => line.split(/ {2,}/))

test('keys are listed, rotated and retired, and the newest is not', async () => {
  await using at = await commands()
  await at.begun()
  const { out } = await at.run('list')
  assert.match(out[0]!, /^KIND +KEY +ALGORITHM +MADE +STATE$/)
  assert.match(out[1]!, /^ring +[\w-]{8} +A256GCM +\S+Z +seals$/)
  const id = cells(out)[0]![1]!
  const early = await at.run('retire', id)
  assert.deepEqual(
    [early.code, early.out, early.err],
    [1, [], [`key \`${id}\` is the newest, which seals: rotate first`]],
  )
  const rotated = await at.run('rotate')
  assert.deepEqual(
    [
      rotated.code,
      cells(rotated.out).map(([kind, , algorithm, , state]) => [kind, algorithm, state]),
    ],
    [
      0,
      [
        ['ring', 'A256GCM', 'seals'],
        ['ring', 'A256GCM', 'opens'],
        ['signing', 'RS256', 'signs'],
        ['signing', 'ES384', 'signs'],
      ],
    ],
  )
  const retired = await at.run('retire', id)
  assert.match(retired.out[1]!, new RegExp(`^ring +${id} +A256GCM +\\S+Z +retired \\S+Z$`))
  assert.match(retired.out[2]!, /^ring +\S+ +A256GCM +\S+Z +seals$/)
  const unknown = await at.run('retire', 'elsewhere')
  assert.deepEqual(
    [unknown.code, unknown.err],
    [1, ['there is no key `elsewhere`: `gatehouse keys list` shows them']],
  )
})

test('after the drill for a leaked key, no earlier key seals, opens or verifies', async () => {
  await using at = await commands()
  await at.begun()
  await at.run('list')
  await using serving = await at.serving()
  for (const algorithm of ['RS256', 'ES384'] as const) await serving.sign(algorithm, {})
  const before = cells((await at.run('list')).out).map(([kind, key]) => ({ kind, key: key! }))
  assert.deepEqual(
    before.map(({ kind }) => kind),
    ['ring', 'signing', 'signing'],
  )
  for (const { kind, key } of before.slice(1)) {
    const early = await at.run('retire', key)
    assert.equal(early.code, 1, kind)
    assert.match(early.err[0]!, /is the newest that signs (RS256|ES384): rotate first/)
  }
  const rotated = cells((await at.run('rotate')).out)
  assert.deepEqual(
    rotated.filter(([kind]) => kind === 'signing').map(([, , , , state]) => state),
    ['published', 'published', 'signs', 'signs'],
  )
  for (const { key } of before) assert.equal((await at.run('retire', key)).code, 0)
  const left = cells((await at.run('list')).out)
  assert.deepEqual(
    left.map(([kind, , , , state]) => `${kind} ${state?.split(' ')[0]}`),
    ['ring retired', 'ring seals', 'signing signs', 'signing signs'],
  )
  // A Gatehouse that serves heeds it at once.
  const published = (await serving.published()).keys.map(({ kid }) => String(kid))
  assert.deepEqual(
    published,
    left.filter(([kind]) => kind === 'signing').map(([, key]) => key),
  )
  const { kid } = JSON.parse(
    Buffer.from((await serving.sign('ES384', {})).split('.')[0]!, 'base64url').toString(),
  )
  assert.ok(published.includes(kid))
})

test('where there is no store none is made, and no root key', async () => {
  await using at = await commands()
  for (const verb of ['list', 'rotate', 'retire'] as const) {
    const { code, out, err } = await at.run(verb, 'any')
    assert.deepEqual([code, out, err.length], [1, [], 1])
    assert.ok(
      err[0]!.startsWith(`there is no store at \`${join(at.folder, 'gatehouse.db')}\`: `),
      err[0],
    )
  }
  assert.deepEqual(await readdir(at.folder), ['gatehouse.yaml'])
})

test('the documentation tells what each kind of key is for', async () => {
  const page = resolve(import.meta.dirname, '../../docs/operations.md')
  const section = (await readFile(page, 'utf8')).split('\n## ').find((one) => /^Keys\n/.test(one))!
  const told = [...section.matchAll(/^\| `([a-z]+)` \|/gm)].map(([, kind]) => kind)
  assert.deepEqual(told, keyKinds)
})
