import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { demoSettings, openSite, startServed } from './running.ts'

const root = {
  accessKeyId: 'AKIARESTOREROOT22222',
  secretAccessKey: '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',
}
const region = 'us-east-1'

test('a backup that was made while it served is a whole Gatehouse elsewhere', async () => {
  const text = (await demoSettings()).replace(
    'alias: demo',
    `alias: demo\n    rootAccessKeys: [${JSON.stringify(root)}]`,
  )
  await using lost = await openSite()
  await using other = await openSite()
  const backup = join(other.folder, 'gatehouse.db')
  let accessKey: { readonly accessKeyId: string; readonly secretAccessKey: string }
  {
    await using at = await startServed(lost, text)
    const iam = new IAMClient({ endpoint: at.origin, region, credentials: root })
    await iam.send(new CreateUserCommand({ UserName: 'before' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'before' }))
    accessKey = {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    }
    const db = new DatabaseSync(join(lost.folder, 'gatehouse.db'), { readOnly: true })
    db.prepare('VACUUM INTO ?').run(backup)
    db.close()
    await iam.send(new CreateUserCommand({ UserName: 'after' }))
  }
  const copy = new DatabaseSync(backup, { readOnly: true })
  assert.deepEqual(
    copy
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => ({ ...row })),
    [{ integrity_check: 'ok' }],
  )
  copy.close()
  await copyFile(join(lost.folder, 'root.key'), join(other.folder, 'root.key'))
  await using restored = await startServed(other, text)
  const sts = new STSClient({ endpoint: restored.origin, region, credentials: accessKey })
  assert.match((await sts.send(new GetCallerIdentityCommand({}))).Arn ?? '', /:user\/before$/)
  const iam = new IAMClient({ endpoint: restored.origin, region, credentials: root })
  const { Users = [] } = await iam.send(new ListUsersCommand({}))
  assert.deepEqual(
    Users.map(({ UserName }) => UserName),
    ['before', 'broker'],
  )
})
