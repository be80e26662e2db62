import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { demoSettings, openRunning } from '../journeys/running.ts'

const root = resolve(import.meta.dirname, '../..')
let project: string
let prefix: string
let installed: string
/**
 * Packs, and lays out what was packed as `npm install -g` does. npm itself takes a minute for ten
 * thousand files; that it would ask no registry is what the test of dependencies holds.
 */
before(async () => {
  project = await mkdtemp(join(tmpdir(), 'gatehouse-packed-'))
  prefix = join(project, 'prefix')
  installed = join(prefix, 'lib/node_modules/@gatehouse-sts/gatehouse')
  run('npm', ['pack', '--silent', '--pack-destination', project], root)
  const packed = join(project, 'gatehouse-sts-gatehouse-0.1.0.tgz')
  await mkdir(installed, { recursive: true })
  run('tar', ['-xzf', packed, '-C', installed, '--strip-components=1'])
  await mkdir(join(prefix, 'bin'))
  const { bin } = readPackage(installed)
  await symlink(join(installed, bin?.gatehouse ?? ''), join(prefix, 'bin/gatehouse'))
  await mkdir(join(project, 'node_modules/@gatehouse-sts'), { recursive: true })
  await symlink(installed, join(project, 'node_modules/@gatehouse-sts/gatehouse'))
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }')
})
after(() => rm(project, { recursive: true }))

function run(command: string, args: readonly string[], cwd = project, more = {}): string {
  const env = { ...process.env, ...more }
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 240_000,
  })
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

interface Package {
  readonly version: string
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Names of dependencies that Node.js would not find from `folder` up to `installed`. */
function missingFrom(folder: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(folder)) return []
  seen.add(folder)
  return Object.keys(readPackage(folder).dependencies ?? {}).flatMap((name) => {
    let at = folder
    while (!existsSync(join(at, 'node_modules', name, 'package.json'))) {
      if (at === installed) return [`${name}, which ${folder} needs`]
      at = resolve(at, '..')
    }
    return missingFrom(join(at, 'node_modules', name), seen)
  })
}

const program = `import { decide, parsePolicy, validate } from '@gatehouse-sts/gatehouse/policy'
import { actionReference } from '@gatehouse-sts/gatehouse/actions'

const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }
const text = JSON.stringify({ Version: '2012-10-17', Statement })
const parsed = parsePolicy('identity', 'reader', text)
if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
const account = '111122223333'
const principal = { kind: 'user' as const, arn: 'arn:aws:iam::111122223333:user/ada', account }
const resource = 'arn:aws:s3:::photos/cat.jpg'
const question = { principal, action: 's3:GetObject', resource, context: new Map() }
const decision = decide(question, { identity: [parsed.policy] })
const effect: 'allow' | 'explicit-deny' | 'implicit-deny' = decision.effect
console.log(effect, validate('identity', text, { reference: await actionReference() }).length)
`

test('the library works from the package alone, in plain JavaScript', async () => {
  assert.ok(!existsSync(join(installed, 'src')) && !existsSync(join(installed, 'test')))
  await writeFile(
    join(project, 'use.js'),
    program.replace(' as const', '').replace(/const effect:[^=]*=/, 'const effect ='),
  )
  assert.equal(run(process.execPath, ['use.js']), 'allow 0\n')
})

test('the guard of services is in the package, with its types and without Express', async () => {
  await writeFile(
    join(project, 'guard.js'),
    "import { serviceGuard } from '@gatehouse-sts/gatehouse/service'\n" +
      "const { guard } = serviceGuard({ url: 'http://localhost', service: 'orders' })\n" +
      'console.log(typeof guard(() => ({})))\n',
  )
  assert.equal(run(process.execPath, ['guard.js']), 'function\n')
  assert.ok(existsSync(join(installed, 'dist/src/client/guard.d.ts')))
})

test('the library is typed', async () => {
  await writeFile(
    join(project, 'use.ts'),
    'declare function print(...values: unknown[]): ' +
      `void\n${program.replace('console.log', 'print')}`,
  )
  await writeFile(
    join(project, 'wrong.ts'),
    "import { parsePolicy } from '@gatehouse-sts/gatehouse/policy'\n" +
      "parsePolicy('identty', 'x', 'y')\n",
  )
  const options = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2024'],
    strict: true,
    noEmit: true,
    types: [],
  }
  await writeFile(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['use.ts'] }),
  )
  run(join(root, 'node_modules/.bin/tsc'), ['-p', project])
  await writeFile(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['wrong.ts'] }),
  )
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], {
    encoding: 'utf8',
  })
  assert.notEqual(status, 0)
  assert.match(stdout, /wrong\.ts.*"identty"/)
})

test('the command works from the package, with its built files', async () => {
  await writeFile(
    join(project, 'reader.json'),
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",' +
      '"Resource":"*"}}',
  )
  const bin = join(installed, 'bin/gatehouse.js')
  assert.match(
    run(process.execPath, [bin, 'policy', 'explain', 'reader.json', '--action', 's3:GetObject']),
    /^ALLOWED/,
  )
  assert.match(
    run(process.execPath, [
      bin,
      'check',
      '--config',
      join(installed, 'dist/config/demo/gatehouse.yaml'),
    ]),
    /is fit to serve/,
  )
})

test('the packed file brings every dependency, so that installing asks no registry', () => {
  assert.deepEqual(missingFrom(installed), [])
})

test('employees run the installed command, also with Node 20', async (t) => {
  const bin = join(prefix, 'bin/gatehouse')
  const { version } = readPackage(root)
  assert.equal(run(bin, ['--version']), `${version}\n`)

  const old = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((node) => /^v2[0-3]\./.test(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout))
  if (old === undefined) return t.skip('no Node 20 to 23 in PATH')
  assert.equal(run(old, [bin, '--version']), `${version}\n`)
  assert.match(run(old, [bin, 'completion', 'bash']), /credentials/)
  await using at = await openRunning(await demoSettings())
  const args = ['credentials', '--endpoint', at.origin, '--username', 'jonas']
  const env = { GATEHOUSE_PASSWORD: 'jonas-demo-2026', XDG_CACHE_HOME: join(project, 'kept') }
  const { stdout } = await promisify(execFile)(old, [bin, ...args], {
    env: { ...process.env, ...env },
  })
  assert.equal(JSON.parse(stdout).Version, 1)
  assert.equal(run(old, [bin, ...args], project, { XDG_CACHE_HOME: join(project, 'kept') }), stdout)
  const serving = spawnSync(old, [bin, 'serve'], { encoding: 'utf8' })
  assert.match(serving.stderr, /needs Node 24\.15 or newer; this is 2[0-3]\./)
  assert.equal(serving.status, 1)
})
