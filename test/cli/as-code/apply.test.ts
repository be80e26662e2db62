import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam'
import { applyCommand } from '../../../src/cli/as-code/apply.ts'
import { exportCommand } from '../../../src/cli/as-code/export.ts'
import { openRunning } from '../../journeys/running.ts'

const account = '111122223333'
const other = '444455556666'
const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } })
const trust = (principal: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' },
  })
const keys = { AWS_ACCESS_KEY_ID: `AKIA${'A'.repeat(16)}`, AWS_SECRET_ACCESS_KEY: 'a'.repeat(40) }
const settings = `
accounts:
  "${account}":
    rootAccessKeys: [{ accessKeyId: ${keys.AWS_ACCESS_KEY_ID},
      secretAccessKey: ${keys.AWS_SECRET_ACCESS_KEY} }]
    users:
      boss: { policies: { All: '${allow('*')}' }, accessKeys: [{ accessKeyId: AKIA${'B'.repeat(16)},
        secretAccessKey: ${'b'.repeat(40)} }] }
      reader: { policies: { Read: '${allow('iam:*')}' }, accessKeys: [{
        accessKeyId: AKIA${'R'.repeat(16)}, secretAccessKey: ${'r'.repeat(40)} }] }
      narrow: { policies: { Some: '${allow('iam:CreateGroup')}', Read: '${allow('iam:Get*')}',
        List: '${allow('iam:List*')}' }, accessKeys: [{
        accessKeyId: AKIA${'N'.repeat(16)}, secretAccessKey: ${'n'.repeat(40)} }] }
  "${other}":
    roles:
      Admin:
        trustPolicy: '${trust(`arn:aws:iam::${account}:user/boss`)}'
        policies: { All: '${allow('*')}' }
`
type Who = 'boss' | 'reader' | 'narrow'

/** A house, and the commands as one of its users calls them. */
async function openScene() {
  await using undo = new AsyncDisposableStack()
  const house = undo.use(await openRunning(settings))
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-as-code-'))
  undo.defer(() => rm(folder, { recursive: true }))
  const credentials = (who: Who) => ({
    accessKeyId: `AKIA${who[0]!.toUpperCase().repeat(16)}`,
    secretAccessKey: who[0]!.repeat(40),
  })
  const iam = new IAMClient({
    endpoint: house.origin,
    region: 'us-east-1',
    credentials: credentials('boss'),
    maxAttempts: 1,
  })
  const lines = { out: [] as string[], err: [] as string[] }
  const output = {
    out: (line: string) => void lines.out.push(line),
    err: (line: string) => void lines.err.push(line),
  }
  const env = { AWS_ENDPOINT_URL: house.origin }
  async function as<T>(who: Who, work: () => Promise<T>): Promise<T> {
    const { accessKeyId, secretAccessKey } = credentials(who)
    const before = { ...process.env }
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    })
    lines.out.length = lines.err.length = 0
    try {
      return await work()
    } finally {
      process.env = before
    }
  }
  const apply = (asked: object = {}, who: Who = 'boss') =>
    as(who, () => applyCommand({ folder, yes: true, ...asked }, env, output))
  const save = (asked: object = {}) =>
    as('boss', () =>
      exportCommand(folder, { format: 'yaml', replace: true, ...asked }, env, output),
    )
  const owned = undo.move()
  return {
    ...{ house, folder, iam, lines, apply, save, as },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function fill(iam: IAMClient): Promise<void> {
  const arn = (name: string) => `arn:aws:iam::${account}:policy/team/${name}`
  const Tags = [{ Key: 'Team', Value: '0123' }]
  await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'Read',
      Path: '/team/',
      Description: 'reads',
      PolicyDocument: allow('s3:Get*'),
      Tags,
    }),
  )
  await iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn: arn('Read'),
      PolicyDocument: allow('s3:List*'),
      SetAsDefault: true,
    }),
  )
  await iam.send(new CreateGroupCommand({ GroupName: 'Team' }))
  await iam.send(
    new PutGroupPolicyCommand({
      GroupName: 'Team',
      PolicyName: 'Own',
      PolicyDocument: allow('sqs:*'),
    }),
  )
  await iam.send(
    new CreateUserCommand({
      UserName: 'Ada',
      Path: '/team/',
      Tags,
      PermissionsBoundary: arn('Read'),
    }),
  )
  await iam.send(new AddUserToGroupCommand({ UserName: 'Ada', GroupName: 'Team' }))
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'App',
      AssumeRolePolicyDocument: trust(`arn:aws:iam::${account}:user/team/Ada`),
      Description: 'what apps do',
      MaxSessionDuration: 7200,
      Tags,
    }),
  )
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: 'App',
      PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    }),
  )
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'Machines', Tags }))
  await iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'Machines', RoleName: 'App' }),
  )
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: 'https://id.example.com/a/b',
      ClientIDList: ['one', 'two'],
      Tags,
    }),
  )
  await iam.send(new CreateAccountAliasCommand({ AccountAlias: 'as-code' }))
  await iam.send(
    new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 14, MaxPasswordAge: 90 }),
  )
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }))
}

test('what was exported is applied without a change, and elsewhere makes the same', async () => {
  await using scene = await openScene()
  const { folder, iam, lines, apply, save } = scene
  await fill(iam)
  await save()
  assert.deepEqual(await readdir(join(folder, account)), [
    'account.yaml',
    'groups',
    'instance-profiles',
    'oidc-providers',
    'policies',
    'roles',
    'users',
  ])
  assert.equal(
    await readFile(join(folder, account, 'users/Ada.yaml'), 'utf8'),
    `path: /team/
groups:
  - Team
permissionsBoundary: arn:aws:iam::${account}:policy/team/Read
tags:
  Team: "0123"
`,
  )
  assert.equal(await apply({ dryRun: true }), 0, lines.out.join('\n'))
  assert.deepEqual(lines.out, [`account ${account}`, 'nothing to change'])
  // As JSON, it is the same.
  await save({ format: 'json' })
  assert.equal(await apply(), 0)
  assert.deepEqual(lines.out.at(-1), 'nothing to change')

  // Removed and made again, it is the same account.
  const before = await saved(folder)
  for (const kind of await readdir(join(folder, account)))
    if (!kind.startsWith('account')) await rm(join(folder, account, kind), { recursive: true })
  await writeFile(join(folder, account, 'users-of-the-file.txt'), '')
  assert.equal(await apply({ prune: true }), 1)
  assert.match(lines.err.join(' '), /AccessDenied: Call \d+, .*settings file/)
  await restore(folder, before, (name) => /users\/(?:boss|reader|narrow)/.test(name))
  assert.equal(await apply({ prune: true }), 0, lines.err.join('\n'))
  await save({ format: 'json' })
  assert.equal((await saved(folder)).size, 4)
  await restore(folder, before, () => true)
  assert.equal(await apply(), 0, lines.err.join('\n'))
  await save({ format: 'json' })
  assert.deepEqual(await saved(folder), before)
})

test('a difference is shown, tried, and made as a whole, each change with its event', async () => {
  await using scene = await openScene()
  const { folder, lines, apply, save, house } = scene
  await save()
  const at = (file: string) => join(folder, account, file)
  await restore(
    folder,
    new Map([
      [`${account}/roles/B.yaml`, `trustPolicy: ${trust(`arn:aws:iam::${account}:role/C`)}`],
      [`${account}/roles/C.yaml`, `trustPolicy: ${trust(`arn:aws:iam::${account}:role/B`)}`],
      [`${account}/groups/Dev.yaml`, `policies: { Own: ${allow('sqs:*')} }`],
      [`${account}/users/eve.yaml`, 'groups: [Dev]\ntags: { a: b }\n'],
    ]),
    () => true,
  )
  assert.equal(await apply({ dryRun: true }), 2, lines.err.join('\n'))
  const told = [
    '+ group Dev',
    '+ user eve',
    '+ role B',
    '+ role C',
    '~ role B: trust policy',
    '~ group Dev: inline policy Own',
    '~ user eve: into group Dev',
  ]
  assert.deepEqual(lines.out, [
    `account ${account}`,
    ...told.map((line) => `  ${line}`),
    '7 changes would be made',
  ])
  // Nothing of it was kept, nor of what is refused in the middle.
  assert.equal(await apply({ dryRun: true }, 'narrow'), 1)
  assert.match(lines.err.join(' '), /AccessDenied: Call 2, CreateUser: User: .*user\/narrow/)
  assert.equal(await apply({}, 'narrow'), 1)
  assert.equal(await apply({}, 'reader'), 0, lines.err.join('\n'))
  const events = await house.events((all) =>
    all.some(({ eventName }) => eventName === 'AddUserToGroup'),
  )
  const of = events.filter(({ eventName }) => /^(?:Create|Put|Add|Update)/.test(eventName))
  assert.deepEqual(
    of.map(({ eventName, userIdentity }) => [eventName, userIdentity.userName]),
    [
      ['CreateGroup', 'reader'],
      ['CreateUser', 'reader'],
      ['CreateRole', 'reader'],
      ['CreateRole', 'reader'],
      ['UpdateAssumeRolePolicy', 'reader'],
      ['PutGroupPolicy', 'reader'],
      ['AddUserToGroup', 'reader'],
    ],
  )
  assert.equal(new Set(of.map(({ requestID }) => requestID)).size, 1)
  assert.equal(await apply(), 0)
  assert.equal(lines.out.at(-1), 'nothing to change')

  await writeFile(at('users/eve.yaml'), 'grups: [Dev]\n')
  await assert.rejects(apply(), /users\/eve\.yaml:1:1: .*grups/)
  await writeFile(at('users/eve.yaml'), 'tags: { aws:x: y }\n')
  assert.equal(await apply(), 1)
  assert.match(lines.err.join(' '), /InvalidInput: Call \d, TagUser: Tag keys that start with aws:/)
  await writeFile(at('users/eve.yaml'), 'tags: { A: c }\n')
  await writeFile(at('roles/B.yaml'), `path: /x/\ntrustPolicy: ${trust(account)}`)
  assert.equal(await apply(), 1)
  assert.match(lines.err.join(' '), /role B: its path can't be changed/)
})

test('several accounts are reached by a role, and credentials are never removed', async () => {
  await using scene = await openScene()
  const { folder, iam, lines, apply, save } = scene
  await save({ account: [account, other], role: 'Admin' })
  assert.deepEqual(await readdir(folder), [account, other])
  await writeFile(join(folder, other, 'account.yaml'), 'alias: elsewhere\n')
  await assert.rejects(apply(), /name a role to take there with `--role`/)
  assert.equal(await apply({ role: 'Admin' }), 0, lines.err.join('\n'))
  assert.deepEqual(lines.out.slice(-2), ['  + account: alias elsewhere', '1 changes made'])

  await iam.send(new CreateUserCommand({ UserName: 'Keyed' }))
  await iam.send(new CreateAccessKeyCommand({ UserName: 'Keyed' }))
  assert.equal(await apply({ account: [account] }), 0)
  assert.match(lines.out.join(' '), /1 not in the folder stay \(--prune removes them\): user Keyed/)
  assert.equal(await apply({ account: [account], prune: true }), 1)
  assert.match(lines.err.join(' '), /DeleteConflict: Call 1, DeleteUser/)
})

test('what AWS tells of an account becomes files, with what is not in them', async () => {
  await using scene = await openScene()
  const { folder, lines, save } = scene
  const encoded = encodeURIComponent(trust('arn:aws:iam::999988887777:user/Ada'))
  const details = {
    UserDetailList: [
      {
        Path: '/',
        UserName: 'Ada',
        Arn: 'arn:aws:iam::999988887777:user/Ada',
        UserPolicyList: [{ PolicyName: 'Own', PolicyDocument: JSON.parse(allow('s3:*')) }],
        AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }],
      },
    ],
    RoleDetailList: [
      { Path: '/aws-service-role/x/', RoleName: 'Linked', AssumeRolePolicyDocument: encoded },
      { Path: '/', RoleName: 'App', AssumeRolePolicyDocument: encoded },
    ],
  }
  const file = join(folder, 'details.json')
  await writeFile(file, JSON.stringify(details))
  await save({ fromAws: file, account: [other] })
  assert.equal(lines.out.join(), `${other}: 2 entities`)
  const role = await readFile(join(folder, other, 'roles/App.yaml'), 'utf8')
  assert.match(role, /AWS: arn:aws:iam::444455556666:user\/Ada/)
  assert.match(lines.err.join('\n'), /1 service-linked roles.*NoSuchPolicy, which Ada/s)
  await writeFile(file, '{}')
  await assert.rejects(save({ fromAws: file }), /no user, group, role or policy/)
})

/** Every file of the account, by its path. */
async function saved(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true })
  const files = names.filter((name) => name.endsWith('.json')).sort()
  return new Map(
    await Promise.all(
      files.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
    ),
  )
}

async function restore(
  folder: string,
  files: ReadonlyMap<string, string>,
  which: (name: string) => boolean,
): Promise<void> {
  const { mkdir } = await import('node:fs/promises')
  for (const [name, text] of files) {
    if (!which(name)) continue
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}
