import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRig, type Rig } from '../rig.ts'

const statement = (Action: readonly string[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })

let rig: Rig
before(async () => {
  rig = await openRig({
    Half: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' }],
    },
  })
  const { iam } = rig
  await iam('CreateGroup', { GroupName: 'Ops' })
  await iam('PutGroupPolicy', {
    ...{ GroupName: 'Ops', PolicyName: 'P' },
    PolicyDocument: statement(['iam:*', 's3:*']),
  })
  for (const UserName of ['ann', 'bob']) {
    await iam('CreateUser', { UserName })
    await iam('AddUserToGroup', { GroupName: 'Ops', UserName })
  }
})
after(() => rig[Symbol.asyncDispose]())

async function get(role: string, path: string) {
  const shown = await (await rig.consoleAs(role)).get(path)
  return { ...shown, plain: shown.text.replaceAll('<wbr>', '') }
}

test('what a role may use, when it used it, and the actions of a service', async () => {
  const services = await get('Admin', '/console/roles/Admin/last-accessed')
  assert.equal(services.status, 200)
  const row = (name: string) =>
    new RegExp(`<a href="[^"]*/last-accessed/${name}"[\\s\\S]*?</tr>`).exec(services.plain)?.[0]
  assert.match(row('iam') ?? '', /<time /)
  assert.match(row('iam') ?? '', /\d of \d{2,}/)
  assert.doesNotMatch(services.plain, /last-accessed\/s3"/, 'what is not allowed is not told')
  const actions = await get('Admin', '/console/roles/Admin/last-accessed/iam')
  assert.match(actions.plain, /<code>GetRole<\/code>[\s\S]*?<time /)
  assert.match(actions.plain, /<code>CreateUser<\/code>[\s\S]*?Never/)
})

test('of a group it is told who of the members called', async () => {
  const services = await get('Admin', '/console/groups/Ops/last-accessed')
  assert.match(services.plain, /Amazon S3[\s\S]*?Not seen by Gatehouse/)
  const who = await get('Admin', '/console/groups/Ops/last-accessed/iam')
  assert.match(who.plain, /\/console\/users\/ann"[\s\S]*?Never/)
  assert.match(who.plain, /\/console\/users\/bob"/)
})

test('a service that nobody has, a job that nobody began and a marker that is none', async () => {
  const none = await get('Admin', '/console/users/ann/last-accessed/ec2')
  assert.match(none.plain, /The policies allow nothing of this service/)
  assert.equal((await get('Admin', '/console/groups/Ops/last-accessed/no%20service')).status, 404)
  assert.equal((await get('Admin', '/console/groups/Ops/last-accessed/nothing')).status, 400)
  const job = '00000000-0000-4000-8000-000000000000'
  assert.equal((await get('Admin', `/console/users/ann/last-accessed?job=${job}`)).status, 404)
  const marked = await get('Admin', '/console/users/ann/last-accessed?marker=%00')
  assert.equal(marked.status, 200)
})

test('the page is refused exactly where the operations are', async () => {
  const half = await get('Half', '/console/roles/Admin/last-accessed')
  assert.equal(half.status, 403)
  assert.match(half.plain, /iam:GenerateServiceLastAccessedDetails/)
})
