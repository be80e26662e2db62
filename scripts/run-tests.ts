/**
 * `npm test`: every test, or those of the files that it is given. Reading the code anew costs a
 * test file most of a second, so that the files of most rooms share a process; it runs beside those
 * that start servers, browsers and commands, which have a process each.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'

const root = resolve(import.meta.dirname, '..')
/** What their tests leave behind in a process no test of another file minds. */
const sharing = [
  ...['apps', 'audit', 'authorization', 'aws', 'client', 'config', 'console', 'credentials'],
  ...['http', 'kernel', 'mapping', 'outbound', 'policy', 'reference', 'sessions', 'sign-in'],
  ...['store', 'upstream', 'views', 'web-identity', 'wiring'],
]
/** For one test: generous, since it says that something hangs and not how fast a machine is. */
const limitMs = 400_000

function run(files: readonly string[], how: readonly string[], stdio: 'inherit' | 'pipe') {
  return spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-timeout=${limitMs}`,
      ...how,
      ...files,
    ],
    {
      cwd: root,
      stdio: ['ignore', stdio, stdio],
      env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/tests') },
    },
  )
}

const asked = process.argv.slice(2)
const files = globSync(asked.length > 0 ? asked : 'test/**/*.test.ts', { cwd: root })
/** Its scene lives from the start of the process to its end, and kept keys grow old meanwhile. */
const apart = 'test/apps/published-keys.test.ts'
const shares = (file: string) =>
  sharing.includes(file.split('/')[1] ?? '') &&
  file !== apart &&
  !file.endsWith('-in-chromium.test.ts')
const [together, alone] = [files.filter(shares), files.filter((file) => !shares(file))]
const runs = []
if (alone.length > 0)
  // A server that a failed test left behind would keep its file's process alive for ever.
  runs.push(
    once(run(alone, ['--test-concurrency=2', '--test-force-exit'], 'inherit'), 'close').then(
      ([code]) => code,
    ),
  )
if (together.length > 0) {
  // One after the other for the reader: this output waits until the other run has told all.
  const child = run(together, ['--test-isolation=none'], 'pipe')
  const ended = once(child, 'close')
  const said = Promise.all([text(child.stdout!), text(child.stderr!)])
  runs.push(
    Promise.all([said, ended, ...runs]).then(([[out, err], [code]]) => {
      process.stdout.write(out)
      process.stderr.write(err)
      return code
    }),
  )
}
const codes = await Promise.all(runs)
process.exitCode = codes.length > 0 && codes.every((code) => code === 0) ? 0 : 1
