import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

/** The clock of one node's process, which jumps when it is told to. */
export interface JumpingClock {
  /** What Node is given so that it can be told. */
  readonly nodeArguments: readonly string[]
  /** Resolves when the process reads its clock that way. */
  set(pid: number, offMs: number): Promise<void>
  /** Call when the process was started again. */
  isRight(): void
  isAstray(): boolean
}

const patienceMs = 30_000

export function clockOf(folder: string): JumpingClock {
  const file = join(folder, 'clock')
  const preloaded = pathToFileURL(join(import.meta.dirname, 'jumping-clock.ts'))
  preloaded.searchParams.set('file', file)
  let off = 0
  return {
    nodeArguments: ['--import', preloaded.href],
    async set(pid, offMs) {
      // It is astray from before the process knows until after it.
      if (offMs !== 0) off = offMs
      await writeFile(`${file}.new`, String(offMs))
      await rename(`${file}.new`, file)
      process.kill(pid, 'SIGUSR2')
      for (const until = performance.now() + patienceMs; existsSync(file); await pause(2))
        if (performance.now() > until) throw new Error('the clock was not set')
      off = offMs
    },
    isRight() {
      off = 0
    },
    isAstray: () => off !== 0,
  }
}
