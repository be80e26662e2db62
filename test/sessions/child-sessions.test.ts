import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { narrow } from '../../src/credentials/narrowing.ts'
import { unsealSession } from '../../src/credentials/session-token.ts'
import { decide, parsePolicy } from '../../src/policy/index.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import type { Issued } from '../../src/sessions/role-issue.ts'
import { account, document, openRooms, secret } from './scene.ts'

const key = { accessKeyId: 'AKIAUSERUSERUSERUSE2', secretAccessKey: secret }
const trust = document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' })
const actions = [
  'iam:GetRole',
  'iam:ListRoles',
  'iam:DeleteRole',
  's3:GetObject',
  's3:PutObject',
  'ce:GetCost',
] as const
const resources = ['arn:aws:s3:::one/key', 'arn:aws:s3:::two/key'] as const

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  Action: fc.constantFrom('*', 'iam:*', 'iam:Get*', 's3:*', 's3:GetObject', 'ce:GetCost'),
  Resource: fc.constantFrom('*', 'arn:aws:s3:::one/*', 'arn:aws:s3:::*'),
})
const policy = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((statements) => document(...statements))

function may(
  { principal, layers, context, multivalued }: Caller,
  action: string,
  resource: string,
): boolean {
  return (
    decide({ principal, action, resource, resourceAccount: account, context, multivalued }, layers)
      .effect === 'allow'
  )
}
function everyQuestion(check: (action: string, resource: string) => void): void {
  for (const action of actions) for (const resource of resources) check(action, resource)
}

test("sessions of a user never exceed the user's permissions or their own policy", async () => {
  await fc.assert(
    fc.asyncProperty(
      policy,
      policy,
      fc.array(policy, { maxLength: 3 }),
      async (own, session, narrowings) => {
        await using rooms = await openRooms({
          users: [{ name: 'Jo', policies: { own }, accessKeys: [key] }],
        })
        const user = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
        const issued: readonly [Issued, readonly string[]][] = [
          [
            await rooms.issuer.issueFederatedUser({
              caller: user,
              name: 'jo',
              durationSeconds: 900,
              layers: [{ inline: [session], arns: [] }],
              tags: [],
            }),
            [session],
          ],
          [await rooms.issuer.issueUserSession({ caller: user, durationSeconds: 900 }), []],
        ]
        for (const [{ credentials }, policies] of issued) {
          const made = narrowings.reduce(
            (given, text) => narrow(given, { policy: text }),
            credentials,
          )
          const child = await rooms.callers.ofClaims(
            unsealSession(rooms.ring, made.sessionToken)!,
            'temporary',
          )
          const limits = [...policies, ...narrowings].map(alone)
          everyQuestion((action, resource) => {
            if (may(child, action, resource))
              assert.ok(
                may(user, action, resource) && limits.every((limit) => limit(action, resource)),
                `${action} on ${resource}`,
              )
          })
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('a chain of roles has the permissions of its last role and its own policies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(policy, fc.option(policy, { nil: undefined })), {
        minLength: 1,
        maxLength: 5,
      }),
      async (links) => {
        await using rooms = await openRooms({
          roles: links.map(([own], at) => ({
            name: `R${at}`,
            trustPolicy: trust,
            policies: { own },
          })),
        })
        for (const [at, [own, session]] of links.entries()) {
          const role = (await rooms.store.reads.find('role', account, `r${at}`))!
          const { claims } = await rooms.issuer.issueRole({
            role,
            partition: 'aws',
            sessionName: 's',
            durationSeconds: 900,
            layers: session === undefined ? [] : [{ inline: [session], arns: [] }],
            tags: [],
            transitiveTagKeys: [],
            chained: at > 0,
          })
          const child = await rooms.callers.ofClaims(claims, 'temporary')
          const limits = [own, ...(session === undefined ? [] : [session])].map(alone)
          everyQuestion((action, resource) =>
            assert.equal(
              may(child, action, resource),
              limits.every((limit) => limit(action, resource)),
              `${action} on ${resource} at link ${at}`,
            ),
          )
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('sessions made with a narrowed one never exceed or outlive it, in any chain', async () => {
  const link = fc.record({
    narrowings: fc.array(policy, { maxLength: 2 }),
    endsInSeconds: fc.option(fc.integer({ min: 1, max: 2000 }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('user-session', 'role'),
      fc.array(link, { minLength: 1, maxLength: 4 }),
      policy,
      async (kind, links, own) => {
        await using rooms = await openRooms({
          users: [
            {
              name: 'Jo',
              policies: { all: document({ Effect: 'Allow', Action: '*', Resource: '*' }) },
              accessKeys: [key],
            },
          ],
          roles: [{ name: 'R', trustPolicy: trust, policies: { own } }],
        })
        const role = (await rooms.store.reads.find('role', account, 'r'))!
        const assume = (from?: Caller) =>
          rooms.issuer.issueRole({
            ...(from && { from }),
            role,
            partition: 'aws',
            sessionName: 's',
            durationSeconds: 3600,
            layers: [],
            tags: [],
            transitiveTagKeys: [],
            chained: from?.claims?.kind === 'role',
          })
        const user = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
        let { credentials } =
          kind === 'role'
            ? await assume()
            : await rooms.issuer.issueUserSession({ caller: user, durationSeconds: 3600 })
        const limits: ReturnType<typeof alone>[] = []
        let end = credentials.expiration
        for (const { narrowings, endsInSeconds } of links) {
          const expiresAt =
            endsInSeconds === undefined
              ? undefined
              : new Date(rooms.clock.now().getTime() + endsInSeconds * 1000)
          for (const text of narrowings)
            credentials = narrow(credentials, { policy: text, ...(expiresAt && { expiresAt }) })
          limits.push(...narrowings.map(alone))
          const child = await assume(
            await rooms.callers.ofClaims(
              unsealSession(rooms.ring, credentials.sessionToken)!,
              'temporary',
            ),
          )
          if (limits.length > 0) {
            end = new Date(Math.min(end.getTime(), credentials.expiration.getTime()))
            assert.ok(
              child.credentials.expiration <= end,
              `${child.credentials.expiration.toISOString()} is after ${end.toISOString()}`,
            )
          }
          const caller = await rooms.callers.ofClaims(
            unsealSession(rooms.ring, child.credentials.sessionToken)!,
            'temporary',
          )
          everyQuestion((action, resource) =>
            assert.equal(
              may(caller, action, resource),
              [alone(own), ...limits].every((limit) => limit(action, resource)),
              `${action} on ${resource}`,
            ),
          )
          credentials = child.credentials
        }
      },
    ),
    { numRuns: 60 },
  )
})

/** What one policy allows by itself. */
function alone(text: string): (action: string, resource: string) => boolean {
  const parsed = parsePolicy('identity', 'alone', text)
  assert.ok(parsed.ok)
  const principal = { kind: 'user' as const, arn: `arn:aws:iam::${account}:user/Alone`, account }
  return (action, resource) =>
    decide(
      { principal, action, resource, resourceAccount: account, context: new Map() },
      { identity: [parsed.policy] },
    ).effect === 'allow'
}

test('repeatedly narrowed and assumed, every token opens or is refused as too large', async () => {
  const all = document({ Effect: 'Allow', Action: '*', Resource: '*' })
  await using rooms = await openRooms({
    users: [{ name: 'Jo', policies: { all }, accessKeys: [key] }],
    roles: [{ name: 'R', trustPolicy: trust, policies: { all } }],
  })
  const role = (await rooms.store.reads.find('role', account, 'r'))!
  const long = document({
    Effect: 'Allow',
    Action: Array.from({ length: 30 }, () => 's3:GetObject'),
    Resource: '*',
  })
  let caller = await (await rooms.callers.claimant(key.accessKeyId, undefined)).caller()
  const chain = async () => {
    for (let link = 0; link < 30; link++) {
      const { credentials } = await rooms.issuer.issueRole({
        from: caller,
        partition: 'aws',
        role,
        sessionName: 's',
        durationSeconds: 900,
        layers: [],
        tags: [],
        transitiveTagKeys: [],
        chained: link > 0,
      })
      const narrower = narrow(credentials, { policy: long })
      caller = await (
        await rooms.callers.claimant(narrower.accessKeyId, narrower.sessionToken)
      ).caller()
    }
  }
  await assert.rejects(chain(), {
    code: 'PackedPolicyTooLarge',
    message: /^Packed size of session tags and policies consumes 1\d\d% of allotted space\.$/,
  })
  assert.ok(caller.claims!.narrowed!.layers.length > 8)
})
