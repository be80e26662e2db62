import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRegion, refusedRegion } from '../../src/aws/regions.ts'
import { getSessionToken } from '../../src/aws/sts/get-session-token.ts'
import { stsModel } from '../../src/aws/sts/sts-model.ts'
import { partitionOfRegion } from '../../src/kernel/partitions.ts'
import { partitionRegions } from '../../src/reference/aws/regions.gen.ts'
import {
  account,
  codeOf,
  fixedStore,
  messageOf,
  oneDevice,
  sendIn,
  userCaller,
  wireScene,
} from './wire-scene.ts'

const record = {
  account,
  createdAt: '2026-01-01T00:00:00.000Z',
  managedBy: 'config' as const,
  partition: 'aws',
  deactivatedRegions: ['ap-east-1', 'us-east-1'],
}
const { reads } = fixedStore({ account: [record] })

test('a region tells its partition', () => {
  const regions = {
    'us-east-1': 'aws',
    'eu-central-2': 'aws',
    'us-gov-west-1': 'aws-us-gov',
    'cn-north-1': 'aws-cn',
    'eusc-de-east-1': 'aws-eusc',
    'mx-central-1': 'aws',
  }
  for (const [region, partition] of Object.entries(regions))
    assert.equal(partitionOfRegion(region), partition)
})

test('credentials of one partition are unknown in another, whatever they ask', async () => {
  for (const [region, partition] of [
    ['cn-north-1', 'aws'],
    ['us-gov-west-1', 'aws'],
    ['eu-west-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-cn'],
    ['eusc-de-east-1', 'aws'],
    ['eu-west-1', 'aws-eusc'],
  ] as const) {
    const refused = await refusedRegion(
      region,
      userCaller({ partition }),
      stsModel('GetCallerIdentity'),
      reads,
    )
    assert.equal(refused?.code, 'InvalidClientTokenId', `${partition} in ${region}`)
  }
  assert.equal(
    await refusedRegion(
      'us-gov-east-1',
      userCaller({ partition: 'aws-us-gov' }),
      stsModel('AssumeRole'),
      reads,
    ),
    undefined,
  )
})

test('a deactivated region mints nothing and says whom to ask; us-east-1 is active', async () => {
  const refused = await refusedRegion('ap-east-1', userCaller(), stsModel('AssumeRole'), reads)
  assert.deepEqual([refused?.code, refused?.status], ['RegionDisabledException', 403])
  assert.match(
    refused!.message,
    new RegExp(
      String.raw`^AWS STS is not activated in this region for account:111122223333\. ` +
        'Your account administrator can activate AWS STS in this region ' +
        String.raw`using the IAM console\.$`,
    ),
  )
  assert.equal(
    await refusedRegion('ap-east-1', userCaller(), stsModel('GetCallerIdentity'), reads),
    undefined,
  )
  assert.equal(
    await refusedRegion('us-east-1', userCaller(), stsModel('AssumeRole'), reads),
    undefined,
  )
  assert.equal(
    await refusedRegion('eu-west-1', userCaller(), stsModel('AssumeRole'), reads),
    undefined,
  )
})

test('a deactivated region has one spelling: what is no region mints nothing', async () => {
  const at = wireScene(
    [
      getSessionToken({
        issuer: { issueUserSession: async () => assert.fail('issued') },
        mfa: oneDevice,
      }),
    ],
    userCaller(),
    { account: [record] },
  )
  assert.equal(
    codeOf(await sendIn({ on: at, region: 'ap-east-1' }, 'sts', 'GetSessionToken')),
    'RegionDisabledException',
  )
  const told = (region: string) =>
    region === 'AP-EAST-1'
      ? 'Credential should be scoped to a valid region. '
      : `Credential should be scoped to a valid region, not &#39;${region}&#39;. `
  for (const region of [
    'ap-east-01',
    'ap-east-9',
    'eu-nowhere-9',
    'us-east-11',
    'aws-global',
    'AP-EAST-1',
    'us-iso-east-1',
  ]) {
    const answer = await sendIn({ on: at, region }, 'sts', 'GetSessionToken')
    assert.deepEqual(
      [answer.status, codeOf(answer), messageOf(answer)],
      [403, 'SignatureDoesNotMatch', told(region)],
      region,
    )
  }
  assert.deepEqual(
    [
      isRegion('zz-home-1', ['zz-home-1']),
      isRegion('local', ['zz-home-1', 'local']),
      isRegion('zz-home-1', ['us-east-1']),
      isRegion('__proto__', ['us-east-1']),
    ],
    [true, true, false, false],
  )
})

test('every region of the table is of the partition that its name tells', () => {
  for (const [partition, regions] of Object.entries(partitionRegions))
    for (const region of regions) assert.equal(partitionOfRegion(region), partition, region)
})
