import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { check } from '../../../../src/cli/check.ts'
import { oidcAdd } from '../../../../src/cli/connector/oidc/add.ts'
import { oidcTry } from '../../../../src/cli/connector/oidc/try.ts'
import { account, clientId, clientSecret, oidcSettings } from '../../../journeys/oidc-scene.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../../peers/openid-provider.ts'

interface Told {
  readonly out: string[]
  readonly err: string[]
}
const telling = ({ out, err }: Told) => ({
  out: (line: string) => void out.push(line),
  err: (line: string) => void err.push(line),
})

async function openTable(more = '') {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-oidc-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const op = undo.use(
    await startOpenIdProvider({
      pushes: true,
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          application_type: 'native',
          redirect_uris: ['http://127.0.0.1/oidc/corp/callback'],
        },
      ],
    }),
  )
  const config = join(folder, 'gatehouse.yaml')
  await writeFile(join(folder, 'secret'), clientSecret)
  const base = `
publicUrl: https://sso.corp.test
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
`
  const lines = `    clientSecret: \${file:secret}\n${more}`
  await writeFile(config, base + oidcSettings(op, lines, [clientId]))
  const owned = undo.move()
  return { op, config, folder, base, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Plays the browser as soon as the command shows its address. */
function browsing(op: OpenIdProvider, told: Told, login: string | undefined) {
  const { out, err } = telling(told)
  return {
    out,
    err(line: string) {
      err(line)
      const address = /^https:\/\/\S+$/m.exec(line)?.[0]
      if (address !== undefined)
        void op
          .visitor()
          .travel(address, login)
          .then(({ url }) => fetch(url))
    },
  }
}

test('connector oidc try signs in here, and shows claims, identity and every rule', {
  timeout: 120_000,
}, async () => {
  await using table = await openTable()
  const { op, config } = table
  const told: Told = { out: [], err: [] }
  const asked = { config, id: 'corp', port: '0' }
  assert.equal(await oidcTry(asked, {}, browsing(op, told, 'alice')), 0, told.err.join('\n'))
  const text = told.out.join('\n')
  assert.match(text, /^preferred_username +alice$/m)
  assert.match(text, /^groups +devs, staff$/m)
  assert.match(text, /^attribute roles +ops$/m)
  assert.match(text, /^provider +op\.corp\.test$/m)
  assert.match(text, /^developers +granted/m)
  assert.match(told.err.join('\n'), /redirect URI http:\/\/127\.0\.0\.1:\d+\/oidc\/corp\/callback/)
  const secret = new RegExp(`${clientSecret}|code_verifier|eyJ`)
  assert.doesNotMatch(text + told.err.join('\n'), secret)

  const other: Told = { out: [], err: [] }
  assert.equal(await oidcTry(asked, {}, browsing(op, other, 'bob')), 2)
  const declined: Told = { out: [], err: [] }
  assert.equal(await oidcTry(asked, {}, browsing(op, declined, undefined)), 1)
  assert.match(declined.err.at(-1)!, /corp: oidc declined: .*access_denied/)
  assert.equal(await oidcTry({ ...asked, id: 'none' }, {}, telling(declined)), 1)
})

test('connector oidc add writes settings that load, from the discovery document', {
  timeout: 120_000,
}, async () => {
  await using table = await openTable()
  const { op, config, folder, base } = table
  const told: Told = { out: [], err: [] }
  const asked = { issuer: op.issuer, account, id: 'sso', clientId: 'portal', config }
  assert.equal(await oidcAdd(asked, {}, telling(told)), 0, told.err.join('\n'))
  assert.match(told.err.join('\n'), /offers pushed requests.*back-channel logout/)
  assert.match(told.err.join('\n'), /https:\/\/sso\.corp\.test\/oidc\/sso\/callback/)
  const written = join(folder, 'added.yaml')
  await writeFile(join(folder, 'sso-client-secret'), 'secret')
  await writeFile(written, `${base}\n${op.outbound}\n${told.out.join('\n')}\n`)
  const fit: Told = { out: [], err: [] }
  assert.equal(await check(written, {}, telling(fit), { connect: true }), 0, fit.err.join('\n'))

  const lies: Told = { out: [], err: [] }
  const slash = { ...asked, issuer: `${op.issuer}/` }
  assert.equal(await oidcAdd(slash, {}, telling(lies)), 1)
  assert.match(lies.err[0]!, /discovery document is of another issuer/)
  assert.equal(await oidcAdd({ ...asked, issuer: 'http://op.test' }, {}, telling(lies)), 1)
})

test('check --connect tells where settings and provider do not fit', {
  timeout: 120_000,
}, async () => {
  await using table = await openTable('    authentication: none\n    requestedContexts: [gold]')
  const told: Told = { out: [], err: [] }
  assert.equal(await check(table.config, {}, telling(told), { connect: true }), 0)
  assert.match(told.err.join('\n'), /requestedContexts.*does not list the context `gold`/)
  const text = await readFile(table.config, 'utf8')
  await writeFile(table.config, text.replace(`:${table.op.port}"`, ':1"'))
  const away: Told = { out: [], err: [] }
  assert.equal(await check(table.config, {}, telling(away), { connect: true }), 1)
  assert.match(away.err.join('\n'), /connectors\.corp\.issuer: oidc unreachable/)
  await writeFile(table.config, text.replace('caFile: /', 'caFile: /nowhere/'))
  assert.equal(await check(table.config, {}, telling(away), { connect: true }), 1)
  assert.match(away.err.join('\n'), /outbound\.caFile: cannot be read/)
})
