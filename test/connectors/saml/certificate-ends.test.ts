import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { check } from '../../../src/cli/check.ts'
import { openRunning } from '../../journeys/running.ts'
import { samlSettings } from '../../journeys/saml-settings.ts'
import { makeKey } from './identity-provider.ts'
import { idpMetadata } from './idp-metadata.ts'

const dayMs = 86_400_000
/** Keys of the tests last for a year from the day that they are asked for. */
const keyEndingIn = (days: number) => makeKey(new Date(Date.now() - (365 - days) * dayMs))
const [old, fresh] = [keyEndingIn(10), keyEndingIn(300)]

test('a certificate that expires soon is logged and measured, and stops nobody', async () => {
  await using at = await openRunning(samlSettings({ keys: [old, fresh] }))
  const told = at.logged.filter((line) => line.startsWith('saml.certificate-ends'))
  assert.equal(told.length, 1)
  assert.match(
    told[0]!,
    new RegExp(`"connector":"corp","whose":"idp","fingerprint":"${old.fingerprint.slice(0, 16)}"`),
  )
  const metrics = await (await fetch(`${at.operations}/metrics`)).text()
  const seconds = [
    ...metrics.matchAll(
      new RegExp(
        '^gatehouse_saml_certificate_expires_seconds' +
          String.raw`\{connector="corp",whose="(\w+)",certificate="\w{16}"\} (\d+)$`,
        'gm',
      ),
    ),
  ].map(([, whose, left]) => [whose, Math.round(Number(left) / 86_400)])
  assert.deepEqual(seconds.slice(0, 2), [
    ['idp', 10],
    ['idp', 300],
  ])
  assert.deepEqual(
    seconds.slice(2).map(([whose]) => whose),
    ['own', 'own'],
  )
  const ready = (await (await fetch(`${at.operations}/readyz`)).json()) as {
    status: string
    checks: Record<string, { ok: boolean; remark?: string }>
  }
  assert.equal(ready.status, 'ready')
  assert.match(
    ready.checks['connector corp']?.remark ?? '',
    /^the identity provider's certificate \w{16} ends \S+Z$/,
  )
  at.clock.pass(11 * 86_400)
  assert.match(await (await fetch(`${at.operations}/readyz`)).text(), /certificate \w{16} ended /)
})

test('check warns of certificates in the settings and in the files that they name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-check-'))
  t.after(() => rm(folder, { recursive: true }))
  const [metadataFile, config] = [join(folder, 'idp.xml'), join(folder, 'gatehouse.yaml')]
  await writeFile(metadataFile, idpMetadata(old))
  const said: string[] = []
  const checked = async (rest: string) => {
    said.length = 0
    await writeFile(
      config,
      `publicUrl: https://sso.example.com\nstore: { sqlite: ${folder}/g.db }\n` +
        `keys: { rootKey: { file: ${folder}/root } }\naudit: { file: ${folder}/audit.jsonl }\n` +
        `${rest}`,
    )
    assert.equal(
      await check(config, {}, { out: () => undefined, err: (line) => void said.push(line) }),
      0,
      said.join('\n'),
    )
    return said.filter((line) => line.includes('certificate '))
  }
  assert.deepEqual(await checked(samlSettings({ keys: [fresh] })), [])
  for (const rest of [
    samlSettings({ keys: [old, fresh] }),
    samlSettings({ keys: [], idp: `      metadataFile: ${metadataFile}` }),
  ]) {
    const [warning, ...more] = await checked(rest)
    assert.match(
      warning ?? '',
      /: connectors\.corp: the identity provider's certificate \w{16} ends \S+ \(warning\)$/,
    )
    assert.deepEqual(more, [])
  }
})
