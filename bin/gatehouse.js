#!/usr/bin/env node
// Finds a Node that can run Gatehouse and goes on in it: this file must parse on old versions.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { constants } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const self = fileURLToPath(import.meta.url)
const home = join(dirname(self), '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const current = major > 24 || (major === 24 && minor >= 15)
// Node strips no types inside node_modules: the published package has built files.
const installed = self.split(sep).includes('node_modules')
const main =
  !installed && existsSync(join(home, 'src/main.ts')) ? '../src/main.ts' : '../dist/src/main.js'
const pinned = join(home, 'node_modules', '.bin', 'node')
// What an employee's laptop runs needs no more than Node 20, where it is built already.
const employees = 'login logout roles configure credentials exec console completion --version -V'
const runsHere =
  current || (installed && major >= 20 && employees.split(' ').includes(process.argv[2] ?? ''))

// Tells the process that goes on that its launcher is at the other end of its IPC channel.
const launched = 'GATEHOUSE_LAUNCHED'

if (runsHere) {
  endWithLauncher()
  // Before the first TypeScript is read: what the cache holds needs no type stripper, which takes 20 MB.
  nodeModule.enableCompileCache?.()
  leaveOutExperimentalWarnings()
  await import(main)
} else if (existsSync(pinned) && realpathSync(pinned) !== realpathSync(process.execPath)) {
  const child = spawn(pinned, [self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launched]: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 128 + constants.signals[signal] : 0)
  })
} else {
  console.error(
    `gatehouse needs Node 24.15 or newer; this is ${process.versions.node}. ${installed ? 'Install one from https://nodejs.org.' : `Run npm ci in ${home} to get one.`}`,
  )
  process.exitCode = 1
}

/**
 * A launcher that was killed passes no signal on: a server that nobody can find would keep its port
 * and its store. Nothing else that holds an IPC channel to this process ends it.
 */
function endWithLauncher() {
  if (process.env[launched] === undefined) return
  delete process.env[launched]
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // A command that has nothing left to do must not wait for the launcher.
  process.channel?.unref()
}

/** As `--disable-warning=ExperimentalWarning`, which only a new process could be given. */
function leaveOutExperimentalWarnings() {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const print of printers) print(warning)
  })
}
