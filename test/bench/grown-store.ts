import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/kernel/clock.ts'
import type { PolicyRecord, RevocationRecord, UserRecord } from '../../src/store/records.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { type GatehouseProcess, startGatehouse } from './gatehouse-process.ts'
import type { Signer } from './signed-requests.ts'

export const account = '111122223333'
export const createdAt = '2026-01-01T00:00:00.000Z'
/** The root of the account. */
export const admin: Signer = {
  accessKeyId: 'AKIABENCHADMIN222222',
  secretAccessKey: 'benchSecret+benchSecret+benchSecret+2026',
}
/** `roles`: YAML of the account's roles. */
export const settingsWith = (roles = '') => `
limits: { quotas: { users: 1000000, policies: 1000000 } }
accounts:
  "${account}":
    rootAccessKeys:
      - { accessKeyId: ${admin.accessKeyId}, secretAccessKey: ${admin.secretAccessKey} }
${roles}`
export const document =
  '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'
/** The policy that every user has. */
export const everybodys = `arn:aws:iam::${account}:policy/policy-0`
const made = { account, createdAt, managedBy: 'api' } as const
/** Unique ids have 16 or 17 letters and digits after their kind. */
const idOf = (kind: string, index: number) => `${kind}${String(index).padStart(17, '2')}`

const user = (index: number): UserRecord => ({
  ...made,
  id: idOf('AIDA', index),
  name: `user-${index}`,
  path: '/',
  inlinePolicies: {},
  attachedPolicies: [everybodys],
  groups: index % 10 === 0 ? [] : ['everybody'],
  tags: [],
})
const policy = (index: number): PolicyRecord => ({
  ...made,
  id: idOf('ANPA', index),
  name: `policy-${index}`,
  path: '/',
  arn: `arn:aws:iam::${account}:policy/policy-${index}`,
  tags: [],
  defaultVersion: 'v1',
  lastVersion: 1,
  versions: [{ id: 'v1', document, createdAt }],
})

const revocation = (index: number): RevocationRecord => ({
  ...made,
  scope: 'person',
  target: `staff/${index}`,
  before: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  by: 'command',
})

/** Fills a store with so many users, a tenth as many policies and half as many revocations. */
export async function fillStore(store: Store, users: number): Promise<void> {
  await store.transact(async (tx) => {
    const group = { ...made, id: idOf('AGPA', 0), name: 'everybody', path: '/' }
    const holds = { inlinePolicies: {}, attachedPolicies: [] }
    await tx.insert('group', account, 'everybody', { ...group, ...holds })
    for (let index = 0; index < users / 10; index++)
      await tx.insert('policy', account, `policy-${index}`, policy(index))
  })
  for (let from = 0; from < users; from += 5000)
    await store.transact(async (tx) => {
      for (let index = from; index < Math.min(users, from + 5000); index++) {
        await tx.insert('user', account, `user-${index}`, user(index))
        const revoked = `${account} person staff/${index}`
        if (index % 2 === 0) await tx.insert('revocation', account, revoked, revocation(index))
      }
    })
}

/**
 * Runs `work` on a Gatehouse that holds so many users, with a tenth as many policies and half as
 * many revocations: one policy is on all users, and nine in ten are members of one group.
 */
export async function onGrownStore<T>(
  users: number,
  work: (server: GatehouseProcess) => Promise<T>,
): Promise<T> {
  return onGrownStores([users], ([server]) => work(server!))
}

/** The same for several sizes at once, each a Gatehouse of its own. */
export async function onGrownStores<T>(
  sizes: readonly number[],
  work: (servers: readonly GatehouseProcess[]) => Promise<T>,
): Promise<T> {
  await using undo = new AsyncDisposableStack()
  const servers: GatehouseProcess[] = []
  for (const users of sizes) {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-growth-'))
    undo.defer(() => rm(folder, { recursive: true, force: true }))
    {
      const path = join(folder, 'gatehouse.db')
      await using store = await openSqliteStore({ path, clock: systemClock })
      await fillStore(store, users)
    }
    servers.push(undo.use(await startGatehouse(settingsWith(), { folder })))
  }
  return await work(servers)
}
