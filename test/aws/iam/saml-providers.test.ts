import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SamlProviderPorts } from '../../../src/aws/iam/saml-providers/operations.ts'
import { NoPlace } from '../../../src/kernel/places.ts'
import { makeKey } from '../../connectors/saml/identity-provider.ts'
import { idpMetadata } from '../../connectors/saml/idp-metadata.ts'
import { allow, now, userCaller } from '../wire-scene.ts'
import { arnOf, openIam, texts } from './open-iam.ts'

const key = makeKey(new Date())
const SAMLMetadataDocument = idpMetadata(key)
const created = { Name: 'corp', SAMLMetadataDocument }
const SAMLProviderArn = arnOf('saml-provider/corp')

test('metadata are read before the transaction of an allowed call', async () => {
  const read: string[] = []
  const readMetadata: SamlProviderPorts['readMetadata'] = async (_text, from) => {
    read.push(from)
    // Would wait for ever in the transaction of the call.
    await on.store.transact(async (tx) => tx.accounts())
    return { ok: true }
  }
  const on = await openIam({ readMetadata })
  const mayList = userCaller({ layers: { identity: [allow('iam:List*')] } })
  assert.equal((await on.as(mayList)('CreateSAMLProvider', created)).status, 403)
  assert.match(
    await on.outcome('UpdateSAMLProvider', { SAMLProviderArn, SAMLMetadataDocument }),
    /^NoSuchEntity/,
  )
  assert.deepEqual(read, [])
  assert.equal(await on.outcome('CreateSAMLProvider', created), '200')
  assert.equal(
    await on.outcome('UpdateSAMLProvider', { SAMLProviderArn, SAMLMetadataDocument }),
    '200',
  )
  assert.deepEqual(read, ['sent', 'sent'])
})

test('a call is told to try again when too many documents wait', async () => {
  let full = false
  const on = await openIam({
    readMetadata: async () => {
      if (full) throw new NoPlace()
      return { ok: true }
    },
  })
  assert.equal(await on.outcome('CreateSAMLProvider', created), '200')
  full = true
  for (const [action, input] of [
    ['CreateSAMLProvider', { ...created, Name: 'other' }],
    ['UpdateSAMLProvider', { SAMLProviderArn, SAMLMetadataDocument }],
    ['GetSAMLProvider', { SAMLProviderArn }],
    ['ListSAMLProviders', {}],
  ] as const)
    assert.match(await on.outcome(action, input), /^ServiceUnavailable/, action)
  assert.deepEqual(on.bugs, [])
})

test('every provider is listed with the end of its metadata', async () => {
  const on = await openIam()
  const end = new Date(now.getTime() + 3_600_000)
  const validUntil = end.toISOString()
  for (const Name of ['a', 'b', 'c'])
    assert.equal(
      await on.outcome('CreateSAMLProvider', {
        Name,
        SAMLMetadataDocument: idpMetadata(key, Name === 'b' ? `validUntil="${validUntil}"` : ''),
      }),
      '200',
    )
  const answer = await on.call('ListSAMLProviders')
  assert.deepEqual(
    texts(answer, 'Arn'),
    ['a', 'b', 'c'].map((name) => arnOf(`saml-provider/${name}`)),
  )
  assert.deepEqual(
    texts(answer, 'ValidUntil').map((text) => new Date(text)),
    [end],
  )
  const past = idpMetadata(key, 'validUntil="2020-01-01T00:00:00Z"')
  assert.match(
    await on.outcome('CreateSAMLProvider', { Name: 'd', SAMLMetadataDocument: past }),
    /^InvalidInput: Could not parse metadata: the metadata have expired/,
  )
})
