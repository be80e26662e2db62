import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openRig } from '../../console/rig.ts'
import { optionsIn } from '../../console/sent-form.ts'
import { SoftKey } from '../../credentials/soft-key.ts'
import { Browser, type Shown } from '../browser.ts'

const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::111122223333:file-provider/staff' },
      Action: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
      },
    },
  ],
}
const rule = `  - name: by key
    when: 'identity.strength == "hardware"'
    grants:
      - role: arn:aws:iam::111122223333:role/Admin
      - role: arn:aws:iam::111122223333:role/ByKey
`
const keys = `
securityKeys: { people: { connectors: [staff], when: '"developers" in identity.groups' } }
`
const at = await openRig({ ByKey: undefined })
after(() => at[Symbol.asyncDispose]())
const { running } = at
const settings =
  at.settings
    // The roles of the rig by the rule of the key alone.
    .replaceAll(/( {4}grants:\n)(?: {6}- role: \S+role\/(?:Admin|Powerless|ByKey)\n)+/g, '$1')
    .replace('mappings:\n', `mappings:\n${rule}`)
    .replace(/(ByKey: \{ trustPolicy: )\{.*\}( \})/, `$1${JSON.stringify(trust)}$2`) + keys
await running.reload(settings)

const firstKey = new SoftKey(running.origin)
const passwords: Readonly<Record<string, string>> = {
  amina: 'amina-demo-2026',
  jonas: 'jonas-demo-2026',
  priya: 'priya-demo-2026',
}

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser(running.origin)
  await browser.signIn(name, passwords[name]!)
  return browser
}

async function send(
  browser: Browser,
  path: string,
  fields: Record<string, string>,
): Promise<Shown> {
  const { csrf } = await browser.get('/portal')
  return browser.post(path, { _csrf: csrf, ...fields })
}

async function add(browser: Browser, key: SoftKey, name = 'office key'): Promise<Shown> {
  const page = await browser.get('/portal/security/add-key')
  const response = key.create(optionsIn(page))
  return send(browser, '/portal/security/add-key', { name, response })
}

async function touch(browser: Browser, key: SoftKey, next = ''): Promise<Shown> {
  const page = await browser.get(`/portal/security/touch?${new URLSearchParams({ next })}`)
  const response = key.get(optionsIn(page))
  return send(browser, '/portal/security/touch', { response, next: page.hidden('next') })
}

test('the first key is added soon after a sign-in; later the person signs in again', async () => {
  const browser = await signedIn('amina')
  running.clock.pass(901)
  const page = await browser.get('/portal/security')
  assert.match(page.text, /within fifteen minutes of a sign-in/)
  assert.equal((await browser.get('/portal/security/add-key')).location, '/portal/security')
  const fresh = await signedIn('amina')
  assert.equal((await fresh.get('/portal/security/add-key')).status, 200)
})

test('a person adds a key, touches it, and gets roles that ask for one', async () => {
  const [browser, key] = [await signedIn('amina'), firstKey]
  assert.match((await browser.get('/portal')).text, /href="\/portal\/security"/)
  const added = await add(browser, key)
  assert.equal(added.location, '/portal/security', added.text)
  assert.match((await browser.get('/portal/security')).text, /<bdi>office key<\/bdi>/)
  const before = await browser.get('/portal')
  assert.equal(before.choice('ByKey'), '')
  assert.match(before.text, /Some roles ask for more than your sign-in/)
  const id = browser.cookies.get('gatehouse')
  const touched = await touch(browser, key, '/portal')
  assert.equal(touched.location, '/portal', touched.text)
  assert.notEqual(browser.cookies.get('gatehouse'), id, 'a raised sign-in has another session id')
  const portal = await browser.get('/portal')
  assert.notEqual(portal.choice('ByKey'), '')
  assert.doesNotMatch(portal.text, /Some roles ask for more/)
  const opened = await send(browser, '/portal/console', { grant: portal.choice('Admin') })
  assert.equal(opened.location, '/console')
  assert.equal((await browser.get('/console/users')).status, 200)
  running.clock.pass(3601)
  assert.equal((await browser.get('/portal')).choice('ByKey'), '', 'the touch is too old for it')
  assert.equal((await touch(browser, key, '/portal')).location, '/portal')
  assert.notEqual((await browser.get('/portal')).choice('ByKey'), '')
  const events = await running.events((all) => all.some((one) => one.eventName === 'CheckMfa'))
  const [event] = events.filter((one) => one.eventName === 'CheckMfa')
  assert.equal(event?.userIdentity.userName, 'amina')
  assert.equal(JSON.stringify(events).includes('clientDataJSON'), false)
})

test('another sign-in of the same person was not raised by it', async () => {
  const browser = await signedIn('amina')
  const portal = await browser.get('/portal')
  assert.equal(portal.choice('ByKey'), '')
  assert.match(portal.text, /Some roles ask for more/)
})

test('an answer counts once, for its own person, its own sign-in and its own use', async () => {
  const [browser, other] = [await signedIn('jonas'), await signedIn('jonas')]
  const key = new SoftKey(running.origin)
  assert.equal((await add(browser, key)).location, '/portal/security')
  const options = optionsIn(await browser.get('/portal/security/touch'))
  const response = key.get(options)
  const elsewhere = await send(other, '/portal/security/touch', { response, next: '' })
  assert.equal(elsewhere.status, 401, 'the challenge is of another sign-in')
  const amina = await signedIn('amina')
  const stolen = await send(amina, '/portal/security/touch', { response, next: '' })
  assert.equal(stolen.status, 401, 'and of another person')
  const first = await send(browser, '/portal/security/touch', { response, next: '' })
  assert.equal(first.location, '/portal/security')
  const again = await send(browser, '/portal/security/touch', { response, next: '' })
  assert.equal(again.status, 401)
  const page = await browser.get('/portal/security/touch')
  const foreign = key.get(optionsIn(page), { origin: 'https://evil.example' })
  assert.equal((await send(browser, '/portal/security/touch', { response: foreign })).status, 401)
  const twice = await add(browser, key, 'the same')
  assert.equal(twice.status, 401, 'a key that is there already')
})

test('a stolen session neither adds a key nor removes one', async () => {
  const browser = await signedIn('jonas')
  await send(browser, '/portal/security/touch', { response: '{}', next: '' })
  const page = await browser.get('/portal/security')
  assert.match(page.text, /Touch one of your keys before you add or remove any/)
  assert.doesNotMatch(page.text, /add-key|remove-key" method="post"><[^>]*><button/)
  assert.equal((await browser.get('/portal/security/add-key')).location, '/portal/security')
  const id = 'A'.repeat(20)
  for (const [path, fields] of [
    ['/portal/security/add-key', { name: 'mine', response: '{}' }],
    ['/portal/security/remove-key', { id }],
  ] as const) {
    const refused = await send(browser, path, fields)
    assert.equal(refused.status, 403)
    assert.match(refused.text, /Touch one of your keys first/)
  }
})

test('who may not have one is told so, by page and by form', async () => {
  const browser = await signedIn('priya')
  assert.doesNotMatch((await browser.get('/portal')).text, /href="\/portal\/security"/)
  const page = await browser.get('/portal/security')
  assert.match(page.text, /the settings of this place say who may/)
  const refused = await send(browser, '/portal/security/add-key', { name: 'x', response: '{}' })
  assert.equal(refused.status, 403)
  assert.match(refused.text, /You may not have security keys here/)
})

test('a removed key raises nothing any more, and names are checked', async () => {
  const [key, browser] = [new SoftKey(running.origin), await signedIn('amina')]
  await touch(browser, firstKey)
  const hostile = await add(browser, key, '<b>x</b>')
  assert.equal(hostile.status, 400)
  assert.match(hostile.text, /That is no name for a key/)
  assert.equal((await add(browser, key, 'second')).location, '/portal/security')
  await touch(browser, key, '/portal')
  assert.notEqual((await browser.get('/portal')).choice('ByKey'), '')
  const page = await browser.get('/portal/security')
  const id = /name="id" value="([^"]+)"\s+aria-label="Remove second"/.exec(page.text)![1]!
  assert.equal(
    (await send(browser, '/portal/security/remove-key', { id })).location,
    '/portal/security',
  )
  assert.equal((await browser.get('/portal')).choice('ByKey'), '')
  const twice = await send(browser, '/portal/security/remove-key', { id })
  assert.notEqual(twice.status, 303)
})
