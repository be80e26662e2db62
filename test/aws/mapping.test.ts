import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizationScene,
  account,
  keys,
  openScene,
  otherAccount,
} from '../authorization/scene.ts'
import { Browser } from '../http/browser.ts'
import { demoSettings } from '../journeys/running.ts'

const version = '2026-12-04'
const policy = (action: string) =>
  `{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "${action}", Resource: "*" }] }`
const user = (name: keyof typeof keys, action: string) =>
  `{ accessKeys: [{ accessKeyId: ${keys[name].accessKeyId}, ` +
  `secretAccessKey: ${keys[name].secretAccessKey} }], policies: { P: ${policy(action)} } }`

/** The demo, with an administrator of its account, another user, and another account. */
async function openDemo() {
  const demo = await demoSettings()
  const admin = `      admin: ${user('orders', 'gatehouse:*')}\n`
  const users = `users:\n${admin}      ann: ${user('ann', 'iam:*')}\n`
  const elsewhere = `
      - role: arn:aws:iam::${otherAccount}:role/Secret
  - name: elsewhere
    grants: [{ role: "arn:aws:iam::${otherAccount}:role/Hidden" }]
`
  const own = demo
    .replace('    users:\n', `    ${users}`)
    .replace(/\n {2}- name: auditors\n/, `${elsewhere}  - name: auditors\n`)
  const text = `${own}
  "${otherAccount}": { users: { stranger: ${user('stranger', '*')} } }
`
  return openScene('', undefined, '', text)
}

async function signIn({ house }: AuthorizationScene, username: string, password?: string) {
  const browser = new Browser(house.origin)
  const { csrf: _csrf } = await browser.get('/signin?connector=staff')
  const secret = password ?? `${username}-demo-2026`
  return browser.post('/signin', {
    _csrf,
    connector: 'staff',
    username,
    password: secret,
    next: '',
  })
}

async function ask(scene: AuthorizationScene, path: string, input: object, as = keys.orders) {
  const { status, body } = await scene.ask({ Version: version, ...input }, as, `/mapping/${path}`)
  // biome-ignore lint/suspicious/noExplicitAny: each test reads what it asked for.
  return { status, body: body as any }
}

test('tells connectors that serve the account, their state, sign-ins and refusals', async () => {
  await using scene = await openDemo()
  assert.equal((await signIn(scene, 'amina')).status, 303)
  const refused = await signIn(scene, 'jonas', 'a wrong password')
  const listed = (await ask(scene, 'connectors', {})).body
  assert.deepEqual(listed.Connectors, [
    { Connector: 'staff', Label: 'Staff directory', Protocol: 'file' },
  ])
  const { body } = await ask(scene, 'connector', { Connector: 'staff' })
  assert.equal(body.Reachable, true)
  assert.equal(body.Failures.length, 1)
  assert.equal(body.Failures[0].Code, 'credentials-rejected')
  assert.ok(refused.text.includes(body.Failures[0].Reference))
  assert.doesNotMatch(JSON.stringify(body), /a wrong password|jonas/)
  let people: { UserName: string }[] = []
  // What a sign-in proved is kept while nobody waits for it.
  while (people.length === 0)
    people = (await ask(scene, 'sign-ins', { Connector: 'staff' })).body.People
  assert.deepEqual(
    people.map(({ UserName }) => UserName),
    ['amina'],
  )
})

test('tells another account nothing of a connector, a person, a rule or a role', async () => {
  await using scene = await openDemo()
  await signIn(scene, 'amina')
  const foreign = async (path: string, input: object) => ask(scene, path, input, keys.stranger)
  assert.deepEqual((await foreign('connectors', {})).body.Connectors, [])
  for (const path of ['connector', 'sign-ins'])
    assert.equal((await foreign(path, { Connector: 'staff' })).body.Error.Code, 'NoSuchEntity')
  const Identity =
    'connector: staff\nusername: amina\ngroups: [developers]\n' + 'attributes: { team: [a] }\n'
  const tried = await foreign('evaluate', { Identity })
  assert.equal(tried.body.Error.Code, 'NoSuchEntity')
  const replayed = (await foreign('replay', { Rules: '[]' })).body
  assert.deepEqual([replayed.Judged, replayed.People], [0, []])

  const { body } = await ask(scene, 'evaluate', { Identity })
  assert.doesNotMatch(JSON.stringify(body), /Secret|Hidden|elsewhere/)
  assert.deepEqual(
    body.Grants.map(({ Rule, RoleArn, Permitted }: Record<string, unknown>) => [
      ...[Rule, RoleArn, Permitted],
    ]),
    [['developers', `arn:aws:iam::${account}:role/Developer`, true]],
  )
})

test('tries rules on somebody who signed in, and edited rules on everybody who did', async () => {
  await using scene = await openDemo()
  await signIn(scene, 'amina')
  await signIn(scene, 'jonas')
  let people: { UserName: string; Subject: string }[] = []
  while (people.length < 2)
    people = (await ask(scene, 'sign-ins', { Connector: 'staff' })).body.People
  const jonas = people.find(({ UserName }) => UserName === 'jonas')!
  const person = { Connector: 'staff', Subject: jonas.Subject }
  const { body } = await ask(scene, 'evaluate', person)
  assert.equal(body.Person.UserName, 'jonas')
  assert.deepEqual(
    body.Rules.map(({ Name, Result }: Record<string, unknown>) => `${Name} ${Result}`),
    ['developers granted', 'auditors not-matched', 'billing for admins not-matched'],
  )

  const Rules = `- name: billing
  when: '"developers" in identity.groups'
  grants: [{ role: "arn:aws:iam::${account}:role/BillingViewer" }]
`
  const replayed = (await ask(scene, 'replay', { Rules })).body
  assert.equal(replayed.Judged, 2)
  const told = replayed.People.map(
    (one: { UserName: string; Differences: { Kind: string; RoleArn: string }[] }) => [
      one.UserName,
      ...one.Differences.map(({ Kind, RoleArn }) => `${Kind} ${RoleArn.split('/')[1]}`),
    ],
  ).sort()
  assert.deepEqual(told, [
    ['amina', 'changes BillingViewer', 'loses Developer'],
    ['jonas', 'gains BillingViewer', 'loses Developer'],
  ])
})

test('refuses rules and identities with their lines, and callers who may not ask', async () => {
  await using scene = await openDemo()
  const answered = (
    body: { Error?: { Code: string; Message: string } },
    code: string,
    said: RegExp,
  ) => {
    assert.equal(body.Error?.Code, code, JSON.stringify(body))
    assert.match(body.Error!.Message, said)
  }
  const refused = async (path: string, input: object, code: string, said: RegExp) =>
    answered((await ask(scene, path, input)).body, code, said)
  const rule = '- name: x\n  when: identity.grups\n  grants: [{ role: r }]\n'
  await refused('replay', { Rules: rule }, 'InvalidInput', /line 2: .*grups/)
  await refused('replay', { Rules: 'nonsense: [' }, 'InvalidInput', /line \d/)
  await refused('replay', { Rules: 'x' }, 'InvalidInput', /line 1/)
  await refused('replay', { Rules: 'x'.repeat(200_000) }, 'ValidationError', /length/)
  await refused('evaluate', { Identity: 'username: x' }, 'InvalidInput', /connector/)
  await refused('evaluate', {}, 'InvalidInput', /Give Identity/)
  await refused('evaluate', { Connector: 'staff', Subject: 'nobody' }, 'NoSuchEntity', /nobody/)
  await refused('connector', { Connector: 'corp' }, 'NoSuchEntity', /corp/)
  for (const [path, input] of [
    ['connectors', {}],
    ['connector', { Connector: 'staff' }],
    ['sign-ins', { Connector: 'staff' }],
    ['evaluate', { Connector: 'staff', Subject: 'x' }],
    ['replay', { Rules: '[]' }],
  ] as const)
    answered(
      (await ask(scene, path, input, keys.ann)).body,
      'AccessDenied',
      /not authorized to perform: gatehouse:/,
    )
})
