import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  mostNarrowings,
  mostTokenCharacters,
  narrow,
  partsOf,
} from '../../src/credentials/narrowing.ts'
import { unsealSession } from '../../src/credentials/session-token.ts'
import { decide } from '../../src/policy/index.ts'
import { account, allow, document, openRooms } from '../sessions/scene.ts'

const everything = document(allow('*'))
async function opened() {
  const rooms = await openRooms({
    roles: [
      {
        name: 'Dev',
        trustPolicy: document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }),
        policies: { all: everything },
      },
    ],
  })
  const role = (await rooms.store.reads.find('role', account, 'dev'))!
  const { credentials } = await rooms.issuer.issueRole({
    role,
    partition: 'aws',
    sessionName: 's',
    durationSeconds: 3600,
    layers: [],
    tags: [],
    transitiveTagKeys: [],
    chained: false,
  })
  const may = async (token: string, action: string) => {
    const { principal, layers, context, multivalued } = await rooms.callers.ofClaims(
      unsealSession(rooms.ring, token)!,
      'temporary',
    )
    return (
      decide(
        {
          principal,
          action,
          resource: 'arn:aws:s3:::b/k',
          resourceAccount: account,
          context,
          multivalued,
        },
        layers,
      ).effect === 'allow'
    )
  }
  return { ...rooms, credentials, may }
}

test('narrowed credentials may what both allow, end earlier, have their own secret', async () => {
  await using at = await opened()
  const soon = new Date(Math.floor(at.clock.now().getTime() / 1000) * 1000 + 60_000)
  const once = narrow(at.credentials, { policy: document(allow('s3:*')), expiresAt: soon })
  const twice = narrow(once, { policy: document(allow(['s3:GetObject', 'iam:*'])) })
  assert.deepEqual(
    [
      await at.may(once.sessionToken, 's3:PutObject'),
      await at.may(once.sessionToken, 'iam:GetRole'),
    ],
    [true, false],
  )
  assert.deepEqual(
    [
      await at.may(twice.sessionToken, 's3:GetObject'),
      await at.may(twice.sessionToken, 's3:PutObject'),
      await at.may(twice.sessionToken, 'iam:GetRole'),
    ],
    [true, false, false],
  )
  for (const made of [once, twice]) {
    const claims = unsealSession(at.ring, made.sessionToken)!
    assert.deepEqual(
      [claims.secretAccessKey, claims.accessKeyId, claims.expiresAt],
      [made.secretAccessKey, made.accessKeyId, soon],
    )
    assert.equal(made.secretAccessKey.length, 40)
    assert.deepEqual(made.expiration, soon)
  }
  assert.equal(
    new Set([at.credentials, once, twice].map(({ secretAccessKey }) => secretAccessKey)).size,
    3,
  )
})

test('no layer can be dropped, changed, moved or added without the secret before it', async () => {
  await using at = await opened()
  const first = narrow(at.credentials, { policy: document(allow('s3:*')) })
  const made = narrow(first, { policy: document(allow('s3:GetObject')) })
  const {
    sealed,
    narrowings: [one = '', two = ''],
  } = partsOf(made.sessionToken)
  const wider = Buffer.from(JSON.stringify({ p: everything })).toString('base64url')
  for (const parts of [
    [],
    [one],
    [two],
    [two, one],
    [one, wider],
    [wider],
    [one, two, two],
    [one, two, wider],
  ]) {
    const claims = unsealSession(at.ring, [sealed, ...parts].join('.'))
    assert.notEqual(claims?.secretAccessKey, made.secretAccessKey, `${parts.length} parts`)
  }
})

test('an end can only come earlier', async () => {
  await using at = await opened()
  const later = narrow(at.credentials, {
    expiresAt: new Date(at.credentials.expiration.getTime() + 3_600_000),
  })
  assert.deepEqual(unsealSession(at.ring, later.sessionToken)?.expiresAt, at.credentials.expiration)
  assert.deepEqual(later.expiration, at.credentials.expiration)
  const sooner = narrow(
    narrow(at.credentials, { expiresAt: new Date(at.clock.now().getTime() + 60_000) }),
    { expiresAt: at.credentials.expiration },
  )
  assert.ok(
    unsealSession(at.ring, sooner.sessionToken)!.expiresAt.getTime() <=
      at.clock.now().getTime() + 60_000,
  )
  at.clock.pass(61)
  await assert.rejects(at.callers.claimant(sooner.accessKeyId, sooner.sessionToken), /is expired/)
})

test('a part that is none makes the token none, and there is room for eight', async () => {
  await using at = await opened()
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const wrong = [
    '',
    '.',
    'A',
    part(null),
    part([]),
    part({}),
    part({ p: 1 }),
    part({ e: '9' }),
    part({ e: 1.5 }),
    part({ e: -1 }),
    part({ p: '{}', x: 1 }),
    `${part({ e: 2_000_000_000 })}=`,
    Buffer.from('{').toString('base64url'),
  ]
  for (const text of wrong)
    assert.equal(unsealSession(at.ring, `${at.credentials.sessionToken}.${text}`), undefined, text)
  let made = at.credentials
  for (let i = 0; i < mostNarrowings; i++) made = narrow(made, { policy: everything })
  assert.equal(await at.may(made.sessionToken, 's3:GetObject'), true)
  assert.throws(() => narrow(made, { policy: everything }), /narrowed 8 times/)
  assert.equal(unsealSession(at.ring, `${made.sessionToken}.${part({ p: everything })}`), undefined)
  assert.throws(() => narrow(at.credentials, {}), /nothing is narrowed/)
  assert.throws(() => narrow(at.credentials, { expiresAt: new Date('soon') }), RangeError)
})

test('what would be too long for the server is never made', async () => {
  await using at = await opened()
  const sized = (characters: number) =>
    document(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(characters)}`))
  const once = narrow(at.credentials, { policy: sized(4900) })
  assert.equal(unsealSession(at.ring, once.sessionToken)?.accessKeyId, at.credentials.accessKeyId)
  assert.throws(
    () => narrow(once, { policy: sized(4900) }),
    (error) =>
      error instanceof RangeError &&
      /would have 1\d{4} characters, and more than 8192 are refused/.test(error.message),
  )
  // The longest that is made is taken.
  const made = (characters: number) => {
    try {
      return narrow(at.credentials, { policy: sized(characters) })
    } catch (error) {
      assert.ok(error instanceof RangeError)
      return undefined
    }
  }
  let characters = 6100
  while (!made(characters)) characters--
  const { sessionToken } = made(characters)!
  assert.ok(
    sessionToken.length > mostTokenCharacters - 4 && unsealSession(at.ring, sessionToken),
    `${sessionToken.length} characters`,
  )
})

test('a policy that does not parse denies everything', async () => {
  await using at = await opened()
  assert.equal(
    await at.may(
      narrow(at.credentials, { policy: '{"Version":"2012-10-17"' }).sessionToken,
      's3:GetObject',
    ),
    false,
  )
})

test('any chain of policies allows what every one of them allows', async () => {
  await using at = await opened()
  const actions = ['s3:GetObject', 's3:PutObject', 'iam:GetRole']
  const policies = fc.array(
    fc
      .subarray(['s3:*', 's3:GetObject', 'iam:*', '*'], { minLength: 1 })
      .map((list) => document(allow(list))),
    { minLength: 1, maxLength: 4 },
  )
  await fc.assert(
    fc.asyncProperty(policies, async (chain) => {
      const whole = chain.reduce((made, policy) => narrow(made, { policy }), at.credentials)
      for (const action of actions) {
        const each = await Promise.all(
          chain.map((policy) => at.may(narrow(at.credentials, { policy }).sessionToken, action)),
        )
        assert.equal(await at.may(whole.sessionToken, action), each.every(Boolean))
      }
    }),
    { numRuns: 60 },
  )
})
