import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
let project: string
let installed: string
before(async () => {
  project = await mkdtemp(join(tmpdir(), 'gatehouse-packed-'))
  installed = join(project, 'node_modules/gatehouse')
  await mkdir(installed, { recursive: true })
  run('npm', ['pack', '--silent', '--pack-destination', project], root)
  run('tar', ['-xzf', join(project, 'gatehouse-0.1.0.tgz'), '-C', installed, '--strip-components=1'], project)
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }')
})
after(() => rm(project, { recursive: true }))

function run(command: string, args: readonly string[], cwd = project): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

const program = `import { decide, parsePolicy, validate } from 'gatehouse/policy'
import { actionReference } from 'gatehouse/actions'

const text = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}}'
const parsed = parsePolicy('identity', 'reader', text)
if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
const principal = { kind: 'user' as const, arn: 'arn:aws:iam::111122223333:user/ada', account: '111122223333' }
const decision = decide({ principal, action: 's3:GetObject', resource: 'arn:aws:s3:::photos/cat.jpg', context: new Map() }, { identity: [parsed.policy] })
const effect: 'allow' | 'explicit-deny' | 'implicit-deny' = decision.effect
console.log(effect, validate('identity', text, { reference: await actionReference() }).length)
`

test('the library works from the package alone, in plain JavaScript', async () => {
  assert.ok(!existsSync(join(installed, 'src')) && !existsSync(join(installed, 'test')))
  await writeFile(join(project, 'use.js'), program.replace(' as const', '').replace(/const effect:[^=]*=/, 'const effect ='))
  assert.equal(run(process.execPath, ['use.js']), 'allow 0\n')
})

test('the library is typed', async () => {
  await writeFile(join(project, 'use.ts'), `declare function print(...values: unknown[]): void\n${program.replace('console.log', 'print')}`)
  await writeFile(join(project, 'wrong.ts'), "import { parsePolicy } from 'gatehouse/policy'\nparsePolicy('identty', 'x', 'y')\n")
  const options = { module: 'nodenext', target: 'es2022', lib: ['es2024'], strict: true, noEmit: true, types: [] }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }))
  run(join(root, 'node_modules/.bin/tsc'), ['-p', project])
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['wrong.ts'] }))
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8' })
  assert.notEqual(status, 0)
  assert.match(stdout, /wrong\.ts.*"identty"/)
})

test('the command works from the package, with its built files', async () => {
  // Stands in for the install of the dependencies.
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'))
  await writeFile(join(project, 'reader.json'), '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}')
  const bin = join(installed, 'bin/gatehouse.js')
  assert.match(run(process.execPath, [bin, 'policy', 'explain', 'reader.json', '--action', 's3:GetObject']), /^ALLOWED/)
  assert.match(run(process.execPath, [bin, 'check', '--config', join(installed, 'dist/config/demo/gatehouse.yaml')]), /is fit to serve/)
})
