import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { awsCheck } from '../../src/cli/aws/check.ts'
import { revokeCommand } from '../../src/cli/revoke.ts'
import { signedCall } from './broker.ts'
import {
  account,
  adminKey,
  awsRole,
  byKey,
  byToken,
  houseHost,
  houseSide,
  openTwoHouses,
  type TwoHouses,
} from './two-houses.ts'

const opsTrust =
  `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { Federated: ` +
  `"arn:aws:iam::${account}:file-provider/staff" }, Action: ["sts:AssumeRoleWithLDAPIdentity", ` +
  '"sts:TagSession", "sts:SetSourceIdentity"] }] }'

/** The house with one more role, which the API made at AWS. */
function withOps(credentials: string, more: string, grant = ''): string {
  return houseSide(credentials, more)
    .replace('      Long: {', `      Ops: { trustPolicy: ${opsTrust} }\n      Long: {`)
    .replace('    grants:\n', `    grants:\n      - { role: "${awsRole('Ops')}" ${grant} }\n`)
}

function iamAs({ aws }: TwoHouses, credentials: IAMClient['config']['credentials'] | object) {
  return new IAMClient({
    endpoint: aws.plain,
    region: 'us-east-1',
    credentials: credentials as typeof adminKey,
  })
}

/** Makes the roles at AWS: the one that people take, and the one that Gatehouse revokes with. */
async function prepareAws(two: TwoHouses): Promise<IAMClient> {
  const issuer = `${houseHost}/upstream/${account}`
  const provider = { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` }
  const broker = { AWS: `arn:aws:iam::${account}:user/gatehouse` }
  const allow = (Principal: object, Action: string | readonly string[], Condition?: object) => ({
    ...{ Effect: 'Allow', Principal, Action },
    ...(Condition && { Condition }),
  })
  const trust = (name: string, taker: string) => [
    allow(provider, ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'], {
      StringLike: { [`${issuer}:sub`]: `${account}:${name}:${taker}` },
    }),
    allow(broker, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']),
  ]
  const chief = iamAs(two, adminKey)
  for (const [name, taker, Action] of [
    ['Ops', 'file-provider/*', 'iam:ListRoles'],
    ['Revoker', 'gatehouse/*', 'iam:*'],
  ] as const) {
    await chief.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: trust(name, taker),
        }),
      }),
    )
    await chief.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'May',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action, Resource: '*' },
        }),
      }),
    )
  }
  return chief
}

async function takeOps({ house }: TwoHouses) {
  const answer = await fetch(house.plain, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      ...{ Action: 'AssumeRoleWithLDAPIdentity', Version: '2011-06-15', RoleArn: awsRole('Ops') },
      ...{ LDAPUsername: 'jonas', LDAPPassword: 'jonas-demo-2026' },
    }),
  })
  const told = (await answer.json()) as {
    readonly AssumeRoleWithLDAPIdentityResponse: {
      readonly AssumeRoleWithLDAPIdentityResult: {
        readonly Credentials: Readonly<
          Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string>
        >
      }
    }
  }
  const { Credentials: keys } =
    told.AssumeRoleWithLDAPIdentityResponse.AssumeRoleWithLDAPIdentityResult
  return {
    accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretAccessKey,
    sessionToken: keys.SessionToken,
  }
}

async function mayList(two: TwoHouses, keys: object): Promise<boolean> {
  try {
    await iamAs(two, keys).send(new ListRolesCommand({}))
    return true
  } catch (error) {
    assert.equal((error as Error).name, 'AccessDenied')
    return false
  }
}

async function revokeOps({ house }: TwoHouses, asked: { scope: string; target: string }) {
  const [out, err]: [string[], string[]] = [[], []]
  const output = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) }
  const code = await revokeCommand(house.configFile, { ...asked, account }, {}, output)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const revoker = `, revocation: { role: "${awsRole('Revoker')}" }`

for (const [how, credentials, more] of [
  ['a signed token', byToken, revoker],
  ['a key and a role', byKey, revoker],
  ['a key', byKey, ', revocation: {}'],
] as const) {
  test(`by ${how}: a revoked role's older sessions are ended at AWS too, newer ones go on`, {
    timeout: 120_000,
  }, async () => {
    await using two = await openTwoHouses(withOps(credentials, more))
    const chief = await prepareAws(two)
    const older = await takeOps(two)
    assert.equal(await mayList(two, older), true)
    const { code, out, err } = await revokeOps(two, { scope: 'role', target: 'ops' })
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^revoked: role ops.*\nat AWS: role Ops of account 444455556666: its policy/)
    assert.equal(await mayList(two, older), false)
    two.clock.pass(480)
    assert.equal(await mayList(two, await takeOps(two)), true)
    const { PolicyDocument = '' } = await chief.send(
      new GetRolePolicyCommand({ RoleName: 'Ops', PolicyName: 'GatehouseRevokeOlderSessions' }),
    )
    const [statement, ...others] = JSON.parse(decodeURIComponent(PolicyDocument)).Statement
    assert.deepEqual(others, [])
    assert.deepEqual(Object.keys(statement.Condition), ['DateLessThan'])
  })
}

test('the role for revocations can do nothing but put that one policy, and nobody else takes it', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwoHouses(withOps(byToken, revoker))
  const checked = async () => {
    const told: string[] = []
    const tell = (line: string) => told.push(line)
    await awsCheck({ config: two.house.configFile }, {}, { out: tell, err: tell })
    return told.join('\n')
  }
  assert.match(await checked(), /refused .*role\/Revoker\n.*\n.*:Revoker:gatehouse\/\*"/)
  await prepareAws(two)
  assert.match(await checked(), /ok +arn:aws:iam::444455556666:role\/Revoker/)
  await revokeOps(two, { scope: 'role', target: 'Ops' })
  const trail = await readFile(join(two.aws.folder, 'audit.jsonl'), 'utf8')
  const events = trail
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const taken = events.findLast(
    ({ requestParameters: asked }) => asked?.roleArn === awsRole('Revoker'),
  )
  assert.deepEqual(JSON.parse(taken.requestParameters.policy).Statement, [
    { Effect: 'Allow', Action: 'iam:PutRolePolicy', Resource: awsRole('Ops') },
  ])
  assert.equal(taken.requestParameters.durationSeconds, 900)
  assert.match(taken.userIdentity.principalId ?? '', /gatehouse\/administration$/)
})

test('one person is ended by source identity, and the answer of the call tells it', {
  timeout: 120_000,
}, async () => {
  const admin = {
    AccessKeyId: 'AKIAHOUSEHOUSEHOUSEH',
    SecretAccessKey: 'househousehousehousehousehousehousehouse',
  }
  const user =
    `users: { boss: { accessKeys: [{ accessKeyId: ${admin.AccessKeyId}, secretAccessKey: ` +
    `${admin.SecretAccessKey} }], policies: { All: { Version: "2012-10-17", Statement: { ` +
    'Effect: Allow, Action: "sts:RevokeSessions", Resource: "*" } } } } }'
  const text = withOps(byToken, revoker, ', sourceIdentity: "${identity.username}"')
  await using two = await openTwoHouses(text.replace('    alias: shop\n', `$&    ${user}\n`))
  await prepareAws(two)
  const older = await takeOps(two)
  const revoke = (Scope: string, Target: string) =>
    signedCall(two.house.plain, admin, { Action: 'RevokeSessions', Scope, Target })
  const other = await revoke('username', 'staff/amina')
  assert.match(other, /<RoleName>Ops<\/RoleName><Ended>true</)
  assert.equal(await mayList(two, older), true, 'somebody else is revoked')
  const mine = await revoke('username', 'staff/JONAS')
  assert.match(mine, /<RoleName>Ops<\/RoleName><Ended>true</)
  assert.equal(await mayList(two, older), false)
  two.clock.pass(480)
  assert.equal(await mayList(two, await takeOps(two)), true)
  const told = await revoke('connector', 'staff')
  assert.match(told, /<Ended>false<\/Ended><Detail>AWS can&#39;t tell sessions of one connector/)
  // A role of the settings there: its administrators do not let it be changed.
  const refused = await revoke('role', 'Deploy')
  assert.match(refused, /<RoleName>Deploy<\/RoleName><Ended>false<.*Revoke active sessions/)
  assert.ok(two.house.logged.some((line) => line.startsWith('upstream-unrevoked ')))
  const until = performance.now() + 60_000
  for (;;) {
    const trail = await readFile(join(two.house.folder, 'audit.jsonl'), 'utf8')
    const found = trail.split('\n').filter((line) => line.includes('"RevokeUpstreamSessions"'))
    const ends = found.map((line) => JSON.parse(line)).filter((one) => one.errorCode === undefined)
    if (ends.length >= 2 && found.length > ends.length) {
      assert.ok(ends[0].additionalEventData.gatehouse.upstream.requestId)
      assert.match(ends[0].userIdentity.arn, /user\/boss$/)
      break
    }
    assert.ok(performance.now() < until, 'the events come')
    await new Promise((done) => setImmediate(done))
  }
})

test('where Gatehouse may not, it says what to do, and the exit code tells a failure', {
  timeout: 120_000,
}, async () => {
  await using off = await openTwoHouses(withOps(byKey, ''))
  const without = await revokeOps(off, { scope: 'role', target: 'Ops' })
  assert.equal(without.code, 0)
  assert.match(
    without.err,
    /not at AWS: account 4{4}5{4}6{4}: .*`accounts\.\d+\.upstream\.revocation`/,
  )
  await using refused = await openTwoHouses(withOps(byToken, revoker))
  const failed = await revokeOps(refused, { scope: 'role', target: 'Ops' })
  assert.equal(failed.code, 1)
  assert.match(failed.err, /not at AWS: role Ops of .*allow Gatehouse `iam:PutRolePolicy`/)
})
