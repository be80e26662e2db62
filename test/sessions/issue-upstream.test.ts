import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionLayer } from '../../src/credentials/claims.ts'
import { UpstreamRefusal } from '../../src/kernel/upstream-refusal.ts'
import type { Caller } from '../../src/sessions/caller.ts'
import { createIssuer } from '../../src/sessions/issue.ts'
import type { RoleIssue } from '../../src/sessions/role-issue.ts'
import type { Upstream, UpstreamRequest } from '../../src/upstream/upstream.ts'
import { account, allow, document, openRooms } from './scene.ts'

const trustPolicy = document({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' })
const layer = (...inline: readonly string[]): SessionLayer => ({ inline, arns: [] })
const reading = document(allow('s3:GetObject'))
const listing = document(allow('s3:ListBucket'))

/** The issuer before an STS that gives everything, and remembers what it was asked. */
async function opened() {
  const rooms = await openRooms({ roles: [{ name: 'Deploy', path: '/team/', trustPolicy }] })
  const { clock, store, ring } = rooms
  const asked: UpstreamRequest[] = []
  const logged: string[] = []
  let lateBySeconds = 0
  const upstream: Upstream = {
    type: 'aws',
    region: 'eu-central-1',
    endpoint: undefined,
    federationEndpoint: undefined,
    async assume(request) {
      asked.push(request)
      const seconds = request.durationSeconds + lateBySeconds
      const credentials = {
        accessKeyId: 'ASIAQQQQQQQQQQQQQQQQ',
        secretAccessKey: 'the-secret-of-the-session',
        sessionToken: 'the-token-of-the-session',
        expiration: new Date(clock.now().getTime() + seconds * 1000),
      }
      return { credentials, packedPolicySize: 12, requestId: 'id-1' }
    },
    consoleAddress: () => assert.fail(),
  }
  const { Ids } = await import('../../src/kernel/ids.ts')
  const issuer = createIssuer({
    ...{ store, ring, clock, ids: new Ids() },
    log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
    upstreams: { of: (id) => (id === account ? upstream : undefined) },
  })
  const role = (await store.reads.find('role', account, 'deploy'))!
  const caller: Pick<Caller, 'accessKeyId' | 'credentials' | 'claims' | 'principal'> = {
    accessKeyId: 'AKIAUSERUSERUSERUSE2',
    credentials: 'long-term',
    principal: {
      kind: 'user',
      account: '999900001111',
      arn: 'arn:aws:iam::999900001111:user/a/robot',
    } as unknown as Caller['principal'],
  }
  return {
    asked,
    logged,
    clock,
    caller,
    late: (seconds: number) => {
      lateBySeconds = seconds
    },
    issue: (rest: Partial<RoleIssue> = {}) =>
      issuer.issueRole({
        role,
        partition: 'aws',
        sessionName: 'amina',
        durationSeconds: 3600,
        layers: [],
        tags: [{ Key: 'team', Value: 'a' }],
        transitiveTagKeys: ['team'],
        sourceIdentity: 'amina',
        chained: false,
        from: caller,
        ...rest,
      }),
    role,
    [Symbol.asyncDispose]: () => rooms[Symbol.asyncDispose](),
  }
}

const invalid = (message: RegExp) => (error: Error & { code?: string }) =>
  error.code === 'ValidationError' && message.test(error.message)

test('what a session carries is handed on, and the secret is in the answer alone', async () => {
  await using rooms = await opened()
  const issued = await rooms.issue({ layers: [layer(reading)] })
  assert.deepEqual(rooms.asked, [
    {
      roleArn: `arn:aws:iam::${account}:role/team/Deploy`,
      roleName: 'Deploy',
      sessionName: 'amina',
      durationSeconds: 3600,
      tags: [{ Key: 'team', Value: 'a' }],
      transitiveTagKeys: ['team'],
      sourceIdentity: 'amina',
      policy: reading,
      policyArns: [],
      taker: { from: '999900001111/user/a', name: 'robot' },
    },
  ])
  assert.equal(issued.packedPolicySize, 12)
  assert.doesNotMatch(JSON.stringify(issued.claims), /the-(secret|token)/)
})

test('a person is named by provider and subject, whatever name the session has', async () => {
  await using rooms = await opened()
  const provider = `arn:aws:iam::${account}:ldap-provider/corp`
  await rooms.issue({
    from: undefined,
    sessionName: 'somebody-else',
    federation: { provider, connector: 'corp', subject: 'uid-7', username: 'amina' },
  })
  assert.deepEqual(rooms.asked[0]?.taker, { from: 'ldap-provider/corp', name: 'uid-7' })
})

test('a caller with a role is named by the role, not by the session name it chose', async () => {
  await using rooms = await opened()
  const session = {
    kind: 'assumed-role',
    account: '999900001111',
    arn: 'arn:aws:sts::999900001111:assumed-role/CI/amina',
    roleArn: 'arn:aws:iam::999900001111:role/ci/CI',
  } as const
  await rooms.issue({ from: { ...rooms.caller, credentials: 'temporary', principal: session } })
  assert.deepEqual(rooms.asked[0]?.taker, { from: '999900001111/role/ci', name: 'CI' })
})

test('two different layers are refused, never the looser one taken', async () => {
  await using rooms = await opened()
  await rooms.issue({ layers: [layer(reading), layer(reading)] })
  const arns = { inline: [], arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }
  await rooms.issue({ layers: [arns] })
  assert.deepEqual(
    rooms.asked.splice(0).map(({ policy, policyArns }) => [policy, policyArns]),
    [
      [reading, []],
      [undefined, arns.arns],
    ],
  )
  for (const layers of [
    [layer(reading), layer(listing)],
    [layer(reading), arns],
    [layer(reading, listing)],
  ])
    await assert.rejects(rooms.issue({ layers }), invalid(/one session policy/))
  await assert.rejects(rooms.issue({ layers: [layer('{')] }), { code: 'MalformedPolicyDocument' })
  assert.deepEqual(rooms.asked, [])
})

test('narrowed credentials narrow there too, and nothing outlives them', async () => {
  await using rooms = await opened()
  const narrowed = (seconds: number) => ({
    ...rooms.caller,
    claims: {
      expiresAt: new Date(rooms.clock.now().getTime() + seconds * 1000),
      narrowed: { layers: [layer(listing)] },
    } as unknown as NonNullable<Caller['claims']>,
  })
  await rooms.issue({ from: narrowed(1800) })
  assert.deepEqual([rooms.asked[0]?.policy, rooms.asked[0]?.durationSeconds], [listing, 1800])
  await assert.rejects(
    rooms.issue({ from: narrowed(1800), layers: [layer(reading)] }),
    invalid(/one session policy/),
  )
  await assert.rejects(rooms.issue({ from: narrowed(800) }), invalid(/Less than 15 minutes/))
})

test('a role that the API made gives nothing there', async () => {
  await using rooms = await opened()
  const role = { ...rooms.role, managedBy: 'api' as const }
  await assert.rejects(rooms.issue({ role }), (error: Error) => {
    assert.ok(error instanceof UpstreamRefusal)
    assert.deepEqual([error.code, error.signIn], ['AccessDenied', 'upstream-refused'])
    assert.match(rooms.logged[0] ?? '', new RegExp(`${error.reference}.*stand in the settings`))
    return true
  })
  assert.deepEqual(rooms.asked, [])
})

test('credentials that end at another time than asked for are not handed on', async () => {
  await using rooms = await opened()
  for (const seconds of [3600, -3601]) {
    rooms.late(seconds)
    await assert.rejects(rooms.issue(), { code: 'ServiceUnavailable' })
  }
  rooms.late(120)
  await rooms.issue()
})
