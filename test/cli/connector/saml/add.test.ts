import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { samlAdd } from '../../../../src/cli/connector/saml/add.ts'
import { ns } from '../../../../src/connectors/saml/elements.ts'
import { signedXml } from '../../../../src/connectors/saml/sign.ts'
import { idpEntity, makeKey } from '../../../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../../../connectors/saml/idp-metadata.ts'
import { desk, key } from '../../saml/desk.ts'

test('add prints settings for metadata, and refuses metadata without a certificate', async () => {
  await using at = await desk()
  const file = join(at.folder, 'idp.xml')
  await writeFile(file, idpMetadata(key))
  assert.equal(await samlAdd({ metadata: file, id: 'corp', account: '111122223333' }, at.output), 0)
  assert.match(at.said(), new RegExp(`entityId: ${idpEntity}`))
  await writeFile(file, idpMetadata(key).replace(/<md:KeyDescriptor.*KeyDescriptor>/s, ''))
  assert.equal(await samlAdd({ metadata: file, id: 'corp', account: '111122223333' }, at.output), 1)
  assert.equal(
    await samlAdd(
      { metadata: 'http://idp.example.com/metadata', id: 'corp', account: '111122223333' },
      at.output,
    ),
    1,
  )
  assert.match(at.said(), /from a file or over `https:\/\/`, not from `http:\/\/idp/)
})

test('add picks one entity of several', async () => {
  await using at = await desk()
  const file = join(at.folder, 'feed.xml')
  const entity = (id: string) =>
    idpMetadata(key)
      .replace(/<\?xml.*?-->\n/s, '')
      .replace(/ID="_m1" entityID="[^"]*"/, `entityID="${id}"`)
  await writeFile(
    file,
    `<m:EntitiesDescriptor xmlns:m="${ns.md}">${entity('a')}${entity('b')}</m:EntitiesDescriptor>`,
  )
  const asked = { metadata: file, id: 'corp', account: '111122223333' }
  assert.equal(await samlAdd(asked, at.output), 1)
  assert.match(at.said(), /exactly one entity/)
  assert.equal(await samlAdd({ ...asked, entity: 'b' }, at.output), 0)
  assert.match(at.said(), /entityId: b/)
})

test('add checks who signed the metadata, where it is told', async () => {
  await using at = await desk()
  const [file, signedBy] = [join(at.folder, 'idp.xml'), join(at.folder, 'federation.pem')]
  const federation = makeKey(new Date())
  const bare = idpMetadata(key).replace(/^.*-->\n/s, '')
  await writeFile(file, signedXml(bare, federation))
  await writeFile(signedBy, federation.x509.toString())
  const asked = { metadata: file, id: 'corp', account: '111122223333', signedBy }
  assert.equal(await samlAdd(asked, at.output), 0)
  await writeFile(signedBy, makeKey(new Date()).x509.toString())
  assert.equal(await samlAdd(asked, at.output), 1)
  assert.match(at.said(), /saml signing-key: signed with a key that is not configured/)
})

test('add allows the connector a document of the size that it read', async () => {
  await using at = await desk()
  const file = join(at.folder, 'idp.xml')
  const asked = { metadata: file, id: 'corp', account: '111122223333' }
  await writeFile(file, idpMetadata(key))
  assert.equal(await samlAdd(asked, at.output), 0)
  assert.doesNotMatch(at.said(), /maxMegabytes/)
  const padding = `<!--${' '.repeat(9000)}-->`.repeat(1200)
  const text = `<m:EntitiesDescriptor xmlns:m="${ns.md}">${padding}`
  await writeFile(
    file,
    `${text}${idpMetadata(key).replace(/^.*-->\n/s, '')}</m:EntitiesDescriptor>`,
  )
  assert.equal(await samlAdd(asked, at.output), 0)
  assert.match(at.said(), /maxMegabytes: 22/)
})
