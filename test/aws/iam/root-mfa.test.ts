import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { codeOfStep, stepOf } from '../../../src/credentials/totp.ts'
import { mfaDeviceKey } from '../../../src/sessions/mfa.ts'
import { openRunning } from '../../journeys/running.ts'
import { account, allow, claims, userCaller } from '../wire-scene.ts'
import { authenticator } from './authenticator.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const principal = { kind: 'root' as const, arn: arnOf('root'), account }
const root = userCaller({
  principal,
  userId: account,
  layers: { identity: [allow('*')] },
  context: new Map(),
})

async function openScene() {
  const at = await openIam({ caller: root })
  async function device(VirtualMFADeviceName: string) {
    const made = await at.call('CreateVirtualMFADevice', { VirtualMFADeviceName })
    const [seed] = texts(made, 'Base32StringSeed')
    const { code } = authenticator(Buffer.from(seed!, 'base64').toString())
    const SerialNumber = arnOf(`mfa/${VirtualMFADeviceName}`)
    const pair = (away: number) => ({
      ...{ UserName: account, SerialNumber },
      AuthenticationCode1: code(at.clock.now(), away),
      AuthenticationCode2: code(at.clock.now(), away + 1),
    })
    return {
      SerialNumber,
      enable: () => at.outcome('EnableMFADevice', pair(-1)),
      resync: (away: number) => at.outcome('ResyncMFADevice', pair(away)),
    }
  }
  return { ...at, device }
}

test('root enables, lists, resynchronizes and deactivates devices of its own', async () => {
  await using at = await openScene()
  await at.make('user', { name: 'ann' })
  const phone = await at.device('root-account-mfa-device')
  assert.equal(await phone.enable(), '200')
  const serial = { SerialNumber: phone.SerialNumber }
  const mine = await at.call('ListMFADevices')
  assert.deepEqual(
    [texts(mine, 'SerialNumber'), texts(mine, 'UserName')],
    [[phone.SerialNumber], [account]],
  )
  const virtual = await at.call('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' })
  assert.deepEqual(texts(virtual, 'Arn'), [arnOf('root')])
  assert.deepEqual(texts(virtual, 'UserId'), [account])
  assert.match((await at.call('GetAccountSummary')).body, /AccountMFAEnabled<\/key>\s*<value>1</)
  await at.call('GenerateCredentialReport')
  const [report] = texts(await at.call('GetCredentialReport'), 'Content')
  assert.match(
    Buffer.from(report!, 'base64').toString(),
    /^<root_account>,[^,]*,[^,]*,not_supported,no_information,not_supported,not_supported,true,/m,
  )
  assert.equal(await phone.resync(60), '200')
  assert.match(await at.outcome('DeleteVirtualMFADevice', serial), /^DeleteConflict: /)
  assert.match(
    await at.outcome('DeactivateMFADevice', { ...serial, UserName: 'ann' }),
    /^NoSuchEntity: .*not enabled for user ann/,
  )
  assert.equal(await at.outcome('GetMFADevice', serial), '200')
  assert.equal(await at.outcome('DeactivateMFADevice', { ...serial, UserName: account }), '200')
  assert.match(await at.outcome('GetMFADevice', serial), /not enabled for the root of the account/)
  assert.match((await at.call('GetAccountSummary')).body, /AccountMFAEnabled<\/key>\s*<value>0</)
  assert.equal(await at.outcome('DeleteVirtualMFADevice', serial), '200')
})

test('root has eight devices at most, hardware ones among them', async () => {
  await using at = await openScene()
  const seed = randomBytes(20)
  const hardware = { digits: 6, stepSeconds: 60 } as const
  const serialNumber = 'GAHT12345678'
  await at.store.transact((tx) =>
    tx.insert('mfaDevice', account, mfaDeviceKey(serialNumber), {
      ...{ account, name: serialNumber, path: '/', serialNumber, hardware, tags: [] },
      sealedSeed: at.ring.seal('mfa-seed', seed),
      createdAt: '2026-01-01T00:00:00.000Z',
      managedBy: 'api',
    }),
  )
  const code = (away: number) => codeOfStep(seed, stepOf(at.clock.now(), hardware) + away, hardware)
  const enabled = await at.outcome('EnableMFADevice', {
    ...{ UserName: account, SerialNumber: serialNumber },
    ...{ AuthenticationCode1: code(-1), AuthenticationCode2: code(0) },
  })
  assert.equal(enabled, '200')
  for (let i = 1; i < 8; i++) assert.equal(await (await at.device(`root-${i}`)).enable(), '200')
  assert.match(await (await at.device('root-8')).enable(), /^LimitExceeded: /)
})

test("nobody else reaches root's devices, by no name, nor takes root's place", async () => {
  await using at = await openScene()
  // An administrator makes a user who is called like the account.
  await at.make('user', { name: account })
  const phone = await at.device('phone')
  const admin = at.as(userCaller({ layers: { identity: [allow('iam:*')] } }))
  assert.equal(await phone.enable(), '200')
  const ofUser = await admin('ListMFADevices', { UserName: account })
  assert.deepEqual(texts(ofUser, 'SerialNumber'), [], 'root itself got it, not the user')
  const serial = { SerialNumber: phone.SerialNumber }
  for (const UserName of [account, 'root', 'alice'])
    assert.notEqual((await admin('DeactivateMFADevice', { ...serial, UserName })).status, 200)
  assert.notEqual((await admin('DeleteVirtualMFADevice', serial)).status, 200)
  const other = userCaller({
    ...{ principal: { ...principal, account: '999999999999' }, account: '999999999999' },
    ...{ userId: '999999999999', layers: { identity: [allow('*')] } },
  })
  const taken = await at.as(other)('DeactivateMFADevice', serial)
  assert.notEqual(taken.status, 200)
  assert.deepEqual(texts(await at.call('ListMFADevices'), 'SerialNumber'), [phone.SerialNumber])
})

test("the account that manages a root takes the root's devices away", async () => {
  await using at = await openScene()
  const phone = await at.device('phone')
  assert.equal(await phone.enable(), '200')
  const task = at.as({ ...root, credentials: 'temporary', claims: claims('root-session') })
  const listed = await task('ListMFADevices')
  assert.deepEqual(texts(listed, 'SerialNumber'), [phone.SerialNumber])
  const taken = await task('DeactivateMFADevice', { SerialNumber: phone.SerialNumber })
  assert.equal(taken.status, 200)
  assert.deepEqual(texts(await at.call('ListMFADevices'), 'SerialNumber'), [])
})

test("a code makes root's session one with MFA, once; nobody else's code does", async () => {
  const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
  await using at = await openRunning(`
accounts:
  "${account}":
    alias: acme
    rootAccessKeys: [{ accessKeyId: AKIAROOTROOTROOTROO2, secretAccessKey: ${secretAccessKey} }]
    users:
      Ann:
        accessKeys: [{ accessKeyId: AKIAANNAANNAANNAANN2, secretAccessKey: ${secretAccessKey} }]
`)
  const config = (accessKeyId: string, more = {}) => ({
    endpoint: at.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    systemClockOffset: at.clock.now().getTime() - Date.now(),
    credentials: { accessKeyId, secretAccessKey, ...more },
  })
  const client = new iam.IAMClient(config('AKIAROOTROOTROOTROO2'))
  const make = async (VirtualMFADeviceName: string, UserName: string) => {
    const { VirtualMFADevice } = await client.send(
      new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }),
    )
    const app = authenticator(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString())
    const code = (away: number) => app.code(at.clock.now(), away)
    const SerialNumber = VirtualMFADevice!.SerialNumber!
    const [AuthenticationCode1, AuthenticationCode2] = [code(-1), code(0)]
    await client.send(
      new iam.EnableMFADeviceCommand({
        ...{ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 },
      }),
    )
    return { SerialNumber, code }
  }
  const [ofRoot, ofAnn] = [await make('root', account), await make('ann', 'Ann')]
  const session = async (key: string, given: { SerialNumber?: string; TokenCode?: string }) => {
    const { Credentials } = await new STSClient(config(key)).send(new GetSessionTokenCommand(given))
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!
    return new iam.IAMClient(
      config(AccessKeyId!, { secretAccessKey: SecretAccessKey, sessionToken: SessionToken }),
    )
  }
  const code = { SerialNumber: ofRoot.SerialNumber, TokenCode: ofRoot.code(1) }
  const associated = /associated with this user/
  await assert.rejects(session('AKIAANNAANNAANNAANN2', code), associated)
  const anns = { SerialNumber: ofAnn.SerialNumber, TokenCode: ofAnn.code(1) }
  await assert.rejects(session('AKIAROOTROOTROOTROO2', anns), associated)
  const later = { ...code, TokenCode: ofRoot.code(5) }
  await assert.rejects(session('AKIAROOTROOTROOTROO2', later), /invalid MFA/)
  const proved = await session('AKIAROOTROOTROOTROO2', code)
  const { SummaryMap } = await proved.send(new iam.GetAccountSummaryCommand({}))
  assert.equal(SummaryMap?.AccountMFAEnabled, 1)
  await assert.rejects(session('AKIAROOTROOTROOTROO2', code), /invalid MFA/)
  const without = await session('AKIAROOTROOTROOTROO2', {})
  await assert.rejects(without.send(new iam.GetAccountSummaryCommand({})))
})
