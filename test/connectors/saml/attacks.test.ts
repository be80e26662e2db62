import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { decodePosted, decodeRedirected } from '../../../src/connectors/saml/decode-message.ts'
import { readLogout } from '../../../src/connectors/saml/logout.ts'
import { readIdpMetadata } from '../../../src/connectors/saml/metadata.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import { proveResponse } from '../../../src/connectors/saml/response.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'
import { cases, type Forged, type Scene } from '../../fixtures/saml/attacks/attack.ts'
import { families, stories } from '../../fixtures/saml/attacks/index.ts'
import { signOutAddress, signOutQuery } from '../../fixtures/saml/attacks/redirects.ts'
import { acs, idpEntity, makeKey, signedResponse, spEntity, trusting } from './identity-provider.ts'

const now = new Date()
const scene: Scene = {
  now,
  key: makeKey(now),
  attacker: makeKey(now, 'evil.example.com'),
  own: makeKey(now, 'sso.example.com'),
}
const expected = {
  now,
  skewSeconds: 60,
  issuer: idpEntity,
  audiences: [spEntity],
  recipients: [acs],
}
const trust = trusting([scene.key], { decryptionKeys: [scene.own.key] })
const { keys } = trust

const readSignOut = (rawQuery: string) =>
  readLogout(
    { by: 'redirect', rawQuery },
    {
      now,
      skewSeconds: 60,
      issuer: idpEntity,
      destination: signOutAddress,
      keys,
      decryptionKeys: [],
      weak: false,
    },
  )

/** Gives what the attacker sends to the reader that it is meant for. */
function receive(forged: Forged): unknown {
  if (forged.to === 'response')
    return proveResponse(forged.xml, trust, { ...expected, ...forged.expected })
  if (forged.to === 'metadata')
    return readIdpMetadata(forged.text, { now, ...(forged.mustBeSigned && { signedBy: keys }) })
  if (forged.to === 'sign-out') return readSignOut(forged.rawQuery)
  return parseXml((forged.to === 'posted' ? decodePosted : decodeRedirected)(forged.parameter))
}

test('the honest messages that the attacks are made of are accepted', () => {
  assert.equal(
    proveResponse(signedResponse(now, scene.key), trust, expected).assertion.subject?.nameId,
    'alice',
  )
  assert.equal(readSignOut(signOutQuery(scene, 'alice', 'x')).kind, 'request')
})

for (const [family, attacks] of Object.entries(families)) {
  for (const { name, make, checks } of attacks) {
    test(`refused, ${family}: ${name}`, () => {
      assert.throws(
        () => receive(make(scene)),
        (error) =>
          error instanceof SamlFault && (checks.includes(error.check) || assert.fail(error.detail)),
      )
    })
  }
}

test('known attacks on other implementations are refused, each under its own name', async () => {
  const all = [...Object.values(families).flat(), ...stories]
  assert.deepEqual(
    cases.filter((one) => !all.some((attack) => attack.case === one)),
    [],
    'no attack tries this',
  )
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
  for (const { name, file } of stories)
    assert.ok((await readFile(file, 'utf8')).includes(name), `${file} does not tell "${name}"`)
})
