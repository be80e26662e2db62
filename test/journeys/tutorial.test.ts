import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { freePort, startPeer, untilReady } from '../peers/child.ts'
import { cleanEnvironment, requirePeer } from '../peers/require.ts'
import { type Slapd, startSlapd } from '../peers/slapd.ts'

const run = promisify(execFile)
const home = resolve(import.meta.dirname, '../..')
const serve = 'gatehouse serve --config gatehouse.yaml'

interface Reader extends AsyncDisposable {
  readonly folder: string
  readonly port: number
  /** Runs one block of the page in a shell; returns what it wrote. */
  paste(block: string): Promise<string>
}

/** Somebody who follows the page with a directory of their own. */
async function openReader(directory: Slapd): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-tutorial-'))
  await symlink(join(home, 'bin/gatehouse.js'), join(folder, 'gatehouse'))
  const [port, operations] = [await freePort(), await freePort()]
  const own: readonly (readonly [page: string, here: string])[] = [
    ['ldaps://ldap.example.com', directory.ldapsUrl],
    ['corp-ca.pem', directory.caFile],
    ['cn=gatehouse,dc=example,dc=com', directory.serviceDn],
    ['dc=example,dc=com', directory.baseDn],
    ['gatehouse init ldap', `gatehouse init ldap --public-url http://localhost:${port}`],
    ['localhost:8080', `localhost:${port}`],
  ]
  const env = {
    ...cleanEnvironment(),
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    PATH: [folder, process.env.PATH].join(delimiter),
    SERVICE_PASSWORD: directory.servicePassword,
    GATEHOUSE_PASSWORD: directory.passwordOf('alice'),
  }
  return {
    folder,
    port,
    async paste(block) {
      const text = own.reduce((so, [page, here]) => so.replaceAll(page, here), block)
      const { stdout } = await run('sh', ['-euc', text], { cwd: folder, env })
      // The file has the port that everybody has; here another test may have it.
      const config = join(folder, 'gatehouse.yaml')
      const written = await readFile(config, 'utf8')
      await writeFile(config, written.replace('port: 9090', `port: ${operations}`))
      return stdout
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Stays in the terminal, so it is started beside the others. */
async function served({ folder }: Reader) {
  const script = join(folder, 'serve.sh')
  await writeFile(
    script,
    `#!/bin/sh\ncd ${folder}\nexec node ${home}/bin/gatehouse.js ${serve.slice(
      'gatehouse '.length,
    )}\n`,
  )
  await chmod(script, 0o755)
  const peer = startPeer(script, [])
  await untilReady(peer, async () => peer.said().includes('gatehouse listens on'))
  return peer
}

test("the tutorial's commands lead from a directory to the AWS CLI", async (t) => {
  if (!requirePeer(t, 'slapd') || !requirePeer(t, 'awscli')) return
  const page = await readFile(join(home, 'docs/tutorial.md'), 'utf8')
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.trim())
  assert.ok(blocks.length >= 8)
  await using directory = await startSlapd()
  await using reader = await openReader(directory)
  await using undo = new AsyncDisposableStack()
  let said = ''
  for (const block of blocks) {
    if (block === serve) undo.use(await served(reader))
    else said += await reader.paste(block)
  }
  const { stdout: mode } = await run('stat', ['-c', '%a', join(reader.folder, 'ldap-password')])
  assert.equal(mode.trim(), '600')
  assert.match(said, /is fit to serve: 1 account, 1 role, 1 connector, 1 mapping rule/)
  assert.match(said, /Alice Liddell/)
  assert.match(said, /assumed-role\/Administrator\/alice/)
  assert.match(said, /"UserName": "build-agent"/)
  assert.match(said, /"eventName":"PutUserPolicy"/)
  assert.ok(!said.includes(directory.servicePassword))
})
