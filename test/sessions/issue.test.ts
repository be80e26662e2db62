import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { unsealSession } from '../../src/credentials/session-token.ts'
import { decide } from '../../src/policy/index.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import type { RoleIssue } from '../../src/sessions/role-issue.ts'
import { account, allow, document, openRooms, secret } from './scene.ts'

const key = { accessKeyId: 'AKIAUSERUSERUSERUSE2', secretAccessKey: secret }
const everything = document(allow('*'))
const settings = {
  users: [{ name: 'Broker', policies: { all: everything }, accessKeys: [key] }],
  roles: [
    {
      name: 'Dev',
      trustPolicy: document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }),
      policies: { all: everything },
    },
  ],
  policies: [{ name: 'ReadOnly', document: document(allow(['iam:Get*', 'iam:List*'])) }],
}
const readOnly = `arn:aws:iam::${account}:policy/ReadOnly`
const code = (name: string, message: RegExp) => (error: Error & { code?: string }) =>
  error.code === name && message.test(error.message)

async function opened() {
  const rooms = await openRooms(settings)
  const role = (await rooms.store.reads.find('role', account, 'dev'))!
  const issue = (rest: Partial<RoleIssue> = {}) =>
    rooms.issuer.issueRole({
      role,
      partition: 'aws',
      sessionName: 'amina',
      durationSeconds: 3600,
      layers: [],
      tags: [],
      transitiveTagKeys: [],
      chained: false,
      ...rest,
    })
  return { ...rooms, issue }
}
const layer = (...inline: string[]) => ({ inline, arns: [] })
function may(caller: Caller, action: string, resource = 'arn:aws:s3:::bucket/key'): boolean {
  const { principal, layers, context, multivalued } = caller
  return (
    decide({ principal, action, resource, resourceAccount: account, context, multivalued }, layers)
      .effect === 'allow'
  )
}

test("credentials have AWS's format, end on a whole second, and write nothing", async () => {
  await using rooms = await opened()
  const before = rooms.store.changes().position
  const { credentials, claims, packedPolicySize } = await rooms.issue()
  assert.match(credentials.accessKeyId, /^ASIA[A-Z2-7]{16}$/)
  assert.match(credentials.secretAccessKey, /^[A-Za-z0-9+/]{40}$/)
  assert.equal(credentials.expiration.getMilliseconds(), 0)
  const lasts = credentials.expiration.getTime() - claims.issuedAt.getTime()
  assert.ok(lasts > 3_599_000 && lasts <= 3_600_000, String(lasts))
  assert.equal(credentials.expiration.getMilliseconds(), 0)
  assert.equal(packedPolicySize, 0)
  assert.deepEqual(unsealSession(rooms.ring, credentials.sessionToken), claims)
  assert.equal(rooms.store.changes().position, before)
})

test('of ten thousand sessions no two share an id or a secret', async () => {
  await using rooms = await opened()
  const seen = new Set<string>()
  for (let i = 0; i < 10_000; i++) {
    const { credentials } = await rooms.issue()
    seen.add(credentials.accessKeyId).add(credentials.secretAccessKey)
  }
  assert.equal(seen.size, 20_000)
})

test('what a request may not bring', async () => {
  await using rooms = await opened()
  const long = document(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(2000)}`))
  const scattered = Array.from({ length: 50 }, (_, i) => ({
    Key: `k${i}`,
    Value: hash('sha512', String(i), 'base64') + hash('sha512', `x${i}`, 'base64'),
  }))
  await assert.rejects(
    rooms.issue({ layers: [layer('{')] }),
    code('MalformedPolicyDocument', /^Syntax error at position \(1,2\)/),
  )
  await assert.rejects(
    rooms.issue({ layers: [layer(document({ Effect: 'Permit', Action: '*', Resource: '*' }))] }),
    code('MalformedPolicyDocument', /Effect/),
  )
  await assert.rejects(
    rooms.issue({ layers: [layer(document({ ...allow('*'), Principal: '*' }))] }),
    code('MalformedPolicyDocument', /Principal/),
  )
  await assert.rejects(
    rooms.issue({ layers: [layer(long)] }),
    code('ValidationError', /2048 characters together/),
  )
  await assert.rejects(
    rooms.issue({ layers: [{ inline: [], arns: [`${readOnly}s`] }] }),
    code('ValidationError', /ReadOnlys does not exist/),
  )
  await assert.rejects(
    rooms.issue({ layers: [{ inline: [], arns: ['arn:aws:iam::999900001111:policy/ReadOnly'] }] }),
    code('ValidationError', /does not exist/),
  )
  await assert.rejects(
    rooms.issue({ tags: scattered }),
    code('PackedPolicyTooLarge', /consumes \d{3,}% of allotted space/),
  )
})

test('packed size grows with what is carried, and a full token stays under 6 KiB', async () => {
  await using rooms = await opened()
  const small = await rooms.issue({ layers: [layer(document(allow('iam:*')))] })
  assert.ok(
    small.packedPolicySize >= 1 && small.packedPolicySize < 10,
    String(small.packedPolicySize),
  )
  for (let pairs = 1; pairs <= 50; pairs++) {
    const tags = Array.from({ length: pairs }, (_, i) => ({
      Key: `key-${i}`,
      Value: Buffer.from(`${i * 7919}`.padStart(64, String(i))).toString('base64'),
    }))
    const full = await rooms.issue({ tags }).catch(() => undefined)
    if (full)
      assert.ok(
        full.credentials.sessionToken.length < 6 * 1024,
        `${full.packedPolicySize}%: ${full.credentials.sessionToken.length} characters`,
      )
  }
})

test('a federated user without a policy has no permissions and ends with the user', async () => {
  await using rooms = await opened()
  const caller = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
  const bare = await rooms.issuer.issueFederatedUser({
    caller,
    name: 'jo',
    durationSeconds: 900,
    layers: [{ inline: [], arns: [] }],
    tags: [],
  })
  const narrowed = await rooms.issuer.issueFederatedUser({
    caller,
    name: 'jo',
    durationSeconds: 900,
    layers: [layer(document(allow('s3:GetObject')))],
    tags: [],
  })
  assert.equal(may(await rooms.callers.ofClaims(bare.claims, 'temporary'), 's3:GetObject'), false)
  assert.equal(
    may(await rooms.callers.ofClaims(narrowed.claims, 'temporary'), 's3:GetObject'),
    true,
  )
  assert.equal(
    may(await rooms.callers.ofClaims(narrowed.claims, 'temporary'), 's3:PutObject'),
    false,
  )
  await rooms.put({ ...settings, users: [] })
  await assert.rejects(
    rooms.callers.ofClaims(narrowed.claims, 'temporary'),
    code('InvalidClientTokenId', /./),
  )
})

test('a session never has more than each of its layers, managed ones included', async () => {
  await using rooms = await opened()
  const actions = [
    'iam:GetRole',
    'iam:ListRoles',
    'iam:DeleteRole',
    's3:GetObject',
    's3:PutObject',
    'ce:GetCost',
  ]
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: fc.constantFrom('*', 'iam:*', 'iam:Get*', 's3:*', 's3:GetObject', 'ce:GetCost'),
    Resource: fc.constant('*'),
  })
  const texts = fc
    .array(statement, { minLength: 1, maxLength: 3 })
    .map((statements) => document(...statements))
  await fc.assert(
    fc.asyncProperty(
      fc.array(texts, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (policies, managed) => {
        const layers = [
          ...policies.map((text) => layer(text)),
          ...(managed ? [{ inline: [], arns: [readOnly] }] : []),
        ]
        const whole = await rooms.callers.ofClaims(
          (await rooms.issue({ layers })).claims,
          'temporary',
        )
        const alone = await Promise.all(
          layers.map(async (one) =>
            rooms.callers.ofClaims((await rooms.issue({ layers: [one] })).claims, 'temporary'),
          ),
        )
        for (const action of actions) {
          assert.equal(
            may(whole, action),
            alone.every((caller) => may(caller, action)),
            action,
          )
        }
      },
    ),
    { numRuns: 150 },
  )
})
