/** `gatehouse mfa touch`, with a key of Chromium. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { mfaTouchCommand } from '../../src/cli/mfa-touch.ts'
import { openRig } from '../console/rig.ts'
import { iamCall } from '../journeys/broker.ts'
import { axeFindings, openDesk, roleButton, signInAt } from '../journeys/chromium.ts'
import { plugIn } from '../peers/authenticator.ts'
import { requirePeer } from '../peers/require.ts'

const rig = await openRig()
after(() => rig[Symbol.asyncDispose]())
const { origin, clock } = rig.running

const text = (xml: string, element: string) =>
  new RegExp(`<${element}>([^<]*)<`).exec(xml)?.[1] ?? ''

test('the command waits for a touch in the browser, and prints credentials with MFA', async (t) => {
  if (!requirePeer(t, 'chromium')) return
  await rig.iam('CreateUser', { UserName: 'ann' })
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:ListUsers',
        Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ],
  })
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

  const address = Promise.withResolvers<string>()
  const printed: string[] = []
  const output = {
    out: (line: string) => void printed.push(line),
    err: (line: string) => {
      const [found] = /http\S+/.exec(line) ?? []
      if (found) address.resolve(found)
    },
  }
  const options = { endpoint: origin, browser: false }
  const done = mfaTouchCommand(options, process.env, output)
  done.catch(address.reject)
  await page.goto(await address.promise)
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    assert.deepEqual(await axeFindings(page), [])
    const { SHOTS } = process.env
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/mfa-${width}.png` })
  }
  await page.getByRole('button', { name: 'Touch the security key' }).click()
  await page.getByText('Go back to the terminal').waitFor()
  assert.equal(await done, 0)
  const credentials = JSON.parse(printed[0]!)
  assert.equal(credentials.Version, 1)
  const fields = { Action: 'ListUsers' }
  assert.match(await iamCall(origin, credentials, fields, clock.now()), /<UserName>ann</)
})
