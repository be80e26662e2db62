import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '../../../src/audit/event.ts'
import { linkTo } from '../../../src/store/links.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { SoftKey, type Twist } from '../../credentials/soft-key.ts'
import { account, allow, codeOf, messageOf, policy, userCaller } from '../wire-scene.ts'
import { openIam, texts } from './open-iam.ts'

const origin = 'https://sso.example.com'
type Iam = Awaited<ReturnType<typeof openIam>>
type Calls = Iam['call']

function plain(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&')
}

/** Begins a registration; throws the refusal. */
async function begun(call: Calls, UserName?: string): Promise<string> {
  const begin = await call('BeginSecurityKeyRegistration', UserName ? { UserName } : {})
  assert.equal(begin.status, 200, begin.body)
  return plain(texts(begin, 'Options')[0]!)
}

interface Wanted extends Twist {
  readonly UserName?: string
  readonly SecurityKeyName?: string
  readonly soft?: SoftKey
}

async function added(call: Calls, wanted: Wanted = {}) {
  const {
    UserName = 'ann',
    SecurityKeyName = 'office',
    soft = new SoftKey(origin),
    ...twist
  } = wanted
  const Response = soft.create(await begun(call, UserName), twist)
  const answer = await call('EnableSecurityKey', { UserName, SecurityKeyName, Response })
  return { answer, soft, Response, serial: texts(answer, 'SerialNumber')[0] ?? '' }
}

async function opened(more: Parameters<typeof openIam>[0] = {}) {
  const iam = await openIam(more)
  for (const name of ['ann', 'bob']) await iam.make('user', { name })
  return iam
}

test('a key is a device of its user: listed, shown, forgotten when deactivated', async () => {
  await using iam = await opened()
  const { answer, serial } = await added(iam.call)
  assert.equal(answer.status, 200, answer.body)
  assert.match(serial, /^arn:aws:iam::111122223333:u2f\/user\/ann\/office-[A-Z2-7]{20}$/)
  const second = await added(iam.call, { SecurityKeyName: 'spare' })
  const list = await iam.call('ListMFADevices', { UserName: 'ann' })
  assert.deepEqual(texts(list, 'SerialNumber').toSorted(), [serial, second.serial].toSorted())
  const shown = await iam.call('GetMFADevice', { UserName: 'ann', SerialNumber: serial })
  assert.deepEqual(texts(shown, 'UserName'), ['ann'])
  assert.doesNotMatch(shown.body, /<Certifications>/)
  const virtual = await iam.call('ListVirtualMFADevices')
  assert.deepEqual(texts(virtual, 'SerialNumber'), [], 'it is no virtual device')
  const named = { UserName: 'ann', SerialNumber: serial }
  const deleted = await iam.call('DeleteVirtualMFADevice', { SerialNumber: serial })
  assert.equal(codeOf(deleted), 'NoSuchEntity')
  for (const action of ['EnableMFADevice', 'ResyncMFADevice']) {
    const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '123457' }
    const refused = await iam.call(action, { ...named, ...codes })
    assert.match(codeOf(refused) ?? '', /EntityAlreadyExists|InvalidAuthenticationCode/, action)
  }
  assert.equal((await iam.call('DeactivateMFADevice', named)).status, 200)
  assert.equal(codeOf(await iam.call('GetMFADevice', named)), 'NoSuchEntity')
  const kept = await iam.store.reads.linked('mfaDevice', account, linkTo.owner(account, 'ann'), {
    limit: 10,
  })
  assert.deepEqual(
    kept.map(({ record }) => record.name),
    ['spare'],
  )
  assert.deepEqual(iam.bugs, [])
})

test('a user of another name keeps the key, and is not deleted while there is one', async () => {
  await using iam = await opened()
  const { serial } = await added(iam.call)
  assert.equal(codeOf(await iam.call('DeleteUser', { UserName: 'ann' })), 'DeleteConflict')
  await iam.call('UpdateUser', { UserName: 'ann', NewUserName: 'anna' })
  const list = await iam.call('ListMFADevices', { UserName: 'anna' })
  assert.deepEqual(texts(list, 'SerialNumber'), [serial])
})

test('a response counts once, for the user and the caller that it was asked for', async () => {
  await using iam = await opened()
  const again = async (call: Calls, UserName: string, Response: string) =>
    codeOf(await call('EnableSecurityKey', { UserName, SecurityKeyName: 'again', Response }))
  const { Response } = await added(iam.call)
  assert.equal(await again(iam.call, 'ann', Response), 'InvalidAuthenticationCode')
  assert.equal(await again(iam.call, 'bob', Response), 'InvalidAuthenticationCode')
  const other = iam.as(userCaller({ userId: 'AIDAEVE', layers: { identity: [allow('iam:*')] } }))
  const asked = new SoftKey(origin).create(await begun(other, 'ann'))
  assert.equal(await again(iam.call, 'ann', asked), 'InvalidAuthenticationCode', 'not its caller')
  assert.equal(await again(other, 'ann', asked), undefined)
  const evil = await added(iam.call, { origin: 'https://evil.example' })
  assert.equal(codeOf(evil.answer), 'InvalidAuthenticationCode')
})

test('the same credential is registered for a user once', async () => {
  await using iam = await opened()
  const { soft } = await added(iam.call)
  const twice = await added(iam.call, { soft })
  assert.equal(codeOf(twice.answer), 'InvalidAuthenticationCode')
})

test('two responses at once to one challenge register one key', async () => {
  await using iam = await opened()
  const options = await begun(iam.call, 'ann')
  const answers = await Promise.all(
    ['one', 'other'].map((SecurityKeyName) =>
      iam.call('EnableSecurityKey', {
        ...{ UserName: 'ann', SecurityKeyName },
        Response: new SoftKey(origin).create(options),
      }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 403])
})

test('eight devices of all kinds together; the ninth is not asked for', async () => {
  await using iam = await opened()
  const early = await begun(iam.call, 'ann')
  for (let at = 0; at < 8; at++) await added(iam.call, { SecurityKeyName: `key-${at}` })
  const ninth = await iam.call('BeginSecurityKeyRegistration', { UserName: 'ann' })
  assert.equal(codeOf(ninth), 'LimitExceeded')
  const late = {
    UserName: 'ann',
    SecurityKeyName: 'late',
    Response: new SoftKey(origin).create(early),
  }
  assert.equal(codeOf(await iam.call('EnableSecurityKey', late)), 'LimitExceeded')
  assert.equal((await added(iam.call, { UserName: 'bob' })).answer.status, 200)
})

test('policies decide both steps as iam:EnableMFADevice, by step', async () => {
  const only = (step: string) =>
    userCaller({
      layers: {
        identity: [
          policy('identity', {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'iam:EnableMFADevice',
                Resource: '*',
                Condition: { StringEquals: { 'iam:RegisterSecurityKey': step } },
              },
            ],
          }),
        ],
      },
    })
  await using iam = await opened()
  const creates = iam.as(only('Create'))
  const { answer } = await added(creates)
  assert.equal(codeOf(answer), 'AccessDenied')
  assert.match(messageOf(answer) ?? '', /iam:EnableMFADevice on resource: .*user\/ann/)
  const activates = iam.as(only('Activate'))
  const begin = await activates('BeginSecurityKeyRegistration', { UserName: 'ann' })
  assert.equal(codeOf(begin), 'AccessDenied')
  const Response = new SoftKey(origin).create(await begun(creates, 'ann'))
  const named = { UserName: 'ann', SecurityKeyName: 'mine', Response }
  assert.equal((await activates('EnableSecurityKey', named)).status, 200)
})

test('a policy that wants a certification refuses a key that does not prove one', async () => {
  const certified = (key: string) => ({
    Effect: 'Allow',
    Action: 'iam:EnableMFADevice',
    Resource: '*',
    Condition: { StringLike: { [key]: '*' } },
  })
  const create = {
    Effect: 'Allow',
    Action: 'iam:EnableMFADevice',
    Resource: '*',
    Condition: { StringEquals: { 'iam:RegisterSecurityKey': 'Create' } },
  }
  for (const key of [
    'iam:FIDO-certification',
    'iam:FIDO-FIPS-140-2-certification',
    'iam:FIDO-FIPS-140-3-certification',
  ]) {
    const Statement = [create, certified(key)]
    const identity = [policy('identity', { Version: '2012-10-17', Statement })]
    await using iam = await opened({ caller: userCaller({ layers: { identity } }) })
    const { answer } = await added(iam.call)
    assert.equal(codeOf(answer), 'AccessDenied', key)
  }
})

test('at an address without a name there are no keys, and the caller is told', async () => {
  await using iam = await opened({
    keySettings: () => ({
      party: undefined,
      wishes: { userVerification: 'preferred', residentKey: 'discouraged', attestation: 'none' },
      models: [],
      passkeys: false,
    }),
  })
  const begin = await iam.call('BeginSecurityKeyRegistration', { UserName: 'ann' })
  assert.equal(codeOf(begin), 'InvalidInput')
  assert.match(messageOf(begin) ?? '', /no IP address/)
})

test('what a browser answered is in no audit event', async () => {
  const events: AuditEvent[] = []
  await using iam = await opened({ audit: recordingAudit(events) })
  const { Response } = await added(iam.call)
  const { clientDataJSON } = JSON.parse(Response).response
  const written = JSON.stringify(events)
  assert.match(written, /EnableSecurityKey/)
  assert.doesNotMatch(written, new RegExp(clientDataJSON))
  assert.doesNotMatch(written, /pubKeyCredParams/)
})

test('a code is given for an answer that verifies, to a caller who has a key', async () => {
  await using iam = await opened()
  await iam.make('user', { name: 'alice', id: 'AIDAALICE' })
  const none = await iam.call('GetSecurityKeyChallenge')
  assert.equal(codeOf(none), 'NoSuchEntity')
  const { soft } = await added(iam.call, { UserName: 'alice' })
  const asked = await iam.call('GetSecurityKeyChallenge')
  const Response = soft.get(plain(texts(asked, 'Options')[0]!))
  const made = await iam.call('CreateSecurityKeyCode', { Response })
  assert.match(texts(made, 'Code')[0] ?? '', /^\d{6}$/)
  const again = await iam.call('CreateSecurityKeyCode', { Response })
  assert.equal(codeOf(again), 'InvalidAuthenticationCode')
})
