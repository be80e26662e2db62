import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chain } from '../../../src/audit/event.ts'
import { AwsFault, commonFault } from '../../../src/kernel/aws-fault.ts'
import type { Identity } from '../../../src/kernel/identity.ts'
import { Ids } from '../../../src/kernel/ids.ts'
import { SignInFault } from '../../../src/kernel/sign-in-fault.ts'
import type { Grant } from '../../../src/mapping/grant.ts'
import type { AssumeWithPassword } from '../../../src/sessions/assumption.ts'
import type { AssumedIdentity, IdentityAssumption } from '../../../src/sessions/federate.ts'
import { limitTries } from '../../../src/sign-in/tries.ts'
import { createAssume } from '../../../src/sign-in/wire/assume-with-password.ts'
import { inMemory } from '../../http/in-memory.ts'
import { grant } from '../../http/world.ts'

const from = {
  sourceAddress: '192.0.2.1',
  userAgent: 'test',
  secure: true,
  region: 'eu-central-1',
}
const amina: Identity = {
  connector: 'staff',
  protocol: 'ldap',
  subject: 's',
  username: 'amina',
  displayName: 'Amina',
  attributes: new Map(),
  groups: [],
  authenticatedAt: new Date(0),
  strength: 'password',
}

function house({
  ways = ['staff'],
  grants = [grant('A', '111122223333')],
  trusted = () => true,
}: {
  ways?: string[]
  grants?: Grant[]
  trusted?: (grant: Grant) => boolean
} = {}) {
  const asked: string[] = []
  const assumed: IdentityAssumption[] = []
  const chain: Record<string, unknown> & Chain = {}
  const assuming = createAssume({
    connectors: () =>
      ways.map((id) => ({
        id,
        protocol: 'ldap' as const,
        label: id,
        accounts: [],
        upstream: {
          flow: 'password',
          probe: async () => {},
          [Symbol.asyncDispose]: async () => {},
          async check(username, password) {
            asked.push(`${id}: ${username}`)
            if (password === 'down') throw new SignInFault('directory-unavailable', 'refused')
            if (password !== 'right')
              throw new SignInFault('credentials-rejected', 'bind answered 49')
            return { ...amina, connector: id }
          },
        },
      })),
    mappings: () => ({
      evaluate: () => ({
        grants,
        outcomes: [{ rule: 'r', result: 'not-matched', reason: 'no group' }],
      }),
    }),
    federation: {
      permitted: async (_identity, all) =>
        all.filter(trusted).map((one) => ({
          grant: one,
          account: '111122223333',
          roleName: 'A',
          maxDurationSeconds: 3600,
        })),
      async assumeWithIdentity(input) {
        if (!trusted(input.grant))
          throw commonFault(
            'AccessDenied',
            'Not authorized to perform sts:AssumeRoleWithLDAPIdentity',
          )
        assumed.push(input)
        return {
          roleArn: input.grant.roleArn,
          packedPolicySize: 0,
          decision: { effect: 'allow', because: [], missingContext: [] },
        } as unknown as AssumedIdentity
      },
    },
    tries: limitTries(inMemory({ now: () => new Date() }), {
      perName: { count: 3, windowSeconds: 60 },
      perAddress: { count: 20, windowSeconds: 60 },
    }),
    checkTimeoutMs: 500,
    ids: new Ids(),
  })
  const assume = (request: Parameters<AssumeWithPassword>[0]) =>
    assuming(request, (noted) => Object.assign(chain, noted))
  return { assume, asked, assumed, chain }
}

async function faultOf(work: Promise<unknown>): Promise<AwsFault> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  )
  assert.ok(error instanceof AwsFault, String(error))
  return error
}

test('one provider, one role: a name and a password are enough', async () => {
  const { assume, assumed, chain } = house()
  const answer = await assume({ username: 'amina', password: 'right', from })
  assert.equal(answer.provider, 'staff')
  assert.equal(assumed[0]!.grant.roleArn, 'arn:aws:iam::111122223333:role/A')
  assert.deepEqual(chain.identity, { subject: 's', username: 'amina', strength: 'password' })
  assert.equal(chain.rule, 'rule-A')
  assert.equal(chain.decision?.effect, 'allow')
  assert.equal(assumed[0]!.durationSeconds, undefined)
})

test('what the request narrows goes along', async () => {
  const { assume, assumed } = house()
  const narrower = { inline: ['{}'], arns: ['arn:aws:iam::111122223333:policy/p'] }
  await assume({
    username: 'amina',
    password: 'right',
    durationSeconds: 900,
    layer: narrower,
    from,
  })
  const { durationSeconds, layer } = assumed[0]!
  assert.deepEqual({ durationSeconds, layer }, { durationSeconds: 900, layer: narrower })
})

test('with several providers one must be named, so that no password goes to two', async () => {
  const { assume, asked } = house({ ways: ['staff', 'partners'] })
  const missing = await faultOf(assume({ username: 'amina', password: 'right', from }))
  assert.equal(missing.code, 'ValidationError')
  assert.match(missing.message, /ProviderName is required/)
  assert.doesNotMatch(missing.message, /staff|partners/)
  assert.equal(
    (await faultOf(assume({ username: 'amina', password: 'right', providerName: 'nobody', from })))
      .code,
    'ValidationError',
  )
  assert.deepEqual(asked, [])
  await assume({ username: 'amina', password: 'right', providerName: 'partners', from })
  assert.deepEqual(asked, ['partners: amina'])
})

test('without RoleArn exactly one role must remain, and the fault lists none', async () => {
  const grants = [grant('A', '111122223333'), grant('B', '111122223333')]
  const fault = await faultOf(
    house({ grants }).assume({ username: 'amina', password: 'right', from }),
  )
  assert.equal(fault.code, 'ValidationError')
  assert.doesNotMatch(fault.message, /arn:|111122223333/)
  const one = house({ grants, trusted: ({ roleArn: arn }) => arn.endsWith('/B') })
  await one.assume({ username: 'amina', password: 'right', from })
  assert.equal(one.assumed[0]!.grant.roleArn, 'arn:aws:iam::111122223333:role/B')
  const none = await faultOf(
    house({ grants, trusted: () => false }).assume({
      username: 'amina',
      password: 'right',
      from,
    }),
  )
  assert.deepEqual([none.code, none.status], ['AccessDenied', 403])
})

test('a role that no rule grants and one that does not trust are both AccessDenied', async () => {
  const at = house()
  const other = await faultOf(
    at.assume({
      username: 'amina',
      password: 'right',
      roleArn: 'arn:aws:iam::111122223333:role/Admin',
      from,
    }),
  )
  assert.deepEqual([other.code, other.status], ['AccessDenied', 403])
  assert.equal(at.chain.outcomes?.length, 1)
  const wary = house({ trusted: () => false })
  const untrusted = await faultOf(
    wary.assume({
      username: 'amina',
      password: 'right',
      roleArn: 'arn:aws:iam::111122223333:role/A',
      from,
    }),
  )
  assert.deepEqual([untrusted.code, untrusted.status], ['AccessDenied', 403])
  assert.equal(wary.chain.identity?.subject, 's', 'the trail tells who was refused')
})

test('a malformed RoleArn is told before the directory hears of anything', async () => {
  const { assume, asked } = house()
  for (const roleArn of ['x', 'arn:aws:s3:::bucket', '']) {
    const fault = await faultOf(assume({ username: 'amina', password: 'right', roleArn, from }))
    assert.deepEqual([fault.code, fault.message], ['ValidationError', `${roleArn} is invalid`])
  }
  assert.deepEqual(asked, [])
})

test('refusals have a code and a reference; the reason is for the operator only', async () => {
  for (const [password, code, status] of [
    ['wrong', 'AccessDenied', 403],
    ['', 'AccessDenied', 403],
    ['x\0', 'AccessDenied', 403],
    ['x'.repeat(10_000), 'AccessDenied', 403],
    ['down', 'IDPCommunicationError', 400],
  ] as const) {
    const { assume, chain } = house()
    const fault = await faultOf(assume({ username: 'amina', password, from }))
    assert.deepEqual([fault.code, fault.status], [code, status])
    assert.match(fault.message, /Reference GH-\w{4}-\w{4}$/)
    assert.doesNotMatch(fault.message, /bind|refused|NUL/)
    assert.ok(fault.message.endsWith(chain.reference!))
    assert.equal(typeof chain.detail, 'string')
  }
})

test('tries are counted on the wire as on the page', async () => {
  const { assume, asked } = house()
  for (const username of ['amina', 'Amina', ' AMINA'])
    await faultOf(assume({ username, password: 'wrong', from }))
  const fault = await faultOf(assume({ username: 'amina', password: 'right', from }))
  assert.deepEqual([fault.code, fault.status], ['Throttling', 400])
  assert.equal(asked.length, 3)
})
