import { type Figure, printFigures, tableText } from './figures.ts'
import type { GatehouseProcess } from './gatehouse-process.ts'
import { account, admin, document, everybodys, onGrownStore } from './grown-store.ts'
import { bodyOf, sequence } from './load.ts'
import { signedFor } from './signed-requests.ts'

/**
 * `npm run bench iam`: what operations of IAM cost with 1,000 and with 100,000 users in the
 * account, and a tenth as many policies. The ratio is to the figure with 1,000 users; `--json`
 * prints a line a figure. A figure is what a quarter of many calls, one after the other, take at
 * most: what else the machine does falls on the rest. The credential report is left out: it grows
 * with what it tells.
 */
const sizes = [1000, 100_000] as const
const calls = 90
/** How many one server answers before the other has its turn. */
const inTurn = 10
const warmUp = 300

type Parameters = Readonly<Record<string, string>>
const arn = (of: string) => `arn:aws:iam::${account}:${of}`
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' },
})

/** Of call `index`; each row finds what the rows before it made. */
const rows: readonly (readonly [operation: string, at: (index: number) => Parameters])[] = [
  ['CreateUser', (i) => ({ UserName: `new-${i}` })],
  ['GetUser', (i) => ({ UserName: `user-${i}` })],
  ['ListUsers', () => ({})],
  [
    'TagUser',
    (i) => ({ UserName: `new-${i}`, 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }),
  ],
  ['PutUserPolicy', (i) => ({ UserName: `new-${i}`, PolicyName: 'Own', PolicyDocument: document })],
  ['AttachUserPolicy', (i) => ({ UserName: `new-${i}`, PolicyArn: everybodys })],
  ['ListAttachedUserPolicies', (i) => ({ UserName: `user-${i}` })],
  ['CreateAccessKey', (i) => ({ UserName: `new-${i}` })],
  ['ListAccessKeys', (i) => ({ UserName: `new-${i}` })],
  ['AddUserToGroup', (i) => ({ UserName: `new-${i}`, GroupName: 'everybody' })],
  ['ListGroupsForUser', (i) => ({ UserName: `new-${i}` })],
  ['GetGroup', () => ({ GroupName: 'everybody' })],
  ['RemoveUserFromGroup', (i) => ({ UserName: `new-${i}`, GroupName: 'everybody' })],
  ['CreateGroup', (i) => ({ GroupName: `group-${i}` })],
  ['ListGroups', () => ({})],
  ['CreateRole', (i) => ({ RoleName: `role-${i}`, AssumeRolePolicyDocument: trust })],
  ['GetRole', (i) => ({ RoleName: `role-${i}` })],
  ['AttachRolePolicy', (i) => ({ RoleName: `role-${i}`, PolicyArn: everybodys })],
  ['CreateInstanceProfile', (i) => ({ InstanceProfileName: `profile-${i}` })],
  [
    'AddRoleToInstanceProfile',
    (i) => ({ InstanceProfileName: `profile-${i}`, RoleName: `role-${i}` }),
  ],
  ['ListInstanceProfilesForRole', (i) => ({ RoleName: `role-${i}` })],
  ['CreatePolicy', (i) => ({ PolicyName: `new-${i}`, PolicyDocument: document })],
  ['GetPolicy', () => ({ PolicyArn: everybodys })],
  ['ListPolicies', () => ({ Scope: 'Local' })],
  ['ListPolicies, attached only', () => ({ Scope: 'Local', OnlyAttached: 'true' })],
  ['ListEntitiesForPolicy', () => ({ PolicyArn: everybodys })],
  ['CreatePolicyVersion', (i) => ({ PolicyArn: arn(`policy/new-${i}`), PolicyDocument: document })],
  ['DeletePolicy', (i) => ({ PolicyArn: arn(`policy/policy-${i + 1}`) })],
  ['CreateVirtualMFADevice', (i) => ({ VirtualMFADeviceName: `device-${i}` })],
  ['ListVirtualMFADevices', () => ({})],
  ['GetAccountSummary', () => ({})],
  ['GetAccountAuthorizationDetails', () => ({})],
  [
    'SimulatePrincipalPolicy',
    (i) => ({ PolicySourceArn: arn(`user/user-${i}`), 'ActionNames.member.1': 'iam:GetUser' }),
  ],
  [
    'ListPoliciesGrantingServiceAccess',
    (i) => ({ Arn: arn(`user/user-${i}`), 'ServiceNamespaces.member.1': 'iam' }),
  ],
  ['UpdateUser', (i) => ({ UserName: `new-${i}`, NewUserName: `newer-${i}` })],
  ['UpdateGroup', (i) => ({ GroupName: `group-${i}`, NewGroupName: `renamed-${i}` })],
  ['DeleteGroup', (i) => ({ GroupName: `renamed-${i}` })],
]

/** What a quarter of the calls take at most. */
function quarter(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)]!
}

/** Milliseconds, with few users and with many. */
type Costs = readonly [small: number, large: number]

/** The cost of each row: both servers take turns, so that what else goes on falls on both. */
async function measure(
  servers: readonly [GatehouseProcess, GatehouseProcess],
): Promise<ReadonlyMap<string, Costs>> {
  const ports = servers.map(({ port }) => port)
  const signed = (port: number, row: string, parameters: Parameters) =>
    signedFor('iam', port, admin, { Action: row.split(',')[0]!, ...parameters })
  for (const port of ports) {
    const look = await signed(port, 'GetUser', { UserName: 'user-1' })
    await sequence(port, Array<Buffer>(warmUp).fill(look))
  }
  const found = new Map<string, Costs>()
  for (const [row, at] of rows) {
    const times = new Map<number, number[]>(ports.map((port) => [port, []]))
    for (const port of ports) {
      const first = await bodyOf(port, await signed(port, row, at(0)))
      if (first.includes('<ErrorResponse')) throw new Error(`${row}: ${first}`)
    }
    for (let from = 1; from <= calls; from += inTurn)
      for (const port of ports) {
        const turn = Array.from({ length: inTurn }, (_, index) =>
          signed(port, row, at(from + index)),
        )
        times.get(port)!.push(...(await sequence(port, await Promise.all(turn))))
      }
    const [small = [], large = []] = times.values()
    found.set(row, [quarter(small), quarter(large)])
  }
  return found
}

const found = await onGrownStore(sizes[0], (small) =>
  onGrownStore(sizes[1], (large) => measure([small, large])),
)
const figures = [...found].flatMap(([row, [before, value]]): Figure[] => {
  const of = { bench: 'iam', unit: 'ms', reference: `${sizes[0]} users` }
  return [
    { ...of, figure: `${row}: ${sizes[0]} users`, value: before, ratio: 1 },
    { ...of, figure: `${row}: ${sizes[1]} users`, value, ratio: value / before },
  ]
})
printFigures(
  figures,
  tableText(
    ['ms', ...sizes.map((users) => `${users} users`), 'ratio'],
    [...found].map(([row, [before, value]]) => [
      row,
      before.toFixed(2),
      value.toFixed(2),
      (value / before).toFixed(2),
    ]),
  ),
)
