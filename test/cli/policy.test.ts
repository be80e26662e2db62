import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, mock, test } from 'node:test'
import { runCommand } from '../../src/cli/run-command.ts'

const root = resolve(import.meta.dirname, '../..')
const demo = join(root, 'config/demo/gatehouse.yaml')
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-policy-'))
  process.chdir(folder)
  await written('reader.json', {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
  })
  await written('writer.json', {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: 'arn:aws:s3:::photos/*',
  })
  await written('own.json', {
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceAccount': '111122223333' } },
  })
  await written('admin.json', { Effect: 'Allow', Action: '*', Resource: '*' })
  await writeFile(join(folder, 'broken.json'), '{ "Version": "2012-10-17", "Statment": [] }')
})
after(() => {
  process.chdir(root)
  return rm(folder, { recursive: true })
})

async function written(name: string, statement: unknown): Promise<void> {
  await writeFile(
    join(folder, name),
    JSON.stringify({ Version: '2012-10-17', Statement: statement }, null, 2),
  )
}
/** Runs the command in this process, which is as good and costs a tenth. */
async function policy(...args: readonly string[]) {
  const out = mock.method(console, 'log', () => {})
  const err = mock.method(process.stderr, 'write', () => true)
  const said = (calls: readonly { readonly arguments: unknown[] }[], end: string) =>
    calls.map(({ arguments: [text] }) => text + end).join('')
  try {
    const status = await runCommand(['node', 'gatehouse', 'policy', ...args], process.env, root)
    return {
      status,
      out: said(out.mock.calls, '\n').trimEnd().split('\n'),
      err: said(err.mock.calls, '').trimEnd(),
    }
  } finally {
    for (const one of [out, err]) one.mock.restore()
  }
}

test('validate prints findings as compilers do, and fails on the grave ones', async () => {
  assert.deepEqual(await policy('validate', 'reader.json'), { status: 0, out: [''], err: '' })
  const { status, out } = await policy('validate', 'reader.json', 'admin.json', 'broken.json')
  assert.equal(status, 1)
  assert.deepEqual(out.slice(0, 2), [
    'admin.json:5:15: security-warning: every action on every resource is allowed ' +
      '(allow-everything)',
    '    name the services and resources that are needed',
  ])
  assert.match(out.at(-2) ?? '', /^broken\.json:1:\d+: error: /)
  assert.equal((await policy('validate', '--fail-on', 'error', 'admin.json')).status, 0)
  assert.equal((await policy('validate', 'nowhere.json')).status, 2)
})

test('validate as JSON has a file after the other', async () => {
  const { out } = await policy('validate', '--json', 'admin.json')
  const [told] = JSON.parse(out.join('\n'))
  assert.deepEqual(
    [told.file, told.kind, told.findings[0].code],
    ['admin.json', 'identity', 'allow-everything'],
  )
})

test('explain and simulate answer for a request', async () => {
  const asked = ['--action', 's3:GetObject', '--resource', 'arn:aws:s3:::photos/cat.jpg']
  const allowed = await policy('explain', 'reader.json', ...asked)
  assert.deepEqual([allowed.status, allowed.out[0]], [0, 'ALLOWED'])
  const denied = await policy('explain', 'reader.json', '--action', 's3:PutObject', '--json')
  assert.deepEqual([denied.status, JSON.parse(denied.out.join('\n')).blockedBy], [1, 'identity'])
  assert.equal(
    (await policy('explain', 'reader.json', ...asked, '--boundary', 'writer.json')).status,
    0,
  )
  const ofBob = ['--principal', 'arn:aws:iam::111122223333:user/bob']
  assert.equal((await policy('explain', 'own.json', ...asked, ...ofBob)).status, 0)
  assert.equal(
    (
      await policy(
        'explain',
        'own.json',
        ...asked,
        ...ofBob,
        '--context',
        'aws:ResourceAccount=444455556666',
      )
    ).status,
    1,
  )
  assert.equal((await policy('simulate', 'own.json', ...asked, ...ofBob)).status, 0)
  const simulated = await policy('simulate', 'reader.json', ...asked, '--action', 's3:PutObject')
  assert.deepEqual(simulated, {
    status: 1,
    err: '',
    out: [
      'allowed  s3:GetObject  arn:aws:s3:::photos/cat.jpg by reader.json statement 1',
      'denied   s3:PutObject  arn:aws:s3:::photos/cat.jpg: identity does not allow it',
    ],
  })
})

const role = 'arn:aws:iam::111122223333:role/Reader'

test('who may assume a role depends on its trust policy, and on control policies', async () => {
  const asked = ['--action', 'sts:AssumeRole', '--resource', role]
  const open = await policy('explain', 'admin.json', ...asked)
  assert.deepEqual(
    [open.status, open.out[0]],
    [1, "DEPENDS on the role's trust policy, which was not given"],
  )
  const plain = await policy('explain', 'admin.json', ...asked, '--json')
  const told = JSON.parse(plain.out.join('\n'))
  assert.deepEqual([told.effect, told.dependsOn], ['depends', 'trust'])
  assert.deepEqual(await policy('simulate', 'admin.json', ...asked), {
    status: 1,
    err: '',
    out: [`depends  sts:AssumeRole  ${role} on the role's trust policy: give it with --trust`],
  })
  const trusting = { Effect: 'Allow', Action: 'sts:AssumeRole' }
  await written('trust.json', { ...trusting, Principal: { AWS: '111122223333' } })
  await written('other-trust.json', { ...trusting, Principal: { AWS: '444455556666' } })
  await written('only-s3.json', { Effect: 'Allow', Action: 's3:*', Resource: '*' })
  await written('no-sts.json', {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sts:AssumeRole',
    Resource: '*',
  })
  for (const [given, status] of [
    [['--trust', 'trust.json'], 0],
    [['--trust', 'other-trust.json'], 1],
    [['--trust', 'trust.json', '--service-control', 'admin.json'], 0],
    [['--trust', 'trust.json', '--service-control', 'only-s3.json'], 1],
    [['--trust', 'trust.json', '--resource-control', 'no-sts.json'], 1],
    [['--trust', 'reader.json'], 2],
  ] as const) {
    assert.equal(
      (await policy('explain', 'admin.json', ...asked, ...given)).status,
      status,
      given.join(),
    )
    assert.equal(
      (await policy('simulate', 'admin.json', ...asked, ...given)).status,
      status,
      given.join(),
    )
  }
})

test('the organization of a settings file limits a question, and levels have names', async () => {
  await writeFile(
    join(folder, 'organization.yaml'),
    `publicUrl: https://sso.example.com
store: { sqlite: gatehouse.db }
keys: { rootKey: { file: root.key } }
audit: { file: audit.log }
accounts:
  999988887777: {}
  111122223333: { users: { ada: { policies: { All: '${JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  })}' } } } }
organization:
  id: o-exampleorg1
  managementAccount: 999988887777
  root: { id: r-ab12 }
  units: { ou-ab12-11111111: { name: Production, serviceControl: [Read] } }
  accounts: { 999988887777: {}, 111122223333: { unit: ou-ab12-11111111 } }
  serviceControlPolicies: { Read: { Version: "2012-10-17", Statement: { Effect: Allow,
    Action: "s3:Get*", Resource: "*", Condition: { StringEquals: {
    "aws:ResourceOrgID": "o-exampleorg1" } } } } }
`,
  )
  const cat = ['--resource', 'arn:aws:s3:::photos/cat.jpg', '--organization', 'organization.yaml']
  const get = await policy('explain', 'admin.json', '--action', 's3:GetObject', ...cat)
  assert.equal(get.status, 0)
  const put = await policy('explain', 'admin.json', '--action', 's3:PutObject', ...cat)
  assert.equal(put.out[0], 'DENIED: nothing allows it (service-control)')
  assert.ok(
    put.out.includes('service-control 2, ou-ab12-11111111 (Production): does not allow it'),
    put.out.join('\n'),
  )
  const simulated = await policy('simulate', 'admin.json', '--action', 's3:PutObject', ...cat)
  assert.match(simulated.out[0] ?? '', /service-control does not allow it/)
  const config = ['--config', 'organization.yaml', '--action']
  const who = await policy('who-can', ...config, 's3:PutObject')
  assert.deepEqual(who.out, ['nobody'])
})

test('a question that names no single thing is refused, an unknown one is told', async () => {
  const onCat = ['--resource', 'arn:aws:s3:::photos/cat.jpg']
  const somebody = ['--principal', 'arn:aws:iam::111122223333:user/*']
  for (const [args, refusal] of [
    [['--action', 's3:Get*', ...onCat], '`s3:Get*` has a wildcard'],
    [['--action', 'GetObject', ...onCat], '`GetObject` is no action'],
    [['--action', 's3:GetObject', '--resource', 'photos/cat.jpg'], 'is no resource'],
    [['--action', 's3:GetObject', '--resource', 'arn:aws:s3:::photos/*'], 'has a wildcard'],
    [['--action', 's3:GetObject', ...onCat, ...somebody], 'has a wildcard'],
  ] as const) {
    for (const command of ['explain', 'simulate']) {
      const { status, err } = await policy(command, 'reader.json', ...args)
      assert.equal(status, 2)
      assert.ok(err.includes(refusal), err)
    }
  }
  const who = await policy('who-can', '-c', demo, '--action', 's3:*', ...onCat)
  assert.deepEqual([who.status, who.err.includes('has a wildcard')], [2, true])
  const note = async (...args: string[]) => (await policy('simulate', 'reader.json', ...args)).err
  assert.equal(
    await note('--action', 's3:GetObjekt', ...onCat),
    'note: s3 has no known action `GetObjekt`: did you mean `GetObject`?',
  )
  assert.match(await note('--action', 's4:GetObject', ...onCat), /^note: no known service.*`s4`/)
  assert.match(await note('--action', 's3:GetObject'), /^note: s3:GetObject acts on a resource/)
})

test('summarize tells access levels', async () => {
  const { status, out } = await policy('summarize', 'reader.json')
  assert.deepEqual(
    [status, out.slice(0, 3)],
    [0, ['Allow s3', '  List: ListBucket', '  Read: GetObject']],
  )
})

test('diff fails on what is new', async () => {
  assert.equal((await policy('diff', 'admin.json', 'reader.json')).status, 0)
  const { status, out } = await policy('diff', 'reader.json', 'writer.json')
  assert.equal(status, 1)
  assert.match(
    out.join('\n'),
    new RegExp(
      '^new access, for example:\n {2}arn:aws:iam::111122223333:user/somebody asks for ' +
        's3:PutObject on arn:aws:s3:::photos/\n',
    ),
  )
})

test('who-can and what-can read the accounts of the settings', async () => {
  const role = 'arn:aws:iam::111122223333:role/Developer'
  const can = await policy('what-can', '-c', demo, '--principal', role, '--json')
  assert.equal(can.status, 0, can.err)
  const [first] = JSON.parse(can.out.join('\n'))
  const [pattern] = first.resources
  const asked = [
    'who-can',
    '-c',
    demo,
    '--action',
    first.action,
    '--resource',
    pattern === '*' ? pattern : pattern.replaceAll('*', 'x'),
  ]
  const who = await policy(...asked, '--json')
  assert.ok(
    JSON.parse(who.out.join('\n')).direct.some(({ arn }: { arn: string }) => arn === role),
    who.out.join('\n'),
  )
  assert.equal(
    (await policy(...asked, '--only', 'arn:aws:iam::111122223333:role/Nobody')).status,
    1,
  )
  assert.equal(
    (await policy('what-can', '-c', demo, '--principal', 'arn:aws:iam::111122223333:role/Nobody'))
      .status,
    2,
  )
})

test('what cannot be used answers 2', async () => {
  for (const args of [
    ['explain', 'broken.json', '--action', 's3:GetObject'],
    ['explain', 'reader.json'],
    ['explain', 'reader.json', '--action', 's3:GetObject', '--principal', 'bob'],
    ['explain', 'reader.json', '--action', 's3:GetObject', '--context', 'MFA=true'],
    ['diff', 'reader.json', 'broken.json'],
    ['validate', '--kind', 'other', 'reader.json'],
    ['who-can', '-c', 'nowhere.yaml', '--action', 's3:GetObject'],
    ['summarize', 'nowhere.json'],
    ['simulate', 'reader.json'],
  ]) {
    const { status, err } = await policy(...args)
    assert.deepEqual([status, err === ''], [2, false], args.join(' '))
  }
})
