import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iamOperations } from '../../src/aws/iam/operations.ts'
import { allow, codeOf, form, iamPorts, signed, userCaller, wireScene } from './wire-scene.ts'

const caller = userCaller({ layers: { identity: [allow('iam:*')] } })
const operations = iamOperations({
  ...iamPorts,
  samlProviders: {
    readMetadata: async () => ({ ok: false, message: 'it was read' }),
    sealKey: () => undefined,
  },
})
const large = form('iam', 'CreateSAMLProvider', {
  Name: 'corp',
  SAMLMetadataDocument: 'é'.repeat(200_000),
})

test('nothing of a large body is decoded before its signature is verified', async () => {
  const on = wireScene(operations, caller)
  const broken = `${large}&Name=twice&X=%zz`
  const request = await signed('iam', broken)
  assert.equal(codeOf(await on.dispatch(request)), 'MalformedQueryString', 'proved, then read')
  const altered = { ...request, body: Buffer.from(`${broken}&`) }
  assert.equal(codeOf(await on.dispatch(altered)), 'SignatureDoesNotMatch')
  const [, event] = on.events
  assert.equal(event?.eventName, 'CreateSAMLProvider')
  assert.equal(event?.errorCode, 'SignatureDoesNotMatch')
  const unsignedOne = { ...altered, rawHeaders: ['Host', 'gatehouse.test'] }
  assert.equal(codeOf(await on.dispatch(unsignedOne)), 'MissingAuthenticationToken')
})

test('a large body that is proved is read as any other', async () => {
  const on = wireScene(operations, caller)
  const answer = await on.dispatch(await signed('iam', large))
  assert.match(answer.body, /Could not parse metadata: it was read/)
  const renamed = await signed('iam', `${large}&Action=DeleteRole`)
  assert.equal(codeOf(await on.dispatch(renamed)), 'MalformedQueryString')
  const late = await signed('iam', large.replace('Action=CreateSAMLProvider&', ''))
  assert.equal(codeOf(await on.dispatch(late)), 'RequestEntityTooLarge')
})
