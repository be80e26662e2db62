import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { authenticator } from '../aws/iam/authenticator.ts'
import { requirePeer } from '../peers/require.ts'
import { awsCli, type CliJson, type Keys } from './aws-cli.ts'
import { openRunning } from './running.ts'

const account = '111122223333'
const rootKeys = { AccessKeyId: 'AKIAROOTROOTROOTROO2', SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij' }
const settings = `
accounts:
  "${account}":
    rootAccessKeys: [{ accessKeyId: ${rootKeys.AccessKeyId}, secretAccessKey: ${rootKeys.SecretAccessKey} }]
`

async function open() {
  const running = await openRunning(settings)
  const refusal = async (keys: Keys, command: string) => (await awsCli(running.origin, keys, ...command.split(' '))).refused
  return {
    ...running,
    /** A command that must succeed; of the account's root unless other keys are given. */
    async aws(command: string, keys: Keys = rootKeys): Promise<CliJson> {
      const { json, refused } = await awsCli(running.origin, keys, ...command.split(' '))
      assert.equal(refused, '', command)
      return json
    },
    refusal,
    async document(name: string, ...Statement: readonly object[]): Promise<string> {
      const path = join(running.folder, `${name}.json`)
      await writeFile(path, JSON.stringify({ Version: '2012-10-17', Statement }))
      return `file://${path}`
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

test('the life of a user with the AWS CLI: made, given a key and a policy, renamed, locked out, deleted', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await open()
  const { aws } = at
  assert.equal((await aws('iam create-user --user-name ann --path /staff/ --tags Key=team,Value=risk')).User.Arn, `arn:aws:iam::${account}:user/staff/ann`)
  assert.match(await at.refusal(rootKeys, 'iam create-user --user-name ANN'), /\(EntityAlreadyExists\).*User with name ANN already exists/)
  const { AccessKey: ann } = await aws('iam create-access-key --user-name ann')
  assert.equal((await aws('sts get-caller-identity', ann)).Arn, `arn:aws:iam::${account}:user/staff/ann`)
  assert.match(await at.refusal(ann, 'iam list-users'), /AccessDenied.*iam:ListUsers.*no identity-based policy/)

  const own = { Effect: 'Allow', Action: ['iam:ListUsers', 'iam:ListAccessKeys'], Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'risk' } } }
  assert.match(await at.refusal(rootKeys, `iam put-user-policy --user-name ann --policy-name Bad --policy-document ${await at.document('bad', { ...own, Efect: 'x' })}`), /MalformedPolicyDocument.*Efect/s)
  await aws(`iam put-user-policy --user-name ann --policy-name Own --policy-document ${await at.document('own', own)}`)
  assert.deepEqual((await aws('iam list-users', ann)).Users.map(({ UserName }) => UserName), ['ann'])
  assert.deepEqual((await aws('iam list-access-keys', ann)).AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]), [[ann.AccessKeyId, 'Active']])

  await aws('iam create-group --group-name Readers')
  await aws(`iam put-group-policy --group-name readers --policy-name Roles --policy-document ${await at.document('roles', { Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' })}`)
  await aws('iam add-user-to-group --group-name Readers --user-name ann')
  assert.deepEqual((await aws('iam list-roles', ann)).Roles, [])
  await aws('iam update-user --user-name ann --new-user-name Anna')
  assert.deepEqual((await aws('iam list-groups-for-user --user-name anna')).Groups.map(({ GroupName }) => GroupName), ['Readers'])
  assert.equal((await aws('sts get-caller-identity', ann)).Arn, `arn:aws:iam::${account}:user/staff/Anna`)

  await aws(`iam update-access-key --user-name Anna --access-key-id ${ann.AccessKeyId} --status Inactive`)
  assert.match(await at.refusal(ann, 'sts get-caller-identity'), /InvalidClientTokenId/)
  for (const [first, fix] of [
    ['remove users from group', 'iam remove-user-from-group --group-name Readers --user-name Anna'],
    ['delete policies', 'iam delete-user-policy --user-name Anna --policy-name Own'],
    ['delete access keys', `iam delete-access-key --user-name Anna --access-key-id ${ann.AccessKeyId}`],
  ] as const) {
    assert.match(await at.refusal(rootKeys, 'iam delete-user --user-name Anna'), /DeleteConflict.*Cannot delete entity, must/, first)
    await aws(fix)
  }
  await aws('iam delete-user --user-name Anna')
  assert.match(await at.refusal(rootKeys, 'iam get-user --user-name Anna'), /NoSuchEntity/)
  assert.ok(!JSON.stringify([await at.events(20), at.logged]).includes(ann.SecretAccessKey), 'the secret is in no event')
})

test('MFA with the AWS CLI: a device set up from its text, a guarded role, guarded calls', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await open()
  const { aws } = at
  await aws('iam create-user --user-name ann')
  const { AccessKey: ann } = await aws('iam create-access-key --user-name ann')
  const guarded = { Effect: 'Allow', Action: ['iam:*', 'sts:AssumeRole'], Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
  await aws(`iam put-user-policy --user-name ann --policy-name WithMfa --policy-document ${await at.document('mfa', guarded)}`)
  const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole', Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } } }
  await aws(`iam create-role --role-name Admin --assume-role-policy-document ${await at.document('trust', trust)}`)

  const file = join(at.folder, 'seed.txt')
  const { VirtualMFADevice: { SerialNumber: serial } } = await aws(`iam create-virtual-mfa-device --virtual-mfa-device-name ann --outfile ${file} --bootstrap-method Base32StringSeed`)
  const app = authenticator((await readFile(file, 'utf8')).trim())
  const code = (away: number) => app.code(at.clock.now(), away)
  await aws(`iam enable-mfa-device --user-name ann --serial-number ${serial} --authentication-code1 ${code(-2)} --authentication-code2 ${code(-1)}`)
  assert.deepEqual((await aws('iam list-mfa-devices --user-name ann')).MFADevices.map(({ SerialNumber }) => SerialNumber), [serial])

  const assume = 'sts assume-role --role-arn arn:aws:iam::111122223333:role/Admin --role-session-name ann'
  assert.match(await at.refusal(ann, assume), /AccessDenied/)
  assert.match(await at.refusal(ann, 'iam list-users'), /AccessDenied/)
  assert.ok((await aws(`${assume} --serial-number ${serial} --token-code ${code(0)}`, ann)).Credentials.SessionToken)
  assert.match(await at.refusal(ann, `${assume} --serial-number ${serial} --token-code ${code(0)}`), /MultiFactorAuthentication failed with invalid MFA one time pass code/)
  const { Credentials: session } = await aws(`sts get-session-token --serial-number ${serial} --token-code ${code(1)}`, ann)
  assert.equal((await aws('iam list-users', session)).Users.length, 1)
  assert.ok((await aws(assume, session)).Credentials.SessionToken, 'the code behind the session counts for a role too')
})
