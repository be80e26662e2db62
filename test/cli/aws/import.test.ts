import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { type AwsImportAsked, awsImport } from '../../../src/cli/aws/import.ts'
import { check } from '../../../src/cli/check.ts'
import { visibleText } from '../../../src/kernel/visible-text.ts'

const account = '444455556666'
const base = `
publicUrl: https://sso.example.com
store: { sqlite: ':memory:' }
keys: { rootKey: { file: root.key } }
audit: { file: audit.jsonl }
accounts: { "111122223333": {} }
connectors:
  staff:
    type: file
    label: Staff
    accounts: ["111122223333"]
    people:
      - username: jonas
        passwordHash: "$argon2id$v=19$m=19456,t=2,p=1\
$iz/BiLSw/in64wTZ/aeF3w$rtH8t1HlydiVhFUpp3NZB8b3yisPK/hkhRGe7aKwIFE"
`

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-import-'))
})
after(() => rm(folder, { recursive: true }))

const saml = `arn:aws:iam::${account}:saml-provider/ADFS`
const trusting = (Principal: unknown, Action = 'sts:AssumeRoleWithSAML') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action }],
})
const detail = (RoleName: string, change: object = {}, Path = '/') => ({
  Path,
  RoleName,
  RoleId: 'AROAEXAMPLE',
  Arn: `arn:aws:iam::${account}:role${Path}${RoleName}`,
  CreateDate: '2024-01-01T00:00:00+00:00',
  AssumeRolePolicyDocument: trusting({ Federated: saml }),
  RolePolicyList: [],
  AttachedManagedPolicies: [],
  ...change,
})
const listed = (RoleName: string, change: object = {}, Path = '/') => ({
  Path,
  RoleName,
  Arn: `arn:aws:iam::${account}:role${Path}${RoleName}`,
  AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trusting({ Federated: saml }))),
  ...change,
})

interface Proposed {
  readonly accounts: Readonly<
    Record<
      string,
      {
        readonly upstream?: object
        readonly roles: Readonly<
          Record<
            string,
            {
              readonly description?: string
              readonly maxSessionDuration?: number
              readonly tags?: Readonly<Record<string, string>>
              readonly path?: string
              readonly trustPolicy: { readonly Statement: readonly object[] }
            }
          >
        >
      }
    >
  >
  readonly mappings: readonly { readonly when: string }[]
}

async function imported(
  files: readonly unknown[],
  asked: Partial<AwsImportAsked> = {},
  settings = base,
) {
  const [out, err]: [string[], string[]] = [[], []]
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const config = join(folder, 'gatehouse.yaml')
  await writeFile(config, settings)
  const from: string[] = []
  for (const [index, one] of files.entries()) {
    from.push(join(folder, `answer-${index}.json`))
    await writeFile(from.at(-1)!, typeof one === 'string' ? one : JSON.stringify(one))
  }
  const code = await awsImport({ config, account, from, ...asked }, {}, output)
  const text = out.join('\n')
  return {
    code,
    text,
    err: err.join('\n'),
    settings: () => parse(text) as Proposed,
    /** What `gatehouse check` says of the settings with the proposal in them. */
    checked: async () => {
      const whole = join(folder, 'whole.yaml')
      // The account of before is not needed, and the connector serves the new one.
      const rest = settings
        .replace(/^accounts: .*$/m, '')
        .replace('["111122223333"]', `["${account}"]`)
      await writeFile(whole, `${rest}\n${text}\n`)
      const said: string[] = []
      const tell = (line: string) => said.push(line)
      const result = await check(whole, {}, { out: tell, err: tell })
      return { code: result, said: said.join('\n') }
    },
  }
}

test('roles that people take are proposed as AWS tells them, and `check` takes it', async () => {
  const details = {
    RoleDetailList: [
      detail('Developer', { Tags: [{ Key: 'team', Value: 'shop: #1 "x"' }] }, '/people/'),
      detail('123'),
      detail('Switch', { AssumeRolePolicyDocument: trusting({ AWS: '111122223333' }) }),
      detail('Web', { AssumeRolePolicyDocument: trusting({ Service: 'ec2.amazonaws.com' }) }),
      detail('AWSServiceRoleForSupport', {}, '/aws-service-role/support.amazonaws.com/'),
      detail('AWSReservedSSO_Admin_1', {}, '/aws-reserved/sso.amazonaws.com/'),
      detail('Chained', {
        AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${account}:role/Web` }),
      }),
      detail('Pipeline', {
        AssumeRolePolicyDocument: trusting({
          Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
        }),
      }),
    ],
  }
  const list = {
    Roles: [
      listed('Developer', { Description: 'Builds: *all*', MaxSessionDuration: 14_400 }, '/people/'),
    ],
  }
  const { code, err, text, settings, checked } = await imported([details, list])
  assert.equal(code, 0, err)
  const { accounts, mappings } = settings()
  const { upstream, roles } = accounts[account]!
  assert.deepEqual(Object.keys(roles).toSorted(), ['123', 'Developer', 'Switch'])
  assert.deepEqual(upstream, {
    type: 'aws',
    region: 'us-east-1',
    credentials: { from: 'signed-token' },
  })
  const { trustPolicy, ...developer } = roles.Developer!
  assert.deepEqual(developer, {
    path: '/people/',
    description: 'Builds: *all*',
    maxSessionDuration: 14_400,
    tags: { team: 'shop: #1 "x"' },
  })
  assert.deepEqual(trustPolicy.Statement, [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:file-provider/staff` },
      Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
    },
  ])
  assert.equal(mappings[1]?.when, `"aws-${account}-Developer" in identity.groups`)
  assert.match(text, /# there: \{"Version".*ADFS/)
  assert.match(text, /name oidc-provider\/sso\.example\.com\/upstream\/4{4}5{4}6{4} with the subj/)
  for (const [name, why] of [
    ['Web', /ec2\.amazonaws\.com take it/],
    ['AWSServiceRoleForSupport', /service-linked/],
    ['AWSReservedSSO_Admin_1', /Identity Center/],
    ['Chained', /role\/Web take it/],
    ['Pipeline', /tokens of token\.actions\.githubusercontent\.com take it/],
  ] as const)
    assert.match(err.split('\n').find((line) => line.includes(`${name}:`)) ?? '', why)
  assert.deepEqual(await checked(), { code: 0, said: (await checked()).said })
  assert.doesNotMatch((await checked()).said, /warning|problem/i)
  const all = await imported([details, list], { all: true })
  assert.equal(Object.keys(all.settings().accounts[account]!.roles).length, 6)
  assert.equal((await all.checked()).code, 0)
})

test('documents that are URL-encoded, as the API has them, are read as the others', async () => {
  const encoded = await imported([{ Roles: [listed('Developer')] }])
  const plain = await imported([{ RoleDetailList: [detail('Developer')] }])
  assert.equal(encoded.code, 0, encoded.err)
  const without = (text: string) => text.replace(/^.*maxSessionDuration: not told.*\n/m, '')
  assert.equal(without(encoded.text), without(plain.text))
})

test('hostile texts stay texts: of descriptions, tags, trust and names', async () => {
  const hostile = [
    'line\nbreak: {',
    '\u001b[2J\u202e',
    'right\u202eleft',
    '- !!js/function x',
    '&a *a <<: *a',
    '# no comment',
    'it\'s "quoted" \\',
    'null',
    '\u2028\u0085',
    '~',
  ]
  const roles = hostile.map((text, index) =>
    detail(`Role${index}`, {
      Tags: [{ Key: `key${index}${index === 0 ? '\n' : ''}`, Value: text }],
      Description: text,
      AssumeRolePolicyDocument: {
        ...trusting({ Federated: saml }),
        Id: `\n  Evil: {} \u0085 \u2028 ${text}`,
      },
    }),
  )
  const { code, err, text, settings, checked } = await imported([{ RoleDetailList: roles }])
  assert.equal(code, 0, err)
  const { roles: read } = settings().accounts[account]!
  assert.equal(Object.keys(read).length, hostile.length)
  for (const [index, written] of hostile.entries()) {
    assert.equal(read[`Role${index}`]?.description, written)
    assert.deepEqual(Object.values(read[`Role${index}`]?.tags ?? {}), [written])
  }
  assert.equal(text, visibleText(text))
  const { code: fit, said } = await checked()
  assert.equal(fit, 0, said)
})

test('no text of the account reads variables or files of the server', async () => {
  const { code, err, text, checked } = await imported([
    {
      RoleDetailList: [
        detail('One', {
          Description: 'see ${file:/etc/passwd}',
          Tags: [
            { Key: 'a', Value: '${env:HOME}' },
            { Key: 'b', Value: 'fit' },
          ],
        }),
      ],
    },
  ])
  assert.equal(code, 0)
  assert.doesNotMatch(text.replace(/^\s*#.*$/gm, ''), /\$\{(file|env)/)
  assert.match(text, /b: fit/)
  assert.match(err, /left out: One: its description/)
  assert.match(err, /left out: One: its tag/)
  assert.equal((await checked()).code, 0)
})

test('what is no role is left out with the reason, and the others are taken', async () => {
  const odd = [
    null,
    7,
    'Developer',
    [],
    {},
    detail('no name'),
    detail('../../x'),
    detail('x'.repeat(65)),
    detail('Pathless', { Path: 'none' }),
    detail('Bare', { AssumeRolePolicyDocument: undefined }),
    detail('Broken', { AssumeRolePolicyDocument: '%7B%22Version%22%3A' }),
    detail('Escapes', { AssumeRolePolicyDocument: '%ZZ' }),
    detail('Listed', { AssumeRolePolicyDocument: '[]' }),
    detail('Huge', { AssumeRolePolicyDocument: `"${'x'.repeat(300_000)}"` }),
    detail('NoPolicy', { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{}] } }),
    detail('Long', { MaxSessionDuration: 1e9 }),
    detail('__proto__'),
    detail('good'),
    detail('Good'),
    detail('Tagged', { Tags: [{ Key: 'k', Value: 7 }] }),
  ]
  const { code, err, settings } = await imported([{ RoleDetailList: odd }])
  assert.equal(code, 0, err)
  assert.deepEqual(Object.keys(settings().accounts[account]!.roles), ['good'])
  const lines = err.split('\n').filter((line) => line.startsWith('left out: '))
  assert.equal(lines.length, odd.length - 1, err)
})

test('a file of another account, or of something else, is refused whole', async () => {
  const foreign = detail('Dev', { Arn: 'arn:aws:iam::777788889999:role/Dev' })
  for (const [file, problem] of [
    [{ RoleDetailList: [detail('Good'), foreign] }, /it is of account 777788889999, not of 4444/],
    [
      { RoleDetailList: [detail('B'), detail('A', { Arn: `arn:aws-cn:iam::${account}:role/A` })] },
      /no role of/,
    ],
    [
      { RoleDetailList: [detail('A'), detail('B', { Arn: `arn:aws:iam::${account}:role/A` })] },
      /is no role of the account/,
    ],
    [{ RoleDetailList: [detail('A', { Arn: 'arn:evil:iam::1:x\u001b' })] }, /no partition|no role/],
    [{ UserDetailList: [] }, /it has no `RoleDetailList` and no `Roles`/],
    [{ RoleDetailList: 'x' }, /it has no `RoleDetailList`/],
    ['[1,2', /it is no JSON/],
    ['['.repeat(200_000), /it is no JSON|has no/],
    ['', /it is no JSON/],
    [{ RoleDetailList: [] }, /no role is left to propose/],
    [{ RoleDetailList: Array.from({ length: 20_001 }, () => 0) }, /more than 20000 roles/],
  ] as const) {
    const { code, err, text } = await imported([file])
    assert.deepEqual([code, text], [1, ''], JSON.stringify(file).slice(0, 80))
    assert.match(err, problem)
    assert.equal(err, visibleText(err))
  }
  const missing = await imported([], { from: [join(folder, 'none.json')] })
  assert.match(missing.err, /none\.json: it can not be read: ENOENT/)
  const directory = await imported([], { from: [folder] })
  assert.equal(directory.code, 1)
  await writeFile(join(folder, 'latin.json'), Buffer.from([0x7b, 0xe4, 0x7d]))
  const latin = await imported([], { from: [join(folder, 'latin.json')] })
  assert.match(latin.err, /not UTF-8/)
})

test('roles that the settings have stay as they are, and so does the upstream', async () => {
  const own =
    'upstream: { type: aws, region: eu-west-1, credentials: { from: environment } }, roles: { ' +
    'developer: { trustPolicy: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: ' +
    `{ Federated: "arn:aws:iam::${account}:file-provider/staff" }, Action: "sts:AssumeRoleWith` +
    'LDAPIdentity" } } } }'
  const { code, err, text, settings } = await imported(
    [{ RoleDetailList: [detail('Developer'), detail('Ops')] }],
    {},
    base.replace('"111122223333": {}', `"111122223333": {}, "${account}": { ${own} }`),
  )
  assert.equal(code, 0, err)
  assert.match(err, /left out: Developer: the settings have it/)
  assert.deepEqual(Object.keys(settings().accounts[account]!.roles), ['Ops'])
  assert.equal(settings().accounts[account]!.upstream, undefined)
  assert.doesNotMatch(text, /oidc-provider/, 'it comes with credentials, not with a token')
})

test('groups, connectors and accounts are named as they have to be', async () => {
  const file = { RoleDetailList: [detail('Developer')] }
  const group = await imported([file], { group: 'AWS/{account}/{role}' })
  assert.equal(group.settings().mappings[0]?.when, `"AWS/${account}/Developer" in identity.groups`)
  for (const [asked, problem] of [
    [{ account: '1' }, /is not 12 digits/],
    [{ connector: ['nobody'] }, /no connector `nobody`/],
    [{ group: 'all' }, /`\{role\}`/],
    [{ group: '{role}" || true || "' }, /has letters/],
    [{ region: 'x\n' }, /is no region/],
    [{ role: 'arn:aws:iam::777788889999:role/Reader' }, /of a role of account 4444/],
  ] as const) {
    const { code, err } = await imported([file], asked)
    assert.equal(code, 1)
    assert.match(err, problem)
  }
  const told = await imported([file])
  assert.match(told.err, /to do: add "444455556666" to `connectors\.staff\.accounts`/)
  const unasked = await imported([], { from: undefined })
  assert.match(unasked.err, /has no `upstream` to ask: give saved answers with `--from`/)
})
