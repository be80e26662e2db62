import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { startSamba } from '../peers/samba.ts'
import { assumeWithPassword } from './assume-with-password.ts'
import { awsCli } from './aws-cli.ts'
import { copyCredentials, openDesk, roleButton, signInAt } from './chromium.ts'
import { directorySettings, engineer, sambaConnector } from './directory-settings.ts'
import { openRunning, type TrailRecord } from './running.ts'

test('Active Directory: a nested group member signs in and uses console and CLI', async (t) => {
  if (!(requirePeer(t, 'samba') && requirePeer(t, 'chromium') && requirePeer(t, 'awscli'))) return
  await using dc = await startSamba()
  await using at = await openRunning(directorySettings(sambaConnector(dc)))
  await using desk = await openDesk()
  const { page } = desk
  const { origin } = at

  await signInAt(page, origin, 'alice', dc.passwordOf('alice'))
  const keys = await copyCredentials(page, 'Narrowed')
  assert.equal(
    (await awsCli(origin, keys, 'sts', 'get-caller-identity')).json.Arn,
    'arn:aws:sts::111122223333:assumed-role/Narrowed/alice',
  )
  assert.equal((await awsCli(origin, keys, 'iam', 'list-roles')).refused, '', 'allowed by both')
  assert.match(
    (await awsCli(origin, keys, 'iam', 'list-users')).refused,
    /no session policy allows/,
  )
  assert.match(
    (await awsCli(origin, keys, 'iam', 'get-role', '--role-name', 'Engineer')).refused,
    /no identity-based policy allows/,
  )
  await page.goto(`${origin}/portal`)
  await roleButton(page, 'Engineer', 'Console').click()
  await page.waitForURL(`${origin}/console`)
  assert.match(
    await page.getByRole('complementary').innerText(),
    /assumed-role\/Engineer\/alice[\s\S]*mail=alice@corp\.test/,
  )

  const told = async (name: string, password = dc.passwordOf(name)) => {
    const { page: other, [Symbol.asyncDispose]: close } = await openDesk()
    try {
      await signInAt(other, origin, name, password)
      return await other.locator('main').innerText()
    } finally {
      await close()
    }
  }
  assert.match(await told('bob'), /signed in, but have no role/)
  // After a right password the directory's own reason; else one sentence for all.
  assert.match(await told('expired'), /password has expired/)
  assert.match(await told('disabled', 'a guess'), /do not match/)
  assert.match(await told('nobody', 'a guess'), /do not match/)

  const wire = await assumeWithPassword(origin, 'ALICE', dc.passwordOf('alice'), {
    RoleArn: engineer,
  })
  assert.equal((await awsCli(origin, wire.keys, 'iam', 'list-users')).refused, '')
  const expired = ({ errorCode }: TrailRecord) => errorCode === 'password-expired'
  const refused = (await at.events((records) => records.some(expired))).find(expired)
  assert.match(
    refused?.additionalEventData.gatehouse.detail ?? '',
    /532/,
    'the operator sees the sub-code',
  )
})
