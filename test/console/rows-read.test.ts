/**
 * What pages read of a large directory: no more than they show. A page that walks through records
 * costs nothing in a test and much with 100,000 users.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { StatementSync } from 'node:sqlite'
import { test } from 'node:test'
import { consolePages } from '../../src/console/pages.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { fillStore } from '../bench/grown-store.ts'
import { role } from '../conformance/store.ts'
import { addressFor, longName, makeDirectory } from './made-directory.ts'
import { openRig } from './rig.ts'

const account = '111122223333'
const many = 3000
/** A form that deletes tells a thousand things that go with it. */
const mostRows = 1100

/** Pages that read more when they are shown first, and keep it. */
const keeping: ReadonlySet<string> = new Set([
  // Every principal with the policies that decide for it.
  '/console/who-can',
  // Whom each role trusts.
  '/console/role-graph',
  '/console/identity-providers/oidc/:arn/delete',
  '/console/identity-providers/saml/:arn/delete',
])
/** The last calls of all members: a job goes through them, beside the page, a hundred a turn. */
const byJobs = /^\/console\/groups\/:name\/last-accessed/

/** Counts records that are read in this process, from now on. */
function countingRows() {
  const { all, get } = StatementSync.prototype
  let rows = 0
  const isOfRecords = ({ sourceSQL }: StatementSync) => /\bbody\b/.test(sourceSQL)
  Object.assign(StatementSync.prototype, {
    all(this: StatementSync, ...values: Parameters<StatementSync['all']>) {
      const found = all.apply(this, values)
      if (isOfRecords(this)) rows += found.length
      return found
    },
    get(this: StatementSync, ...values: Parameters<StatementSync['get']>) {
      if (isOfRecords(this)) rows++
      return get.apply(this, values)
    },
  })
  return {
    /** Those since the last time. */
    taken() {
      const taken = rows
      rows = 0
      return taken
    },
    [Symbol.dispose]: () => Object.assign(StatementSync.prototype, { all, get }),
  }
}

test('no page reads a directory of thousands, first or again', async () => {
  await using rig = await openRig()
  await makeDirectory(rig, longName)
  {
    const path = join(rig.running.folder, 'gatehouse.db')
    await using store = await openSqliteStore({ path, clock: systemClock })
    await fillStore(store, many)
    await store.transact(async (tx) => {
      for (let at = 0; at < many; at++) await tx.insert('role', account, `r${at}`, role(`r${at}`))
    })
  }
  const admin = await rig.consoleAs('Admin')
  using counted = countingRows()
  const tooMany: string[] = []
  for (const page of consolePages) {
    const address = addressFor(rig, page, longName)
    const views = [address]
    if (page.kind === 'list') views.push(`${address}?name=er-29`)
    if (page.path.startsWith('/console/groups/:name'))
      views.push(addressFor(rig, page, longName).replace(longName, 'everybody'))
    for (const view of views)
      for (const isFirst of [true, false]) {
        counted.taken()
        await admin.get(view)
        const rows = counted.taken()
        const isKnown = byJobs.test(page.path) || (isFirst && keeping.has(page.path))
        if (rows > mostRows && !isKnown) tooMany.push(`${view} reads ${rows} records`)
      }
  }
  assert.deepEqual(tooMany, [])
})
