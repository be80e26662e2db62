import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openRig } from '../../console/rig.ts'
import { optionsIn, sendForm } from '../../console/sent-form.ts'
import { SoftKey } from '../../credentials/soft-key.ts'
import { Browser } from '../browser.ts'

const at = await openRig(
  {
    Other: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'gatehouse:ListPersonKeys', Resource: '*' }],
    },
  },
  {},
  '\nsecurityKeys: { people: {} }\n',
)
after(() => at[Symbol.asyncDispose]())
const { running } = at

/** Jonas with a key, which he touched. */
async function withKey(name: string): Promise<Browser> {
  const browser = new Browser(running.origin)
  await browser.signIn('jonas', 'jonas-demo-2026')
  const key = new SoftKey(running.origin)
  const page = await browser.get('/portal/security/add-key')
  const fields = { _csrf: page.csrf, name, response: key.create(optionsIn(page)) }
  assert.equal(
    (await browser.post('/portal/security/add-key', fields)).location,
    '/portal/security',
  )
  const asked = await browser.get('/portal/security/touch')
  const touch = { _csrf: asked.csrf, response: key.get(optionsIn(asked)) }
  assert.equal((await browser.post('/portal/security/touch', touch)).status, 303)
  assert.match(
    (await browser.get('/portal/security')).text,
    /counts as one with a security key, since/,
  )
  return browser
}

test('an administrator finds a lost key by the name of its owner, and removes it', async () => {
  const jonas = await withKey('found <in> a taxi'.replaceAll(/[<>]/g, ''))
  const admin = await at.consoleAs('Admin')
  assert.match((await admin.get('/console/people-keys')).text, /found in a taxi/)
  const list = await admin.get('/console/people-keys?name=JON')
  assert.match(list.text, /jonas/)
  assert.match((await admin.get('/console/people-keys?name=amina')).text, /No key matches/)
  const address = /href="(\/console\/people-keys\/[^"]+\/remove)"/.exec(list.text)![1]!
  const form = await admin.get(address)
  assert.match(form.text, /Remove found in a taxi of jonas\?/)
  const gone = await sendForm(admin, address, form, {})
  assert.equal(gone.location, '/console/people-keys')
  assert.match((await admin.get('/console/people-keys')).text, /The key is removed/)
  const security = await jonas.get('/portal/security')
  assert.doesNotMatch(security.text, /found in a taxi|counts as one with a security key, since/)
  const events = await running.events((all) =>
    all.some(({ eventName }) => eventName === 'DeletePersonKey'),
  )
  const event = events.find(({ eventName }) => eventName === 'DeletePersonKey')
  assert.match(event?.userIdentity.arn ?? '', /assumed-role\/Admin\/amina/)
  assert.equal(event?.requestParameters?.Connector ?? event?.requestParameters?.connector, 'staff')
})

test('nobody else sees or removes them: by permission, nor from another account', async () => {
  await withKey('mine')
  const powerless = await at.consoleAs('Powerless')
  assert.equal((await powerless.get('/console/people-keys')).status, 403)
  const looking = await at.consoleAs('Other')
  const list = await looking.get('/console/people-keys')
  const address = /href="(\/console\/people-keys\/[^"]+\/remove)"/.exec(list.text)![1]!
  const form = await looking.get(address)
  assert.equal((await sendForm(looking, address, form, {})).status, 403)
  await running.reload(at.settings.replace('people: {}', 'people: { account: "999988887777" }'))
  const admin = await at.consoleAs('Admin')
  assert.match((await admin.get('/console/people-keys')).text, /another account looks after them/)
  assert.equal((await admin.get(address)).status, 404)
})

test('pages of the list follow each other, whatever the names are', async () => {
  await running.reload(at.settings)
  const admin = await at.consoleAs('Admin')
  assert.equal((await admin.get('/console/people-keys?marker=%3C%3E')).status, 400)
  assert.equal((await admin.get('/console/people-keys?marker=AAAA')).status, 200)
})
