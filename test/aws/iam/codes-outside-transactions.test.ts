import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, messageOf, userCaller } from '../wire-scene.ts'
import { authenticator } from './authenticator.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

/** IAM whose Redis stands still from `freeze` on: a claim waits until it is thawed. */
async function openFrozen() {
  let frozen: PromiseWithResolvers<void> | undefined
  let reached = Promise.withResolvers<void>()
  const iam = await openIam({
    claim: async () => {
      reached.resolve()
      await frozen?.promise
    },
  })
  await iam.make('user', { name: 'ann' })
  const device = async () => {
    const made = await iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' })
    const [seed] = texts(made, 'Base32StringSeed')
    const { code } = authenticator(Buffer.from(seed!, 'base64').toString())
    return async (action: string, away: number, call = iam.call) => {
      const answer = await call(action, {
        UserName: 'ann',
        SerialNumber: arnOf('mfa/phone'),
        AuthenticationCode1: code(iam.clock.now(), away),
        AuthenticationCode2: code(iam.clock.now(), away + 1),
      })
      return answer.status === 200 ? '200' : `${codeOf(answer)}: ${messageOf(answer)}`
    }
  }
  return {
    ...iam,
    device,
    freeze() {
      frozen = Promise.withResolvers()
      reached = Promise.withResolvers()
    },
    untilClaiming: () => reached.promise,
    thaw: (error?: Error) => (error ? frozen?.reject(error) : frozen?.resolve()),
  }
}

for (const action of ['EnableMFADevice', 'ResyncMFADevice']) {
  test(`while ${action} waits for Redis, other writes do not wait`, async () => {
    await using at = await openFrozen()
    const send = await at.device()
    if (action === 'ResyncMFADevice') assert.equal(await send('EnableMFADevice', 0), '200')
    at.freeze()
    const waiting = send(action, 4)
    await at.untilClaiming()
    assert.equal(await at.outcome('CreateUser', { UserName: 'bob' }), '200')
    at.thaw()
    assert.equal(await waiting, '200')
    assert.equal(await send('ResyncMFADevice', 4), wrong, 'the codes are used up')
  })
}

const wrong = 'InvalidAuthenticationCode: Authentication code for device is not valid'
const serial = { SerialNumber: arnOf('mfa/phone') }

test('a device made anew while codes are claimed is not enabled by the old codes', async () => {
  await using at = await openFrozen()
  const send = await at.device()
  at.freeze()
  const waiting = send('EnableMFADevice', 0)
  await at.untilClaiming()
  assert.equal(await at.outcome('DeleteVirtualMFADevice', serial), '200')
  await at.device()
  at.thaw()
  assert.equal(await waiting, wrong)
})

test('a user who is gone by the time the codes are claimed gets no device', async () => {
  await using at = await openFrozen()
  const send = await at.device()
  at.freeze()
  const waiting = send('EnableMFADevice', 0)
  await at.untilClaiming()
  assert.equal(await at.outcome('DeleteUser', { UserName: 'ann' }), '200')
  at.thaw()
  assert.match(await waiting, /^NoSuchEntity: The user with name ann cannot be found/)
  await at.make('user', { name: 'ann' })
  assert.equal(await send('EnableMFADevice', 0), wrong, 'a refused call leaves its codes used')
})

test('one who may not enable the device uses up no code', async () => {
  await using at = await openFrozen()
  const send = await at.device()
  assert.match(await send('EnableMFADevice', 0, at.as(userCaller())), /^AccessDenied: User/)
  assert.equal(await send('EnableMFADevice', 0), '200')
})
