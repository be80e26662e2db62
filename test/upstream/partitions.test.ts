import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { partitionNames, partitions } from '../../src/kernel/partitions.ts'
import {
  consoleLink,
  consolePage,
  federationEndpoint,
  hasRegion,
  stsEndpoint,
} from '../../src/upstream/partitions.ts'

test('each partition has the sign-in and the console that AWS documents', () => {
  for (const [partition, region, signIn, console] of [
    ['aws', 'us-east-1', 'signin.aws.amazon.com', 'us-east-1.console.aws.amazon.com'],
    ['aws', 'eu-west-1', 'eu-west-1.signin.aws.amazon.com', 'eu-west-1.console.aws.amazon.com'],
    [
      'aws-us-gov',
      'us-gov-east-1',
      'signin.amazonaws-us-gov.com',
      'us-gov-east-1.console.amazonaws-us-gov.com',
    ],
    ['aws-cn', 'cn-north-1', 'signin.amazonaws.cn', 'cn-north-1.console.amazonaws.cn'],
    [
      'aws-eusc',
      'eusc-de-east-1',
      'eusc-de-east-1.signin.amazonaws-eusc.eu',
      'eusc-de-east-1.console.amazonaws-eusc.eu',
    ],
  ] as const) {
    assert.equal(federationEndpoint(partition, region), `https://${signIn}/federation`)
    const home = `https://${console}/console/home?region=${region}`
    assert.equal(consolePage(undefined, { partition, region }), home)
    assert.equal(consoleLink(home, partition), home)
    for (const other of partitionNames.filter((name) => name !== partition))
      assert.equal(consoleLink(home, other), undefined, `${home} is none of ${other}`)
  }
})

test('STS and IAM are where the rules of AWS’s SDK have them', () => {
  for (const name of partitionNames) {
    const { mainRegion, iam } = partitions[name]
    const { endpointProvider: ofSts } = new STSClient({ region: mainRegion }).config
    const { endpointProvider: ofIam } = new IAMClient({ region: mainRegion }).config
    const asked = { Region: mainRegion, UseFIPS: false, UseDualStack: false }
    const sts = ofSts({ ...asked, UseGlobalEndpoint: false })
    assert.equal(sts.url.origin, stsEndpoint(name, mainRegion))
    const found = ofIam(asked)
    assert.equal(found.url.host, iam)
    const [scheme] = (found.properties?.authSchemes ?? []) as { readonly signingRegion: string }[]
    assert.equal(scheme?.signingRegion ?? mainRegion, mainRegion)
  }
})

test('a region is in one partition, and those of the isolated ones are in none', () => {
  const of = (region: string) => partitionNames.filter((name) => hasRegion(name, region))
  assert.deepEqual(of('eu-central-1'), ['aws'])
  assert.deepEqual(of('eusc-de-east-1'), ['aws-eusc'])
  assert.deepEqual(of('us-gov-west-1'), ['aws-us-gov'])
  for (const region of ['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'])
    assert.deepEqual(of(region), [])
})
