import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionsIn } from '../console/rig.ts'
import { SoftKey } from '../credentials/soft-key.ts'
import { demoSettings, openRunning } from './running.ts'
import { login, openLaptop } from './sign-in-laptop.ts'

const rule = `  - name: by key
    when: 'identity.strength == "hardware"'
    grants:
      - role: arn:aws:iam::111122223333:role/Auditor
`

test('a key touched in the portal opens roles to the terminal of that sign-in', async () => {
  // The role's own lock is another matter here.
  const lock = /\n *Condition: \{ "ForAnyValue:StringEquals": \{ "file:groups": auditors \} \}/
  const demo = (await demoSettings()).replace('mappings:\n', `mappings:\n${rule}`)
  const settings = `${demo.replace(lock, '')}\nsecurityKeys: { people: {} }\n`
  await using at = await openRunning(settings)
  await using laptop = await openLaptop()
  const signedIn = { username: 'jonas', password: 'jonas-demo-2026' }
  const { browser, code, err } = await login(laptop, at.origin, signedIn)
  assert.equal(code, 0, err)
  const before = await laptop.run(['credentials', '--role', 'Auditor'])
  assert.match(before.err, /no role `Auditor` is open to you/)
  const key = new SoftKey(at.origin)
  const page = await browser.get('/portal/security/add-key')
  const fields = { _csrf: page.csrf, name: 'key', response: key.create(optionsIn(page)) }
  assert.equal((await browser.post('/portal/security/add-key', fields)).status, 303)
  const asked = await browser.get('/portal/security/touch')
  const response = key.get(optionsIn(asked))
  await browser.post('/portal/security/touch', { _csrf: asked.csrf, response })
  const after = await laptop.run(['credentials', '--role', 'Auditor', '--refresh'])
  assert.equal(after.code, 0, after.err)
  assert.match(JSON.parse(after.out).SessionToken, /^ghs1\./)
})
