/** Identity providers: created, changed, and what of them is shown and never shown. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { addressOf } from '../../../src/console/address.ts'
import type { Browser } from '../../http/browser.ts'
import { someMetadata } from '../made-directory.ts'
import { openRig, type Rig } from '../rig.ts'
import { type Fields, formValues, sendForm } from '../sent-form.ts'

const arnOf = (kind: string, name: string) => `arn:aws:iam::111122223333:${kind}-provider/${name}`
const at = (kind: string, name: string, what = '') =>
  addressOf(`/console/identity-providers/${kind}/:arn`, { arn: arnOf(kind, name) }) + what

let rig: Rig
let browser: Browser
before(async () => {
  rig = await openRig()
  browser = await rig.consoleAs('Admin')
})
after(() => rig[Symbol.asyncDispose]())

const send = async (address: string, fields: Fields) =>
  sendForm(browser, address, await browser.get(address), fields)
const bodyOf = async (address: string) => (await browser.get(address)).text.replaceAll('<wbr>', '')

test('a SAML provider is created from metadata, and shows its certificates’ ends', async () => {
  const made = await send('/console/identity-providers/saml/~create', {
    Name: 'Okta.Main',
    SAMLMetadataDocument: someMetadata().replaceAll('\n', '\r\n'),
    'Tags.k': ['team'],
    'Tags.v': ['people'],
  })
  assert.equal(made.status, 303)
  assert.equal(made.location, at('saml', 'Okta.Main'))
  const shown = await bodyOf(at('saml', 'Okta.Main'))
  assert.match(shown, /Certificates in the metadata/)
  assert.match(shown, /<code>[0-9a-f]{64}<\/code>/)
  assert.match(shown, /team=people/)
  assert.match(shown, /There is none: encrypted assertions/)
})

test('metadata that are none come back as they were typed, with what is wrong', async () => {
  const typed = `<EntityDescriptor>${'<!-- <script>alert(1)</script> -->'.repeat(40)}`
  const refused = await send('/console/identity-providers/saml/~create', {
    Name: 'Broken',
    SAMLMetadataDocument: typed,
  })
  assert.equal(refused.status, 400)
  assert.match(refused.text, /Could not parse metadata/)
  assert.equal(formValues(refused).SAMLMetadataDocument, typed)
  const short = await send('/console/identity-providers/saml/~create', {
    Name: 'Broken',
    SAMLMetadataDocument: '<a/>',
  })
  assert.match(short.text, /At least 1,000 characters are needed/)
})

test('a private key is added and removed, and no page ever shows it', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const secret = privateKey.split('\n')[1]!
  const edit = at('saml', 'Okta.Main', '/edit')
  const wrong = await send(edit, { AddPrivateKey: `${privateKey}x`.replace('BEGIN', 'BEGUN') })
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /Invalid private key/)
  assert.ok(!wrong.text.includes(secret), 'a refused key is not shown again')
  const saved = await send(edit, {
    AddPrivateKey: privateKey,
    AssertionEncryptionMode: 'Required',
  })
  assert.equal(saved.status, 303)
  const shown = await bodyOf(at('saml', 'Okta.Main'))
  const [, key = ''] = /Private keys.*?<code>([A-Z0-9]{22,64})<\/code>/s.exec(shown) ?? []
  assert.match(shown, /Required/)
  const form = await browser.get(edit)
  assert.ok(form.text.includes(`value="${key}"`))
  for (const text of [shown, form.text, JSON.stringify(await rig.running.events(1))])
    assert.ok(!text.includes(secret))
  const last = await send(edit, { RemovePrivateKey: key })
  assert.match(last.text, /Required needs a private key/)
  await send(edit, { RemovePrivateKey: key, AssertionEncryptionMode: 'Allowed' })
  assert.doesNotMatch(await bodyOf(at('saml', 'Okta.Main')), new RegExp(key))
})

test('an OpenID Connect provider is created, and each change is one call', async () => {
  const made = await send('/console/identity-providers/oidc/~create', {
    Url: 'https://token.example.com/ci',
    ClientIDList: 'one\r\ntwo\r\none\r\n\r\n',
    ThumbprintList: '',
  })
  assert.equal(made.status, 303)
  const edit = at('oidc', 'token.example.com/ci', '/edit')
  assert.equal(formValues(await browser.get(edit)).ClientIDList, 'one\ntwo')
  const calls = await rig.callsOf(() =>
    send(edit, { ClientIDList: 'two\nthree', ThumbprintList: 'A'.repeat(40) }),
  )
  assert.deepEqual(
    calls.map(({ eventName }) => eventName).filter((name) => !name.startsWith('Get')),
    [
      'AddClientIDToOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider',
      'UpdateOpenIDConnectProviderThumbprint',
    ],
  )
  const shown = await bodyOf(at('oidc', 'token.example.com/ci'))
  for (const one of ['two', 'three', 'a'.repeat(40)]) assert.ok(shown.includes(`>${one}<`), one)
  assert.ok(!shown.includes('>one<'))
  await send(edit, { ThumbprintList: '' })
  assert.match(await bodyOf(at('oidc', 'token.example.com/ci')), /Any certificate that is trusted/)
})

test('audiences and thumbprints that can be none are marked, and nothing is called', async () => {
  const edit = at('oidc', 'token.example.com/ci', '/edit')
  const calls = await rig.callsOf(async () => {
    for (const wrong of [
      { ThumbprintList: '<script>alert(1)</script>' },
      { ThumbprintList: Array.from({ length: 6 }, (_, i) => `${i}`.repeat(40)).join('\n') },
      { ClientIDList: Array.from({ length: 101 }, (_, i) => `client-${i}`).join('\n') },
      { ClientIDList: 'x'.repeat(256) },
    ]) {
      const refused = await send(edit, wrong)
      assert.equal(refused.status, 400)
      assert.match(refused.text, /aria-invalid="true"/)
      assert.doesNotMatch(refused.text, /<script>alert/)
    }
  })
  assert.ok(calls.every(({ eventName }) => eventName.startsWith('Get')))
})

test('an audience that no field can show locks the form, and stays', async () => {
  await rig.iam('CreateOpenIDConnectProvider', {
    Url: 'https://odd.example.com',
    'ClientIDList.member.1': 'ends in a space ',
  })
  const shown = await browser.get(at('oidc', 'odd.example.com', '/edit'))
  assert.match(shown.text, /which no field shows/)
  assert.doesNotMatch(shown.text, /name="ClientIDList"/)
})
