import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeRole } from './made-directory.ts'
import { openRig } from './rig.ts'
import { sendForm } from './sent-form.ts'

const links = (text: string) =>
  [...text.matchAll(/href="\/console\/roles\/([\w.]+)"/g)].map(([, name]) => name!)
const nextOf = (text: string) =>
  /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&')

const trustPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
})

test('each of a thousand roles is on exactly one page, and is found by name', async () => {
  // With those of the rig, as many as an account may have.
  const made = Array.from({ length: 995 }, (_, i) => `Bulk${String(i).padStart(4, '0')}`)
  const paths = made.map((name, i) => [name, i % 2 === 0 ? '/even/' : '/odd/'] as const)
  await using rig = await openRig({}, Object.fromEntries(paths))
  const browser = await rig.consoleAs('Admin')
  const walk = async (start: string) => {
    const seen: string[] = []
    for (let at: string | undefined = start; at !== undefined; ) {
      const { status, text } = await browser.get(at)
      assert.equal(status, 200)
      seen.push(...links(text))
      at = nextOf(text)
    }
    return seen
  }
  const all = await walk('/console/roles')
  assert.equal(new Set(all).size, all.length)
  assert.deepEqual(
    all.filter((name) => name.startsWith('Bulk')),
    made,
  )
  const odd = await walk('/console/roles?path=/odd/')
  assert.deepEqual(
    odd,
    made.filter((_, i) => i % 2 === 1),
  )
  const found = await browser.get('/console/roles?name=bULK0777')
  assert.deepEqual(links(found.text), ['Bulk0777'])
  assert.match(found.text, /1 role on this page/)
  assert.equal(nextOf(found.text), undefined)
})

test("a role of the settings file says so and can't be changed, nor by a forged form", async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  const detail = await browser.get('/console/roles/Developer')
  assert.match(detail.text, /From the settings file/)
  assert.doesNotMatch(detail.text, /\/console\/roles\/Developer\/edit/)
  const address = '/console/roles/Developer/edit'
  const edit = await browser.get(address)
  assert.match(edit.text, /The settings file put this role in place/)
  assert.doesNotMatch(edit.text, /<textarea/)
  const sent = await sendForm(browser, address, edit, { Description: 'mine' })
  assert.equal(sent.status, 403)
  assert.match(sent.text, /put in place by the settings file/)
  assert.match((await browser.get('/console/roles/Developer')).text, /Everyday work/)
})

test('the wire tells who manages a role, as the page does', async () => {
  await using rig = await openRig()
  await makeRole(rig, 'Mine')
  const answered = (name: string) => rig.iam('GetRole', { RoleName: name })
  assert.match(await answered('Mine'), /<\/Role><ManagedBy>api<\/ManagedBy>/)
  assert.match(await answered('Developer'), /<ManagedBy>settings<\/ManagedBy>/)
})

test('a detail shows trust, policies, tags, boundary, duration and how it came to be', async () => {
  await using rig = await openRig()
  await makeRole(rig, 'Whole')
  const browser = await rig.consoleAs('Admin')
  const text = (await browser.get('/console/roles/Whole')).text.replaceAll('<wbr>', '')
  for (const part of [
    'Lets in: Service ec2.amazonaws.com',
    'arn:aws:iam::111122223333:policy/ReadIam',
    'href="/console/roles/Whole/policies/Inline.Policy"',
    'a=b@c/+-=value with spaces',
    '1 hour 30 minutes',
    'The API',
  ])
    assert.ok(text.includes(part), part)
  const policy = await browser.get('/console/roles/Whole/policies/Inline.Policy')
  assert.match(policy.text, /s3:GetObject/)
})

test('names of dots, and one that is called as a page is, have pages of their own', async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  for (const RoleName of ['.', '..', 'edit', 'policies', 'a+b=c,d@e.-_']) {
    await rig.iam('CreateRole', { RoleName, AssumeRolePolicyDocument: trustPolicy })
    const { text } = await browser.get(`/console/roles?${new URLSearchParams({ name: RoleName })}`)
    const row = [
      ...text.matchAll(/<th scope="row">(?:<input[^>]+> )?<a href="([^"]+)">(.*?)<\/a>/g),
    ].find(([, , words]) => words!.replaceAll('<wbr>', '') === RoleName)
    assert.ok(row, RoleName)
    const shown = await browser.get(new URL(row[1]!, rig.running.origin).pathname)
    assert.equal(shown.title, RoleName)
  }
})

test('a role that was deleted while its form was open: nothing is made of it', async () => {
  await using rig = await openRig()
  await rig.iam('CreateRole', { RoleName: 'Gone', AssumeRolePolicyDocument: trustPolicy })
  const browser = await rig.consoleAs('Admin')
  const shown = await browser.get('/console/roles/Gone/edit')
  await rig.iam('DeleteRole', { RoleName: 'Gone' })
  const sent = await sendForm(browser, '/console/roles/Gone/edit', shown, { Description: 'mine' })
  assert.equal(sent.status, 404)
})
