import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownMetadata } from '../../../src/connectors/saml/own-metadata.ts'
import type { OwnKey } from '../../../src/connectors/saml/sign.ts'
import { metadataSigner } from '../../../src/connectors/saml/signed-metadata.ts'
import { makeKey } from './identity-provider.ts'

const addresses = {
  entityId: 'https://sso.example.com/saml/corp',
  acs: 'https://sso.example.com/saml/corp/acs',
  logout: 'https://sso.example.com/saml/corp/slo',
}

test('metadata are signed once, and again when the keys change', () => {
  let uses = 0
  const counted = ({ key, certificate }: OwnKey): OwnKey => ({
    certificate,
    get key() {
      uses++
      return key
    },
  })
  const [first, second] = [counted(makeKey(new Date())), counted(makeKey(new Date()))]
  const sign = metadataSigner()
  const settings = { signRequests: false, secondReader: 'off' } as const
  const ask = (keys: readonly OwnKey[]) => sign(ownMetadata(addresses, keys, settings), keys[0]!)
  const asked = Array.from({ length: 3 }, () => ask([first]))
  assert.deepEqual([new Set(asked).size, uses], [1, 1])
  const changed = ask([second, first])
  assert.deepEqual([changed === asked[0], uses], [false, 2])
  assert.equal(ask([first]), asked[0])
})
