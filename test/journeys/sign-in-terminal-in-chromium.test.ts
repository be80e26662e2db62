import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { openSimpleSamlPhp, samlPeople } from '../peers/simplesamlphp.ts'
import { startSlapd } from '../peers/slapd.ts'
import { axeFindings, fillSignIn, openDesk } from './chromium.ts'
import { directorySettings, slapdConnector } from './directory-settings.ts'
import { openRunning, openSite, startServed } from './running.ts'
import { samlSettings } from './saml-settings.ts'
import { openLaptop } from './sign-in-laptop.ts'

test('an LDAP person signs in at the terminal with the browser beside it', async (t) => {
  if (!requirePeer(t, 'slapd') || !requirePeer(t, 'chromium')) return
  await using directory = await startSlapd()
  await using at = await openRunning(directorySettings(slapdConnector(directory)))
  await using laptop = await openLaptop()
  await using desk = await openDesk()
  const { page } = desk
  const command = laptop.start(['login', '--endpoint', at.origin])
  await page.goto(await laptop.opened())
  await fillSignIn(page, 'alice', directory.passwordOf('alice'))
  await page.getByRole('heading', { name: 'Sign in to the terminal?' }).waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('button', { name: 'Go on to the terminal' }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  assert.match(await page.locator('main').innerText(), /You may close this tab/)
  assert.equal((await command.ended).code, 0)
  const roles = JSON.parse((await laptop.run(['roles', '--json'])).out)
  assert.deepEqual(
    roles.map(({ name }: { name: string }) => name),
    ['Engineer', 'Narrowed'],
  )
  const taken = await laptop.run(['credentials', '--role', 'corp/Narrowed'])
  assert.match(taken.out, /"SessionToken":"ghs1\./, taken.err)
})

test('a SAML person signs in at the terminal by a code, with a browser elsewhere', async (t) => {
  if (!requirePeer(t, 'simplesamlphp') || !requirePeer(t, 'chromium')) return
  await using idp = await openSimpleSamlPhp()
  const fields =
    `      entityId: ${idp.entityId}\n      signOnUrl: ${idp.signOnUrl}\n` +
    `      certificates: [${JSON.stringify(idp.key.x509.toString())}]`
  const settings = samlSettings({ keys: [], idp: fields })
  // By a clock that runs: the command asks every few seconds.
  await using site = await openSite()
  await using at = await startServed(site, `${settings}terminal: { device: true }\n`)
  const metadata = await (await fetch(`${at.origin}/saml/corp/metadata`)).text()
  await idp.knows([
    {
      entityId: `${at.origin}/saml/corp`,
      acs: `${at.origin}/saml/corp/acs`,
      certificate: /<ds:X509Certificate>([^<]+)/.exec(metadata)![1]!,
      encrypts: false,
    },
  ])
  await using laptop = await openLaptop()
  await using desk = await openDesk()
  const { page } = desk
  const command = laptop.start(['login', '--endpoint', at.origin], { SSH_TTY: '/dev/pts/0' })
  const [, address = '', code = ''] = await command.told(
    /open (\S+) in a browser, and type the code ([A-Z]{4}-[A-Z]{4})/,
  )
  await page.goto(address)
  await page.getByRole('link', { name: 'Corp SSO' }).click()
  await page.waitForURL(/127\.0\.0\.1/)
  await page.locator('input[name=username]').fill('alice')
  await page.locator('input[name=password]').fill(samlPeople.alice)
  await page.locator('input[name=password]').press('Enter')
  await page.getByLabel('Code on the device').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Sign in to the terminal on another device?' }).waitFor()
  assert.match(await page.locator('main').innerText(), /all your roles.*alice/s)
  assert.match(await page.locator('main').innerText(), /gatehouse on /)
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('button', { name: 'Yes, sign in' }).click()
  const { code: exit, out, err } = await command.ended
  assert.equal(exit, 0, err)
  assert.match(out, / as alice, until /)
  const taken = await laptop.run(['credentials', '--role', 'acme/Developer'])
  assert.match(taken.out, /"SessionToken":"ghs1\./, taken.err)
})

test('where no codes are given, another computer’s browser comes by a tunnel', async () => {
  await using at = await openRunning('accounts: { "111122223333": {} }\n')
  await using laptop = await openLaptop()
  const command = laptop.start(['login', '--no-browser', '--endpoint', at.origin])
  const [, port] = await command.told(/ssh -L (\d+):127\.0\.0\.1:\1/)
  const [, address = ''] = await command.told(/open this address .*:\n(\S+)/)
  const asked = new URL(address)
  assert.equal(asked.searchParams.get('redirect_uri'), `http://127.0.0.1:${port}/signed-in`)
  const state = asked.searchParams.get('state')!
  const query = new URLSearchParams({ error: 'server_error', state, iss: at.origin })
  await fetch(`${asked.searchParams.get('redirect_uri')}?${query}`)
  assert.equal((await command.ended).code, 1)
})
