import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { samlInspect } from '../../../src/cli/saml/inspect.ts'
import { foreignGroups, makeKey, signedResponse } from '../../connectors/saml/identity-provider.ts'
import { desk, honest, key, now } from './desk.ts'

test('inspect shows every check of a captured response, in every form of capture', async () => {
  await using at = await desk()
  const file = join(at.folder, 'response')
  const xml = signedResponse(now, key, honest)
  for (const content of [
    xml,
    Buffer.from(xml).toString('base64'),
    `RelayState=x&SAMLResponse=${encodeURIComponent(Buffer.from(xml).toString('base64'))}`,
  ]) {
    await writeFile(file, content)
    assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 0, at.said())
  }
  assert.match(at.said(), /held +audience/)
  assert.match(at.said(), /accepted: alice/)
  await writeFile(
    file,
    signedResponse(now, key, { ...honest, audience: 'https://other.example.com' }),
  )
  assert.equal(
    await samlInspect(
      file,
      { config: at.config, at: new Date(now.getTime() + 3_600_000).toISOString() },
      {},
      at.output,
    ),
    2,
  )
  assert.match(
    at.said(),
    /FAILED +audience +https:\/\/other\.example\.com +https:\/\/sso\.example\.com\/saml\/corp/,
  )
  assert.match(at.said(), /FAILED +not-on-or-after/)
  await writeFile(file, signedResponse(now, makeKey(now), honest))
  assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 2)
  assert.match(at.said(), /did the identity provider change its certificate\?/)
})

test("inspect tells the second reader's verdict, unless the settings leave it out", async () => {
  await using at = await desk()
  const file = join(at.folder, 'response')
  const inspect = () => samlInspect(file, { config: at.config }, {}, at.output)
  await writeFile(file, signedResponse(now, key, honest))
  assert.equal(await inspect(), 0, at.said())
  assert.match(at.said(), /held +second-reader +the same +what Gatehouse read/)
  await writeFile(file, signedResponse(now, key, { ...honest, extra: foreignGroups }))
  assert.equal(await inspect(), 2)
  assert.match(at.said(), /FAILED +second-reader +Attribute groups +what Gatehouse read/)
  assert.match(at.said(), /refused: Gatehouse and passport-saml read a field differently/)
  const settings = await readFile(at.config, 'utf8')
  await writeFile(at.config, settings.replace('    type: saml\n', '$&    secondReader: off\n'))
  assert.equal(await inspect(), 0, at.said())
})

test("inspect goes on where another connector's metadata cannot be had", async () => {
  await using at = await desk()
  const file = join(at.folder, 'response')
  await writeFile(file, signedResponse(now, key, honest))
  const other =
    'connectors:\n  elsewhere:\n    type: saml\n    label: x\n    accounts: ["111122223333"]\n' +
    '    idp: { metadataUrl: "https://127.0.0.1:1/metadata" }\n'
  const settings = await readFile(at.config, 'utf8')
  await writeFile(at.config, settings.replace('connectors:\n', other))
  assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 0, at.said())
  assert.match(at.said(), /accepted: alice/)
})

test('inspect tells of bytes that are no text', async () => {
  await using at = await desk()
  const file = join(at.folder, 'response')
  await writeFile(file, Buffer.from([0x3c, 0xc3, 0x28]))
  assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 2)
  assert.match(at.said(), /not UTF-8/)
})
