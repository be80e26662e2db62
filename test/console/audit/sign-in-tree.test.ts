import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as client from 'openid-client'
import { begin, onward, redeem, travel } from '../../apps/scene.ts'
import { Browser, type Shown } from '../../http/browser.ts'
import type { Keys } from '../../journeys/aws-cli.ts'
import { credentialsOf, iamCall, signedCall } from '../../journeys/broker.ts'
import { openRig, type Rig } from '../rig.ts'
import { sendForm } from '../sent-form.ts'

const account = '111122223333'
const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
})

let rig: Rig
before(async () => {
  rig = await openRig({
    First: allow('sts:AssumeRole', 'iam:ListGroups'),
    Watcher: allow('gatehouse:LookupEvents', 'gatehouse:GetSessionTree'),
  })
  await rig.iam('CreateRole', {
    RoleName: 'Second',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'sts:AssumeRole',
        },
      ],
    }),
  })
})
after(() => rig[Symbol.asyncDispose]())

const plain = ({ text }: Shown) => text.replaceAll('<wbr>', '').replaceAll('&quot;', '"')
const now = () => rig.running.clock.now()
const iam = (keys: Keys, Action: string) => iamCall(rig.running.origin, keys, { Action }, now())

/** Signs in at the portal, takes a role's credentials there, and opens another role's console. */
async function signedIn(role: string) {
  const browser = new Browser(rig.running.origin)
  rig.running.clock.pass(1)
  await browser.signIn('amina', 'amina-demo-2026')
  const portal = await browser.get('/portal')
  const { location } = await browser.post('/portal/credentials', {
    _csrf: portal.csrf,
    grant: portal.choice(role),
  })
  const panel = plain(await browser.get(location ?? ''))
  const of = (name: string) => new RegExp(`"${name}": "(.*?)"`).exec(panel)?.[1] ?? ''
  const keys = {
    AccessKeyId: of('AccessKeyId'),
    SecretAccessKey: of('SecretAccessKey'),
    SessionToken: of('SessionToken'),
  }
  assert.match(keys.AccessKeyId, /^ASIA/, panel)
  return { browser, keys }
}

async function chained(keys: Keys): Promise<Required<Keys>> {
  const asked = {
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam::${account}:role/Second`,
    RoleSessionName: 'onward',
  }
  return credentialsOf(await signedCall(rig.running.origin, keys, asked, now()))
}

const treeOf = (browser: Browser, token: string) =>
  browser.get(`/console/audit/${encodeURIComponent(token)}/sign-in`)
/** The tree as nested lists of `NAME calls CALLS`. */
function drawn(shown: Shown): string {
  const tree = /<ul class="tree">[\s\S]*<\/ul>/.exec(plain(shown))?.[0] ?? ''
  return tree
    .replace(
      /<li><div class="row"><b>([^<]*)<\/b>[\s\S]*?<dt>Calls<\/dt> <dd>([^<]*)[\s\S]*?<\/dl>/g,
      '[$1 $2',
    )
    .replaceAll('</li>', ']')
    .replace(/<[^>]*>/g, '')
    .replace(/\s*([[\]])\s*/g, '$1')
}

test('sign-in, role session, chained role, console: one tree, from any of its events', async () => {
  const { browser, keys } = await signedIn('First')
  await iam(keys, 'ListGroups')
  const denied = await iam(keys, 'ListUsers')
  const second = await chained(keys)
  await iam(second, 'ListRoles')
  const portal = await browser.get('/portal')
  await browser.post('/portal/console', { _csrf: portal.csrf, grant: portal.choice('Watcher') })
  const request = /<RequestId>([^<]+)</.exec(denied)?.[1] ?? ''
  rig.running.clock.pass(1)
  const shown = await treeOf(await rig.consoleAs('Admin'), request)
  assert.equal(shown.status, 200, shown.text)
  const text = plain(shown)
  assert.match(text, /<h1>Everything from the sign-in of amina<\/h1>/)
  assert.match(drawn(shown), /\[First\/amina 3\[Second\/onward 1\]\]/)
  assert.match(drawn(shown), /\[Watcher\/amina 0\]/)
  assert.match(text, />1 denied</)
  assert.match(text, />Console</)
  rig.running.clock.pass(1)
  const again = await treeOf(await rig.consoleAs('Watcher'), request)
  assert.equal(drawn(again), drawn(shown), 'other sign-ins of the person are no part of it')
})

test('the button ends a session with those that came from it, and is one event', async () => {
  const { keys } = await signedIn('First')
  const second = await chained(keys)
  const answer = await iam(second, 'ListRoles')
  const token = /<RequestId>([^<]+)</.exec(answer)?.[1] ?? ''
  const admin = await rig.consoleAs('Admin')
  const tree = await treeOf(admin, token)
  const end = `/console/audit/${token}/sign-in/${keys.AccessKeyId}/end`
  assert.ok(tree.text.includes(`href="${end}"`), plain(tree))
  const question = await admin.get(end)
  assert.match(plain(question), /assumed-role\/First\/amina/)
  const calls = await rig.callsOf(async () => {
    const sent = await sendForm(admin, end, question, {})
    assert.equal(sent.location, `/console/audit/${token}/sign-in`)
  })
  assert.deepEqual(
    calls.map(({ eventName }) => eventName),
    ['LookupEvents', 'RevokeSessions'],
  )
  assert.match(await iam(keys, 'ListGroups'), /ExpiredToken/)
  assert.match(await iam(second, 'ListRoles'), /ExpiredToken/)
  const auditor = await rig.consoleAs('Watcher')
  const asked = await auditor.get(end)
  const refused = await sendForm(auditor, end, asked, {})
  assert.equal(refused.status, 403)
  assert.match(refused.text, /not authorized to perform: sts:RevokeSessions/)
})

/** Signs a terminal in as `gatehouse login` does, with a browser that says yes. */
async function terminalOf(browser: Browser): Promise<string> {
  const config = await client.discovery(
    new URL(rig.running.origin),
    'gatehouse-terminal',
    undefined,
    client.None(),
    { execute: [client.allowInsecureRequests] },
  )
  const attempt = await begin(config, { redirect_uri: 'http://127.0.0.1:49152/signed-in' })
  const asked = await travel(browser, attempt.url)
  if (typeof asked === 'string') assert.fail(`nobody was asked: ${asked}`)
  const path = /action="([^"]*)"/.exec(asked.text)![1]!
  const said = await browser.post(path, { _csrf: asked.csrf, decision: 'allowed' })
  const tokens = await redeem(attempt, String(await travel(browser, onward(said)!)))
  return tokens.access_token
}

test('a terminal and its browser stand under what is open, each with its end', async () => {
  const { browser, keys } = await signedIn('First')
  const token = await terminalOf(browser)
  const roles = () =>
    fetch(`${rig.running.origin}/terminal/roles`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await roles()).status, 200)
  const answer = await iam(keys, 'ListGroups')
  const request = /<RequestId>([^<]+)</.exec(answer)?.[1] ?? ''
  const admin = await rig.consoleAs('Admin')
  const openIn = (shown: Shown) =>
    [...plain(shown).matchAll(/<tr><th scope="row">(\w+)[\s\S]*?href="([^"]*\/end)"/g)].map(
      ([, kind = '', href = '']) => [kind, href] as const,
    )
  let open = openIn(await treeOf(admin, request))
  // The list is written behind the sign-in.
  for (let looks = 0; open.length < 2 && looks < 200; looks++)
    open = openIn(await treeOf(admin, request))
  assert.deepEqual(open.map(([kind]) => kind).toSorted(), ['Browser', 'Terminal'])
  const [, end] = open.find(([kind]) => kind === 'Terminal')!
  const sent = await sendForm(admin, end, await admin.get(end), {})
  assert.equal(sent.status, 303, sent.text)
  assert.equal((await roles()).status, 401)
  assert.deepEqual(
    openIn(await treeOf(admin, request)).map(([kind]) => kind),
    ['Browser'],
  )
})

test('a long-term key begins a tree of its own', async () => {
  await rig.iam('CreateUser', { UserName: 'robot' })
  await rig.iam('PutUserPolicy', {
    UserName: 'robot',
    PolicyName: 'Own',
    PolicyDocument: JSON.stringify(allow('sts:AssumeRole')),
  })
  const made = await rig.iam('CreateAccessKey', { UserName: 'robot' })
  const of = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  const keys = { AccessKeyId: of('AccessKeyId'), SecretAccessKey: of('SecretAccessKey') }
  const second = await chained(keys)
  const answer = await iam(second, 'ListRoles')
  const token = /<RequestId>([^<]+)</.exec(answer)?.[1] ?? ''
  const shown = await treeOf(await rig.consoleAs('Admin'), token)
  assert.match(plain(shown), /<h1>Everything from a key of robot<\/h1>/)
  assert.equal(drawn(shown), '[user/robot 1[Second/onward 1]]')
  assert.doesNotMatch(shown.text, new RegExp(`${keys.AccessKeyId}/end`))
})

test('what is no event has no tree', async () => {
  const browser = await rig.consoleAs('Admin')
  assert.equal((await treeOf(browser, 'GH-0000-0000')).status, 404)
  assert.equal((await treeOf(browser, '<script>')).status, 404)
  const end = `/console/audit/GH-0000-0000/sign-in/AKIAIOSFODNN7EXAMPLE/end`
  assert.equal((await browser.get(end)).status, 404)
})
