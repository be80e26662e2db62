import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as iam from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { codeOfStep } from '../../../src/credentials/totp.ts'
import { openRunning } from '../../journeys/running.ts'
import { authenticator } from './authenticator.ts'

const account = '111122223333'
const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const settings = `
accounts:
  "${account}":
    alias: acme
    rootAccessKeys: [{ accessKeyId: AKIAROOTROOTROOTROO2, secretAccessKey: ${secretAccessKey} }]
    users:
      Ann:
        accessKeys: [{ accessKeyId: AKIAANNAANNAANNAANN2, secretAccessKey: ${secretAccessKey} }]
        policies:
          WithMfa:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: "iam:*"
                Resource: "*"
                Condition:
                  Bool: { "aws:MultiFactorAuthPresent": "true" }
                  NumericLessThan: { "aws:MultiFactorAuthAge": "600" }
              - { Effect: Allow, Action: "sts:AssumeRole", Resource: "*" }
      Bob:
        accessKeys: [{ accessKeyId: AKIABOBBBOBBBOBBBOB2, secretAccessKey: ${secretAccessKey} }]
    roles:
      Guarded:
        trustPolicy:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { AWS: "${account}" }
              Action: "sts:AssumeRole"
              Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } }
`
const named =
  (name: string, message = /./) =>
  (error: Error) =>
    (error.name === name || error.name === `${name}Exception`) && message.test(error.message)

async function opened() {
  const running = await openRunning(settings)
  const config = (accessKeyId: string, more = {}) => ({
    endpoint: running.origin,
    region: 'us-east-1',
    maxAttempts: 1,
    systemClockOffset: running.clock.now().getTime() - Date.now(),
    credentials: { accessKeyId, secretAccessKey, ...more },
  })
  const root = new iam.IAMClient(config('AKIAROOTROOTROOTROO2'))
  /** A device with its app: `code` is what it shows, `away` steps from now. */
  async function device(VirtualMFADeviceName: string, Path?: string) {
    const { VirtualMFADevice } = await root.send(
      new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, Path }),
    )
    const { seed, code: codeAt } = authenticator(
      Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString(),
    )
    const code = (away = 0) => codeAt(running.clock.now(), away)
    const SerialNumber = VirtualMFADevice!.SerialNumber!
    const enable = (UserName: string, away = -1) =>
      root.send(
        new iam.EnableMFADeviceCommand({
          UserName,
          SerialNumber,
          AuthenticationCode1: code(away),
          AuthenticationCode2: code(away + 1),
        }),
      )
    return {
      SerialNumber,
      code,
      enable,
      seed,
      png: Buffer.from(VirtualMFADevice!.QRCodePNG!),
      text: Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString(),
    }
  }
  return {
    ...running,
    config,
    root,
    device,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

test('a device is made, enabled by two codes, listed, deactivated and deleted', async () => {
  await using at = await opened()
  const { root } = at
  const one = await at.device('ann-phone')
  assert.equal(one.SerialNumber, `arn:aws:iam::${account}:mfa/ann-phone`)
  assert.equal(one.seed.length, 20)
  assert.deepEqual([...one.png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
  await assert.rejects(
    root.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'Ann-Phone' })),
    named('EntityAlreadyExists'),
  )
  const of = (UserName: string, first: string, second: string) =>
    root.send(
      new iam.EnableMFADeviceCommand({
        UserName,
        SerialNumber: one.SerialNumber,
        AuthenticationCode1: first,
        AuthenticationCode2: second,
      }),
    )
  await assert.rejects(
    of('Ann', one.code(0), one.code(-1)),
    named('InvalidAuthenticationCode', /Authentication code for device is not valid/),
  )
  await assert.rejects(of('Ann', one.code(0), one.code(0)), named('InvalidAuthenticationCode'))
  await assert.rejects(of('Nobody', one.code(-1), one.code(0)), named('NoSuchEntity'))
  await one.enable('ann')
  await assert.rejects(one.enable('Bob'), named('EntityAlreadyExists', /already in use/))

  const listed = async (AssignmentStatus: iam.AssignmentStatusType) =>
    (await root.send(new iam.ListVirtualMFADevicesCommand({ AssignmentStatus })))
      .VirtualMFADevices ?? []
  await at.device('spare')
  assert.deepEqual(
    (await listed('Assigned')).map(({ User, Base32StringSeed }) => [
      User?.UserName,
      Base32StringSeed,
    ]),
    [['Ann', undefined]],
  )
  assert.deepEqual(
    (await listed('Unassigned')).map(({ SerialNumber }) => SerialNumber),
    [`arn:aws:iam::${account}:mfa/spare`],
  )
  assert.equal((await listed('Any')).length, 2)
  assert.deepEqual(
    (await root.send(new iam.ListMFADevicesCommand({ UserName: 'Ann' }))).MFADevices?.map(
      ({ SerialNumber, UserName }) => [SerialNumber, UserName],
    ),
    [[one.SerialNumber, 'Ann']],
  )
  const { SummaryMap } = await root.send(new iam.GetAccountSummaryCommand({}))
  assert.deepEqual([SummaryMap?.MFADevices, SummaryMap?.MFADevicesInUse], [2, 1])

  await assert.rejects(
    root.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber: one.SerialNumber })),
    named('DeleteConflict', /Must deactivate first/),
  )
  await assert.rejects(
    root.send(
      new iam.DeactivateMFADeviceCommand({ SerialNumber: one.SerialNumber, UserName: 'Bob' }),
    ),
    named('NoSuchEntity'),
  )
  await root.send(
    new iam.DeactivateMFADeviceCommand({ SerialNumber: one.SerialNumber, UserName: 'Ann' }),
  )
  await root.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber: one.SerialNumber }))
  await assert.rejects(
    one.enable('Ann'),
    named('NoSuchEntity', /VirtualMFADevice with serial number .* doesn't exist/),
  )
})

test('a code opens what policies guard with MFA, for as long as they say', async () => {
  await using at = await opened()
  const phone = await at.device('ann')
  await phone.enable('Ann', -2)
  const sts = new STSClient(at.config('AKIAANNAANNAANNAANN2'))
  const session = async (TokenCode: string) =>
    (await sts.send(new GetSessionTokenCommand({ SerialNumber: phone.SerialNumber, TokenCode })))
      .Credentials!
  await assert.rejects(
    new iam.IAMClient(at.config('AKIAANNAANNAANNAANN2')).send(new iam.ListUsersCommand({})),
    named('AccessDenied'),
  )
  const keys = await session(phone.code())
  const client = new iam.IAMClient(
    at.config(keys.AccessKeyId!, {
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.SessionToken,
    }),
  )
  assert.equal((await client.send(new iam.ListUsersCommand({}))).Users?.length, 2)

  const assume = (more: object) =>
    sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/Guarded`,
        RoleSessionName: 'me',
        ...more,
      }),
    )
  await assert.rejects(
    assume({}),
    named('AccessDenied', /not authorized to perform: sts:AssumeRole/),
  )
  assert.ok(
    (await assume({ SerialNumber: phone.SerialNumber, TokenCode: phone.code(1) })).Credentials,
  )
  at.clock.pass(601)
  const later = new iam.IAMClient(
    at.config(keys.AccessKeyId!, {
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.SessionToken,
    }),
  )
  await assert.rejects(later.send(new iam.ListUsersCommand({})), named('AccessDenied'))
})

test('no code is taken twice: at once, for another operation, or after enabling', async () => {
  await using at = await opened()
  const phone = await at.device('ann')
  await phone.enable('Ann', -1)
  const sts = new STSClient(at.config('AKIAANNAANNAANNAANN2'))
  const take = (away: number) =>
    sts.send(
      new GetSessionTokenCommand({ SerialNumber: phone.SerialNumber, TokenCode: phone.code(away) }),
    )
  const spent = named('AccessDenied', /invalid MFA one time pass code/)
  for (const away of [-1, 0]) await assert.rejects(take(away), spent)
  const both = await Promise.allSettled([take(1), take(1), take(1)])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
  await assert.rejects(
    sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/Guarded`,
        RoleSessionName: 'me',
        SerialNumber: phone.SerialNumber,
        TokenCode: phone.code(1),
      }),
    ),
    spent,
  )
  const resync = (first: number) =>
    at.root.send(
      new iam.ResyncMFADeviceCommand({
        UserName: 'Ann',
        SerialNumber: phone.SerialNumber,
        AuthenticationCode1: phone.code(first),
        AuthenticationCode2: phone.code(first + 1),
      }),
    )
  await assert.rejects(resync(1), named('InvalidAuthenticationCode'))
  await resync(2)
  // Off and on again with the codes that put it on.
  await at.root.send(
    new iam.DeactivateMFADeviceCommand({ UserName: 'Ann', SerialNumber: phone.SerialNumber }),
  )
  await assert.rejects(phone.enable('Ann', -1), named('InvalidAuthenticationCode'))
})

test('a device whose clock went astray is set right by two codes, within an hour', async () => {
  await using at = await opened()
  const phone = await at.device('ann')
  await phone.enable('Ann', -1)
  const sts = new STSClient(at.config('AKIAANNAANNAANNAANN2'))
  const take = (away: number) =>
    sts.send(
      new GetSessionTokenCommand({ SerialNumber: phone.SerialNumber, TokenCode: phone.code(away) }),
    )
  await assert.rejects(take(60), named('AccessDenied'))
  const resync = (first: number) =>
    at.root.send(
      new iam.ResyncMFADeviceCommand({
        UserName: 'Ann',
        SerialNumber: phone.SerialNumber,
        AuthenticationCode1: phone.code(first),
        AuthenticationCode2: phone.code(first + 1),
      }),
    )
  await assert.rejects(resync(130), named('InvalidAuthenticationCode'))
  await resync(60)
  assert.ok((await take(62)).Credentials)
  await assert.rejects(take(1), named('AccessDenied'))
})

test("guessing stops, another user's device is unknown, and a user has eight at most", async () => {
  await using at = await opened()
  const phone = await at.device('ann')
  await phone.enable('Ann', -2)
  const take = (accessKeyId: string, TokenCode: string) =>
    new STSClient(at.config(accessKeyId)).send(
      new GetSessionTokenCommand({ SerialNumber: phone.SerialNumber, TokenCode }),
    )
  await assert.rejects(
    take('AKIABOBBBOBBBOBBBOB2', phone.code()),
    named('AccessDenied', /associated with this user/),
  )
  const wrong = codeOfStep(phone.seed, 1)
  for (let i = 0; i < 15; i++)
    await assert.rejects(take('AKIAANNAANNAANNAANN2', wrong), named('AccessDenied'))
  await assert.rejects(
    take('AKIAANNAANNAANNAANN2', phone.code()),
    named('AccessDenied', /invalid MFA/),
  )
  at.clock.pass(301)
  assert.ok((await take('AKIAANNAANNAANNAANN2', phone.code())).Credentials)

  for (let i = 0; i < 8; i++) await (await at.device(`bob-${i}`)).enable('Bob')
  await assert.rejects(
    (await at.device('bob-9')).enable('Bob'),
    named('LimitExceeded', /MFADevicesPerUser: 8/),
  )
})

test('eight devices give no more tries than one', async () => {
  await using at = await opened()
  const devices = []
  for (let i = 0; i < 8; i++) devices.push(await at.device(`ann-${i}`))
  for (const device of devices) await device.enable('Ann', -2)
  const take = ({ SerialNumber }: { SerialNumber: string }, TokenCode: string) =>
    new STSClient(at.config('AKIAANNAANNAANNAANN2')).send(
      new GetSessionTokenCommand({ SerialNumber, TokenCode }),
    )
  for (let i = 0; i < 15; i++) {
    const device = devices[i % 7]!
    await assert.rejects(
      take(device, codeOfStep(device.seed, 1)),
      named('AccessDenied', /invalid MFA/),
    )
  }
  const untouched = devices[7]!
  await assert.rejects(take(untouched, untouched.code()), named('AccessDenied', /invalid MFA/))
  const refusals = (await at.events(32)).filter(
    ({ eventName, errorCode }) => eventName === 'GetSessionToken' && errorCode !== undefined,
  )
  assert.deepEqual(
    refusals
      .map(({ additionalEventData }) => additionalEventData?.gatehouse?.detail)
      .filter(Boolean),
    [
      'too many one-time codes were tried, by this user, by sessions of this user, or from ' +
        'this address',
    ],
  )
  at.clock.pass(301)
  assert.ok((await take(untouched, untouched.code())).Credentials)
})

test('devices follow a renamed user and hold a user who is to be deleted', async () => {
  await using at = await opened()
  const { root } = at
  await root.send(new iam.CreateUserCommand({ UserName: 'zoe' }))
  const phone = await at.device('zoe')
  await phone.enable('zoe')
  const { AccessKey: key } = await root.send(new iam.CreateAccessKeyCommand({ UserName: 'zoe' }))
  const { Credentials: session } = await new STSClient(
    at.config(key!.AccessKeyId!, { secretAccessKey: key!.SecretAccessKey }),
  ).send(new GetSessionTokenCommand({}))
  const asSession = () =>
    new STSClient(
      at.config(session!.AccessKeyId!, {
        secretAccessKey: session!.SecretAccessKey,
        sessionToken: session!.SessionToken,
      }),
    ).send(new GetCallerIdentityCommand({}))
  assert.ok(await asSession())
  await root.send(new iam.UpdateUserCommand({ UserName: 'zoe', NewUserName: 'Zora' }))
  assert.match((await asSession()).Arn!, /:user\/Zora$/, 'the session goes on under the new name')
  await root.send(
    new iam.DeleteAccessKeyCommand({ UserName: 'Zora', AccessKeyId: key!.AccessKeyId! }),
  )
  assert.equal(
    (
      await root.send(
        new iam.GetMFADeviceCommand({ SerialNumber: phone.SerialNumber, UserName: 'zora' }),
      )
    ).UserName,
    'Zora',
  )
  await assert.rejects(
    root.send(new iam.DeleteUserCommand({ UserName: 'Zora' })),
    named('DeleteConflict', /must delete MFA device first/),
  )
  await root.send(
    new iam.DeactivateMFADeviceCommand({ SerialNumber: phone.SerialNumber, UserName: 'Zora' }),
  )
  await root.send(new iam.DeleteUserCommand({ UserName: 'Zora' }))
})

test('devices are unique by path and name: namesakes keep their own seeds and users', async () => {
  await using at = await opened()
  const { root } = at
  const [plain, staff, other] = [
    await at.device('phone'),
    await at.device('phone', '/staff/'),
    await at.device('phone', '/Staff/'),
  ]
  const arn = `arn:aws:iam::${account}:mfa`
  assert.deepEqual(
    [plain, staff, other].map((one) => one.SerialNumber),
    [`${arn}/phone`, `${arn}/staff/phone`, `${arn}/Staff/phone`],
  )
  await assert.rejects(at.device('Phone', '/staff/'), named('EntityAlreadyExists'))
  await plain.enable('Ann')
  await staff.enable('Bob')
  const listed = async (MaxItems?: number, Marker?: string) =>
    root.send(new iam.ListVirtualMFADevicesCommand({ MaxItems, Marker }))
  const first = await listed(2)
  const rest = await listed(2, first.Marker)
  assert.deepEqual(
    [...first.VirtualMFADevices!, ...rest.VirtualMFADevices!].map((one) => [
      one.SerialNumber,
      one.User?.UserName,
    ]),
    [
      [other.SerialNumber, undefined],
      [plain.SerialNumber, 'Ann'],
      [staff.SerialNumber, 'Bob'],
    ],
  )
  const bob = new STSClient(at.config('AKIABOBBBOBBBOBBBOB2'))
  const session = (SerialNumber: string, TokenCode: string) =>
    bob.send(new GetSessionTokenCommand({ SerialNumber, TokenCode }))
  at.clock.pass(60)
  await assert.rejects(session(plain.SerialNumber, staff.code()), named('AccessDenied'))
  await assert.rejects(session(staff.SerialNumber, plain.code()), named('AccessDenied'))
  assert.ok((await session(staff.SerialNumber, staff.code())).Credentials)
  const deleted = (SerialNumber: string) =>
    root.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber }))
  await deleted(other.SerialNumber)
  await assert.rejects(deleted(staff.SerialNumber), named('DeleteConflict'))
  await assert.rejects(deleted(`${arn}/STAFF/phone`), named('NoSuchEntity'))
})

test('tags, pages, and the seed in no event, log or record', async () => {
  await using at = await opened()
  const { root } = at
  const phone = await at.device('a')
  await at.device('b')
  const { SerialNumber } = phone
  await root.send(
    new iam.TagMFADeviceCommand({
      SerialNumber,
      Tags: [
        { Key: 'Owner', Value: 'it' },
        { Key: 'x', Value: '' },
      ],
    }),
  )
  await root.send(
    new iam.TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'OWNER', Value: 'hr' }] }),
  )
  await root.send(new iam.UntagMFADeviceCommand({ SerialNumber, TagKeys: ['X'] }))
  assert.deepEqual((await root.send(new iam.ListMFADeviceTagsCommand({ SerialNumber }))).Tags, [
    { Key: 'OWNER', Value: 'hr' },
  ])
  const first = await root.send(new iam.ListVirtualMFADevicesCommand({ MaxItems: 1 }))
  const second = await root.send(
    new iam.ListVirtualMFADevicesCommand({ MaxItems: 1, Marker: first.Marker! }),
  )
  assert.deepEqual(
    [first.IsTruncated, second.IsTruncated, second.VirtualMFADevices?.[0]?.SerialNumber],
    [true, false, `arn:aws:iam::${account}:mfa/b`],
  )
  await assert.rejects(
    root.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'x'.repeat(300) })),
    named('InvalidInput', /256 characters/),
  )
  const kept = JSON.stringify([await at.events(9), at.logged])
  for (const secret of [
    phone.text,
    phone.seed.toString('base64'),
    Buffer.from(phone.text).toString('base64'),
  ])
    assert.ok(!kept.includes(secret))
})
