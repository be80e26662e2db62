import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testFiles } from '../../../src/cli/policy-test/test-files.ts'
import type { Browser } from '../../http/browser.ts'
import { hostile } from '../made-directory.ts'
import { openRig, type Rig } from '../rig.ts'

const account = '111122223333'
const allow = (statement: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
})
const scratch = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OwnScratch',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::scratch/\${aws:PrincipalTag/team}/*`,
      Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    },
    { Sid: 'KeepTrail', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::trail/*' },
  ],
})

let rig: Rig
before(async () => {
  rig = await openRig({
    Simulates: allow({ Action: 'iam:SimulatePrincipalPolicy', Resource: '*' }),
    OnlyAnn: allow({
      Action: ['iam:SimulatePrincipalPolicy', 'gatehouse:ExplainAccess'],
      Resource: `arn:aws:iam::${account}:user/Ann`,
    }),
  })
  for (const UserName of ['Ann', 'Bob'])
    await rig.iam('CreateUser', {
      UserName,
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'payments',
    })
  await rig.iam('PutUserPolicy', {
    UserName: 'Ann',
    PolicyName: 'Scratch',
    PolicyDocument: scratch,
  })
})
after(() => rig[Symbol.asyncDispose]())

/** Sends the question as the page's form does. */
async function ask(browser: Browser, fields: Readonly<Record<string, string>>) {
  const { csrf } = await browser.get('/console/simulator')
  return browser.post('/console/simulator', { _csrf: csrf, ...fields })
}

const plain = (text: string) => text.replaceAll('<wbr>', '').replaceAll('&#39;', "'")

test('a stored principal: decisions in a table, and one opened to statements', async () => {
  const browser = await rig.consoleAs('Admin')
  const asked = {
    principal: 'user/Ann',
    actions: 's3:GetObject\ns3:DeleteObject',
    resources: 'arn:aws:s3:::scratch/payments/a\narn:aws:s3:::trail/a',
    context: 'aws:SourceIp = 203.0.113.9',
  }
  const events = await rig.callsOf(async () => {
    const shown = await ask(browser, { ...asked, open: '0' })
    assert.equal(shown.status, 200)
    const text = plain(shown.text)
    assert.match(text, /1 of 4 allowed/)
    assert.match(text, /<h2>Allow: s3:GetObject<\/h2>/)
    assert.match(text, /s3:GetObject is named/)
    assert.match(text, /scratch\/payments\/a matches arn:aws:s3:::scratch\/\$\{aws:PrincipalTag/)
    assert.match(text, /aws:sourceip is 203\.0\.113\.9: IpAddress 203\.0\.113\.0\/24 holds/)
    assert.ok(text.includes('href="/console/users/Ann/policies/Scratch"'), 'a link to the policy')
    assert.match(text, /name="key\.aws:SourceIp"/, 'the key is asked for by its own field')
  })
  const names = events.map(({ eventSource, eventName }) => `${eventSource} ${eventName}`)
  assert.deepEqual(new Set(names), new Set(['gatehouse.amazonaws.com ExplainAccess']))
  const denied = plain((await ask(browser, { ...asked, open: '3' })).text)
  assert.match(denied, /<h2>Deny: s3:DeleteObject<\/h2>/)
  assert.match(denied, /<b><a href="[^"]+">KeepTrail<\/a><\/b>/)
})

test('a key that a policy uses and nobody gave is asked for, and given by its field', async () => {
  const browser = await rig.consoleAs('Admin')
  const asked = {
    principal: `arn:aws:iam::${account}:user/Ann`,
    actions: 's3:PutObject',
    resources: 'arn:aws:s3:::scratch/payments/a',
  }
  const first = plain((await ask(browser, asked)).text)
  assert.match(first, /<h2>Not allowed: s3:PutObject<\/h2>/)
  assert.match(first, /were not given[\s\S]*<span class="chip">aws:SourceIp<\/span>/)
  const keys = 'aws:PrincipalTag/team\naws:SourceIp'
  const second = await ask(browser, { ...asked, keys, 'key.aws:SourceIp': '203.0.113.1' })
  assert.match(second.text, /<h2>Allow: s3:PutObject<\/h2>/)
  assert.match(second.text, /name="key\.aws:SourceIp"[^>]*/)
  const moved = await ask(browser, {
    ...asked,
    keys,
    'key.aws:SourceIp': '203.0.113.1',
    'key.aws:PrincipalTag/team': 'risk',
  })
  assert.match(moved.text, /<h2>Not allowed: s3:PutObject<\/h2>/)
})

test('typed policies decide alone or join, and every further layer counts', async () => {
  const browser = await rig.consoleAs('Admin')
  const everything = JSON.stringify(allow({ Action: '*', Resource: '*' }))
  const getOnly = JSON.stringify(allow({ Action: 's3:GetObject', Resource: '*' }))
  const asked = { policy: everything, actions: 's3:PutObject' }
  const decided = async (more: Readonly<Record<string, string>>) =>
    /<h2>([^:<]+): /.exec((await ask(browser, { ...asked, ...more })).text)?.[1]
  assert.equal(await decided({}), 'Allow')
  assert.equal(await decided({ boundary: getOnly }), 'Not allowed')
  assert.equal(await decided({ serviceControl: getOnly }), 'Not allowed')
  assert.equal(await decided({ principal: 'user/Bob', policy: everything }), 'Allow')
  assert.equal(await decided({ principal: 'user/Bob', policy: getOnly }), 'Not allowed')
  const role = `arn:aws:iam::${account}:role/Other`
  const taking = { actions: 'sts:AssumeRole', resources: role }
  assert.equal(await decided(taking), 'Depends')
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  })
  assert.equal(await decided({ ...taking, resourcePolicy: trust }), 'Allow')
})

test('a question that cannot be asked keeps what was typed and says what is expected', async () => {
  const browser = await rig.consoleAs('Admin')
  const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ principal: 'user/Ann' }, /Name an action/],
    [{ actions: 's3:GetObject' }, /Name a principal, or type a policy in/],
    [{ principal: 'user/Ann', actions: 's3:GetObject', context: 'x' }, /is no condition key/],
    [{ principal: 'user/Nobody', actions: 's3:GetObject' }, /There is no user\/Nobody/],
    [{ principal: 'somebody', actions: 's3:GetObject' }, /Invalid Entity Arn/],
    [{ policy: '{', actions: 's3:GetObject' }, /policy|Syntax/i],
    [{ principal: 'user/Ann', actions: 'nonsense' }, /Invalid action name: nonsense/],
    [
      {
        principal: 'user/Ann',
        actions: Array.from({ length: 101 }, (_, i) => `s3:A${i}`).join('\n'),
      },
      /At most 100/,
    ],
    [{ principal: hostile.description, actions: 's3:GetObject' }, /Invalid/],
  ]
  for (const [fields, told] of cases) {
    const shown = await ask(browser, fields)
    assert.ok(shown.status >= 400 && shown.status < 500, `${shown.status}`)
    assert.match(shown.text, told)
    assert.match(shown.text, /<title>Error: /)
    assert.doesNotMatch(shown.text, /<script>alert|<img/)
  }
  assert.equal((await browser.get('/console/simulator')).status, 200)
})

test('decisions need to simulate, and statements need to explain, each by principal', async () => {
  const asked = { principal: 'user/Ann', actions: 's3:GetObject' }
  const simulates = await ask(await rig.consoleAs('Simulates'), asked)
  assert.equal(simulates.status, 200)
  assert.match(simulates.text, /<h2>Not allowed: s3:GetObject<\/h2>/)
  assert.match(simulates.text, /<code>gatehouse:ExplainAccess<\/code>, so this part is not shown/)
  assert.doesNotMatch(simulates.text, /OwnScratch/)
  const onlyAnn = await rig.consoleAs('OnlyAnn')
  assert.match((await ask(onlyAnn, asked)).text, /OwnScratch/)
  assert.equal((await ask(onlyAnn, { ...asked, principal: 'user/Bob' })).status, 403)
  assert.equal((await ask(onlyAnn, { policy: scratch, actions: 's3:GetObject' })).status, 403)
})

test('a saved test is a file that gatehouse policy test runs with the same answers', async () => {
  const browser = await rig.consoleAs('Admin')
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-saved-'))
  try {
    const saved = await ask(browser, {
      principal: 'user/Ann',
      actions: 's3:GetObject\ns3:DeleteObject',
      resources: 'arn:aws:s3:::scratch/payments/a\narn:aws:s3:::trail/a',
      context: 'aws:SourceIp = 203.0.113.9',
      boundary: JSON.stringify(allow({ Action: 's3:*', Resource: '*' })),
      save: 'test',
    })
    assert.equal(saved.status, 200)
    assert.match(saved.text, /^# Saved from the simulator/)
    const path = join(folder, 'saved.test.yaml')
    await writeFile(path, saved.text)
    const told: string[] = []
    const output = {
      out: (line: string) => told.push(line),
      err: (line: string) => told.push(line),
    }
    assert.equal(await testFiles([path], {}, {}, output), 0, told.join('\n'))
    assert.equal(told[1], '1..4')
    assert.match(saved.text, /expect: allow[\s\S]*expect: explicit-deny/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
