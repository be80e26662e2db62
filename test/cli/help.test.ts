import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { Command } from 'commander'
import { createProgram, groups } from '../../src/cli/program.ts'
import { runCommand } from '../../src/cli/run-command.ts'

const root = resolve(import.meta.dirname, '../..')
const launcher = join(root, 'bin/gatehouse.js')
const demo = join(root, 'config/demo/gatehouse.yaml')

const silent = { out: () => undefined, err: () => undefined }
const ports = { env: {}, output: silent, home: root, done: () => undefined }

/** Every command that is declared for a call with the given first word, by its words. */
async function commands(word?: string): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>()
  const walk = (command: Command, path: string): void => {
    found.set(path, command)
    for (const one of command.commands) walk(one, `${path} ${one.name()}`.trim())
  }
  walk(await createProgram(ports, word), '')
  return found
}

function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({
    writeOut: (part) => {
      help += part
    },
  })
  command.outputHelp()
  return help
}

/** Calls the launcher with a standard input. */
async function call(args: readonly string[], input = '') {
  const child = spawn(process.execPath, [launcher, ...args], { cwd: root })
  child.stdin.end(input)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, err }
}

test('the help of every command has an example of its own, and a page that exists', async () => {
  for (const [path, command] of await commands()) {
    const help = helpOf(command)
    const page = /^More: (\S+\.md)$/m.exec(help)?.[1]
    assert.ok(page !== undefined && existsSync(page), `${path}: ${page}`)
    const acts = command.commands.length === 0 || path === 'credentials'
    if (acts) assert.match(help, new RegExp(`Examples:\\n +(.*)?gatehouse ${path}`), path)
  }
})

test('a call declares the commands of its own group, with their help, and no others', async () => {
  const all = await commands()
  const words = groups.flatMap((group) => group.words)
  const declared = all.get('')!.commands.map((one) => one.name())
  assert.deepEqual(words, declared)
  for (const { words } of groups)
    for (const word of words.filter((one) => one !== 'completion')) {
      const own = await commands(word)
      assert.deepEqual(
        own.get('')?.commands.map((one) => one.name()),
        words,
        word,
      )
      for (const [path, command] of own)
        if (path !== '') assert.equal(helpOf(command), helpOf(all.get(path)!), path)
    }
  assert.deepEqual([...(await commands('unknown')).keys()], [...all.keys()])
})

test('an example names no option that its command lacks', async () => {
  for (const [path, command] of await commands()) {
    const [, examples = ''] = /Examples:\n(.*?)\n\n/s.exec(helpOf(command)) ?? []
    for (const [option] of examples.matchAll(/--[a-z-]+/g))
      assert.ok(
        command.options.some(({ long }) => long === option),
        `${path} ${option}`,
      )
  }
})

test('what reads the settings finds them without being told', async () => {
  for (const [path, command] of await commands()) {
    const config = command.options.find(({ long }) => long === '--config')
    // There the settings are a choice: without them nothing but the issuer is needed.
    if (!config || path === 'connector oidc add') continue
    assert.deepEqual(
      [config.defaultValue, config.envVar, config.mandatory],
      ['gatehouse.yaml', 'GATEHOUSE_CONFIG', false],
      path,
    )
  }
})

test('check, explain, keys and every policy command answer JSON', async () => {
  for (const [path, command] of await commands())
    if (/^(check|explain|keys|policy)\b/.test(path) && command.commands.length === 0)
      assert.ok(
        command.options.some(({ long }) => long === '--json'),
        path,
      )
})

test('`-` is standard input for settings, identities, policies and metadata', async () => {
  const identity = readFileSync(join(root, 'config/demo/identity.yaml'), 'utf8')
  const explained = await call(['explain', '--json', '--config', demo, '--identity', '-'], identity)
  const { rules, grants } = JSON.parse(explained.out)
  assert.ok(rules.length > 0, explained.err)
  assert.equal(grants[0].roleArn, 'arn:aws:iam::111122223333:role/Developer')

  const settings = 'publicUrl: https://sso.example.com\nconnectors: {}\nlisten: { port: x }\n'
  const checked = await call(['check', '--json', '--config', '-'], settings)
  const { fit, problems } = JSON.parse(checked.out)
  assert.equal(fit, false)
  assert.ok(
    problems.some((one: { path: string }) => one.path === 'listen.port'),
    checked.out,
  )

  const metadata = await call(
    ['connector', 'saml', 'add', '--account', '111122223333', '--metadata', '-'],
    '<x/>',
  )
  assert.doesNotMatch(metadata.err, /ENOENT/)
  const inspected = await call(['saml', 'inspect', '--config', demo, '-'], '<x/>')
  assert.doesNotMatch(inspected.err, /ENOENT/)
})

test('check answers JSON: whether the settings are fit, and what is in them', async () => {
  const lines: string[] = []
  const output = { out: (line: string) => void lines.push(line), err: assert.fail }
  const { check } = await import('../../src/cli/check.ts')
  assert.equal(await check(demo, {}, output, { json: true }), 0)
  const { fit, problems, counts } = JSON.parse(lines.join(''))
  assert.deepEqual([fit, problems], [true, []])
  assert.ok(counts.accounts > 0 && counts.roles > 0 && counts.rules > 0)
})

test('--version is that of package.json', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.equal((await call(['--version'])).out, `${version}\n`)
  assert.equal((await call(['-V'])).out, `${version}\n`)
})

test('bash completes commands, options below a command, and else files', async () => {
  const { out } = await call(['completion', 'bash'])
  const completed = (...words: readonly string[]) => {
    const script =
      `${out}\nCOMP_WORDS=(gatehouse ${words.map((word) => `'${word}'`).join(' ')})\n` +
      `COMP_CWORD=${words.length}; _gatehouse; printf '%s\\n' "\${COMPREPLY[@]}"`
    return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n')
  }
  assert.deepEqual(completed('cred'), ['credentials'])
  assert.deepEqual(completed('keys', 'r'), ['rotate', 'retire'])
  assert.deepEqual(completed('policy', 'validate', '--f'), ['--fail-on'])
  assert.deepEqual(completed('credentials', '--endpoint', 'x', '--ref'), ['--refresh'])
  assert.deepEqual(completed('check', 'settings.y'), [''])
})

test('the script of every shell has every command', async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { out } = await call(['completion', shell])
    for (const [path, command] of await commands()) {
      assert.ok(out.includes(`${path}'`), `${shell}: ${path}`)
      for (const { long } of command.options)
        assert.ok(out.includes(long ?? ''), `${shell} ${long}`)
    }
    const checker = spawnSync(shell === 'powershell' ? 'pwsh' : shell, ['-n'], { input: out })
    if (shell !== 'powershell' && !checker.error) assert.equal(checker.status, 0, shell)
  }
})

test('a wrong option is told, with exit code 1', async () => {
  assert.equal(await runCommand(['node', 'gatehouse', 'check', '--jsn'], {}, root), 1)
})

test('nothing of ours tells anybody to run the npm package of the same name', () => {
  const { stdout } = spawnSync(
    'git',
    ['grep', '-nE', 'npx gatehouse|npm i(nstall)? (-g )?gatehouse'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  const allowed =
    /^(docs\/employees\.md|docs\/decisions\/0017-package-name\.md|test\/cli\/help\.test\.ts):/
  assert.deepEqual(
    stdout.split('\n').filter((line) => line !== '' && !allowed.test(line)),
    [],
  )
})
