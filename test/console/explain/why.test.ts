import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from '../../http/browser.ts'
import { iamCall } from '../../journeys/broker.ts'
import { openRig, type Rig } from '../rig.ts'

const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Looks', Effect: 'Allow', Action, Resource: '*' }],
})

let rig: Rig
before(async () => {
  rig = await openRig({ Looker: allow('iam:GetRole'), Events: allow('gatehouse:LookupEvents') })
})
after(() => rig[Symbol.asyncDispose]())

async function ask(browser: Browser, event: string) {
  const { csrf } = await browser.get('/console/why')
  const shown = await browser.post('/console/why', { _csrf: csrf, event })
  return { ...shown, plain: shown.text.replaceAll('<wbr>', '').replaceAll('&#39;', "'") }
}

/** The reference of the refusal that a console page shows. */
async function refusedPage(role: string, address: string): Promise<string> {
  const shown = await (await rig.consoleAs(role)).get(address)
  assert.equal(shown.status, 403)
  return /class="ref">([^<]+)</.exec(shown.text)?.[1] ?? ''
}

test('a denied call: the road from the person to the layers, and what would turn it', async () => {
  const reference = await refusedPage('Looker', '/console/users')
  const browser = await rig.consoleAs('Admin')
  const { plain, status } = await ask(browser, reference.toUpperCase().replaceAll('-', ' '))
  assert.equal(status, 200)
  assert.match(plain, /<h2>Refused: iam:ListUsers<\/h2>/)
  assert.match(plain, /is not authorized to perform: iam:ListUsers/)
  assert.match(plain, /The layers decide today as they did/)
  assert.match(plain, /<h2[^>]*>The smallest change that turns it<\/h2>/)
  assert.match(plain, /One action more in role_Looker_Own, statement Looks/)
  assert.match(plain, /<ins>[^<]*iam:ListUsers/)
  const stations = [...plain.matchAll(/<span class="step">(\d \w+)<\/span>\s*<h3>([^<]*)<\/h3>/g)]
  assert.deepEqual(
    stations.map(([, step, name]) => `${step}: ${name}`),
    [
      '1 Identity: amina',
      '2 Rule: developers',
      '3 Role: Looker',
      '4 Trust: Statement 1',
      '5 Layers: Not allowed',
      '6 Decision: Refused',
    ],
  )
  assert.match(plain, /<li class="stop">[\s\S]*5 Layers/)
  assert.match(plain, /iam:ListUsers is not among iam:GetRole/)
})

test('after a policy was mended the page tells what is different today', async () => {
  await rig.iam('CreateUser', { UserName: 'mended' })
  const keys = await keysOf('mended')
  const asked = { Action: 'ListGroups' }
  const denied = await iamCall(rig.running.origin, keys, asked, rig.running.clock.now())
  const reference = /<RequestId>([^<]+)</.exec(denied)?.[1] ?? ''
  await rig.iam('PutUserPolicy', {
    UserName: 'mended',
    PolicyName: 'Mended',
    PolicyDocument: JSON.stringify(allow('iam:ListGroups')),
  })
  const { plain } = await ask(await rig.consoleAs('Admin'), reference)
  assert.match(plain, /Refused: iam:ListGroups/)
  assert.match(plain, /Today the answer is: Allow\. Policies changed since/)
  assert.match(plain, /An IAM user, with a long-term access key/)
})

async function keysOf(UserName: string) {
  const made = await rig.iam('CreateAccessKey', { UserName })
  const of = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  return { AccessKeyId: of('AccessKeyId'), SecretAccessKey: of('SecretAccessKey') }
}

test('the message of a denied call is decoded and explained', async () => {
  await rig.iam('CreateUser', { UserName: 'cli' })
  const keys = await keysOf('cli')
  const asked = { Action: 'DeleteRole', RoleName: 'Looker' }
  const answer = await iamCall(rig.running.origin, keys, asked, rig.running.clock.now())
  const message = /failure message: (\S+?)</.exec(answer)?.[1] ?? ''
  assert.match(message, /^ghm1\./)
  const browser = await rig.consoleAs('Admin')
  const { plain } = await ask(browser, message)
  assert.match(plain, /<h2>Not allowed: iam:DeleteRole<\/h2>/)
  assert.match(plain, /No statement of the identity policies allows it/)
  assert.match(plain, /identity policies allow it/)
  const altered = await ask(browser, `${message.slice(0, -3)}AAA`)
  assert.equal(altered.status, 404)
  assert.match(altered.plain, /none of ours, or it is incomplete/)
})

test('a sign-in without a role: the rules of the mapping, each with its reason', async () => {
  const browser = new Browser(rig.running.origin)
  const refused = await browser.signIn('amina', 'wrong-password')
  const reference = /class="ref">([^<]+)</.exec(refused.text)?.[1] ?? ''
  assert.notEqual(reference, '', refused.text)
  const { plain } = await ask(await rig.consoleAs('Admin'), reference)
  assert.match(plain, /<h2>Refused<\/h2>/)
  assert.match(plain, /<li class="stop">[\s\S]*1 Identity/)
})

test('what nobody can explain is said, and looking needs its permission', async () => {
  const browser = await rig.consoleAs('Admin')
  for (const event of ['GH-0000-0000', '<script>alert(1)</script>', 'x'.repeat(300)]) {
    const { status, plain } = await ask(browser, event)
    assert.equal(status, 404, event)
    assert.match(plain, /There is nothing to explain/)
    assert.doesNotMatch(plain, /<script>alert/)
  }
  const reference = await refusedPage('Looker', '/console/policies')
  assert.equal((await ask(await rig.consoleAs('Looker'), reference)).status, 403)
  const { status, plain } = await ask(await rig.consoleAs('Events'), reference)
  assert.equal(status, 200)
  assert.match(plain, /Refused: iam:ListPolicies/)
  assert.match(plain, /so this part is not shown/)
  assert.doesNotMatch(plain, /is not among iam:GetRole/)
})
