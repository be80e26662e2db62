#!/usr/bin/env node
// Finds a Node that can run Gatehouse and hands over: this file must parse on old versions.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const home = join(dirname(fileURLToPath(import.meta.url)), '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const current = major > 24 || (major === 24 && minor >= 15)
const pinned = join(home, 'node_modules', '.bin', 'node')
const node = current ? process.execPath : existsSync(pinned) ? pinned : undefined
if (!node) {
  console.error(`gatehouse needs Node 24.15 or newer; this is ${process.versions.node}. Run npm ci in ${home} to get one.`)
  process.exitCode = 1
} else {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(home, 'src', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0)
  })
}
