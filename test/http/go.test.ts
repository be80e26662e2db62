import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { consoleDestinations, jumps } from '../../src/console/go.ts'
import { consolePages } from '../../src/console/pages.ts'
import { openUsers } from '../sign-in/user/users.ts'

const at = await openUsers()
after(() => at[Symbol.asyncDispose]())

const hrefs = (text: string) =>
  [...text.matchAll(/<li (?!data-jump="[^"]*" hidden)[^>]*><a\s+href="([^"]*)"/g)].map(
    ([, href]) => href,
  )

test('what leads anywhere has every page that an address alone opens', () => {
  for (const { nav, path } of consolePages)
    if (nav) assert.ok(consoleDestinations.some(({ href }) => href === path))
  for (const { base } of jumps)
    assert.ok(consolePages.some(({ path }) => path.startsWith(`${base}:`)))
})

test('a user finds pages by words, and opens things by name, without a script', async () => {
  await at.user('ann')
  const browser = await at.signedIn('ann')
  const all = await browser.get('/console/go')
  assert.equal(all.status, 200)
  assert.ok(hrefs(all.text).includes('/console/users'))
  assert.ok(hrefs(all.text).includes('/portal/security'))
  const found = hrefs((await browser.get('/console/go?q=identity')).text)
  assert.ok(found.includes('/console/identity-providers'))
  assert.ok(!found.includes('/console/users'))
  assert.deepEqual(found.slice(-3), [
    '/console/users/identity',
    '/console/groups/identity',
    '/console/roles/identity',
  ])
  const hostile = await browser.get(`/console/go?q=${encodeURIComponent('"><script>alert(1)')}`)
  assert.doesNotMatch(hostile.text, /<script>alert/)
  assert.match(hostile.text, /Nothing has these words/)
  assert.deepEqual(hrefs((await browser.get('/portal/go?q=sign out')).text), ['/signout'])
})

test('a person of a directory finds their roles; nobody else finds anything', async () => {
  const browser = at.browser()
  assert.equal((await browser.get('/portal/go')).location, '/signin?next=%2Fportal%2Fgo')
  assert.equal((await browser.get('/console/go')).location, '/portal/go')
  await browser.signIn('amina', 'amina-demo-2026')
  const found = await browser.get('/portal/go?q=developer')
  assert.deepEqual(hrefs(found.text), [
    '/portal?role=Developer&amp;account=111122223333&amp;to=console',
  ])
  assert.equal((await browser.get('/console/go')).location, '/portal/go')
})
