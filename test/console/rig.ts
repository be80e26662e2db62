import assert from 'node:assert/strict'
import { Browser } from '../http/browser.ts'
import type { Keys } from '../journeys/aws-cli.ts'
import { iamCall } from '../journeys/broker.ts'
import {
  demoSettings,
  openRunning,
  type RunningHere,
  type TrailRecord,
} from '../journeys/running.ts'

import { type Made, nothingMade, trust } from './made-directory.ts'

export const rootKeys: Keys = {
  AccessKeyId: 'AKIAROOTROOTROOTROO2',
  SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}

/** An inline policy of every action that a page calls, for the role that sees everything. */
const everything = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['iam:*', 'gatehouse:*', 'sts:RevokeSessions', 'sts:Decode*'],
      Resource: '*',
    },
  ],
}

export interface Rig extends AsyncDisposable {
  readonly running: RunningHere
  readonly made: Made
  /** What `running.reload` takes. */
  readonly settings: string
  /** A browser whose console session has that role. */
  consoleAs(role: string): Promise<Browser>
  iam(action: string, fields: Readonly<Record<string, string>>): Promise<string>
  /** What the trail holds of the calls that `work` made, in the order of the calls. */
  callsOf(work: () => Promise<unknown>): Promise<readonly TrailRecord[]>
}

/**
 * A whole Gatehouse with the demo's people. `Admin` may do everything in IAM, `Powerless` nothing,
 * and whatever else `roles` says; people take these. `others` are there under a path.
 */
export async function openRig(
  roles: Readonly<Record<string, object | undefined>> = {},
  others: Readonly<Record<string, string>> = {},
  more = '',
  startsAt = new Date(),
): Promise<Rig> {
  const demo = settingsWith(await demoSettings(), roles)
  const rows = Object.entries(others).map(
    ([name, path]) => `      ${name}: { path: ${path}, trustPolicy: ${JSON.stringify(trust)} }\n`,
  )
  const settings = demo.replace('    roles:\n', `    roles:\n${rows.join('')}`) + more
  const running = await openRunning(settings, startsAt)
  const iam = async (action: string, fields: Readonly<Record<string, string>>) => {
    const answer = await iamCall(
      running.origin,
      rootKeys,
      { Action: action, ...fields },
      running.clock.now(),
    )
    assert.doesNotMatch(answer, /<Error>/, answer)
    return answer
  }
  // One of the settings file could not be changed here.
  await iam('CreateAccountAlias', { AccountAlias: 'demo' })
  return {
    running,
    made: nothingMade(),
    settings,
    iam,
    consoleAs: (role) => consoleAs(running.origin, role),
    callsOf: (work) => callsOf(running, work),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

/** The people of the demo take these roles as well; `undefined` is a role without a policy. */
function settingsWith(demo: string, roles: Readonly<Record<string, object | undefined>>): string {
  const all = { Admin: everything, Powerless: undefined, ...roles }
  const grants = Object.keys(all)
    .map((name) => `      - role: arn:aws:iam::111122223333:role/${name}`)
    .join('\n')
  const trustStaff = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111122223333:file-provider/staff' },
        Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
  })
  const rows = Object.entries(all)
    .map(([name, document]) => {
      const policies = document ? `, policies: { Own: ${JSON.stringify(document)} }` : ''
      return `      ${name}: { trustPolicy: ${trustStaff}${policies} }`
    })
    .join('\n')
  return demo
    .replace('    alias: demo\n', `    rootAccessKeys: [${rootKey()}]\n`)
    .replace('accounts:\n  "111', `accounts:\n${managed}  "111`)
    .replace('    roles:\n', `    roles:\n${rows}\n`)
    .replace(/( {4}grants:\n)/, `$1${grants}\n`)
}

/** An account whose root the other one manages. */
const managed = '  "444455556666": { rootManagedBy: "111122223333" }\n'

function rootKey(): string {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = rootKeys
  return JSON.stringify({ accessKeyId, secretAccessKey })
}

async function consoleAs(origin: string, role: string): Promise<Browser> {
  const browser = new Browser(origin)
  await browser.signIn('amina', 'amina-demo-2026')
  const portal = await browser.get('/portal')
  const choice = portal.choice(role)
  assert.ok(choice, `${role} is none of the roles`)
  const opened = await browser.post('/portal/console', { _csrf: portal.csrf, grant: choice })
  assert.equal(opened.status, 303)
  return browser
}

/** A call of a second later closes the account: what stands before it has been written. */
async function callsOf(
  running: RunningHere,
  work: () => Promise<unknown>,
): Promise<readonly TrailRecord[]> {
  const before = await settled(running)
  await work()
  return (await settled(running)).slice(before.length).slice(0, -1)
}

async function settled(running: RunningHere): Promise<readonly TrailRecord[]> {
  const mark = `AccountAliases-${Math.random()}`
  const fields = { Action: 'ListAccountAliases', Marker: mark }
  await iamCall(running.origin, rootKeys, fields, running.clock.now())
  return running.events((records) =>
    records.some(({ requestParameters }) => requestParameters?.marker === mark),
  )
}
