import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { openAuditIndex } from '../../src/audit/index/open-index.ts'
import { hashPassword } from '../../src/kernel/argon2id.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { RoleRecord } from '../../src/store/records.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { makeDirectory, type Rig, rootKeys } from '../console/rig.ts'
import { iamCall } from '../journeys/broker.ts'
import { startGatehouse } from './gatehouse-process.ts'
import { account, createdAt, fillStore } from './grown-store.ts'

/** What the store holds; a tenth as many policies as users. */
export interface Sizes {
  readonly users: number
  readonly roles: number
  readonly events: number
}

/** The person who opens the console, and the name of what the pages of single things show. */
export const person = { username: 'ben', password: 'ben-bench-2026' }
export const shownName = 'Shown.Thing'

const cache = resolve(import.meta.dirname, '../../node_modules/.cache/bench-console')
/** Another number makes everything again. */
const generation = 1

const trust = (Federated: string) => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated },
    Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
  },
})
const everything = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
}

/** Accounts, the person and their role. */
export async function settings(): Promise<string> {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = rootKeys
  const readIam = { ...everything, Statement: { ...everything.Statement, Action: 'iam:Get*' } }
  const admin = {
    trustPolicy: trust(`arn:aws:iam::${account}:file-provider/staff`),
    policies: { All: everything },
  }
  const passwordHash = await hashPassword(person.password)
  const sections = {
    limits: { quotas: { users: 1_000_000, policies: 1_000_000, roles: 1_000_000 } },
    connectors: {
      staff: {
        type: 'file',
        label: 'Staff',
        accounts: [account],
        people: [{ username: person.username, passwordHash, displayName: 'Ben', groups: [] }],
      },
    },
    mappings: [
      {
        name: 'all',
        when: 'true',
        grants: [{ role: `arn:aws:iam::${account}:role/Admin`, maxDuration: '12h' }],
      },
    ],
    accounts: {
      [account]: {
        rootAccessKeys: [{ accessKeyId, secretAccessKey }],
        policies: { ReadIam: { document: readIam } },
        roles: { Admin: { ...admin, maxSessionDuration: '12h' } },
      },
      '444455556666': { rootManagedBy: account },
    },
  }
  return Object.entries(sections)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('')
}

const role = (index: number): RoleRecord => ({
  account,
  createdAt,
  managedBy: 'api',
  id: `AROA${String(index).padStart(17, '2')}`,
  name: `role-${index}`,
  path: '/',
  inlinePolicies: {},
  attachedPolicies: [`arn:aws:iam::${account}:policy/policy-${index}`],
  tags: [],
  trustPolicy: JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:user/user-${index}` },
      Action: 'sts:AssumeRole',
    },
  }),
  maxSessionDurationSeconds: 3600,
})

/**
 * Returns a folder with a filled store and an indexed trail. It is made once for each size and
 * kept; `told` hears what takes its time.
 */
export async function consoleFolder(sizes: Sizes, told: (what: string) => void): Promise<string> {
  const { users, roles, events } = sizes
  const folder = join(cache, `${generation}-${users}-${roles}-${events}`)
  if (existsSync(join(folder, 'ready'))) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  told(`fills a store with ${users} users, ${roles} roles, ${users / 10} policies`)
  await fill(folder, sizes)
  told('makes what the pages of single things show')
  await makeShown(folder)
  const trail = join(folder, 'audit.jsonl')
  told(`writes ${events} events`)
  await multiply(trail, events)
  told('indexes them')
  await indexed(trail)
  await writeFile(join(folder, 'ready'), '')
  return folder
}

async function fill(folder: string, { users, roles }: Sizes): Promise<void> {
  const path = join(folder, 'gatehouse.db')
  await using store = await openSqliteStore({ path, clock: systemClock })
  await fillStore(store, users)
  await store.transact(async (tx) => {
    for (let index = 0; index < roles; index++)
      await tx.insert('role', account, `role-${index}`, role(index))
  })
}

async function makeShown(folder: string): Promise<void> {
  await using server = await startGatehouse(await settings(), { folder })
  const origin = `http://localhost:${server.port}`
  const iam = async (action: string, fields: Readonly<Record<string, string>>) => {
    const answer = await iamCall(origin, rootKeys, { Action: action, ...fields }, new Date())
    if (answer.includes('<ErrorResponse')) throw new Error(`${action}: ${answer}`)
    return answer
  }
  const running = { origin, clock: systemClock }
  await makeDirectory({ running, iam } as unknown as Rig, shownName)
}

/** Puts many events before those that are there, as like them as events are like each other. */
async function multiply(trail: string, events: number): Promise<void> {
  const samples: Record<string, unknown>[] = []
  for await (const line of createInterface(createReadStream(trail)))
    samples.push(JSON.parse(line) as Record<string, unknown>)
  const grown = `${trail}.grown`
  const out = createWriteStream(grown, { mode: 0o600 })
  const ended = Date.now() - 60_000
  for (let at = 0; at < events; ) {
    let piece = ''
    for (const until = Math.min(events, at + 1000); at < until; at++) {
      const event = another(samples[at % samples.length]!, at, ended - events + at)
      piece += `${JSON.stringify(event)}\n`
    }
    if (!out.write(piece)) await once(out, 'drain')
  }
  for (const sample of samples) out.write(`${JSON.stringify(sample)}\n`)
  out.end()
  await once(out, 'close')
  await rename(grown, trail)
}

/** An event of one user of many, with an id of its own. */
function another(sample: Record<string, unknown>, index: number, time: number) {
  const id = `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`
  const userName = `user-${index % 100_000}`
  const arn = `arn:aws:iam::${account}:user/${userName}`
  return {
    ...sample,
    eventID: id,
    requestID: id.replace('4000', '4001'),
    eventTime: new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
    sourceIPAddress: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
    userIdentity: { ...(sample.userIdentity as object), type: 'IAMUser', arn, userName },
  }
}

async function indexed(trail: string): Promise<void> {
  await using undo = new AsyncDisposableStack()
  // The index's thread alone keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  undo.defer(() => clearInterval(alive))
  await using index = openAuditIndex(trail, 50)
  while ((await index.named('nobody')).behind > 0)
    await new Promise((resolve) => setTimeout(resolve, 500))
}
