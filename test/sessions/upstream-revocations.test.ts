import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  buildEndUpstreamSessions,
  type UpstreamRevocationPorts,
} from '../../src/sessions/upstream-revocations.ts'
import type { RevocationRecord } from '../../src/store/records.ts'
import { upstreamSettings } from '../../src/upstream/settings.ts'
import type { RolePolicy, Upstream } from '../../src/upstream/upstream.ts'
import { UpstreamFault } from '../../src/upstream/upstream-fault.ts'

const account = '444455556666'
const at = new Date('2026-11-30T10:00:00Z')
const record = (target: string): RevocationRecord => ({
  ...{
    account,
    scope: 'role',
    target,
    before: at.toISOString(),
    expiresAt: '2026-12-08T10:00:00Z',
  },
  ...{ by: 'command', createdAt: at.toISOString(), managedBy: 'api' },
})
const settings = upstreamSettings.parse({
  type: 'aws',
  region: 'eu-central-1',
  credentials: { from: 'environment' },
  revocation: {},
})

/** A store that has these. */
const storeOf = (...records: readonly RevocationRecord[]): UpstreamRevocationPorts['reads'] => ({
  linked: async (_kind: string, of: string) =>
    (of === account ? records : []).map((one) => ({ key: one.target, record: one as never })),
})

function scene(
  putRolePolicy: Upstream['putRolePolicy'],
  change: Partial<UpstreamRevocationPorts> = {},
) {
  const logged: string[] = []
  const roles = Array.from({ length: 10 }, (_, index) => ({ name: `Role${index}` }))
  const reads = storeOf({ ...record(''), scope: 'everything' })
  const end = buildEndUpstreamSessions({
    upstreams: { of: () => ({ putRolePolicy }) as unknown as Upstream },
    accounts: () => [{ id: account, upstream: settings, roles }, { id: '111122223333' }],
    rules: () => [],
    reads,
    clock: { now: () => at },
    log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
    ...change,
  })
  return { end, logged }
}
const everything = { account: '*', scope: 'everything', target: '' } as const

test('every role of an account has its own outcome, a few at once', async () => {
  let [running, most] = [0, 0]
  const { end, logged } = scene(async ({ roleName }: RolePolicy) => {
    running += 1
    most = Math.max(most, running)
    await new Promise((done) => setImmediate(done))
    running -= 1
    if (roleName === 'Role3') throw new UpstreamFault('refused', 'AccessDenied: no')
    return { requestId: `id-${roleName}` }
  })
  const endings = await end(everything)
  assert.equal(endings.length, 10)
  assert.ok(most <= 4, `${most} at once`)
  const failed = endings.filter(({ ended }) => !ended)
  assert.deepEqual(
    failed.map(({ role, reason }) => [role, reason]),
    [['Role3', 'refused']],
  )
  assert.match(failed[0]?.detail ?? '', /^AccessDenied: no\. allow Gatehouse `iam:PutRolePolicy`/)
  assert.equal(endings[0]?.requestId, 'id-Role0')
  assert.equal(logged.length, 1)
  assert.match(logged[0] ?? '', /^upstream-unrevoked .*"role":"Role3"/)
})

test('roles that a slow AWS leaves no time for are told as not ended', async () => {
  let now = at.getTime()
  const { end } = scene(
    async () => {
      now += 8000
      throw new UpstreamFault('unavailable', 'no answer within 8000 ms')
    },
    { clock: { now: () => new Date(now) }, timeoutMs: 20_000 },
  )
  const endings = await end(everything)
  assert.ok(endings.every(({ ended }) => !ended))
  assert.match(endings.at(-1)?.detail ?? '', /no time was left for it: revoke once more/)
})

test('a revocation that is committed meanwhile is written too, by whoever comes last', async () => {
  const written: string[] = []
  const kept: RevocationRecord[] = [record('Role0')]
  const later = new Date(at.getTime() + 60_000)
  const reads = {
    get linked() {
      return storeOf(...kept).linked
    },
  }
  const { end } = scene(
    async ({ document }: RolePolicy) => {
      written.push(document)
      kept[0] = { ...record('Role0'), before: later.toISOString() }
      return { requestId: undefined }
    },
    { reads, clock: { now: () => later } },
  )
  const [ending] = await end({ account, scope: 'role', target: 'role0' })
  assert.equal(ending?.ended, true)
  assert.equal(written.length, 2)
  assert.match(written[1] ?? '', /2026-11-30T10:01:01Z/)
})

test('a role whose name a rule puts together has the names of its grants', async () => {
  const put: string[] = []
  const username = { ...record('corp/amina'), scope: 'username' } as const
  const reads = storeOf(username)
  const rules = (role: string) => () => [{ name: 'any', grants: [{ role }] }]
  const putting = async ({ roleName }: RolePolicy) => {
    put.push(roleName)
    return { requestId: undefined }
  }
  const asked = { account, scope: 'username', target: 'corp/amina' } as const
  const template = `arn:aws:iam::${account}:role/Role\${item}`
  await scene(putting, { reads, rules: rules(template) }).end(asked)
  assert.equal(put.length, 10)
  const fixed = scene(putting, { reads, rules: rules(`arn:aws:iam::${account}:role/Role4`) })
  put.length = 0
  await fixed.end(asked)
  assert.deepEqual(put, ['Role4'])
  const foreign = scene(putting, { reads, rules: rules('arn:aws:iam::${item}:role/Elsewhere') })
  const [told] = await foreign.end(asked)
  assert.match(told?.detail ?? '', /AWS can't tell sessions of one username apart/)
})

test('a role with a grant that AWS can not tell apart is told as not ended', async () => {
  const asked = { account, scope: 'username', target: 'corp/amina' } as const
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
  const fixed = (name: string) => ({ role: role(name), sessionName: 'fixed' })
  const rules = () => [
    { name: 'plain', grants: [{ role: role('Role1') }, { role: role('Role2') }] },
    { name: 'fixed', grants: [fixed('Role2'), fixed('Role3')] },
  ]
  const reads = storeOf({ ...record('corp/amina'), scope: 'username' })
  const putting = async () => ({ requestId: undefined })
  const endings = await scene(putting, { reads, rules }).end(asked)
  assert.deepEqual(
    endings.map(({ role: of, ended }) => [of, ended]),
    [
      ['Role1', true],
      ['Role2', true],
      [undefined, false],
    ],
  )
  assert.match(endings[2]?.detail ?? '', /by the grants of `Role2`, `Role3`, so that .* own end/)
})

test('an account that lets no revocation through is told, and no others are', async () => {
  const { end, logged } = scene(undefined)
  const endings = await end(everything)
  assert.deepEqual(
    endings.map(({ account: of, role, ended }) => [of, role, ended]),
    [[account, undefined, false]],
  )
  assert.match(
    endings[0]?.detail ?? '',
    /`accounts\.444455556666\.upstream\.revocation` is not set/,
  )
  assert.deepEqual(logged, [])
  assert.deepEqual(await end({ account: '111122223333', scope: 'everything', target: '' }), [])
  assert.deepEqual(await end({ account, scope: 'role', target: 'Nobody' }), [])
})
