import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getFederationToken } from '../../../src/aws/sts/get-federation-token.ts'
import { getSessionToken } from '../../../src/aws/sts/get-session-token.ts'
import type { Issuer } from '../../../src/sessions/issue.ts'
import type { Issued } from '../../../src/sessions/role-issue.ts'
import {
  account,
  allow,
  claims,
  codeOf,
  now,
  oneDevice,
  policy,
  send,
  userCaller,
  wireScene,
} from '../wire-scene.ts'

type Federated = Parameters<Issuer['issueFederatedUser']>[0]
type Session = Parameters<Issuer['issueUserSession']>[0]

function on(
  caller = userCaller({
    layers: { identity: [allow(['sts:GetFederationToken', 'sts:TagSession'])] },
  }),
) {
  const federated: Federated[] = []
  const sessions: Session[] = []
  const issued: Issued = {
    credentials: {
      accessKeyId: 'ASIANEW',
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: now,
    },
    claims: claims('federated-user'),
    packedPolicySize: 3,
  }
  const issuer = {
    async issueFederatedUser(input: Federated): Promise<Issued> {
      federated.push(input)
      return issued
    },
    async issueUserSession(input: Session): Promise<Issued> {
      sessions.push(input)
      return issued
    },
  }
  return {
    ...wireScene(
      [getFederationToken({ issuer }), getSessionToken({ issuer, mfa: oneDevice })],
      caller,
    ),
    federated,
    sessions,
  }
}
const root = userCaller({
  principal: { kind: 'root', arn: `arn:aws:iam::${account}:root`, account },
  layers: { identity: [allow('*')] },
})

test('GetFederationToken without a policy gets a layer that allows nothing', async () => {
  const at = on()
  const answer = await send(at, 'sts', 'GetFederationToken', { Name: 'bob' })
  assert.match(
    answer.body,
    new RegExp(
      '<FederatedUser><FederatedUserId>111122223333:bob</FederatedUserId><Arn>' +
        'arn:aws:sts::111122223333:federated-user/bob</Arn></FederatedUser>',
    ),
  )
  assert.deepEqual(at.federated[0]!.layers, [{ inline: [], arns: [] }])
})

test('GetFederationToken is allowed on the user that it names, and to tag besides', async () => {
  const only = (name: string) =>
    userCaller({
      layers: {
        identity: [
          allow('sts:GetFederationToken', `arn:aws:sts::${account}:federated-user/${name}`),
        ],
      },
    })
  assert.equal(
    codeOf(await send(on(only('bob')), 'sts', 'GetFederationToken', { Name: 'bob' })),
    undefined,
  )
  assert.equal(
    codeOf(await send(on(only('bob')), 'sts', 'GetFederationToken', { Name: 'eve' })),
    'AccessDenied',
  )
  const tagged = { Name: 'bob', 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }
  assert.equal(
    codeOf(await send(on(only('bob')), 'sts', 'GetFederationToken', tagged)),
    'AccessDenied',
  )
  const at = on()
  assert.equal(codeOf(await send(at, 'sts', 'GetFederationToken', tagged)), undefined)
  assert.deepEqual(at.federated[0]!.tags, [{ Key: 'a', Value: 'b' }])
})

for (const [who, caller, asked, expected] of [
  ['a user', undefined, undefined, 43_200],
  ['a user', undefined, 129_600, 129_600],
  ['root', root, undefined, 3600],
  ['root', root, 129_600, 3600],
  ['root', root, 900, 900],
] as const) {
  test(`${who} asking for ${asked ?? 'no duration'} gets ${expected} s from both`, async () => {
    const at = on(caller)
    const duration = asked === undefined ? {} : { DurationSeconds: String(asked) }
    assert.equal(
      (await send(at, 'sts', 'GetFederationToken', { Name: 'bob', ...duration })).status,
      200,
    )
    assert.equal((await send(at, 'sts', 'GetSessionToken', duration)).status, 200)
    assert.deepEqual(
      [at.federated[0]!.durationSeconds, at.sessions[0]!.durationSeconds],
      [expected, expected],
    )
  })
}

test('GetSessionToken asks no policy, and marks the session of a proved device', async () => {
  const deny = policy('identity', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  })
  const caller = userCaller({ layers: { identity: [deny] } })
  assert.equal((await send(on(caller), 'sts', 'GetSessionToken')).status, 200)
  const mfa = { SerialNumber: `arn:aws:iam::${account}:mfa/x`, TokenCode: '123456' }
  const at = on(caller)
  await send(at, 'sts', 'GetSessionToken')
  await send(at, 'sts', 'GetSessionToken', mfa)
  for (const wrong of [
    { ...mfa, TokenCode: '000000' },
    { ...mfa, SerialNumber: `arn:aws:iam::${account}:mfa/y` },
    { TokenCode: '123456' },
    { SerialNumber: mfa.SerialNumber },
  ]) {
    assert.equal(codeOf(await send(at, 'sts', 'GetSessionToken', wrong)), 'AccessDenied')
  }
  assert.equal(codeOf(await send(on(root), 'sts', 'GetSessionToken', mfa)), 'AccessDenied')
  assert.deepEqual(
    at.sessions.map(({ mfaAt }) => mfaAt),
    [undefined, now],
  )
})
