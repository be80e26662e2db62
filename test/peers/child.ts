import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cleanEnvironment } from './require.ts'

const run = promisify(execFile)

/** A server of ours in the foreground, its last words kept for the error message. */
export interface Peer extends AsyncDisposable {
  readonly pid: number
  /** What it wrote, the last 8 kB. */
  said(): string
}

/**
 * Starts `program` with no standard input to speak of; disposing stops it by its pid and waits for
 * its end.
 */
export function startPeer(
  program: string,
  args: readonly string[],
  stopSignal: NodeJS.Signals = 'SIGTERM',
): Peer & { readonly ended: () => boolean } {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment() })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-8192)
    })
  }
  // Should this process die without disposing, the peer must not outlive it.
  const orphaned = () => void child.kill('SIGKILL')
  process.once('exit', orphaned)
  return {
    pid: child.pid ?? -1,
    said: () => said,
    ended: () => hasEnded(child),
    async [Symbol.asyncDispose]() {
      process.removeListener('exit', orphaned)
      if (hasEnded(child)) return
      const end = once(child, 'exit')
      child.kill(stopSignal)
      const patience = setTimeout(() => child.kill('SIGKILL'), 30_000)
      await end
      clearTimeout(patience)
    },
  }
}

/** Stops a process until SIGCONT. Resolves when each of its threads has stopped, or ended. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const tasks = `/proc/${pid}/task`
  // A thread that the kernel has not reached yet may answer once more. One that has ended stays as
  // a zombie while its parent stands still.
  const runs = (task: string) =>
    !/^State:\t[TZX]/m.test(readFileSync(`${tasks}/${task}/status`, 'utf8'))
  while (existsSync(tasks) && readdirSync(tasks).some(runs)) await pause(1)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

/** Runs to the end; rejects with what it wrote to standard error. */
export async function runProgram(
  program: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const running = run(program, args, { env: cleanEnvironment(), maxBuffer: 1 << 24 })
  // A program that ended without reading is told by its exit code, not by the broken pipe.
  running.child.stdin?.on('error', () => undefined).end(input ?? '')
  return (await running).stdout
}

/**
 * Below what systems hand out by themselves: there no connection of another test takes the port
 * before its owner listens.
 */
const [lowestPort, ports] = [20_000, 12_000]

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const server = createServer()
    server.listen(lowestPort + randomInt(ports), '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('no port is free')
}

/**
 * Asks `ready` again and again, ten milliseconds apart, until it holds; gives up when `peer` has
 * ended.
 */
export async function untilReady(
  peer: { ended(): boolean; said(): string },
  ready: () => Promise<boolean>,
  withinMs = 120_000,
): Promise<void> {
  const until = performance.now() + withinMs
  while (!(await ready())) {
    if (peer.ended()) throw new Error(`it ended instead of starting: ${peer.said()}`)
    if (performance.now() > until) throw new Error(`not ready in ${withinMs} ms: ${peer.said()}`)
    await pause(10)
  }
}
