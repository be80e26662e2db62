/** The pages of the directory: what they show of what the wire has. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addressOf } from '../../src/console/address.ts'
import type { Browser } from '../http/browser.ts'
import { makeDirectory, policyArn } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { sendForm } from './sent-form.ts'

let rig: Rig
let browser: Browser
before(async () => {
  const only = (...Action: string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
  rig = await openRig({
    Looker: only('iam:GetUser', 'iam:ListAccessKeys'),
    Lister: only('iam:ListOpenIDConnectProviders'),
    Namer: only('iam:ListUsers', 'iam:ListGroups'),
  })
  await makeDirectory(rig, 'Whole')
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const textOf = async (address: string, as = browser) => {
  const shown = await as.get(address)
  assert.equal(shown.status, 200, address)
  return shown.text.replaceAll('<wbr>', '')
}
const holds = (text: string, parts: readonly string[]) => {
  for (const part of parts) assert.ok(text.includes(part), part)
}
const nextOf = (text: string) =>
  /href="([^"]+)"( rel="next")?>Next/.exec(text)?.[1]?.replaceAll('&amp;', '&')
const linksTo = (page: string, text: string) =>
  [
    ...text.matchAll(
      new RegExp(`<th scope="row">(?:<input[^>]*> )?<a href="/console/${page}/([^"]+)"`, 'g'),
    ),
  ].map(([, name]) => name!)

test('a user shows groups, policies, keys, password, boundary and tags', async () => {
  holds(await textOf('/console/users/Whole'), [
    'href="/console/groups/Whole"',
    'href="/console/users/Whole/policies/Inline.Policy"',
    `href="${addressOf('/console/policies/:arn', { arn: policyArn('Whole') })}"`,
    'ReadIam',
    'AKIA',
    'Active',
    'a=b@c/+-=value with spaces',
  ])
  await rig.iam('CreateUser', { UserName: 'Bare' })
  holds(await textOf('/console/users/Bare'), [
    'The user is in no group.',
    'The user has no access key.',
    'The user has no MFA device.',
    'No password',
  ])
})

test('a user’s parts are withheld one by one, the use of a key too', async () => {
  const looker = await rig.consoleAs('Looker')
  const text = await textOf('/console/users/Whole', looker)
  holds(text, [
    'AKIA',
    'Not shown: needs iam:GetAccessKeyLastUsed',
    '<code>iam:ListGroupsForUser</code>, so this part is not shown',
    '<code>iam:GetLoginProfile</code>, so this part is not shown',
  ])
  assert.doesNotMatch(text, /Inline\.Policy|No password/)
})

test('a group shows its members in pages, each once, and its policies', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `member${String(i).padStart(2, '0')}`)
  await rig.iam('CreateGroup', { GroupName: 'Many' })
  for (const UserName of names) {
    await rig.iam('CreateUser', { UserName, Path: '/many/' })
    await rig.iam('AddUserToGroup', { UserName, GroupName: 'Many' })
  }
  const seen: string[] = []
  for (let at: string | undefined = '/console/groups/Many'; at !== undefined; ) {
    const text: string = await textOf(at)
    seen.push(...linksTo('users', text))
    at = nextOf(text)
  }
  assert.deepEqual(seen, names)
  const first = await textOf('/console/users?path=many/')
  assert.equal(linksTo('users', first).length, 50)
  assert.equal(linksTo('users', await textOf(nextOf(first)!)).length, 10)
  assert.deepEqual(linksTo('users', await textOf('/console/users?name=BER42')), ['member42'])
  holds(await textOf('/console/groups/Whole'), [
    'href="/console/users/Whole"',
    'href="/console/groups/Whole/policies/Inline.Policy"',
    'ReadIam',
  ])
})

test('a list is searched by tag, in the order of a head, as far as tags may be seen', async () => {
  const tagged = { 'Tags.member.1.Key': 'team<b>', 'Tags.member.1.Value': 'r&d' }
  const refused = await browser.get('/console/users?tag=team<b>')
  assert.equal(refused.status, 400)
  assert.doesNotMatch(refused.text, /team<b>/)
  for (const [i, UserName] of ['Tagged.A', 'Tagged.B'].entries())
    await rig.iam('CreateUser', {
      ...{ UserName, Path: '/tagged/', ...tagged },
      ...{ 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': i === 0 ? 'red' : 'blue' },
    })
  const names = async (query: string) => linksTo('users', await textOf(`/console/users?${query}`))
  assert.deepEqual(await names('tag=team'), ['Tagged.A', 'Tagged.B'])
  assert.deepEqual(await names('tag=team&value=blue'), ['Tagged.B'])
  assert.deepEqual(await names('path=tagged/&sort=-name'), ['Tagged.B', 'Tagged.A'])
  const text = await textOf('/console/users?path=tagged/&sort=-name')
  assert.match(text, /aria-sort="descending"><a class="sort" href="[^"]*sort=name">User</)
  assert.match(text, /<input type="hidden" name="sort" value="-name">/)
  const namer = await rig.consoleAs('Namer')
  assert.deepEqual(linksTo('users', await textOf('/console/users?path=tagged/', namer)), [
    'Tagged.A',
    'Tagged.B',
  ])
  const denied = await namer.get('/console/users?tag=team')
  assert.equal(denied.status, 403)
  assert.match(denied.text.replaceAll('<wbr>', ''), /iam:ListUserTags/)
  assert.equal((await namer.get('/console/roles')).status, 403)
  assert.equal((await namer.get('/console/groups')).status, 200)
})

test('a policy shows its default version, all versions, and who has it', async () => {
  const address = addressOf('/console/policies/:arn', { arn: policyArn('Whole') })
  const text = await textOf(address)
  holds(text, ['s3:GetObject', 'Version v1, default', '>v2<', 'href="/console/users/Whole"'])
  assert.equal((await browser.get(`${address}?marker=%00`)).status, 200)
})

test('policies are those of the account, the ready-made ones, or all', async () => {
  const names = async (scope: string) =>
    linksTo('policies', await textOf(`/console/policies?scope=${scope}&name=a`))
  const [all, own, readyMade] = [await names(''), await names('Local'), await names('AWS')]
  assert.ok(own.every((name) => name.includes('111122223333')))
  assert.ok(readyMade.length > 0 && readyMade.every((name) => name.includes('iam%3A%3Aaws%3A')))
  assert.deepEqual(all, [...own, ...readyMade].slice(0, all.length))
  assert.match(await textOf('/console/policies?scope=AWS'), /value="AWS" selected/)
  const odd = await browser.get('/console/policies?scope=%3Cscript%3E')
  assert.equal(odd.status, 400)
  assert.doesNotMatch(odd.text, /<script>&gt;|<<script/)
})

test('a ready-made policy has a page as those of the account have', async () => {
  const [first] = linksTo('policies', await textOf('/console/policies?scope=AWS'))
  holds(await textOf(`/console/policies/${first}`), ['Ready-made', 'default'])
})

test('identity providers are listed by kind, and each shows what it vouches by', async () => {
  const list = await textOf('/console/identity-providers')
  const [oidc] = linksTo('identity-providers/oidc', list)
  const [saml] = linksTo('identity-providers/saml', list)
  const issuer = await textOf(`/console/identity-providers/oidc/${oidc}`)
  holds(issuer, ['idp.example.com/Whole', '6938fd4d98bab03faadb97b34396831e3780aea1'])
  assert.doesNotMatch(issuer, /<script>alert/)
  const provider = await textOf(`/console/identity-providers/saml/${saml}`)
  holds(provider, ['&lt;md:EntityDescriptor', 'aria-label="Metadata as text"', 'Valid until'])
  const elsewhere = saml!.replace('saml-provider', 'oidc-provider')
  assert.equal((await browser.get(`/console/identity-providers/saml/${elsewhere}`)).status, 404)
})

test('account settings show quotas as bars, and the password policy or its absence', async () => {
  const users = /<progress max="5000" value="\d+"\s+aria-label="Users: \d+ of 5,000">/
  const before = await textOf('/console/account')
  assert.match(before, users)
  holds(before, ['14 characters', '1 day', '<code>rig-', 'There are', 'Not enabled'])
  await rig.iam('DeleteAccountPasswordPolicy', {})
  holds(await textOf('/console/account'), ['No: the default counts'])
})

test('a page whose parts are all withheld answers 403, with one shown 200', async () => {
  const powerless = await rig.consoleAs('Powerless')
  assert.equal((await powerless.get('/console/account')).status, 403)
  const lister = await rig.consoleAs('Lister')
  const providers = await textOf('/console/identity-providers', lister)
  holds(providers, ['<code>iam:ListSAMLProviders</code>, so this part is not shown'])
  assert.equal(linksTo('identity-providers/oidc', providers).length, 1)
})

test('a user gets and loses a group and a policy; what is not there is told', async () => {
  await rig.iam('CreateUser', { UserName: 'Newcomer' })
  const at = '/console/users/Newcomer'
  const send = async (form: string, changes: Readonly<Record<string, string>>) => {
    const address = `${at}/${form}`
    return sendForm(browser, address, await browser.get(address), changes)
  }
  assert.equal((await send('add-to-group', { GroupName: '' })).status, 400)
  const unknown = await send('add-to-group', { GroupName: 'Nobody' })
  assert.equal(unknown.status, 404)
  assert.match(unknown.text, /The group with name Nobody cannot be found/)
  assert.equal((await send('add-to-group', { GroupName: 'Whole' })).location, at)
  assert.match(await textOf(at), /The user is in Whole[\s\S]*href="\/console\/groups\/Whole"/)
  const odd = await send('attach-policy', { PolicyArn: '"><script>alert(1)</script>' })
  assert.notEqual(odd.status, 303)
  assert.doesNotMatch(odd.text, /<script>alert/)
  const given = await send('attach-policy', { PolicyArn: policyArn('Whole') })
  assert.equal(given.location, at)
  const whole = await textOf(at)
  holds(whole, ['The policy is attached.', policyArn('Whole')])
  const ways = [...whole.matchAll(/href="([^"]+\/(?:remove|detach))"/g)].map(([, href]) => href!)
  assert.equal(new Set(ways).size, 2)
  for (const way of new Set(ways)) {
    const sent = () => browser.get(way).then((shown) => sendForm(browser, way, shown, {}))
    assert.equal((await sent()).location, at)
    // As on the wire: removing somebody who is in no group is no mistake.
    assert.equal((await sent()).status, way.endsWith('/remove') ? 303 : 404, 'sent twice')
  }
  holds(await textOf(at), ['The user is in no group.', 'No managed policy is attached.'])
})
