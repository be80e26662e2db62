import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { cleanEnvironment } from '../peers/require.ts'
import { demoSettings, openRunning, type RunningHere } from './running.ts'

const launcher = resolve(import.meta.dirname, '../../bin/gatehouse.js')
const role = 'arn:aws:iam::111122223333:role/Developer'

interface Terminal extends AsyncDisposable {
  readonly folder: string
  gatehouse(
    args: readonly string[],
    more?: NodeJS.ProcessEnv,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
}

async function openTerminal({ origin }: RunningHere): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-terminal-'))
  return {
    folder,
    async gatehouse(args, more = {}) {
      const child = spawn(process.execPath, [launcher, ...args], {
        env: {
          ...cleanEnvironment(),
          XDG_CACHE_HOME: folder,
          GATEHOUSE_ENDPOINT: origin,
          GATEHOUSE_USERNAME: 'jonas',
          GATEHOUSE_PASSWORD: 'jonas-demo-2026',
          ...more,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ])
      return { code: code as number, out, err }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

test('exec runs a program with the role, without the password, and ends as it does', async () => {
  await using at = await openRunning(await demoSettings())
  await using terminal = await openTerminal(at)
  const run = (program: string, more: NodeJS.ProcessEnv = {}) =>
    terminal.gatehouse(['exec', role, '--', process.execPath, '-e', program], more)
  const shown = await run('console.log(JSON.stringify(process.env))', {
    AWS_PROFILE: 'another',
    AWS_ENDPOINT_URL_STS: 'https://sts.example.com',
    AWS_REGION: 'eu-west-1',
  })
  const env = JSON.parse(shown.out || '{}')
  assert.match(env.AWS_SESSION_TOKEN, /^ghs1\./, shown.err)
  assert.deepEqual(
    [env.AWS_ENDPOINT_URL, env.AWS_REGION, env.AWS_DEFAULT_REGION],
    [at.origin, 'eu-west-1', 'eu-west-1'],
  )
  for (const name of ['AWS_PROFILE', 'AWS_ENDPOINT_URL_STS', 'GATEHOUSE_PASSWORD'])
    assert.equal(env[name], undefined, name)

  const called = await terminal.gatehouse([
    'exec',
    role,
    '--',
    process.execPath,
    '--input-type=module',
    '-e',
    "import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'\n" +
      'console.log((await new STSClient().send(new GetCallerIdentityCommand())).Arn)',
  ])
  assert.equal(called.out, 'arn:aws:sts::111122223333:assumed-role/Developer/jonas\n', called.err)

  assert.equal((await run('process.exit(7)')).code, 7)
  assert.equal((await run("process.kill(process.pid, 'SIGTERM')")).code, 143)
  const missing = await terminal.gatehouse(['exec', role, '--', 'no-such-program-here'])
  assert.deepEqual(
    [missing.code, missing.err],
    [127, 'gatehouse: there is no program `no-such-program-here`\n'],
  )
})

test('exec starts nothing without credentials', async () => {
  await using at = await openRunning(await demoSettings())
  await using terminal = await openTerminal(at)
  const file = join(terminal.folder, 'started')
  const ended = await terminal.gatehouse(['exec', role, '--', 'touch', file], {
    GATEHOUSE_PASSWORD: 'a guess',
  })
  assert.equal(ended.code, 1)
  assert.match(ended.err, /^gatehouse: AccessDenied: That name and password do not match/)
  await assert.rejects(readFile(file), { code: 'ENOENT' })
})

test('console gives an address that opens the console with the role, once', async () => {
  await using at = await openRunning(await demoSettings())
  await using terminal = await openTerminal(at)
  const printed = await terminal.gatehouse(['console', '--print', role])
  const address = printed.out.trim()
  assert.ok(address.startsWith(`${at.origin}/federation?Action=login&`), printed.err)
  const visit = async () => {
    const browser = new Browser(at.origin)
    const entered = await browser.get(address.slice(at.origin.length))
    return entered.status === 303 ? browser.get(entered.location ?? '') : entered
  }
  assert.match((await visit()).text, /Developer/)
  assert.doesNotMatch((await visit()).text, /<h1[^>]*>\s*Developer/)

  const opener = join(terminal.folder, 'xdg-open')
  await writeFile(opener, `#!/bin/sh\nprintf %s "$1" > ${join(terminal.folder, 'opened')}\n`)
  await chmod(opener, 0o755)
  const path = [terminal.folder, process.env.PATH].join(delimiter)
  const opened = await terminal.gatehouse(['console', role], { PATH: path })
  assert.deepEqual([opened.code, opened.out], [0, ''], opened.err)
  const given = await readFile(join(terminal.folder, 'opened'), 'utf8')
  assert.ok(given.startsWith(`${at.origin}/federation?Action=login&`))

  await writeFile(opener, '#!/bin/sh\nexit 3\n')
  const alone = await terminal.gatehouse(['console', role], { PATH: path })
  assert.equal(alone.code, 0)
  assert.match(alone.err, /no browser could be started/)
  assert.match(alone.out, /\/federation\?Action=login&/)
})
