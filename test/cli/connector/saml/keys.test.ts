import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readMadeKeys, samlKeys } from '../../../../src/cli/connector/saml/keys.ts'
import { samlInspect } from '../../../../src/cli/saml/inspect.ts'
import { loadSettings } from '../../../../src/config/load.ts'
import { systemClock } from '../../../../src/kernel/clock.ts'
import { openSqliteStore } from '../../../../src/store/sqlite/open-store.ts'
import {
  assertionXml,
  encryptedAssertion,
  responseXml,
  signedPart,
} from '../../../connectors/saml/identity-provider.ts'
import { desk, honest, key, now } from '../../saml/desk.ts'

/** The events that commands left in a store for the trail. */
async function leftEvents(path: string) {
  await using store = await openSqliteStore({ path, clock: systemClock })
  const until = new Date(systemClock.now().getTime() + 60_000)
  const lines = await store.outbox.waiting({ until, after: 0, limit: 10 })
  return lines.map(({ text }) => JSON.parse(text))
}

const rotation =
  'a rotation makes the next key sign, what signed before still opens, ' +
  'and inspect opens what was encrypted for it'

test(rotation, async () => {
  await using at = await desk()
  assert.equal(await samlKeys({ config: at.config, verb: 'rotate', id: 'corp' }, {}, at.output), 1)
  assert.ok(at.said().startsWith(`there is no store at \`${at.folder}/g.db\`: `), at.said())
  await (await openSqliteStore({ path: join(at.folder, 'g.db'), clock: systemClock }))[
    Symbol.asyncDispose
  ]()
  const shown = async (verb: string) => {
    const lines: string[] = []
    assert.equal(
      await samlKeys(
        { config: at.config, verb, id: 'corp' },
        {},
        { out: (line) => void lines.push(line), err: at.output.err },
      ),
      0,
      at.said(),
    )
    return lines.map((line) => /^(\w{16}) .* (signs|next|opens) ?/.exec(line)!.slice(1))
  }
  const [[first, signs], [second, next], ...none] = (await shown('list')) as [
    string[],
    string[],
    ...string[][],
  ]
  assert.deepEqual([signs, next, none.length], ['signs', 'next', 0])
  const loaded = await loadSettings(at.config, {})
  assert.ok(loaded.ok)
  const [made] = await readMadeKeys(loaded.settings, 'corp', {})
  const rotated = await shown('rotate')
  assert.deepEqual(
    rotated.map(([name, use]) => [name, use]),
    [
      [second, 'signs'],
      [rotated[1]![0], 'next'],
      [first, 'opens'],
    ],
  )
  assert.match(at.said(), /younger than a day/)
  const events = await leftEvents(join(at.folder, 'g.db'))
  assert.deepEqual(
    events.map(({ eventName, requestParameters: { connector } }) => [eventName, connector]),
    [['RotateSamlKeys', 'corp']],
  )

  const file = join(at.folder, 'encrypted')
  const { publicKey } = new X509Certificate(Buffer.from(made!.certificate, 'base64'))
  await writeFile(
    file,
    responseXml(
      now,
      encryptedAssertion(signedPart(assertionXml(now, honest), key), publicKey),
      honest,
    ),
  )
  assert.equal(await samlInspect(file, { config: at.config }, {}, at.output), 0, at.said())
  assert.match(at.said(), /the assertion was encrypted/)
})

test('keys are rotated of SAML connectors only, by verbs that are known', async () => {
  await using at = await desk()
  assert.equal(await samlKeys({ config: at.config, verb: 'rotate', id: 'other' }, {}, at.output), 1)
  assert.equal(await samlKeys({ config: at.config, verb: 'retire', id: 'corp' }, {}, at.output), 1)
  assert.match(at.said(), /`other` is no SAML connector/)
})
