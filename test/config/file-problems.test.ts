// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written so
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSettings } from '../../src/config/load.ts'

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-files-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  return {
    folder,
    pipe,
    /** The problems of settings with these sections, as `path: message`. */
    problems(sections: object) {
      const usual = {
        publicUrl: 'http://localhost:1',
        store: { sqlite: join(folder, 'gatehouse.db') },
        keys: { rootKey: { file: join(folder, 'root.key') } },
        audit: { file: join(folder, 'audit.jsonl') },
        accounts: {},
        connectors: {},
        mappings: [],
      }
      const text = JSON.stringify({ ...usual, ...sections })
      const read = readSettings(text, join(folder, 'gatehouse.yaml'), {})
      return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

test('a pipe where a file belongs is a problem of its setting, and hangs nothing', async () => {
  await using at = await openFolder()
  const { pipe, folder } = at
  for (const [path, settings] of [
    ['keys.rootKey.file', { keys: { rootKey: { file: pipe } } }],
    ['audit.file', { audit: { file: pipe } }],
    ['outbound.caFile', { outbound: { caFile: pipe } }],
    ['branding.name', { branding: { name: '${file:./pipe}' } }],
  ] as const) {
    const [problem, ...others] = at.problems(settings)
    assert.match(problem ?? '', new RegExp(`^${path}: \`${folder}/pipe\` is a pipe, not a file$`))
    assert.deepEqual(others, [])
  }
  const staff = {
    type: 'saml',
    label: 'Staff',
    accounts: ['111122223333'],
    idp: { metadataFile: pipe },
    keys: [{ keyFile: pipe, certificateFile: folder }],
  }
  assert.deepEqual(
    at
      .problems({ connectors: { staff }, accounts: { '111122223333': {} } })
      .map((one) => one.replace(/`.*`/, '…')),
    [
      'connectors.staff.idp.metadataFile: … is a pipe, not a file',
      'connectors.staff.keys[0].keyFile: … is a pipe, not a file',
      'connectors.staff.keys[0].certificateFile: … is a folder, not a file',
    ],
  )
})

test('a socket is no file; one that is not there yet is, and a device may be', async () => {
  await using at = await openFolder()
  const socket = join(at.folder, 'socket')
  await using server = createServer().listen(socket)
  await new Promise((resolve) => server.once('listening', resolve))
  assert.deepEqual(at.problems({ keys: { rootKey: { file: socket } } }), [
    `keys.rootKey.file: \`${socket}\` is a socket, not a file`,
  ])
  assert.deepEqual(at.problems({}), [])
  assert.deepEqual(at.problems({ audit: { file: '/dev/null' } }), [])
})

test('an issuer on a host without a domain is refused where nothing resolves it', async () => {
  await using at = await openFolder()
  const url = 'https://keycloak/realms/Main'
  const accounts = { '111122223333': { oidcProviders: { [url]: { clientIds: ['a'] } } } }
  const place = `accounts.111122223333.oidcProviders["${url}"]`
  assert.deepEqual(at.problems({ accounts }), [
    `${place}: \`keycloak\` is a host without a domain: ` +
      'name it under `outbound.resolve` in the settings',
  ])
  const outbound = { resolve: { keycloak: '10.0.0.5' } }
  assert.deepEqual(at.problems({ accounts, outbound }), [])
})
