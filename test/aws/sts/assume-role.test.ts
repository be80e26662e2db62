import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assumeRole } from '../../../src/aws/sts/assume-role.ts'
import type { SessionClaims } from '../../../src/credentials/claims.ts'
import type { Issuer } from '../../../src/sessions/issue.ts'
import type { Issued } from '../../../src/sessions/role-issue.ts'
import type { RoleRecord } from '../../../src/store/records.ts'
import {
  account,
  allow,
  claims,
  codeOf,
  messageOf,
  now,
  oneDevice,
  policy,
  roleCaller,
  send,
  sendIn,
  userCaller,
  type WireScene,
  wireScene,
} from '../wire-scene.ts'

const other = '444455556666'
const app = `arn:aws:iam::${account}:role/apps/app`

function role(Statement: object | readonly object[], change: Partial<RoleRecord> = {}): RoleRecord {
  return {
    account,
    createdAt: now.toISOString(),
    managedBy: 'config',
    id: 'AROAAPP',
    name: 'app',
    path: '/apps/',
    inlinePolicies: {},
    attachedPolicies: [],
    tags: [],
    maxSessionDurationSeconds: 7200,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement }),
    ...change,
  }
}
const trusts = (AWS: string, Action: string | string[] = 'sts:AssumeRole', Condition?: object) => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  ...(Condition && { Condition }),
})
const aliceArn = `arn:aws:iam::${account}:user/staff/alice`

type Asked = Parameters<Issuer['issueRole']>[0]

function on(
  roles: readonly RoleRecord[],
  caller = userCaller(),
): WireScene & { readonly issued: Asked[] } {
  const issued: Asked[] = []
  const issuer = {
    async issueRole(input: Asked): Promise<Issued> {
      issued.push(input)
      return {
        credentials: {
          accessKeyId: 'ASIANEW',
          secretAccessKey: 'the-new-secret',
          sessionToken: 'the-new-token',
          expiration: now,
        },
        claims: claims('role', {
          ...(input as Partial<SessionClaims>),
          account: input.role.account,
          name: input.sessionName,
        }),
        packedPolicySize: 7,
      }
    },
  }
  return { ...wireScene([assumeRole({ issuer, mfa: oneDevice })], caller, { role: roles }), issued }
}
const asked = { RoleArn: app, RoleSessionName: 'me' }

test("a role that trusts the user is assumed, in AWS's response format", async () => {
  const at = on([role(trusts(aliceArn))])
  const answer = await send(at, 'sts', 'AssumeRole', asked)
  assert.equal(answer.status, 200, answer.body)
  assert.match(
    answer.body,
    new RegExp(
      '<Credentials><AccessKeyId>ASIANEW</AccessKeyId>' +
        '<SecretAccessKey>the-new-secret</SecretAccessKey>' +
        '<SessionToken>the-new-token</SessionToken>' +
        '<Expiration>2026-03-04T05:06:07Z</Expiration></Credentials>',
    ),
  )
  assert.match(
    answer.body,
    new RegExp(
      '<AssumedRoleId>AROAAPP:me</AssumedRoleId>' +
        '<Arn>arn:aws:sts::111122223333:assumed-role/app/me</Arn>',
    ),
  )
  assert.doesNotMatch(answer.body, /PackedPolicySize/)
  assert.equal(at.issued[0]!.durationSeconds, 3600)
  assert.equal(at.issued[0]!.chained, false)
})

test('the event tells the road and hides the secret and the token', async () => {
  const at = on([role(trusts(aliceArn))])
  await send(at, 'sts', 'AssumeRole', asked)
  const event = at.events[0]!
  assert.deepEqual(event.requestParameters, { roleArn: app, roleSessionName: 'me' })
  assert.deepEqual(
    [event.chain.role, event.chain.session, event.chain.decision?.effect],
    ['app', 'me', 'allow'],
  )
  assert.match(JSON.stringify(event.responseElements), /ASIANEW/)
  assert.doesNotMatch(JSON.stringify(event), /the-new/)
})

const rooted = `arn:aws:iam::${account}:root`
const may = {
  layers: { identity: [allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'])] },
}

test('a role that trusts the account needs an identity policy as well', async () => {
  assert.equal(
    codeOf(await send(on([role(trusts(rooted))]), 'sts', 'AssumeRole', asked)),
    'AccessDenied',
  )
  assert.equal(
    (await send(on([role(trusts(rooted))], userCaller(may)), 'sts', 'AssumeRole', asked)).status,
    200,
  )
})

test('another account needs both sides', async () => {
  const foreign = (layers = may.layers) =>
    userCaller({
      layers,
      account: other,
      principal: { kind: 'user', arn: `arn:aws:iam::${other}:user/bob`, account: other },
    })
  const trusting = role(trusts(`arn:aws:iam::${other}:user/bob`))
  assert.equal((await send(on([trusting], foreign()), 'sts', 'AssumeRole', asked)).status, 200)
  assert.equal(
    codeOf(await send(on([trusting], foreign({ identity: [] })), 'sts', 'AssumeRole', asked)),
    'AccessDenied',
  )
  assert.equal(
    codeOf(await send(on([role(trusts(aliceArn))], foreign()), 'sts', 'AssumeRole', asked)),
    'AccessDenied',
  )
})

test('a missing, untrusting or broken role, or one of another path, reads the same', async () => {
  const wanted =
    `User: ${aliceArn} is not authorized to perform: ` + `sts:AssumeRole on resource: ${app}`
  for (const roles of [
    [],
    [role(trusts(`arn:aws:iam::${account}:user/bob`))],
    [role(trusts(aliceArn), { path: '/' })],
    [role(trusts(aliceArn), { trustPolicy: '{' })],
    [role(trusts(aliceArn), { name: 'APP' })],
  ]) {
    const answer = await send(on(roles, userCaller(may)), 'sts', 'AssumeRole', asked)
    assert.deepEqual([answer.status, messageOf(answer)], [403, wanted])
  }
})

const denied = policy('identity', {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
    { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/apps/*' },
  ],
})

test('a Deny on a role holds however the role is spelled', async () => {
  const roles = [role(trusts(aliceArn))]
  assert.equal(
    codeOf(
      await send(
        on(roles, userCaller({ layers: { identity: [denied] } })),
        'sts',
        'AssumeRole',
        asked,
      ),
    ),
    'AccessDenied',
  )
  for (const RoleArn of [
    app.replace('arn:aws:', 'arn:aws-cn:'),
    app.replace('arn:aws:', 'arn:zzz:'),
    app.replace('/apps/', '/APPS/'),
    app.replace('/apps/', '/apps//'),
    app.replace('/apps/', '/'),
  ]) {
    for (const [caller, region] of [
      [userCaller(may), 'eu-central-1'],
      [userCaller({ layers: { identity: [denied] } }), 'eu-central-1'],
      [userCaller({ ...may, partition: 'aws-cn' }), 'cn-north-1'],
    ] as const) {
      const at = on(roles, caller)
      const answer = await sendIn({ on: at, region }, 'sts', 'AssumeRole', { ...asked, RoleArn })
      assert.deepEqual(
        [answer.status, codeOf(answer), at.issued],
        [403, 'AccessDenied', []],
        RoleArn,
      )
    }
  }
})

test('roles of another partition are refused like missing ones, whatever they trust', async () => {
  const gov = userCaller({
    partition: 'aws-us-gov',
    account: other,
    ...may,
    principal: { kind: 'user', arn: `arn:aws-us-gov:iam::${other}:user/bob`, account: other },
  })
  const roles = [role([trusts(other), trusts(`arn:aws-us-gov:iam::${other}:user/bob`)])]
  const records = (partition: string) => ({
    account: [
      { account, partition },
      { account: other, partition: 'aws-us-gov' },
    ].map((one) => ({ ...one, createdAt: now.toISOString(), managedBy: 'config' as const })),
    role: roles,
  })
  const from = (partition: string) =>
    wireScene(
      [assumeRole({ issuer: { issueRole: async () => assert.fail('issued') }, mfa: oneDevice })],
      gov,
      records(partition),
    )
  const ask = (at: WireScene, RoleArn: string) =>
    sendIn({ on: at, region: 'us-gov-west-1' }, 'sts', 'AssumeRole', { ...asked, RoleArn })
  const govApp = app.replace('arn:aws:', 'arn:aws-us-gov:')
  const [there, absent] = [await ask(from('aws'), app), await ask(on([], gov), app)]
  assert.deepEqual(
    [there.status, codeOf(there), messageOf(there)],
    [403, 'AccessDenied', messageOf(absent)],
  )
  assert.equal(codeOf(await ask(from('aws'), govApp)), 'AccessDenied')
  assert.equal(
    (await ask(from('aws-us-gov'), govApp)).status,
    500,
    'in its own partition it goes on to the issuer',
  )
})

test('an external id has to be the one that the role asks for', async () => {
  const roles = [
    role(trusts(aliceArn, 'sts:AssumeRole', { StringEquals: { 'sts:ExternalId': 'x-1' } })),
  ]
  assert.equal(codeOf(await send(on(roles), 'sts', 'AssumeRole', asked)), 'AccessDenied')
  assert.equal(
    codeOf(await send(on(roles), 'sts', 'AssumeRole', { ...asked, ExternalId: 'x-2' })),
    'AccessDenied',
  )
  assert.equal(
    (await send(on(roles), 'sts', 'AssumeRole', { ...asked, ExternalId: 'x-1' })).status,
    200,
  )
})

const tag = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'db' }

test('tags need sts:TagSession, a source identity sts:SetSourceIdentity', async () => {
  const plain = [role(trusts(aliceArn))]
  assert.match(
    messageOf(await send(on(plain), 'sts', 'AssumeRole', { ...asked, ...tag }))!,
    /sts:TagSession/,
  )
  assert.match(
    messageOf(await send(on(plain), 'sts', 'AssumeRole', { ...asked, SourceIdentity: 'ann' }))!,
    /sts:SetSourceIdentity/,
  )
  const open = [
    role(
      trusts(aliceArn, ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], {
        StringEquals: { 'aws:RequestTag/team': 'db' },
      }),
    ),
  ]
  const at = on(open)
  const answer = await send(at, 'sts', 'AssumeRole', {
    ...asked,
    ...tag,
    SourceIdentity: 'ann',
    'TransitiveTagKeys.member.1': 'Team',
  })
  assert.match(
    answer.body,
    /<PackedPolicySize>7<\/PackedPolicySize><SourceIdentity>ann<\/SourceIdentity>/,
  )
  assert.deepEqual(at.issued[0]!.tags, [{ Key: 'Team', Value: 'db' }])
  assert.deepEqual(at.issued[0]!.transitiveTagKeys, ['Team'])
  assert.equal(at.issued[0]!.sourceIdentity, 'ann')
  assert.equal(codeOf(await send(on(open), 'sts', 'AssumeRole', asked)), 'AccessDenied')
})

test('role chaining keeps transitive tags and source identity unchanged', async () => {
  const roles = [
    role(
      trusts(`arn:aws:iam::${account}:role/app`, [
        'sts:AssumeRole',
        'sts:TagSession',
        'sts:SetSourceIdentity',
      ]),
    ),
  ]
  const chained = roleCaller(
    { tags: [{ Key: 'Team', Value: 'db' }], transitiveTagKeys: ['Team'], sourceIdentity: 'ann' },
    may.layers,
  )
  const at = on(roles, chained)
  assert.equal((await send(at, 'sts', 'AssumeRole', asked)).status, 200)
  const { tags, transitiveTagKeys, sourceIdentity, chained: isChained } = at.issued[0]!
  assert.deepEqual(
    { tags, transitiveTagKeys, sourceIdentity, isChained },
    {
      tags: [{ Key: 'Team', Value: 'db' }],
      transitiveTagKeys: ['Team'],
      sourceIdentity: 'ann',
      isChained: true,
    },
  )
  assert.equal(
    codeOf(
      await send(on(roles, chained), 'sts', 'AssumeRole', { ...asked, SourceIdentity: 'eve' }),
    ),
    'AccessDenied',
  )
  assert.equal(
    codeOf(await send(on(roles, chained), 'sts', 'AssumeRole', { ...asked, ...tag })),
    'InvalidParameterValue',
  )
})

for (const [what, caller, parameters, code, message] of [
  [
    'longer than the role allows',
    userCaller(),
    { DurationSeconds: '7201' },
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  ],
  [
    'longer than an hour by chaining',
    roleCaller({}, may.layers),
    { DurationSeconds: '3601' },
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by ' +
      'role chaining',
  ],
  [
    'no role ARN',
    userCaller(),
    { RoleArn: `arn:aws:iam::${account}:user/alice` },
    'ValidationError',
    `arn:aws:iam::${account}:user/alice is invalid`,
  ],
  [
    "a device that is not the caller's",
    userCaller(),
    { SerialNumber: `arn:aws:iam::${account}:mfa/y`, TokenCode: '123456' },
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA ' +
      'serial number is valid and associated with this user.',
  ],
  [
    'a device of a role session',
    roleCaller({}, may.layers),
    { SerialNumber: `arn:aws:iam::${account}:mfa/x`, TokenCode: '123456' },
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA ' +
      'serial number is valid and associated with this user.',
  ],
  [
    'a wrong one-time code',
    userCaller(),
    { SerialNumber: `arn:aws:iam::${account}:mfa/x`, TokenCode: '654321' },
    'AccessDenied',
    'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  ],
  [
    'a code without a device',
    userCaller(),
    { TokenCode: '123456' },
    'AccessDenied',
    'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
  ],
  [
    'eleven policies',
    userCaller(),
    Object.fromEntries(
      Array.from({ length: 11 }, (_, at) => [
        `PolicyArns.member.${at + 1}.arn`,
        `arn:aws:iam::aws:policy/p${at}`,
      ]),
    ),
    'ValidationError',
    'At most 10 policy ARNs may be passed.',
  ],
  [
    'root',
    userCaller({ principal: { kind: 'root', arn: rooted, account } }),
    {},
    'AccessDenied',
    'Roles may not be assumed by root accounts.',
  ],
] as const) {
  test(`AssumeRole refuses ${what}`, async () => {
    const roles = [
      role([trusts(aliceArn), trusts(rooted), trusts(`arn:aws:iam::${account}:role/app`)]),
    ]
    const at = on(roles, caller)
    const answer = await send(at, 'sts', 'AssumeRole', { ...asked, ...parameters })
    assert.deepEqual([codeOf(answer), messageOf(answer)], [code, message])
    assert.deepEqual(at.issued, [])
  })
}

test('a trust policy that needs MFA accepts a code, and the session has its time', async () => {
  const roles = [
    role(
      trusts(aliceArn, 'sts:AssumeRole', {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '60' },
      }),
    ),
  ]
  assert.equal(codeOf(await send(on(roles), 'sts', 'AssumeRole', asked)), 'AccessDenied')
  const at = on(roles)
  const answer = await send(at, 'sts', 'AssumeRole', {
    ...asked,
    SerialNumber: `arn:aws:iam::${account}:mfa/x`,
    TokenCode: '123456',
  })
  assert.deepEqual([answer.status, at.issued[0]?.mfaAt], [200, now], answer.body)
  assert.ok(!JSON.stringify(at.events).includes('123456'), 'the code is in no event')
})

test('a session policy goes to the issuer as one layer', async () => {
  const at = on([role(trusts(aliceArn))])
  const Policy = '{"Version":"2012-10-17","Statement":[]}'
  await send(at, 'sts', 'AssumeRole', {
    ...asked,
    Policy,
    'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  })
  assert.deepEqual(at.issued[0]!.layers, [
    { inline: [Policy], arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  ])
})

test('an explicit deny of the caller holds against a role that trusts it', async () => {
  const deny = policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: app }],
  })
  const answer = await send(
    on([role(trusts(aliceArn))], userCaller({ layers: { identity: [deny] } })),
    'sts',
    'AssumeRole',
    asked,
  )
  assert.equal(codeOf(answer), 'AccessDenied')
})

test("aws:ResourceAccount is the role's account, for caller and trust policy", async () => {
  const foreign = `arn:aws:iam::${other}:role/apps/app`
  const assume = async (Condition: object, effect: 'Allow' | 'Deny', trustCondition?: object) => {
    const Statement = [
      { Effect: 'Allow', Action: 'sts:*', Resource: '*', ...(effect === 'Allow' && { Condition }) },
      ...(effect === 'Deny' ? [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }] : []),
    ]
    const caller = userCaller({
      layers: { identity: [policy('identity', { Version: '2012-10-17', Statement })] },
    })
    return (
      await send(
        on([role(trusts(aliceArn, 'sts:AssumeRole', trustCondition), { account: other })], caller),
        'sts',
        'AssumeRole',
        { RoleArn: foreign, RoleSessionName: 'me' },
      )
    ).status
  }
  const [own, its] = [account, other].map((id) => ({ StringEquals: { 'aws:ResourceAccount': id } }))
  assert.deepEqual([await assume(its!, 'Allow'), await assume(own!, 'Allow')], [200, 403])
  assert.deepEqual([await assume(own!, 'Deny'), await assume(its!, 'Deny')], [200, 403])
  // The perimeter of many companies: nothing outside our own accounts.
  assert.equal(await assume({ StringNotEquals: { 'aws:ResourceAccount': account } }, 'Deny'), 403)
  assert.deepEqual([await assume(own!, 'Deny', its), await assume(own!, 'Deny', own)], [200, 403])
})
