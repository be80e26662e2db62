import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RelyingParty } from '../../src/credentials/webauthn.ts'
import { createSecurityKeys, type KeyHolder } from '../../src/sessions/security-keys.ts'
import { SoftKey, type Twist } from '../credentials/soft-key.ts'
import { openRooms } from './scene.ts'

const origin = 'https://sso.example.com'
const party: RelyingParty = { id: 'sso.example.com', name: 'Example', origin }
const touch = { purpose: 'touch', by: 'browser-1' }
const register = { purpose: 'register', by: 'AIDAANN' }
const ann: KeyHolder = { handle: '111122223333/AIDAANN', name: 'ann@example', keys: [] }
const bob: KeyHolder = { handle: '111122223333/AIDABOB', name: 'bob@example', keys: [] }

async function opened(userVerification: 'required' | 'preferred' = 'preferred') {
  const rooms = await openRooms({})
  const keys = createSecurityKeys({
    ...{ ring: rooms.ring, ephemeral: rooms.store.ephemeral(), clock: rooms.clock },
    settings: () => ({
      party,
      wishes: { userVerification, residentKey: 'discouraged', attestation: 'none' },
      models: [],
      passkeys: false,
    }),
  })
  /** Registers a key of software for somebody. */
  async function registered(holder: KeyHolder, soft = new SoftKey(origin)) {
    const response = soft.create(await keys.registration(holder, register))
    const key = await keys.newKey(holder, register, response)
    assert.ok(key, 'an honest key is taken')
    assert.ok(await keys.claim(key.challenge))
    return { soft, holder: { ...holder, keys: [...holder.keys, key] } }
  }
  const dispose = () => rooms[Symbol.asyncDispose]()
  return { ...rooms, keys, registered, [Symbol.asyncDispose]: dispose }
}

test('a key is registered, and its touch is taken once', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const response = soft.get(await at.keys.proof(holder, touch))
  const touched = await at.keys.touched(holder, touch, response)
  assert.ok(typeof touched === 'object')
  assert.equal(touched.key.credentialId, soft.id.toString('base64url'))
  assert.equal(touched.counter, 1)
  assert.equal(await at.keys.touched(holder, touch, response), 'refused', 'replayed')
})

test('two tabs ask at once: each has a challenge of its own, and both are answered', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const [one, other] = [await at.keys.proof(holder, touch), await at.keys.proof(holder, touch)]
  const second = soft.get(other)
  assert.ok(typeof (await at.keys.touched(holder, touch, second)) === 'object')
  const first = soft.get(one)
  assert.ok(typeof (await at.keys.touched(holder, touch, first)) === 'object')
})

test('the options ask for the key of the user only, and for five minutes', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const options = JSON.parse(await at.keys.proof(holder, touch))
  assert.deepEqual(
    options.allowCredentials.map(({ id }: { id: string }) => id),
    [soft.id.toString('base64url')],
  )
  assert.equal(options.rpId, 'sso.example.com')
  assert.equal(options.timeout, 300_000)
  const again = JSON.parse(await at.keys.registration(holder, register))
  assert.equal(again.excludeCredentials.length, 1, 'no key is registered twice')
  assert.doesNotMatch(Buffer.from(again.challenge, 'base64url').toString(), /AIDA/, 'sealed')
})

const forged: Readonly<Record<string, Twist>> = {
  'another origin': { origin: 'https://sso.example.com.evil.example' },
  'the same host over http': { origin: 'http://sso.example.com' },
  'another site': { rpId: 'evil.example' },
  'a challenge of its own': { challenge: Buffer.from('x'.repeat(32)).toString('base64url') },
  'a page within another page': { crossOrigin: true },
  'the other ceremony': { type: 'webauthn.other' },
  'nobody present': { flags: 0x40 },
}
for (const [what, twist] of Object.entries(forged)) {
  test(`a new key of ${what} is not taken`, async () => {
    await using at = await opened()
    const response = new SoftKey(origin).create(await at.keys.registration(ann, register), twist)
    assert.equal(await at.keys.newKey(ann, register, response), undefined)
  })
  test(`a touch of ${what} is not taken`, async () => {
    await using at = await opened()
    const { soft, holder } = await at.registered(ann)
    const options = await at.keys.proof(holder, touch)
    const flags = twist.flags === undefined ? {} : { flags: 0 }
    const response = soft.get(options, { ...twist, ...flags })
    assert.equal(await at.keys.touched(holder, touch, response), 'refused')
    const honest = soft.get(options)
    assert.ok(typeof (await at.keys.touched(holder, touch, honest)) === 'object', 'not used up')
  })
}

test('a challenge is good for its holder, its use and its browser alone', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const other = await at.registered(bob)
  const response = soft.get(await at.keys.proof(holder, touch))
  const refused = [
    at.keys.touched(other.holder, touch, response),
    at.keys.touched({ ...other.holder, keys: holder.keys }, touch, response),
    at.keys.touched(holder, { ...touch, purpose: 'sign-in' }, response),
    at.keys.touched(holder, { ...touch, by: 'browser-2' }, response),
    at.keys.touched(holder, touch, other.soft.get(await at.keys.proof(holder, touch))),
    at.keys.touched(holder, touch, soft.get(await at.keys.registration(holder, register))),
  ]
  for (const one of refused) assert.equal(await one, 'refused')
  const forAnn = new SoftKey(origin).create(await at.keys.registration(ann, register))
  assert.equal(await at.keys.newKey(bob, register, forAnn), undefined)
  assert.equal(await at.keys.newKey(ann, { ...register, by: 'AIDABOB' }, forAnn), undefined)
  assert.ok(await at.keys.newKey(ann, register, forAnn))
})

test('a challenge ends after five minutes', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const options = await at.keys.proof(holder, touch)
  const creating = await at.keys.registration(ann, register)
  at.clock.pass(301)
  assert.equal(await at.keys.touched(holder, touch, soft.get(options)), 'refused')
  const late = new SoftKey(origin).create(creating)
  assert.equal(await at.keys.newKey(ann, register, late), undefined)
})

test('a counter that goes back or stands still tells of a copy', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const [key] = holder.keys
  const used = { ...holder, keys: [{ ...key!, counter: 7 }] }
  for (const counter of [0, 6, 7]) {
    const response = soft.get(await at.keys.proof(used, touch), { counter })
    assert.equal(await at.keys.touched(used, touch, response), 'copied', `${counter}`)
  }
  const next = soft.get(await at.keys.proof(used, touch), { counter: 8 })
  assert.ok(typeof (await at.keys.touched(used, touch, next)) === 'object')
  // A phone counts nothing: zero for ever.
  const still = soft.get(await at.keys.proof(holder, touch), { counter: 0 })
  assert.ok(typeof (await at.keys.touched(holder, touch, still)) === 'object')
  // Whoever signs with another key says nothing of this one.
  const forger = new SoftKey(origin)
  const forgery = JSON.parse(forger.get(await at.keys.proof(used, touch), { counter: 1 }))
  forgery.id = forgery.rawId = key!.credentialId
  assert.equal(await at.keys.touched(used, touch, JSON.stringify(forgery)), 'refused')
})

test('where verification is required, a key that does not verify is refused', async () => {
  await using at = await opened('required')
  const unverified = new SoftKey(origin).create(await at.keys.registration(ann, register), {
    flags: 0x41,
  })
  assert.equal(await at.keys.newKey(ann, register, unverified), undefined)
  const { soft, holder } = await at.registered(ann)
  const response = soft.get(await at.keys.proof(holder, touch), { flags: 0x01 })
  assert.equal(await at.keys.touched(holder, touch, response), 'refused')
})

test('whatever is no response is refused, and quickly', async () => {
  await using at = await opened()
  const { soft, holder } = await at.registered(ann)
  const good = soft.get(await at.keys.proof(holder, touch))
  const nested = '['.repeat(8000)
  const texts = ['', '{}', 'null', '"x"', nested, good + ' '.repeat(20_000), good.slice(0, -9)]
  for (const text of [...texts, good.replace('public-key', 'password')]) {
    assert.equal(await at.keys.touched(holder, touch, text), 'refused')
    assert.equal(await at.keys.newKey(ann, register, text), undefined)
  }
  const whole = JSON.parse(good)
  for (const part of ['clientDataJSON', 'authenticatorData', 'signature']) {
    const broken = { ...whole, response: { ...whole.response, [part]: 'AAAA' } }
    assert.equal(await at.keys.touched(holder, touch, JSON.stringify(broken)), 'refused', part)
  }
})

test('one key serves several users, with a credential for each', async () => {
  await using at = await opened()
  const forAnn = await at.registered(ann)
  const forBob = await at.registered(bob)
  const response = forAnn.soft.get(await at.keys.proof(forBob.holder, touch))
  assert.equal(await at.keys.touched(forBob.holder, touch, response), 'refused')
  assert.notEqual(forAnn.soft.userHandle, forBob.soft.userHandle)
})
