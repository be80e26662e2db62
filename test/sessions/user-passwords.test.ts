import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword } from '../../src/kernel/argon2id.ts'
import { createUserPasswords } from '../../src/sessions/user-passwords.ts'
import type { PasswordPolicyRecord } from '../../src/store/records.ts'
import { account, openRooms } from './scene.ts'

const password = 'Wörter-und-mehr-1'
const policy: PasswordPolicyRecord = {
  minimumLength: 8,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercase: false,
  requireLowercase: false,
  usersMayChange: true,
  maxAgeDays: 30,
}

async function open() {
  const rooms = await openRooms({ users: [{ name: 'Ann' }, { name: 'Bob' }] })
  const { store, clock } = rooms
  const ann = (await store.reads.find('user', account, 'ann'))!
  await store.transact(async (tx) => {
    await tx.insert('loginProfile', account, ann.id, {
      account,
      userId: ann.id,
      passwordHash: await hashPassword(password, { memoryKib: 64, passes: 1, parallelism: 1 }),
      changedAt: clock.now().toISOString(),
      resetRequired: false,
      formerHashes: [],
      createdAt: clock.now().toISOString(),
      managedBy: 'api',
    })
  })
  const profile = async () => (await store.reads.find('loginProfile', account, ann.id))!
  async function have(change: Partial<PasswordPolicyRecord>): Promise<void> {
    const record = (await store.reads.find('account', account, 'account'))!
    const passwordPolicy = { ...policy, ...change }
    await store.transact((tx) =>
      tx.update('account', account, 'account', { ...record, passwordPolicy }),
    )
  }
  const passwords = createUserPasswords({
    reads: store.reads,
    ephemeral: store.ephemeral(),
    clock,
  })
  const standing = async (userName: string, typed = password) => {
    const check = await passwords.check({ account, userName, password: typed })
    return check.right ? check.standing : 'wrong'
  }
  return { ...rooms, ann, profile, passwords, have, standing }
}

test('the right password is found by any spelling of the name, a wrong one not', async () => {
  await using at = await open()
  assert.equal(await at.standing('ANN'), 'good')
  const check = await at.passwords.check({ account, userName: 'ann', password })
  assert.ok(check.right)
  assert.equal(check.user.id, at.ann.id)
  for (const wrong of [`${password} `, password.toUpperCase(), password.normalize('NFD'), '', '\0'])
    assert.equal(await at.standing('ann', wrong), 'wrong')
  // No password, no user, another account.
  assert.equal(await at.standing('bob'), 'wrong')
  assert.equal(await at.standing('nobody'), 'wrong')
  const elsewhere = { account: '999988887777', userName: 'ann', password }
  assert.deepEqual(await at.passwords.check(elsewhere), { right: false })
})

test('an expired password is to be changed, or is of no use until it is set again', async () => {
  await using at = await open()
  await at.have({})
  assert.equal(await at.standing('ann'), 'good')
  at.clock.pass(30 * 86_400)
  assert.equal(await at.standing('ann'), 'change')
  assert.equal(await at.standing('ann', 'wrong'), 'wrong')
  await at.have({ hardExpiry: true })
  assert.equal(await at.standing('ann'), 'expired')
  await at.have({ maxAgeDays: 31 })
  assert.equal(await at.standing('ann'), 'good')
})

test('tries are counted before anything is compared, those of sessions by themselves', async () => {
  await using at = await open()
  const profile = await at.profile()
  const prove = (typed: string, bySession: boolean) => at.passwords.prove(profile, typed, bySession)
  for (let n = 0; n < 15; n++) assert.equal(await prove('guess', true), 'wrong')
  assert.equal(await prove(password, true), 'too-many')
  assert.equal(await prove(password, false), 'right')
  at.clock.pass(301)
  assert.equal(await prove(password, true), 'right')
  const together = await Promise.all(Array.from({ length: 16 }, () => prove(password, true)))
  assert.ok(together.includes('too-many'))
})

test('a password ends with its user: a namesake of the settings has none', async () => {
  await using at = await open()
  await at.put({ users: [{ name: 'Bob' }] })
  await at.put({ users: [{ name: 'Ann' }] })
  assert.equal(await at.standing('ann'), 'wrong')
  assert.equal(await at.store.reads.count('loginProfile', account), 0)
})

test('a reload of the settings leaves the password policy of the account', async () => {
  await using at = await open()
  await at.have({ minimumLength: 20 })
  await at.put({ alias: 'acme', users: [{ name: 'Ann' }] })
  const { passwordPolicy } = (await at.store.reads.find('account', account, 'account'))!
  assert.equal(passwordPolicy?.minimumLength, 20)
})
