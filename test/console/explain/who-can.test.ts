import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRig, type Rig } from '../rig.ts'

const account = '111122223333'
const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string, Resource = '*', more: object = {}) => ({
  ...{ Sid: 'Own', Effect: 'Allow', Action, Resource },
  ...more,
})
const trusting = (...AWS: readonly string[]) =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' })
const arn = (name: string) => `arn:aws:iam::${account}:${name}`

let rig: Rig
/** ann → Middle → Deleter; other account → Deleter; Lonely trusts a role that is gone. */
before(async () => {
  rig = await openRig({
    Asker: { Version: '2012-10-17', Statement: [allow('gatehouse:WhoCan')] },
  })
  const { iam } = rig
  for (const UserName of ['ann', 'bob']) await iam('CreateUser', { UserName })
  const roles = {
    Middle: trusting(arn('user/ann')),
    Deleter: trusting(arn('role/Middle'), 'arn:aws:iam::999988887777:root'),
    Lonely: policy({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  }
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles))
    await iam('CreateRole', { RoleName, AssumeRolePolicyDocument })
  const put = (RoleName: string, ...statements: readonly object[]) =>
    iam('PutRolePolicy', { RoleName, PolicyName: 'P', PolicyDocument: policy(...statements) })
  await put('Deleter', allow('s3:DeleteObject'))
  await put('Middle', allow('sts:AssumeRole'))
  const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
  await put('Lonely', allow('s3:DeleteObject', '*', mfa))
  await iam('PutUserPolicy', {
    UserName: 'ann',
    PolicyName: 'P',
    PolicyDocument: policy(allow('sts:AssumeRole')),
  })
})
after(() => rig[Symbol.asyncDispose]())

async function ask(role: string, query: Readonly<Record<string, string>>) {
  const browser = await rig.consoleAs(role)
  const shown = await browser.get(`/console/who-can?${new URLSearchParams(query)}`)
  return { ...shown, plain: shown.text.replaceAll('<wbr>', '').replaceAll('&#39;', "'") }
}

test('who can by themselves, who under a condition, and by which roles', async () => {
  const asked = { action: 's3:DeleteObject', resource: 'arn:aws:s3:::photos/a' }
  const { plain, status } = await ask('Admin', asked)
  assert.equal(status, 200)
  assert.match(plain, /<h2>5 principals can<\/h2>/)
  assert.match(plain, /role\/Deleter\/P, Own/)
  assert.match(plain, /Can, if[\s\S]*<span class="chip">aws:multifactorauthpresent/)
  assert.match(plain, /Middle can take Deleter\./)
  assert.match(plain, /ann can take Middle\./)
  assert.match(plain, /Deleter trusts arn:aws:iam::999988887777:root, which is outside/)
  assert.match(plain, /Lonely trusts ec2\.amazonaws\.com, which is outside/)
  assert.doesNotMatch(plain, /bob/)
  assert.match(plain, /<svg width="\d+" height="\d+"[^>]*aria-hidden="true">/)
  assert.match(plain, /<g class="goal"><title>Deleter</)
  assert.match(plain, /<g class="outside">/)
  assert.ok(plain.includes('/console/simulator?principal=arn%3Aaws%3Aiam'))
})

test('what somebody reaches: the roles that they can take, one after the other', async () => {
  const { plain } = await ask('Admin', { from: 'user/ann' })
  assert.match(plain, /<h2>2 roles are reached<\/h2>/)
  assert.match(plain, /ann can take Middle\./)
  assert.match(plain, /Middle can take Deleter\./)
  assert.match((await ask('Admin', { from: 'user/bob' })).plain, /bob can take no role/)
})

test('nobody, nonsense and names that nobody has are said', async () => {
  const nobody = await ask('Admin', { action: 'ec2:TerminateInstances' })
  assert.match(nobody.plain, /<h2>1 principal can<\/h2>/, 'the root')
  assert.equal((await ask('Admin', { action: 'x' })).status, 400)
  const unknown = await ask('Admin', { from: '<script>alert(1)</script>' })
  assert.equal(unknown.status, 404)
  assert.doesNotMatch(unknown.plain, /<script>alert/)
  assert.equal((await ask('Admin', {})).status, 200)
})

test('asking needs its own permission, and no other', async () => {
  assert.equal((await ask('Powerless', { action: 's3:GetObject' })).status, 403)
  assert.equal((await ask('Asker', { action: 's3:GetObject' })).status, 200)
})
