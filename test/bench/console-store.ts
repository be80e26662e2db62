import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { consolePages } from '../../src/console/pages.ts'
import { hashPassword } from '../../src/kernel/argon2id.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { RoleRecord } from '../../src/store/records.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { addressFor, makeDirectory, nothingMade } from '../console/made-directory.ts'
import { type Rig, rootKeys } from '../console/rig.ts'
import { Browser } from '../http/browser.ts'
import { iamCall } from '../journeys/broker.ts'
import { growTrail } from './console-trail.ts'
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
const shownName = 'Shown.Thing'

const cache = resolve(import.meta.dirname, '../../node_modules/.cache/bench-console')
/** Another number makes everything again. */
const generation = 3

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
  // Whom `makeDirectory` signs in.
  const jonasHash = await hashPassword('jonas-demo-2026')
  const sections = {
    limits: { quotas: { users: 1_000_000, policies: 1_000_000, roles: 1_000_000 } },
    connectors: {
      staff: {
        type: 'file',
        label: 'Staff',
        accounts: [account],
        people: [
          { username: person.username, passwordHash, displayName: 'Ben', groups: [] },
          { username: 'jonas', passwordHash: jonasHash, displayName: 'Jonas', groups: [] },
        ],
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
  told(`writes and indexes ${events} events`)
  await growTrail(trail, events, told)
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
  const consoleAs = () => openConsole(origin)
  const rig = { running, iam, consoleAs, made: nothingMade() } as unknown as Rig
  await makeDirectory(rig, shownName)
  const addresses = consolePages.map((page) => [page.path, addressFor(rig, page, shownName)])
  await writeFile(join(folder, shownFile), JSON.stringify(Object.fromEntries(addresses)))
}

/** Where each page shows what was made for it, by the page's path: later runs know no ids. */
export async function shownAddresses(folder: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(join(folder, shownFile), 'utf8'))
}
const shownFile = 'addresses.json'

/** A browser with the console of the person. */
export async function openConsole(origin: string): Promise<Browser> {
  const guest = new Browser(origin)
  await guest.signIn(person.username, person.password)
  const portal = await guest.get('/portal')
  const grant = portal.choice('Admin')
  const opened = await guest.post('/portal/console', { _csrf: portal.csrf, grant })
  if (opened.status !== 303) throw new Error(`no console: ${opened.status} ${opened.text}`)
  return guest
}
