import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { cleanEnvironment, requirePeer } from '../peers/require.ts'
import { awsCliProfile } from './aws-cli.ts'
import { demoSettings, openRunning, type RunningHere } from './running.ts'

const launcher = resolve(import.meta.dirname, '../../bin/gatehouse.js')
const [username, password] = ['jonas', 'jonas-demo-2026']
const arn = 'arn:aws:sts::111122223333:assumed-role/Developer/jonas'

interface Laptop extends AsyncDisposable {
  /** The person's environment; without the password. */
  readonly env: NodeJS.ProcessEnv
  readonly configFile: string
  readonly cache: string
}

/**
 * A person's machine: `gatehouse` is on the PATH, and ~/.aws/config holds what the portal shows
 * under "Renewing".
 */
async function openLaptop(at: RunningHere): Promise<Laptop> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-laptop-'))
  await mkdir(join(folder, 'bin'))
  await symlink(launcher, join(folder, 'bin/gatehouse'))
  const browser = new Browser(at.origin)
  await browser.signIn(username, password)
  const portal = await browser.get('/portal')
  const { location } = await browser.post('/portal/credentials', {
    _csrf: portal.csrf,
    grant: portal.hidden('grant'),
  })
  const { text } = await browser.get(location ?? '')
  const lines =
    /<pre[^>]*aria-label="Lines for ~\/.aws\/config that renew themselves"[^>]*>(.*?)<\/pre>/s.exec(
      text,
    )?.[1] ?? assert.fail(text)
  const configFile = join(folder, 'config')
  await writeFile(
    configFile,
    lines.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  )
  return {
    configFile,
    cache: join(folder, 'cache/gatehouse'),
    env: {
      ...cleanEnvironment(),
      PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

test('`gatehouse credentials` serves the AWS CLI, twice with one password', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop(at)
  const { configFile } = laptop
  const aws = (env: NodeJS.ProcessEnv) => {
    const profile = { configFile, profile: 'demo-Developer', env }
    return awsCliProfile(at.origin, profile, 'sts', 'get-caller-identity')
  }
  const asked = { ...laptop.env, GATEHOUSE_PASSWORD: password }

  const before = (await at.events(2)).length
  const both = await Promise.all([aws(asked), aws(asked)])
  assert.deepEqual(
    both.map(({ json, refused }) => json.Arn ?? refused),
    [arn, arn],
  )
  const wire = (await at.events(before + 3))
    .slice(before)
    .filter(({ eventName }) => eventName === 'AssumeRoleWithLDAPIdentity')
  assert.equal(wire.length, 1, 'of two at once one asks, and the other takes what it got')
  const second = await aws(laptop.env)
  assert.equal(second.json.Arn, arn, second.refused)

  const files = await readdir(laptop.cache)
  assert.equal(files.length, 2, `a key and sealed credentials: ${files}`)
  const { stdout } = await gatehouse(laptop, at)
  const { SecretAccessKey, SessionToken } = JSON.parse(stdout)
  for (const name of files) {
    const file = join(laptop.cache, name)
    assert.equal((await stat(file)).mode & 0o77, 0, 'for nobody else')
    const bytes = (await readFile(file)).toString('latin1')
    for (const secret of [password, SecretAccessKey, SessionToken])
      assert.equal(bytes.includes(secret), false)
  }
})

test('without a terminal, or with a wrong password: no credentials, and the reason', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop(at)
  const alone = await gatehouse(laptop, at)
  assert.deepEqual([alone.code, alone.stdout], [1, ''])
  assert.match(
    alone.stderr,
    /^gatehouse: there is no terminal to ask in: set GATEHOUSE_PASSWORD and --username/,
  )
  const wrong = await gatehouse(laptop, at, { GATEHOUSE_PASSWORD: 'a guess' })
  assert.deepEqual([wrong.code, wrong.stdout], [1, ''])
  assert.match(wrong.stderr, /^gatehouse: AccessDenied: That name and password do not match/)
  const guessing = { ...laptop.env, GATEHOUSE_PASSWORD: 'a guess' }
  const { configFile } = laptop
  const asProcess = await awsCliProfile(
    at.origin,
    { configFile, profile: 'demo-Developer', env: guessing },
    'sts',
    'get-caller-identity',
  )
  assert.match(asProcess.refused, /custom-process.*That name and password do not match/s)
  const right = await gatehouse(laptop, at, { GATEHOUSE_PASSWORD: password })
  assert.equal(right.code, 0, right.stderr)
})

test('in a terminal the person is asked, and what they type is not shown', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop(at)
  const out = join(laptop.cache, '../out.json')
  await mkdir(laptop.cache, { recursive: true })
  // script(1) gives a terminal; standard output goes to a file, as the AWS CLI takes it.
  const command = `gatehouse credentials --endpoint ${at.origin} --username ${username} > ${out}`
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: laptop.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const first = !shown.includes('Password of')
    shown += text
    if (first && shown.includes('Password of')) child.stdin.write(`${password}\r`)
  })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0, shown)
  assert.equal(JSON.parse(await readFile(out, 'utf8')).Version, 1)
  assert.equal(shown.includes(password), false, shown)
})

test('a current SDK needs nothing but the profile that the portal shows', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop(at)
  const program =
    "import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'\n" +
    'console.log((await new STSClient().send(new GetCallerIdentityCommand())).Arn)'
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: {
      ...laptop.env,
      GATEHOUSE_PASSWORD: password,
      AWS_CONFIG_FILE: laptop.configFile,
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PROFILE: 'demo-Developer',
    },
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.equal(await text(child.stdout), `${arn}\n`)
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `gatehouse credentials` as jonas, in a session without a terminal. */
async function gatehouse(
  laptop: Laptop,
  { origin }: RunningHere,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const role = 'arn:aws:iam::111122223333:role/Developer'
  const args = [
    'credentials',
    '--endpoint',
    origin,
    '--username',
    username,
    '--provider',
    'staff',
    '--role',
    role,
  ]
  const child = spawn('gatehouse', args, {
    env: { ...laptop.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  const [code] = await once(child, 'close')
  return { code, ...said }
}
