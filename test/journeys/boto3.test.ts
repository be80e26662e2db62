import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../peers/child.ts'
import { requirePeer } from '../peers/require.ts'
import { openRunning } from './running.ts'

const secretAccessKey = 'abcdefghijabcdefghijabcdefghijabcdefghij'
const settings = `
accounts:
  "111122223333":
    users:
      admin:
        accessKeys: [{ accessKeyId: AKIAADMINADMINADMIN2, secretAccessKey: ${secretAccessKey} }]
        policies: { All: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] } }
    roles:
      Fixed: { trustPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }] } }
`

test('boto3 walks through STS and IAM, and a URL that it presigned answers', async (t) => {
  if (!requirePeer(t, 'boto3')) return
  await using running = await openRunning(settings)
  const told = JSON.parse(await runProgram('/usr/bin/python3', [join(import.meta.dirname, 'boto3-sts.py'), running.origin, 'AKIAADMINADMINADMIN2', secretAccessKey]))
  const { presigned, ...rest } = told
  assert.deepEqual(rest, {
    user: 'arn:aws:iam::111122223333:user/admin',
    trust: { AWS: '111122223333' },
    assumed: ['arn:aws:sts::111122223333:assumed-role/Batch/nightly', 'scheduler', true],
    session: ['ok', 'AccessDenied', 'AccessDenied'],
    federated: ['arn:aws:sts::111122223333:federated-user/partner', 'InvalidClientTokenId'],
    own: ['arn:aws:iam::111122223333:user/admin', 'InvalidClientTokenId'],
    key: '111122223333', pages: 2, absent: 'NoSuchEntity', ended: 'InvalidClientTokenId',
  })
  const answered = await fetch(presigned)
  assert.equal(answered.status, 200)
  assert.match(await answered.text(), /<Arn>arn:aws:iam::111122223333:user\/admin<\/Arn>/)
})
