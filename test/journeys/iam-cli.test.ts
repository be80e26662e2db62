import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { authenticator } from '../aws/iam/authenticator.ts'
import { requirePeer } from '../peers/require.ts'
import { awsCli, type CliJson, type Keys } from './aws-cli.ts'
import { openRunning } from './running.ts'

const account = '111122223333'
const rootKeys = {
  AccessKeyId: 'AKIAROOTROOTROOTROO2',
  SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij',
}
const settings = `
accounts:
  "${account}":
    rootAccessKeys:
      - { accessKeyId: ${rootKeys.AccessKeyId}, secretAccessKey: ${rootKeys.SecretAccessKey} }
`

test('the AWS CLI with shorthand tags, documents from files, an MFA seed to a file', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(settings)
  const refusal = async (keys: Keys, command: string) =>
    (await awsCli(at.origin, keys, ...command.split(' '))).refused
  const aws = async (command: string, keys: Keys = rootKeys): Promise<CliJson> => {
    const { json, refused } = await awsCli(at.origin, keys, ...command.split(' '))
    assert.equal(refused, '', command)
    return json
  }
  assert.equal(
    (
      await aws(
        'iam create-user --user-name ann --path /staff/ --tags Key=team,Value=risk ' +
          'Key=cost,Value=7',
      )
    ).User.Arn,
    `arn:aws:iam::${account}:user/staff/ann`,
  )
  const { AccessKey: ann } = await aws('iam create-access-key --user-name ann')
  const Condition = {
    StringEquals: { 'aws:PrincipalTag/team': 'risk' },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
  }
  const document = join(at.folder, 'policy.json')
  await writeFile(
    document,
    JSON.stringify(
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*', Condition }],
      },
      undefined,
      2,
    ),
  )
  const {
    Policy: { Arn: policy },
  } = await aws(`iam create-policy --policy-name Look --policy-document file://${document}`)
  await aws(`iam attach-user-policy --user-name ann --policy-arn ${policy}`)
  assert.match(
    await refusal(ann, 'iam list-users'),
    /AccessDenied.*iam:ListUsers.*no identity-based policy/,
  )

  const file = join(at.folder, 'seed.txt')
  const {
    VirtualMFADevice: { SerialNumber: serial },
  } = await aws(
    `iam create-virtual-mfa-device --virtual-mfa-device-name ann --outfile ${file} ` +
      '--bootstrap-method Base32StringSeed',
  )
  const app = authenticator((await readFile(file, 'utf8')).trim())
  const code = (away: number) => app.code(at.clock.now(), away)
  await aws(
    `iam enable-mfa-device --user-name ann --serial-number ${serial} --authentication-code1 ` +
      `${code(-2)} --authentication-code2 ${code(-1)}`,
  )
  const { Credentials: session } = await aws(
    `sts get-session-token --serial-number ${serial} --token-code ${code(0)}`,
    ann,
  )
  assert.deepEqual(
    (await aws('iam list-users', session)).Users.map(({ UserName }) => UserName),
    ['ann'],
  )
  assert.match(
    await refusal(rootKeys, 'iam delete-user --user-name ann'),
    /\(DeleteConflict\).*Cannot delete entity, must/,
  )
})
