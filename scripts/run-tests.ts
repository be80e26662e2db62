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
/** Enough that reading the code is shared by many, few enough that the heap stays small. */
const filesOfOne = 30
/** For one test: generous, since it says that something hangs and not how fast a machine is. */
const limitMs = 400_000

// Ended after its tests: a server that a failed one left behind would keep a process for ever.
function run(files: readonly string[], how: readonly string[], stdio: 'inherit' | 'pipe') {
  return spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      '--test-force-exit',
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
/** Their scenes live from the start of the process to its end, and others change them meanwhile. */
const apart = ['test/apps/published-keys.test.ts']
const shares = (file: string) =>
  sharing.includes(file.split('/')[1] ?? '') &&
  !apart.includes(file) &&
  !file.endsWith('-in-chromium.test.ts')
const [together, alone] = [files.filter(shares), files.filter((file) => !shares(file))]

/** How a run ended: 0, or what its process said instead. */
async function runAlone(): Promise<number | null> {
  if (alone.length === 0) return 0
  return (await once(run(alone, ['--test-concurrency=2'], 'inherit'), 'close'))[0]
}

/**
 * One process after the other, and two once the others have ended: what a process has loaded and
 * kept makes each collection dearer, so that none has many files.
 */
async function runTogether(aloneEnds: Promise<unknown>): Promise<readonly (number | null)[]> {
  const codes: (number | null)[] = []
  let from = 0
  const drain = async () => {
    while (from < together.length) {
      const of = together.slice(from, from + filesOfOne)
      from += filesOfOne
      const child = run(of, ['--test-isolation=none'], 'pipe')
      const ended = once(child, 'close')
      const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)])
      codes.push((await ended)[0])
      // One after the other for the reader: this output waits until the others have told all.
      void aloneEnds.then(() => {
        process.stdout.write(out)
        process.stderr.write(err)
      })
    }
  }
  await Promise.all([drain(), aloneEnds.then(drain)])
  return codes
}

const aloneEnds = runAlone()
const codes = [...(await runTogether(aloneEnds)), await aloneEnds]
process.exitCode = files.length > 0 && codes.every((code) => code === 0) ? 0 : 1
