import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readIam } from '../made-directory.ts'
import { openRig, type Rig } from '../rig.ts'

let rig: Rig
before(async () => {
  rig = await openRig({
    Half: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iam:GetGroup', Resource: '*' }],
    },
  })
  const { iam } = rig
  await iam('CreateGroup', { GroupName: 'Ops' })
  for (const UserName of ['ann', 'bob']) {
    await iam('CreateUser', { UserName })
    await iam('AddUserToGroup', { GroupName: 'Ops', UserName })
  }
  await iam('CreateLoginProfile', { UserName: 'ann', Password: 'Long-enough-2026' })
  await iam('AttachGroupPolicy', { GroupName: 'Ops', PolicyArn: readIam })
  await iam('PutGroupPolicy', {
    ...{ GroupName: 'Ops', PolicyName: 'Own' },
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
    }),
  })
})
after(() => rig[Symbol.asyncDispose]())

async function review(role: string) {
  const shown = await (await rig.consoleAs(role)).get('/console/groups/Ops/review')
  return { ...shown, plain: shown.text.replaceAll('<wbr>', '') }
}

test('a review has members, what they may do, and boxes; also without a report', async () => {
  const early = await review('Admin')
  assert.match(early.plain, /the credential report, which is to be made first/)
  assert.match(early.plain, /ann<\/a>[\s\S]*?Not known/)
  await rig.iam('GenerateCredentialReport', {})
  const { plain } = await review('Admin')
  assert.match(plain, /aria-label="ann stays"/)
  assert.match(plain, /aria-label="bob goes"/)
  assert.match(plain, /ann<\/a>[\s\S]*?<span class="b warn">No<\/span>[\s\S]*?>password</)
  assert.match(plain, /What the group allows[\s\S]*?Amazon S3/)
  assert.match(plain, /Identity and Access Management/)
  assert.match(plain, /policies\/Own"[\s\S]*?ReadIam/)
  assert.match(plain, /data-print/)
  assert.match(plain, /<dt>Signature<\/dt>/)
})

test('parts that the session may not see say which permission they need', async () => {
  const { plain, status } = await review('Half')
  assert.equal(status, 200)
  assert.match(plain, /<code>iam:ListGroupPolicies<\/code>, so this part is not shown/)
  assert.match(plain, /they need iam:GetCredentialReport/)
  assert.equal((await review('Powerless')).status, 403)
})
