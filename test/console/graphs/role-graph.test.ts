import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRig, type Rig } from '../rig.ts'

const account = '111122223333'
const arn = (name: string) => `arn:aws:iam::${account}:${name}`
const trusting = (...principals: readonly object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: principals.map((Principal) => ({
      ...{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' },
    })),
  })

let rig: Rig
/** ann → First → Second ← another account; Orphan trusted somebody who is gone. */
before(async () => {
  rig = await openRig({
    Grapher: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'gatehouse:RoleGraph', Resource: '*' }],
    },
  })
  const { iam } = rig
  for (const UserName of ['ann', 'leaving']) await iam('CreateUser', { UserName })
  const roles = {
    First: trusting({ AWS: arn('user/ann') }),
    Second: trusting({ AWS: arn('role/First') }, { AWS: '999988887777' }),
    Orphan: trusting({ AWS: arn('user/leaving') }),
    Machine: trusting({ Service: 'ec2.amazonaws.com' }),
    Own: trusting({ AWS: arn('root') }),
  }
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles))
    await iam('CreateRole', { RoleName, AssumeRolePolicyDocument })
  await iam('DeleteUser', { UserName: 'leaving' })
})
after(() => rig[Symbol.asyncDispose]())

async function ask(query: Readonly<Record<string, string>>, role = 'Admin') {
  const browser = await rig.consoleAs(role)
  const shown = await browser.get(`/console/role-graph?${new URLSearchParams(query)}`)
  return { ...shown, plain: shown.text.replaceAll('<wbr>', '').replaceAll('&#39;', "'") }
}
const row = (plain: string, role: string) =>
  new RegExp(`<a href="/console/roles/${role}">[\\s\\S]*?</tr>`).exec(plain)?.[0] ?? ''

test('every role has a row with whom it trusts, and marks for what is odd about it', async () => {
  const { plain, status } = await ask({})
  assert.equal(status, 200)
  assert.match(row(plain, 'Second'), /<span class="chip">First<[\s\S]*?999988887777/)
  assert.match(row(plain, 'Second'), /Other account/)
  assert.match(row(plain, 'Orphan'), /\(gone\)[\s\S]*?Dead end/)
  assert.match(row(plain, 'Machine'), /ec2\.amazonaws\.com/)
  assert.doesNotMatch(row(plain, 'Machine'), /Dead end|Other account/)
  assert.match(plain, /1 trust other accounts or everybody\. 1 are dead ends/)
})

test('roles are found by a part of their name and by their marks', async () => {
  const ends = (await ask({ mark: 'dead-end' })).plain
  assert.ok(row(ends, 'Orphan') !== '' && row(ends, 'First') === '')
  const named = (await ask({ name: 'SECO' })).plain
  assert.ok(row(named, 'Second') !== '' && row(named, 'First') === '')
  assert.match(named, /1 found/)
  assert.match((await ask({ name: 'nothing-such' })).plain, /No role matches/)
})

test('what surrounds a role is drawn, and said in words', async () => {
  const { plain } = await ask({ near: 'First' })
  assert.match(plain, /<svg [^>]*aria-hidden="true">/)
  assert.match(plain, /<path class="cross"/)
  assert.match(plain, /<li>First trusts ann\.<\/li>/)
  assert.match(plain, /<li>Second trusts First\.<\/li>/)
  assert.match(plain, /<li>Second trusts 999988887777\.<\/li>/)
  assert.doesNotMatch(plain, /Machine trusts/)
  const outside = await ask({ near: '999988887777' })
  assert.match(outside.plain, /Second trusts 999988887777/)
  const own = await ask({ near: 'Own' })
  assert.match(own.plain, /<title>arn:aws:iam::111122223333:root<[\s\S]*?>111122223333<\/text>/)
  assert.match(own.plain, /<li>Own trusts arn:aws:iam::111122223333:root\.<\/li>/)
})

test('a change of a role is seen at once', async () => {
  await rig.iam('UpdateAssumeRolePolicy', {
    RoleName: 'Machine',
    PolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
  })
  assert.match(row((await ask({})).plain, 'Machine'), /lambda\.amazonaws\.com/)
  await rig.iam('CreateUser', { UserName: 'late' })
  await rig.iam('UpdateAssumeRolePolicy', {
    RoleName: 'Machine',
    PolicyDocument: trusting({ AWS: arn('user/late') }),
  })
  await rig.iam('DeleteUser', { UserName: 'late' })
  assert.match(row((await ask({})).plain, 'Machine'), /Dead end/)
})

test('nonsense is said, and asking needs its permission alone', async () => {
  assert.equal((await ask({ near: '<script>alert(1)</script>' })).status, 404)
  assert.equal((await ask({ marker: 'x' })).status, 400)
  assert.equal((await ask({ mark: 'odd' })).status, 400)
  assert.equal((await ask({}, 'Powerless')).status, 403)
  assert.equal((await ask({}, 'Grapher')).status, 200)
})
