import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { check } from '../../../../src/cli/check.ts'
import { oauth2Try } from '../../../../src/cli/connector/oauth2/try.ts'
import {
  clientId,
  clientSecret,
  type GitHubStub,
  startGitHub,
} from '../../../connectors/oauth2/github-stub.ts'

const hosts = ['github.com', 'api.github.com']
const account = '111122223333'

async function openTable() {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-oauth2-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const github = undo.use(await startGitHub(hosts))
  const { endpoint, certificates } = github.server
  const config = join(folder, 'gatehouse.yaml')
  const trust =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":' +
    `{"Federated":"arn:aws:iam::${account}:oidc-provider/github.com/login/oauth"},` +
    `"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":` +
    `{"github.com/login/oauth:aud":"${clientId}"}}}}`
  await writeFile(join(folder, 'secret'), clientSecret)
  await writeFile(
    config,
    `
publicUrl: https://sso.corp.test
store: { sqlite: ${join(folder, 'gatehouse.db')} }
keys: { rootKey: { file: ${join(folder, 'root.key')} } }
audit: { file: ${join(folder, 'audit.jsonl')} }
outbound:
  caFile: ${certificates.caFile}
  resolve: { ${hosts.map((host) => `${host}: "${endpoint}"`).join(', ')} }
accounts:
  "${account}":
    oidcProviders: { "https://github.com/login/oauth": { clientIds: ["${clientId}"] } }
    roles: { Developer: { trustPolicy: '${trust}' } }
connectors:
  corp:
    type: oauth2
    provider: github
    label: GitHub
    accounts: ["${account}"]
    clientId: ${clientId}
    clientSecret: \${file:secret}
mappings:
  - name: developers
    when: '"acme/devs" in identity.groups'
    grants: [{ role: "arn:aws:iam::${account}:role/Developer" }]
`,
  )
  const owned = undo.move()
  return { github, config, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Plays the browser as soon as the command shows its address. */
function browsing(github: GitHubStub, back = (address: string) => address) {
  const [out, err]: [string[], string[]] = [[], []]
  return {
    told: () => out.join('\n'),
    erred: () => err.join('\n'),
    output: {
      out: (line: string) => void out.push(line),
      err(line: string) {
        err.push(line)
        const address = /^https:\/\/\S+$/m.exec(line)?.[0]
        if (address !== undefined) void fetch(back(github.agree(address)))
      },
    },
  }
}

test('connector oauth2 try signs in here, and shows claims, identity and every rule', async () => {
  await using table = await openTable()
  const { github, config } = table
  const asked = { config, id: 'corp', port: '0' }
  const good = browsing(github)
  assert.equal(await oauth2Try(asked, {}, good.output), 0, good.erred())
  assert.match(good.told(), /^\/user login +Alice$/m)
  assert.match(good.told(), /^\/user\/teams +\[\{"slug":"devs"/m)
  assert.match(good.told(), /^subject +583231$/m)
  assert.match(good.told(), /^provider +github\.com\/login\/oauth$/m)
  assert.match(good.told(), /^groups +acme, others, acme\/devs, others\/ops$/m)
  assert.match(good.told(), /^developers +granted/m)
  assert.match(good.erred(), /redirect URI http:\/\/127\.0\.0\.1:\d+\/oidc\/corp\/callback/)
  assert.doesNotMatch(good.told() + good.erred(), new RegExp(`${clientSecret}|gho_`))

  github.teams = []
  const none = browsing(github)
  assert.equal(await oauth2Try(asked, {}, none.output), 2)
  const forged = browsing(github, (address) => address.replace(/code=\w+/, 'code=x'))
  assert.equal(await oauth2Try(asked, {}, forged.output), 1)
  assert.match(forged.erred(), /corp: oidc code: .*bad_verification_code/)
  const unknown = browsing(github)
  assert.equal(await oauth2Try({ ...asked, id: 'none' }, {}, unknown.output), 1)
  assert.match(unknown.erred(), /no connector `none` of type oauth2/)
})

test('check --connect tells a wrong secret, and an API that is not there', async () => {
  await using table = await openTable()
  const { github, config, folder } = table
  const fit = browsing(github)
  assert.equal(await check(config, {}, fit.output, { connect: true }), 0, fit.erred())
  assert.deepEqual(github.asked.map((one) => one.split('?')[0]).sort(), [
    'GET api.github.com/',
    'POST github.com/login/oauth/access_token',
  ])
  await writeFile(join(folder, 'secret'), 'another secret')
  const wrong = browsing(github)
  assert.equal(await check(config, {}, wrong.output, { connect: true }), 1)
  assert.match(wrong.erred(), /connectors\.corp\.clientSecret: oidc client: .*incorrect_client/)
  assert.doesNotMatch(wrong.erred(), /another secret/)
  const text = await readFile(config, 'utf8')
  await writeFile(
    config,
    text.replace(/api\.github\.com: "[^"]*"/, 'api.github.com: "127.0.0.1:1"'),
  )
  const away = browsing(github)
  assert.equal(await check(config, {}, away.output, { connect: true }), 1)
  assert.match(away.erred(), /connectors\.corp\.provider: oidc unreachable/)
})
