/** `gatehouse mfa touch`, with a key of Chromium. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { credentialsFor } from '../../src/cli/credentials/credentials.ts'
import { mfaTouchCommand } from '../../src/cli/mfa-touch.ts'
import { loginCommand } from '../../src/cli/sign-in/login.ts'
import { openRig } from '../console/rig.ts'
import { iamCall } from '../journeys/broker.ts'
import { axeFindings, openDesk, roleButton, signInAt } from '../journeys/chromium.ts'
import { plugIn } from '../peers/authenticator.ts'
import { requirePeer } from '../peers/require.ts'

const withMfa = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      ...{ Effect: 'Allow', Action, Resource: '*' },
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ],
})
const rig = await openRig(
  { Touched: withMfa('iam:ListGroups') },
  {},
  '\nsecurityKeys: { people: {} }\n',
)
after(() => rig[Symbol.asyncDispose]())
const { origin, clock } = rig.running

const text = (xml: string, element: string) =>
  new RegExp(`<${element}>([^<]*)<`).exec(xml)?.[1] ?? ''

test('the command waits for a touch in the browser, and prints credentials with MFA', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await rig.iam('CreateUser', { UserName: 'ann' })
  const PolicyDocument = JSON.stringify(withMfa('iam:ListUsers'))
  await rig.iam('PutUserPolicy', { UserName: 'ann', PolicyName: 'Own', PolicyDocument })
  const made = await rig.iam('CreateAccessKey', { UserName: 'ann' })
  process.env.AWS_ACCESS_KEY_ID = text(made, 'AccessKeyId')
  process.env.AWS_SECRET_ACCESS_KEY = text(made, 'SecretAccessKey')
  t.after(() => {
    delete process.env.AWS_ACCESS_KEY_ID
    delete process.env.AWS_SECRET_ACCESS_KEY
  })
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await plugIn(page, 'ctap2')
  await signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await roleButton(page, 'Admin', 'Console').click()
  await page.goto(`${origin}/console/users/ann/add-security-key`)
  await page.getByLabel('Name of the key').fill('office')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key was added').waitFor()

  const { address, printed, output } = listening()
  const options = { endpoint: origin, browser: false }
  const done = mfaTouchCommand(options, process.env, output)
  done.catch(address.reject)
  await page.goto(await address.promise)
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  await looksRight(page, 'mfa')
  await page.getByRole('button', { name: 'Touch the security key' }).click()
  await page.getByText('Go back to the terminal').waitFor()
  assert.equal(await done, 0)
  const credentials = JSON.parse(printed[0]!)
  assert.equal(credentials.Version, 1)
  const fields = { Action: 'ListUsers' }
  assert.match(await iamCall(origin, credentials, fields, clock.now()), /<UserName>ann</)
})

test('a person of a connector touches a key for the terminal that they signed in at', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  const home = await mkdtemp(join(tmpdir(), 'gatehouse-touch-'))
  t.after(() => rm(home, { recursive: true, force: true }))
  const env = {
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
  }
  await using desk = await openDesk({ reducedMotion: 'reduce' })
  const { page } = desk
  await plugIn(page, 'ctap2')
  await signInAt(page, `${origin}?connector=staff`, 'amina', 'amina-demo-2026')
  await page.goto(`${origin}/portal/security/add-key`)
  await page.getByLabel('Name of the key').fill('office')
  await page.waitForLoadState()
  await page.getByRole('button', { name: 'Ask for the key' }).click()
  await page.getByText('The key is yours').waitFor()
  const options = { endpoint: origin, browser: false }
  const login = listening()
  const signingIn = loginCommand(options, env, login.output)
  signingIn.catch(login.address.reject)
  await page.goto(await login.address.promise)
  await page.getByRole('button', { name: /^Go on to/ }).click()
  await page.getByText('Go back to the terminal').waitFor()
  assert.equal(await signingIn, 0)
  const role = 'arn:aws:iam::111122223333:role/Touched'
  const before = await credentialsFor({ endpoint: origin, role }, env)

  const touch = listening()
  const done = mfaTouchCommand({ ...options, role }, env, touch.output)
  done.catch(touch.address.reject)
  await page.goto(await touch.address.promise)
  const code = await page.locator('[data-code]').innerText()
  assert.ok(touch.said.some((line) => line.endsWith(`the code ${code}`)))
  await looksRight(page, 'terminal-touch')
  await page.getByRole('button', { name: 'touch the key' }).click()
  await page.getByText('Go back to the terminal').waitFor()
  assert.equal(await done, 0)
  const printed = JSON.parse(touch.printed[0]!)
  const { credentials } = await credentialsFor({ endpoint: origin, role }, env)
  assert.deepEqual(credentials, printed)
  const listGroups = (keys: Parameters<typeof iamCall>[1]) =>
    iamCall(origin, keys, { Action: 'ListGroups' }, clock.now())
  assert.match(await listGroups(before.credentials), /AccessDenied/)
  assert.match(await listGroups(printed), /<Groups/)
})

/** What a command says, and the address that it wants to be opened. */
function listening() {
  const address = Promise.withResolvers<string>()
  const printed: string[] = []
  const said: string[] = []
  const output = {
    out: (line: string) => void printed.push(line),
    err: (line: string) => {
      said.push(line)
      const [found] = /http\S+/.exec(line) ?? []
      if (found) address.resolve(found)
    },
  }
  return { address, printed, said, output }
}

async function looksRight(page: Page, name: string): Promise<void> {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [])
    const { SHOTS } = process.env
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png` })
  }
}
