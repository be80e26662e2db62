import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Shown } from '../../http/browser.ts'
import type { Keys } from '../../journeys/aws-cli.ts'
import { iamCall } from '../../journeys/broker.ts'
import { openRig, type Rig } from '../rig.ts'

const allow = (...Action: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Looks', Effect: 'Allow', Action, Resource: '*' }],
})

let rig: Rig
before(async () => {
  rig = await openRig({ Looker: allow('iam:GetRole') })
})
after(() => rig[Symbol.asyncDispose]())

const plain = ({ text }: Shown) => text.replaceAll('<wbr>', '').replaceAll('&quot;', '"')
/** Answers of one user's calls, each denied or not. */
async function callsOf(UserName: string, actions: readonly object[]): Promise<readonly string[]> {
  await rig.iam('CreateUser', { UserName })
  await rig.iam('PutUserPolicy', {
    UserName,
    PolicyName: 'Own',
    PolicyDocument: JSON.stringify(allow('iam:ListGroups', 'iam:GetUser')),
  })
  const made = await rig.iam('CreateAccessKey', { UserName })
  const of = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? ''
  const keys: Keys = {
    AccessKeyId: of('AccessKeyId'),
    SecretAccessKey: of('SecretAccessKey'),
  }
  const answers: string[] = []
  for (const one of actions)
    answers.push(
      await iamCall(
        rig.running.origin,
        keys,
        one as Readonly<Record<string, string>>,
        rig.running.clock.now(),
      ),
    )
  return answers
}
const requestOf = (answer: string) => /<RequestId>([^<]+)</.exec(answer)?.[1] ?? ''
/** The calls of a page, as `WHO ACTION OUTCOME`. */
function rowsOf(shown: Shown): readonly string[] {
  const rows = [...plain(shown).matchAll(/<tr><th scope="row">([\s\S]*?)<\/tr>/g)]
  return rows.map(([, inside = '']) => {
    const action = />(\w+:\w+)<\/a>/.exec(inside)?.[1]
    const who = /<td>([^<]*)/.exec(inside)?.[1]
    const outcome = /<span class="b (\w+)">/.exec(inside)?.[1]
    return `${who} ${action} ${outcome}`
  })
}
/** The values of a facet, as `VALUE COUNT`. */
function facetOf(shown: Shown, title: string): readonly string[] {
  const [, inside = ''] =
    new RegExp(`>${title}</h2>\\s*<ul[^>]*>([\\s\\S]*?)</ul>`).exec(plain(shown)) ?? []
  return [...inside.matchAll(/<a [^>]*>([^<]*)<\/a>\s*<span[^>]*>([^<]*)</g)].map(
    ([, value, count]) => `${value} ${count}`,
  )
}
const search = (browser: Browser, query: Readonly<Record<string, string>>) =>
  browser.get(`/console/audit?${new URLSearchParams(query)}`)

test('events are searched by person, outcome, action, service and day, and counted', async () => {
  await callsOf('searched', [
    { Action: 'ListGroups' },
    { Action: 'ListRoles' },
    { Action: 'GetUser', UserName: 'nobody-here' },
    { Action: 'ListRoles' },
  ])
  const browser = await rig.consoleAs('Admin')
  const all = await search(browser, { person: 'Searched' })
  assert.equal(all.status, 200, all.text)
  assert.deepEqual(rowsOf(all), [
    'searched iam:ListRoles deny',
    'searched iam:GetUser warn',
    'searched iam:ListRoles deny',
    'searched iam:ListGroups allow',
  ])
  assert.deepEqual(facetOf(all, 'Outcomes').toSorted(), ['Allowed 1', 'Denied 2', 'Failed 1'])
  assert.deepEqual(facetOf(all, 'Actions')[0], 'iam:ListRoles 2')
  assert.deepEqual(facetOf(all, 'Services'), ['IAM 4'])
  const count = async (more: Readonly<Record<string, string>>) =>
    rowsOf(await search(browser, { person: 'searched', ...more })).length
  assert.equal(await count({ outcome: 'denied' }), 2)
  assert.equal(await count({ outcome: 'denied', action: 'iam:GetUser' }), 0)
  assert.equal(await count({ action: 'iam:List*' }), 3)
  assert.equal(await count({ error: 'NoSuchEntity' }), 1)
  assert.equal(await count({ source: 'sts' }), 0)
  assert.equal(await count({ period: '1h' }), 4)
  assert.equal(await count({ to: '2001-01-01' }), 0)
  assert.equal(await count({ from: '2001-01-01', period: '30d' }), 4)
  const arn = 'arn:aws:iam::111122223333:user/some/path/searched'
  assert.equal(rowsOf(await search(browser, { person: arn })).length, 4)
})

test('a facet leads to what it counts, and back', async () => {
  await callsOf('faceted', [{ Action: 'ListGroups' }, { Action: 'ListRoles' }])
  const browser = await rig.consoleAs('Admin')
  const all = await search(browser, { person: 'faceted' })
  const href = /<a href="([^"]+)">Denied<\/a>/.exec(all.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const some = await browser.get(href)
  assert.deepEqual(rowsOf(some), ['faceted iam:ListRoles deny'])
  const back = /<a href="([^"]+)" aria-current="true"[^>]*>Denied</.exec(some.text)?.[1] ?? ''
  assert.equal(rowsOf(await browser.get(back.replaceAll('&amp;', '&'))).length, 2)
})

test('an impossible filter is marked, and nothing is asked for', async () => {
  const browser = await rig.consoleAs('Admin')
  for (const query of [
    { outcome: 'some' },
    { period: '5y' },
    { from: '2026-13-01' },
    { to: 'x' },
    { source: '<script>alert(1)</script>' },
    { person: 'x'.repeat(3000) },
    { marker: 'nothing' },
  ]) {
    let shown: Shown | undefined
    const calls = await rig.callsOf(async () => {
      shown = await search(browser, query as unknown as Readonly<Record<string, string>>)
    })
    assert.equal(shown?.status, 400, JSON.stringify(query))
    assert.doesNotMatch(shown.text, /<script>alert/)
    assert.deepEqual(calls, [])
  }
})

test('what was found is a file: with more than the page, and without a formula', async () => {
  const [, denied = ''] = await callsOf('exported', [
    { Action: 'ListGroups' },
    { Action: 'GetRole', RoleName: 'Some' },
  ])
  const browser = await rig.consoleAs('Admin')
  const csv = await search(browser, { person: 'exported', as: 'csv' })
  assert.match(csv.headers.get('content-disposition') ?? '', /filename="audit\.csv"/)
  const lines = csv.text.trim().split('\r\n')
  assert.match(lines[0] ?? '', /^Action,Time,Who,Outcome,From,Role,Resource,Service,Principal/)
  assert.equal(lines.length, 3)
  assert.ok(lines[1]?.includes(requestOf(denied)), lines[1])
  const json = JSON.parse((await search(browser, { person: 'exported', as: 'json' })).text)
  assert.equal(json.complete, true)
  assert.equal(json.items[0].Principal, 'arn:aws:iam::111122223333:user/exported')
  assert.equal(json.items[0].Error, 'AccessDenied')
})

test('the page of an event: who, what, the decision, the record, and where to go on', async () => {
  const [denied = ''] = await callsOf('evented', [{ Action: 'GetRole', RoleName: 'Looker' }])
  const browser = await rig.consoleAs('Admin')
  const found = await search(browser, { event: requestOf(denied) })
  const href = /<a href="(\/console\/audit\/[^"]+)">iam:/.exec(found.text)?.[1] ?? ''
  const shown = await browser.get(href)
  assert.equal(shown.status, 200)
  const text = plain(shown)
  assert.match(text, /<h1>iam:GetRole<\/h1>/)
  assert.match(text, /AccessDenied/)
  assert.match(text, /no identity-based policy allows the iam:GetRole action/)
  assert.match(text, /arn:aws:iam::111122223333:role\/Looker/)
  assert.match(text, /<dt>roleName<\/dt><dd><code>Looker<\/code>/)
  assert.match(text, /<a href="\/console\/users\/evented">/)
  assert.match(text, /"eventName"<\/span>: <span class="s">"GetRole"/)
  const id = /\/console\/audit\/([\w-]+)/.exec(href)?.[1]
  assert.ok(text.includes(`/console/why?event=${id}`))
  const who = /href="(\/console\/who-can[^"]+)"/.exec(shown.text)?.[1] ?? ''
  const able = plain(await browser.get(who.replaceAll('&amp;', '&')))
  assert.match(able, /role\/Looker/)
  const key = /href="(\/console\/audit\?key=AKIA\w+)"/.exec(shown.text)?.[1] ?? ''
  assert.deepEqual(rowsOf(await browser.get(key)), ['evented iam:GetRole deny'])
})

test('what is no event is said, whatever it holds, and looking needs its permission', async () => {
  const browser = await rig.consoleAs('Admin')
  for (const token of ['GH-0000-0000', '<script>alert(1)<~1script>', '%00', 'x'.repeat(256)]) {
    const shown = await browser.get(`/console/audit/${encodeURIComponent(token)}`)
    assert.equal(shown.status, 404, token)
    assert.match(shown.text, /There is no such event/)
    assert.doesNotMatch(shown.text, /<script>alert/)
  }
  assert.equal((await browser.get(`/console/audit/${'x'.repeat(257)}`)).status, 404)
  const looker = await rig.consoleAs('Looker')
  for (const path of ['/console/audit', '/console/audit?as=csv', '/console/audit/GH-0000-0000']) {
    const refused = await looker.get(path)
    assert.equal(refused.status, 403, path)
    assert.match(refused.text, /gatehouse:LookupEvents/)
  }
})
