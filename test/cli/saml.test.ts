import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadSettings } from '../../src/config/load.ts'
import { samlAdd } from '../../src/cli/saml-add.ts'
import { samlInspect } from '../../src/cli/saml-inspect.ts'
import { readMadeKeys, samlKeys } from '../../src/cli/saml-keys.ts'
import { samlWhy } from '../../src/cli/saml-why.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { assertionXml, encryptedAssertion, idpEntity, makeKey, responseXml, signedPart, signedResponse, type Told } from '../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../connectors/saml/idp-metadata.ts'
import { samlSettings } from '../journeys/saml-settings.ts'
import { openRunning } from '../journeys/running.ts'
import { Browser } from '../http/browser.ts'

const now = new Date()
const key = makeKey(now)
const publicUrl = 'https://sso.example.com'
const acs = `${publicUrl}/saml/corp/acs`
const honest: Told = { audience: `${publicUrl}/saml/corp`, recipient: acs, destination: acs, inResponseTo: '_q' }

async function desk(audit = 'audit.jsonl') {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
  const config = join(folder, 'gatehouse.yaml')
  await writeFile(config, `publicUrl: ${publicUrl}\nstore: { sqlite: ${folder}/g.db }\nkeys: { rootKey: { file: ${folder}/root } }\naudit: { file: ${join(folder, audit)} }\n${samlSettings({ keys: [key] })}`)
  const lines: string[] = []
  const output = { out: (line: string) => void lines.push(line), err: (line: string) => void lines.push(line) }
  return { folder, config, output, said: () => lines.join('\n'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('inspect tells every check of a captured response, held or not, in whatever form it was kept', async () => {
  await using at = await desk()
  const file = join(at.folder, 'response')
  const xml = signedResponse(now, key, honest)
  for (const content of [xml, Buffer.from(xml).toString('base64'), `RelayState=x&SAMLResponse=${encodeURIComponent(Buffer.from(xml).toString('base64'))}`]) {
    await writeFile(file, content)
    assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 0, at.said())
  }
  assert.match(at.said(), /held +audience/)
  assert.match(at.said(), /accepted: alice/)
  await writeFile(file, signedResponse(now, key, { ...honest, audience: 'https://other.example.com' }))
  assert.equal(await samlInspect(file, { config: at.config, at: new Date(now.getTime() + 3_600_000).toISOString() }, {}, at.output), 2)
  assert.match(at.said(), /FAILED +audience +https:\/\/other\.example\.com +https:\/\/sso\.example\.com\/saml\/corp/)
  assert.match(at.said(), /FAILED +not-on-or-after/)
  await writeFile(file, signedResponse(now, makeKey(now), honest))
  assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 2)
  assert.match(at.said(), /did the identity provider change its certificate\?/)
})

test('why explains a refusal by its reference, against the last good sign-in', async () => {
  await using running = await openRunning(samlSettings({ keys: [key] }))
  const address = `${running.origin}/saml/corp/acs`
  const post = (told: Told) => new Browser(running.origin).post('/saml/corp/acs', {
    SAMLResponse: Buffer.from(signedResponse(running.clock.now(), key, { audience: `${running.origin}/saml/corp`, recipient: address, destination: address, ...told })).toString('base64'),
  })
  await post({})
  const refused = await post({ audience: 'https://other.example.com', attributes: { uid: ['alice'] } })
  const reference = /GH-[0-9A-Z-]+/.exec(refused.text)![0]
  await running.events(2)
  await using at = await desk()
  const config = `${at.config}.why`
  await writeFile(config, `publicUrl: ${publicUrl}\nstore: { sqlite: x }\nkeys: { rootKey: { file: x } }\naudit: { file: ${running.folder}/audit.jsonl }\n${samlSettings({ keys: [key] })}`)
  assert.equal(await samlWhy(reference, config, {}, at.output), 0)
  assert.match(at.said(), /saml audience: the assertion is for another audience/)
  assert.match(at.said(), /audience +http:\/\/localhost:\d+\/saml\/corp +https:\/\/other\.example\.com/)
  assert.match(at.said(), /attributes +groups uid +uid/)
  assert.doesNotMatch(at.said(), /^recipient/m)
  assert.equal(await samlWhy('GH-0000-0000', config, {}, at.output), 2)
})

test('add prints settings for metadata, and refuses metadata without a certificate', async () => {
  await using at = await desk()
  const file = join(at.folder, 'idp.xml')
  await writeFile(file, idpMetadata(key))
  assert.equal(await samlAdd({ metadata: file, id: 'corp', account: '111122223333' }, at.output), 0)
  assert.match(at.said(), new RegExp(`entityId: ${idpEntity}`))
  await writeFile(file, idpMetadata(key).replace(/<md:KeyDescriptor.*KeyDescriptor>/s, ''))
  assert.equal(await samlAdd({ metadata: file, id: 'corp', account: '111122223333' }, at.output), 1)
  assert.equal(await samlAdd({ metadata: 'http://idp.example.com/metadata', id: 'corp', account: '111122223333' }, at.output), 1)
  assert.match(at.said(), /from a file or over `https:\/\/`, not from `http:\/\/idp/)
})

test('a rotation makes the next key sign, what signed before still opens, and inspect opens what was encrypted for it', async () => {
  await using at = await desk()
  assert.equal(await samlKeys(at.config, 'rotate', 'corp', {}, at.output), 1)
  assert.ok(at.said().startsWith(`there is no store at \`${at.folder}/g.db\`: `), at.said())
  await (await openSqliteStore({ path: join(at.folder, 'g.db'), clock: systemClock }))[Symbol.asyncDispose]()
  const shown = async (verb: string) => {
    const lines: string[] = []
    assert.equal(await samlKeys(at.config, verb, 'corp', {}, { out: (line) => void lines.push(line), err: at.output.err }), 0, at.said())
    return lines.map((line) => /^(\w{16}) .* (signs|next|opens) ?/.exec(line)!.slice(1))
  }
  const [[first, signs], [second, next], ...none] = await shown('list') as [string[], string[], ...string[][]]
  assert.deepEqual([signs, next, none.length], ['signs', 'next', 0])
  const loaded = await loadSettings(at.config, {})
  assert.ok(loaded.ok)
  const [made] = await readMadeKeys(loaded.settings, 'corp', {})
  const rotated = await shown('rotate')
  assert.deepEqual(rotated.map(([name, use]) => [name, use]), [[second, 'signs'], [rotated[1]![0], 'next'], [first, 'opens']])
  assert.match(at.said(), /younger than a day/)

  const file = join(at.folder, 'encrypted')
  const { publicKey } = new X509Certificate(Buffer.from(made!.certificate, 'base64'))
  await writeFile(file, responseXml(now, encryptedAssertion(signedPart(assertionXml(now, honest), key), publicKey), honest))
  assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 0, at.said())
  assert.match(at.said(), /the assertion was encrypted/)
})

test('keys are rotated of SAML connectors only, by verbs that are known', async () => {
  await using at = await desk()
  assert.equal(await samlKeys(at.config, 'rotate', 'other', {}, at.output), 1)
  assert.equal(await samlKeys(at.config, 'retire', 'corp', {}, at.output), 1)
  assert.match(at.said(), /`other` is no SAML connector/)
})
