/**
 * `npm run bench minting [-- --sessions=10000000]`: what AssumeRole's minting costs while ever more
 * sessions are outstanding. Each tenth of them is timed by itself; the first tenth is the
 * reference. Nothing of them may be in the store, nor stay in memory.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { putInPlace } from '../../src/config/put-in-place.ts'
import { loadKeyRing } from '../../src/credentials/key-ring.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { Ids } from '../../src/kernel/ids.ts'
import { createIssuer } from '../../src/sessions/issue.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { noUpstreams } from '../upstream/none.ts'
import { type Figure, printFigures, tableText } from './figures.ts'

const account = '111122223333'
const sessions = Number(
  process.argv
    .find((argument) => argument.startsWith('--sessions='))
    ?.slice('--sessions='.length) ?? 1_000_000,
)
const tenths = 10
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }],
})
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' }],
})

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
const path = join(folder, 'gatehouse.db')
try {
  const ids = new Ids()
  await using store = await openSqliteStore({ path, clock: systemClock })
  const ring = await loadKeyRing({
    documents: store.documents,
    rootKey: Buffer.alloc(32, 7),
    clock: systemClock,
    ids,
  })
  const seal = (text: string) => ring.seal('access-key-secret', Buffer.from(text))
  await putInPlace([{ id: account, roles: [{ name: 'Dev', trustPolicy: trust }] }], {
    settingsName: 'main',
    store,
    clock: systemClock,
    ids,
    seal,
    open: () => undefined,
  })
  const issuer = createIssuer({
    ...{ store, ring, clock: systemClock, ids },
    log: () => {},
    upstreams: noUpstreams,
  })
  const role = (await store.reads.find('role', account, 'dev'))!
  const mint = () =>
    issuer.issueRole({
      role,
      partition: 'aws',
      sessionName: 'amina',
      durationSeconds: 43_200,
      layers: [{ inline: [policy], arns: [] }],
      tags: [],
      transitiveTagKeys: [],
      chained: false,
    })
  for (let i = 0; i < 20_000; i++) await mint()

  const written = async () => (await stat(path)).size + (await stat(`${path}-wal`)).size
  const [version, bytesBefore] = [store.changes().position, await written()]
  const costs: number[] = []
  for (let tenth = 0; tenth < tenths; tenth++) {
    const before = process.cpuUsage()
    for (let i = 0; i < sessions / tenths; i++) await mint()
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / (sessions / tenths))
  }
  const bytes = (await written()) - bytesBefore
  if (store.changes().position !== version || bytes !== 0)
    throw new Error(`minting wrote ${bytes} bytes`)
  const first = costs[0]!
  const figures: readonly Figure[] = [
    ...costs.map(
      (value, at): Figure => ({
        bench: 'minting',
        figure: `CPU a session, ${(at + 1) * (sessions / tenths)} outstanding`,
        value,
        unit: 'µs',
        reference: 'the first tenth',
        ratio: value / first,
      }),
    ),
    { bench: 'minting', figure: 'bytes written', value: bytes, unit: 'B' },
    {
      bench: 'minting',
      figure: 'resident memory at the end',
      value: process.memoryUsage().rss / 2 ** 20,
      unit: 'MiB',
    },
  ]
  const residentMib = Math.round(process.memoryUsage().rss / 2 ** 20)
  printFigures(
    figures,
    `${tableText(
      ['sessions outstanding', 'CPU µs to mint one', 'of the first tenth'],
      costs.map((value, at) => [
        ((at + 1) * (sessions / tenths)).toLocaleString('en'),
        value.toFixed(1),
        `${Math.round((value / first) * 100)} %`,
      ]),
    )}\nwritten to the store: ${bytes} bytes; resident at the end: ${residentMib} MiB`,
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
