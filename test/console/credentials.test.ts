/** What users and machines prove themselves with besides access keys, in the console. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addressOf } from '../../src/console/address.ts'
import { authenticator } from '../aws/iam/authenticator.ts'
import type { Browser } from '../http/browser.ts'
import { makeDirectory, paramsFor } from './made-directory.ts'
import { openRig, type Rig } from './rig.ts'
import { sendForm } from './sent-form.ts'

let rig: Rig
let browser: Browser
let own: ReturnType<typeof paramsFor>
before(async () => {
  const only = (...Action: string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
  rig = await openRig({ Keys: only('iam:GetUser', 'iam:ListSSHPublicKeys') })
  await makeDirectory(rig, 'Whole')
  // Another file that shares the process may make its own of that name.
  own = paramsFor(rig, 'Whole')
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const at = (path: string) => addressOf(path, own)
const textOf = async (path: string, as = browser) =>
  (await as.get(at(path))).text.replaceAll('<wbr>', '')
const send = async (path: string, changes: Readonly<Record<string, string>> = {}) =>
  sendForm(browser, at(path), await browser.get(at(path)), changes)

const all = '/console/users/:name/credentials'

test('a user’s keys and certificates are shown part by part, what is in them as text', async () => {
  const text = await textOf(all)
  const { ssh, certificate, credential } = own
  for (const part of [ssh, certificate, credential, 'codecommit.amazonaws.com', 'Valid until'])
    assert.ok(text.includes(part!), part)
  assert.match(text, /CN=[^<]*&lt;b[^<]*Whole/)
  assert.doesNotMatch(text, /<b>Whole/)
  const keys = await textOf(all, await rig.consoleAs('Keys'))
  assert.ok(keys.includes(ssh!))
  assert.match(keys, /<code>iam:ListSigningCertificates<\/code>, so this part is not shown/)
  assert.ok(!keys.includes(certificate!))
})

test('what is switched off is off on the wire; what is another’s is not there', async () => {
  await send(`${all}/ssh-keys/:ssh/deactivate`)
  assert.match(await rig.iam('ListSSHPublicKeys', { UserName: 'Whole' }), /<Status>Inactive</)
  assert.match(await textOf(`${all}/ssh-keys/:ssh`), /Inactive/)
  await send(`${all}/ssh-keys/:ssh/activate`)
  assert.match(await rig.iam('ListSSHPublicKeys', { UserName: 'Whole' }), /<Status>Active</)
  await rig.iam('CreateUser', { UserName: 'Other' })
  for (const path of ['ssh-keys/:ssh', 'ssh-keys/:ssh/delete', 'services/:credential/reset']) {
    const other = addressOf(`${all}/${path}`, { ...own, name: 'Other' })
    assert.equal((await browser.get(other)).status, 404, other)
  }
})

test('a service’s secret is shown once, and a new one ends it', async () => {
  const path = `${all}/services/~create`
  const none = await send(path, { ServiceName: '' })
  assert.equal(none.status, 400)
  const made = await send(path, { ServiceName: 'codecommit.amazonaws.com' })
  assert.equal(made.status, 200, made.text)
  assert.match(made.text, /Whole\+1-at-111122223333/)
  const secret = /<dt>Password<\/dt><dd><span id="s\d"><code>([^<]*(?:<wbr>[^<]*)*)</.exec(
    made.text,
  )
  assert.ok(secret?.[1])
  assert.ok(!(await textOf(all)).includes(secret[1].replaceAll('<wbr>', '')))
  const reset = await send(`${all}/services/:credential/reset`)
  assert.match(reset.text, /There is a new secret/)
  const days = { ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: '0' }
  assert.equal((await send(path, days)).status, 400)
})

test('a certificate that is none is refused as on the wire, and stands there again', async () => {
  const path = `${all}/certificates/~upload`
  const refused = await send(path, { CertificateBody: '"><script>alert(1)</script>' })
  assert.equal(refused.status, 400)
  assert.match(refused.text, /Unable to parse certificate/)
  assert.doesNotMatch(refused.text, /<script>alert/)
  assert.match(refused.text, /&lt;script&gt;alert\(1\)/)
})

test('a private key is never shown again, and a wrong one is refused', async () => {
  const path = '/console/server-certificates/~create'
  const wrong = await send(path, {
    ...{ ServerCertificateName: 'web', CertificateBody: 'x' },
    PrivateKey: '-----BEGIN PRIVATE KEY-----\nMIIsecret',
  })
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /value="web"/)
  assert.doesNotMatch(wrong.text, /MIIsecret/)
  const shown = await textOf('/console/server-certificates/:name')
  assert.match(shown, /BEGIN CERTIFICATE/)
  assert.doesNotMatch(shown, /PRIVATE KEY/)
  assert.match(await textOf('/console/server-certificates'), /Whole/)
})

test('a profile gets a role and loses it, and is deleted with it by name', async () => {
  const path = '/console/instance-profiles/:name'
  assert.match(await textOf(path), /href="\/console\/roles\/Whole"/)
  assert.equal((await send(`${path}/remove-role`)).status, 303)
  assert.match(await textOf(path), /<dt>Role<\/dt>\s*<dd><span class="muted">None/)
  assert.equal((await send(`${path}/add-role`, { RoleName: 'Whole' })).status, 303)
  const kept = await send(`${path}/delete`, { Confirm: 'whole' })
  assert.equal(kept.status, 400)
  assert.equal((await send(`${path}/delete`, { Confirm: 'Whole' })).status, 303)
  assert.equal((await browser.get(at(path))).status, 404)
})

test('a role that another meanwhile put in is not taken out unseen', async () => {
  const InstanceProfileName = 'Machine'
  await rig.iam('CreateInstanceProfile', { InstanceProfileName })
  await rig.iam('CreateRole', {
    RoleName: 'Second',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  })
  await rig.iam('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'Whole' })
  const path = addressOf('/console/instance-profiles/:name/remove-role', {
    name: InstanceProfileName,
  })
  const shown = await browser.get(path)
  await rig.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: 'Whole' })
  await rig.iam('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'Second' })
  const sent = await sendForm(browser, path, shown, {})
  assert.equal(sent.status, 409)
  assert.match(sent.text, /Take Second out of Machine/)
})

test('a service’s role is made by the service’s name alone, and deleted as such', async () => {
  const path = '/console/roles/~service/~create'
  const unknown = await send(path, { AWSServiceName: 'nothing.example.com' })
  assert.equal(unknown.status, 400)
  const made = await send(path, { AWSServiceName: 'autoscaling.amazonaws.com' })
  assert.equal(made.location, '/console/roles/AWSServiceRoleForAutoScaling')
  const removal = `${made.location}/delete`
  const gone = await sendForm(browser, removal, await browser.get(removal), {
    Confirm: 'AWSServiceRoleForAutoScaling',
  })
  assert.equal(gone.location, '/console/roles')
})

test('a server certificate is renamed and moved, and its tags stay and are changed', async () => {
  const path = '/console/server-certificates/:name'
  const sent = await send(`${path}/edit`, { NewServerCertificateName: 'Moved', NewPath: '/x/' })
  assert.equal(sent.location, '/console/server-certificates/Moved')
  const moved = await browser.get('/console/server-certificates/Moved')
  assert.match(moved.text.replaceAll('<wbr>', ''), /server-certificate\/x\/Moved/)
  assert.match(moved.text, /value with spaces/)
  assert.equal((await browser.get(at(path))).status, 404)
  const tags = '/console/server-certificates/Moved/tags'
  const change = { 'Tags.k': ['team'], 'Tags.v': ['red'] }
  assert.equal((await sendForm(browser, tags, await browser.get(tags), change)).status, 303)
  const after = await rig.iam('ListServerCertificateTags', { ServerCertificateName: 'Moved' })
  assert.match(after, /<Key>team<[\s\S]*<Value>red</)
  assert.doesNotMatch(after, /value with spaces/)
})

test('an app is added for a user: its secret is shown once, and two codes prove it', async () => {
  await rig.iam('CreateUser', { UserName: 'Phoned' })
  const device = 'arn:aws:iam::111122223333:mfa/ann-phone'
  const create = '/console/users/Phoned/mfa/~create'
  const made = await sendForm(browser, create, await browser.get(create), {
    VirtualMFADeviceName: 'ann-phone',
  })
  assert.equal(made.status, 200)
  assert.match(made.text, /<svg role="img" aria-label="The secret as a QR code"/)
  const [, seed = ''] = /<code>([A-Z2-7]{32})<\/code>/.exec(made.text.replaceAll('<wbr>', ''))!
  assert.doesNotMatch((await browser.get('/console/mfa-devices')).text, new RegExp(seed))
  const [, href = ''] = /href="(\/console\/users\/Phoned\/give-mfa[^"]*)"/.exec(made.text)!
  const { code } = authenticator(seed)
  const now = rig.running.clock.now()
  const give = async (first: string, second: string) =>
    sendForm(browser, href, await browser.get(href), {
      ...{ AuthenticationCode1: first, AuthenticationCode2: second },
    })
  const wrong = await give(code(now), code(now))
  assert.equal(wrong.status, 403)
  assert.match(wrong.text, /Authentication code for device is not valid/)
  assert.equal((await give(code(now, -1), code(now))).location, '/console/users/Phoned')
  const list = await browser.get('/console/mfa-devices?status=Assigned')
  assert.match(list.text, /href="\/console\/users\/Phoned\/mfa\/[^"]*ann-phone"/)
  const shown = await browser.get(
    addressOf('/console/users/:name/mfa/:serial', {
      ...{ name: 'Phoned', serial: device },
    }),
  )
  assert.match(shown.text, /<title>ann-phone /)
  const others = addressOf('/console/users/:name/mfa/:serial', { name: 'Whole', serial: device })
  assert.equal((await browser.get(others)).status, 404)
})
