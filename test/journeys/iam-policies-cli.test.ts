import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { awsCli, type CliJson, type Keys } from './aws-cli.ts'
import { openRunning } from './running.ts'

const rootKeys = { AccessKeyId: 'AKIAROOTROOTROOTROO2', SecretAccessKey: 'abcdefghijabcdefghijabcdefghijabcdefghij' }
const settings = `
accounts:
  "111122223333":
    rootAccessKeys: [{ accessKeyId: ${rootKeys.AccessKeyId}, secretAccessKey: ${rootKeys.SecretAccessKey} }]
    roles:
      Fixed: { trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }] } }
`
const allow = (...Action: readonly string[]) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })

async function open() {
  const running = await openRunning(settings)
  const refusal = (keys: Keys, command: string) => awsCli(running.origin, keys, 'iam', ...command.split(' ')).then(({ refused }) => refused)
  return {
    folder: running.folder,
    /** An `aws iam` command of the account's root, which must succeed. */
    async iam(command: string): Promise<CliJson> {
      const { json, refused } = await awsCli(running.origin, rootKeys, 'iam', ...command.split(' '))
      assert.equal(refused, '', command)
      return json
    },
    refusal: (command: string) => refusal(rootKeys, command),
    refusalFor: refusal,
    async document(name: string, policy: object): Promise<string> {
      const path = join(running.folder, `${name}.json`)
      await writeFile(path, JSON.stringify(policy, undefined, 2))
      return `file://${path}`
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

test('a managed policy with the AWS CLI: made, attached, used, changed, bounded, detached, deleted', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await open()
  const { iam, refusal } = at
  await iam('create-user --user-name robot --path /machines/')
  const { AccessKey: robot } = await iam('create-access-key --user-name robot')
  const may = async (command: string) => (await at.refusalFor(robot, command)) === ''
  assert.equal(await may('list-users'), false)

  const { Arn: arn } = (await iam(`create-policy --policy-name Read --path /ops/ --policy-document ${await at.document('v1', allow('iam:ListUsers'))} --tags Key=team,Value=ops`)).Policy
  assert.equal(arn, 'arn:aws:iam::111122223333:policy/ops/Read')
  await iam(`attach-user-policy --user-name robot --policy-arn ${arn}`)
  assert.deepEqual((await iam('list-attached-user-policies --user-name robot')).AttachedPolicies, [{ PolicyName: 'Read', PolicyArn: arn }])
  assert.deepEqual([await may('list-users'), await may('list-roles')], [true, false], 'it counts from the next call on')

  const second = await iam(`create-policy-version --policy-arn ${arn} --policy-document ${await at.document('v2', allow('iam:ListRoles', 'iam:PutUserPermissionsBoundary'))} --set-as-default`)
  assert.deepEqual([second.PolicyVersion.VersionId, second.PolicyVersion.IsDefaultVersion], ['v2', true])
  assert.deepEqual((await iam(`get-policy-version --policy-arn ${arn} --version-id v1`)).PolicyVersion.Document, allow('iam:ListUsers'))
  assert.deepEqual([await may('list-users'), await may('list-roles')], [false, true])
  await iam(`set-default-policy-version --policy-arn ${arn} --version-id v1`)
  assert.deepEqual([await may('list-users'), await may('list-roles')], [true, false])

  const { Arn: edge } = (await iam(`create-policy --policy-name Edge --policy-document ${await at.document('edge', allow('iam:ListRoles'))}`)).Policy
  await iam(`put-user-permissions-boundary --user-name robot --permissions-boundary ${edge}`)
  assert.equal(await may('list-users'), false, 'a boundary takes away and gives nothing')
  assert.equal((await iam(`get-policy --policy-arn ${edge}`)).Policy.PermissionsBoundaryUsageCount, 1)
  await iam('delete-user-permissions-boundary --user-name robot')
  assert.equal(await may('list-users'), true)

  assert.deepEqual((await iam(`list-entities-for-policy --policy-arn ${arn}`)).PolicyUsers.map(({ UserName }) => UserName), ['robot'])
  assert.match(await refusal(`delete-policy --policy-arn ${arn}`), /\(DeleteConflict\).*Cannot delete a policy attached to entities\./)
  await iam(`detach-user-policy --user-name robot --policy-arn ${arn}`)
  assert.equal(await may('list-users'), false)
  assert.match(await refusal(`delete-policy --policy-arn ${arn}`), /\(DeleteConflict\).*more than one version/)
  await iam(`delete-policy-version --policy-arn ${arn} --version-id v2`)
  for (const policy of [arn, edge]) await iam(`delete-policy --policy-arn ${policy}`)
  assert.match(await refusal(`get-policy --policy-arn ${arn}`), /\(NoSuchEntity\).*was not found/)
})

test('inline policies and tags with the AWS CLI, and a role that the settings file owns', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await open()
  const { iam, refusal } = at
  await iam('create-group --group-name readers')
  await iam('create-user --user-name ann')
  await iam('add-user-to-group --group-name readers --user-name ann')
  const { AccessKey: ann } = await iam('create-access-key --user-name ann')
  const list = await at.document('list', allow('iam:ListUsers'))
  await iam(`put-group-policy --group-name Readers --policy-name List --policy-document ${list}`)
  assert.equal(await at.refusalFor(ann, 'list-users'), '')
  assert.deepEqual((await iam('list-group-policies --group-name readers')).PolicyNames, ['List'])
  assert.deepEqual((await iam('get-group-policy --group-name readers --policy-name list')).PolicyDocument, allow('iam:ListUsers'))
  await iam('delete-group-policy --group-name readers --policy-name List')
  assert.match(await at.refusalFor(ann, 'list-users'), /\(AccessDenied\)/)
  assert.match(await refusal(`put-user-policy --user-name ann --policy-name P --policy-document ${await at.document('bad', { Statement: [{ Effect: 'Maybe' }] })}`), /\(MalformedPolicyDocument\).*Effect/)

  await iam('tag-user --user-name ann --tags Key=Team,Value=db Key=Cost,Value=7')
  await iam('tag-user --user-name ann --tags Key=team,Value=web')
  await iam('untag-user --user-name ann --tag-keys COST')
  assert.deepEqual((await iam('list-user-tags --user-name ann')).Tags, [{ Key: 'team', Value: 'web' }])

  const { Arn: arn } = (await iam(`create-policy --policy-name Mine --policy-document ${list}`)).Policy
  for (const command of [`attach-role-policy --role-name Fixed --policy-arn ${arn}`, `put-role-policy --role-name Fixed --policy-name P --policy-document ${list}`, 'tag-role --role-name Fixed --tags Key=a,Value=b']) {
    assert.match(await refusal(command), /\(AccessDenied\).*The role Fixed is put in place by the settings file: change it there\./)
  }
})
