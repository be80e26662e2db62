import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRig, type Rig } from '../rig.ts'

const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const arn = (name: string) => `arn:aws:iam::111122223333:${name}`

let rig: Rig
/** The people of the demo may take Stepping, and from there Deleter. */
before(async () => {
  const take = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  rig = await openRig({
    Stepping: { Version: '2012-10-17', Statement: [take] },
    Half: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'gatehouse:WhoCan', Resource: '*' }],
    },
  })
  await rig.iam('CreateRole', {
    RoleName: 'Deleter',
    AssumeRolePolicyDocument: policy({
      ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: arn('role/Stepping') } },
    }),
  })
  await rig.iam('PutRolePolicy', {
    ...{ RoleName: 'Deleter', PolicyName: 'P' },
    PolicyDocument: policy({ Effect: 'Allow', Action: 's3:DeleteObject', Resource: '*' }),
  })
})
after(() => rig[Symbol.asyncDispose]())

async function ask(query: Readonly<Record<string, string>>, role = 'Admin') {
  const browser = await rig.consoleAs(role)
  const shown = await browser.get(`/console/who-can?${new URLSearchParams(query)}`)
  return { ...shown, plain: shown.text.replaceAll('<wbr>', '').replaceAll('&#39;', "'") }
}
/** What was proved is kept while nobody waits for it. */
async function subjectOf(username: string): Promise<string> {
  const browser = await rig.consoleAs('Admin')
  for (;;) {
    const { text } = await browser.get('/console/connectors/staff')
    const found = [...text.matchAll(/connector=staff&amp;subject=([^"&]+)/g)].map(([, one]) => one!)
    const subject = found.find((one) => one.includes(username)) ?? found[0]
    if (subject !== undefined) return decodeURIComponent(subject)
    await new Promise(setImmediate)
  }
}

test('a person reaches the roles of the rules, and the roles behind them', async () => {
  const subject = await subjectOf('amina')
  const { plain, status } = await ask({ connector: 'staff', subject })
  assert.equal(status, 200, plain)
  assert.match(plain, /roles are reached<\/h2>/)
  assert.match(plain, /roles\/Stepping"[\s\S]*?Rule: /)
  assert.match(plain, /roles\/Deleter"[\s\S]*?Taken from Stepping/)
  assert.match(plain, /Stepping can take Deleter\./)
  assert.match(plain, /<g class="outside">[\s\S]*?amina/)
})

test('with an action it is told by which of these roles the person can', async () => {
  const subject = await subjectOf('amina')
  const can = await ask({ connector: 'staff', subject, action: 's3:DeleteObject' })
  assert.match(can.plain, /<h2>amina can, by 1 role<\/h2>/)
  assert.match(can.plain, /roles\/Deleter"[\s\S]*?Can</)
  const cannot = await ask({ connector: 'staff', subject, action: 'ec2:TerminateInstances' })
  assert.match(cannot.plain, /<h2>amina can't<\/h2>/)
})

test('who can shows the rules that give its roles to people', async () => {
  const { plain } = await ask({ action: 's3:DeleteObject' })
  assert.match(plain, /The rule “[^”]+” gives Stepping to people\./)
  assert.match(plain, /Stepping can take Deleter\./)
})

test('half a person, nobody, and a session that may ask only the half', async () => {
  assert.equal((await ask({ connector: 'staff' })).status, 400)
  assert.equal((await ask({ connector: 'staff', subject: 'nobody' })).status, 404)
  assert.equal((await ask({ connector: 'nothing', subject: 'x' })).status, 404)
  const half = await ask({ connector: 'staff', subject: 'x' }, 'Half')
  assert.equal(half.status, 403)
  assert.match(half.plain, /gatehouse:EvaluateMapping/)
})
