import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type CodeKind, codeOfStep, stepOf } from '../../../src/credentials/totp.ts'
import { createMfa, mfaDeviceKey } from '../../../src/sessions/mfa.ts'
import { account } from '../wire-scene.ts'
import { openIam, texts } from './open-iam.ts'

async function openScene() {
  const iam = await openIam()
  await iam.make('user', { name: 'ann' })
  await iam.make('user', { name: 'bob' })
  /** As `gatehouse mfa import` puts it there. */
  async function token(
    serialNumber: string,
    hardware: CodeKind = { digits: 6, stepSeconds: 30 },
    owner = account,
  ) {
    const seed = randomBytes(20)
    const record = {
      ...{ account: owner, name: serialNumber, path: '/', serialNumber, hardware, tags: [] },
      sealedSeed: iam.ring.seal('mfa-seed', seed),
      createdAt: '2026-01-01T00:00:00.000Z',
      managedBy: 'api',
    } as const
    await iam.store.transact((tx) =>
      tx.insert('mfaDevice', owner, mfaDeviceKey(serialNumber), record),
    )
    const code = (away = 0) => codeOfStep(seed, stepOf(iam.clock.now(), hardware) + away, hardware)
    const pair = (action: string, away: number, UserName = 'ann') =>
      iam.outcome(action, {
        ...{ UserName, SerialNumber: serialNumber },
        AuthenticationCode1: code(away),
        AuthenticationCode2: code(away + 1),
      })
    const enable = (away = -1, UserName = 'ann') => pair('EnableMFADevice', away, UserName)
    const found = async () =>
      (await iam.store.reads.find('mfaDevice', owner, mfaDeviceKey(serialNumber)))?.enabled
    return { serialNumber, code, enable, pair, found }
  }
  /** A node of its own, with the store that all share. */
  const node = (more: Partial<Parameters<typeof createMfa>[0]> = {}) => {
    const mfa = createMfa({
      touchCodes: { take: async () => false },
      reads: iam.store.reads,
      transact: iam.store.transact,
      ring: iam.ring,
      ephemeral: iam.store.ephemeral(),
      tries: { mayTryCode: async () => true, wrongCode: async () => {} },
      clock: iam.clock,
      ...more,
    })
    return (serialNumber: string, code: string, userName = 'ann') =>
      mfa.take({
        ...{ account, userName, userId: `AIDA${userName}`, bySession: false },
        ...{ sourceAddress: '192.0.2.1', serialNumber, code },
      })
  }
  return { ...iam, token, node }
}

for (const hardware of [
  { digits: 6, stepSeconds: 30 },
  { digits: 6, stepSeconds: 60 },
  { digits: 8, stepSeconds: 30 },
  { digits: 8, stepSeconds: 60 },
] as const)
  test(`a code of ${hardware.digits} digits, ${hardware.stepSeconds} s is taken once`, async () => {
    await using at = await openScene()
    const token = await at.token('GAHT12345678', hardware)
    assert.equal(await token.enable(), '200')
    const [one, two] = [at.node(), at.node()]
    assert.equal(await one(token.serialNumber, token.code()), 'refused', 'it enabled the device')
    const taken = await Promise.all([
      one(token.serialNumber, token.code(1)),
      two(token.serialNumber, token.code(1)),
    ])
    assert.deepEqual(taken.sort(), ['refused', 'taken'])
    assert.equal(await two(token.serialNumber, token.code(3)), 'refused', 'the future')
    assert.equal(await one(token.serialNumber, token.code(2), 'bob'), 'unknown')
  })

test('a token is listed with its user, and is no virtual device', async () => {
  await using at = await openScene()
  const token = await at.token('GAHT12345678')
  assert.equal(await token.enable(), '200')
  const mine = await at.call('ListMFADevices', { UserName: 'ann' })
  assert.deepEqual(texts(mine, 'SerialNumber'), ['GAHT12345678'])
  const got = await at.call('GetMFADevice', { UserName: 'ann', SerialNumber: 'GAHT12345678' })
  assert.deepEqual(texts(got, 'UserName'), ['ann'])
  assert.deepEqual(texts(await at.call('ListVirtualMFADevices'), 'SerialNumber'), [])
  assert.match(await token.enable(2, 'bob'), /^EntityAlreadyExists: /)
  const serial = { SerialNumber: 'GAHT12345678' }
  assert.match(await at.outcome('DeleteVirtualMFADevice', serial), /^NoSuchEntity: /)
  assert.equal(await at.outcome('DeactivateMFADevice', { ...serial, UserName: 'ann' }), '200')
  assert.match(await at.outcome('DeleteVirtualMFADevice', serial), /^NoSuchEntity: /)
  assert.match(await token.enable(-1, 'bob'), /^InvalidAuthenticationCode: /, 'used before')
  assert.equal(await token.enable(1, 'bob'), '200')
})

test('a number of another account, a wrong case and wrong codes enable nothing', async () => {
  await using at = await openScene()
  const elsewhere = await at.token('GAHT99999999', undefined, '999999999999')
  assert.match(await elsewhere.enable(), /^NoSuchEntity: /)
  const token = await at.token('GAHT12345678', { digits: 8, stepSeconds: 60 })
  const enable = (SerialNumber: string, first: string, second: string) =>
    at.outcome('EnableMFADevice', {
      ...{ UserName: 'ann', SerialNumber },
      AuthenticationCode1: first,
      AuthenticationCode2: second,
    })
  const [first, second] = [token.code(-1), token.code()] as const
  assert.match(await enable('gaht12345678', first, second), /^NoSuchEntity: /)
  for (const pair of [
    [second, first],
    [first, first],
    [first.slice(2), second.slice(2)],
  ] as const)
    assert.match(await enable('GAHT12345678', ...pair), /^InvalidAuthenticationCode: /)
  assert.match(await enable('GAHT12345678', `${first}1`, second), /^ValidationError: /)
  assert.match(await token.enable(61), /^InvalidAuthenticationCode: /, 'more than an hour ahead')
})

test('a user has eight devices, virtual and hardware together', async () => {
  await using at = await openScene()
  for (let i = 0; i < 8; i++)
    assert.equal(await (await at.token(`GAHT1234567${i}`)).enable(), '200')
  assert.match(await (await at.token('GAHT12345679')).enable(), /^LimitExceeded: .*8$/)
})

test('a clock is learned from codes: ahead at once, behind after two', async () => {
  await using at = await openScene()
  const token = await at.token('GAHT12345678')
  assert.equal(await token.enable(), '200')
  const take = at.node()
  const use = async (away: number) => {
    at.clock.pass(300)
    const taken = await take(token.serialNumber, token.code(away))
    return [taken, (await token.found())?.driftSteps, (await token.found())?.late]
  }
  assert.deepEqual(await use(1), ['taken', 1, undefined])
  assert.deepEqual(await use(2), ['taken', 2, undefined])
  assert.deepEqual(await use(0), ['refused', 2, undefined])
  assert.deepEqual(await use(1), ['taken', 2, true])
  assert.deepEqual(await use(2), ['taken', 2, undefined], 'it was slow typing')
  assert.deepEqual(await use(1), ['taken', 2, true])
  assert.deepEqual(await use(1), ['taken', 1, undefined])
  at.clock.pass(300)
  assert.equal(await token.pair('ResyncMFADevice', 20), '200')
  assert.equal((await token.found())?.driftSteps, 21)
})

test('a store that cannot be written takes right codes, and learns nothing', async () => {
  await using at = await openScene()
  const token = await at.token('GAHT12345678')
  assert.equal(await token.enable(), '200')
  const take = at.node({ transact: () => Promise.reject(new Error('disk full')) })
  assert.equal(await take(token.serialNumber, token.code(1)), 'taken')
  assert.equal((await token.found())?.driftSteps, 0)
})
