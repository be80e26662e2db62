import { stat } from 'node:fs/promises'
import type { Clock } from '../kernel/clock.ts'
import { fileBehind, type Rotation, removeOldest, rotate } from './rotation.ts'

export interface RotatingPorts {
  readonly rotation: Rotation
  readonly clock: Clock
  /** Called when the file could not be rotated: lines go on into the same one. */
  readonly failed?: ((error: unknown) => void) | undefined
}

/**
 * Gives a file another name once it has the size for that. Answers whether it did; never rejects.
 */
export function rotating(
  path: string,
  { rotation, clock, failed }: RotatingPorts,
): (size: number) => Promise<boolean> {
  let rotateAt = rotation.atBytes
  return async (size) => {
    if (size < rotateAt) return false
    try {
      const named = await fileBehind(path)
      await rotate(named, clock.now()).catch(unlessGone)
      rotateAt = rotation.atBytes
      await removeOldest(named, rotation).catch((error: unknown) => failed?.(error))
      return true
    } catch (error) {
      // The next try is after as many bytes again.
      rotateAt = size + rotation.atBytes
      failed?.(error)
      return false
    }
  }
}

/** Accepts that another process has rotated the file, or removed it, at the same time. */
export function unlessGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

const lookEveryMs = 1000

/** Rotates a file for others that write to it, and find by themselves that its name is new. */
export function rotateForOthers(path: string, ports: RotatingPorts): AsyncDisposable {
  const rotateLarge = rotating(path, ports)
  let looking: Promise<unknown> = Promise.resolve()
  const look = async () => {
    const found = await stat(path).catch(unlessGone)
    if (found) await rotateLarge(found.size)
  }
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => ports.failed?.(error))
  }, lookEveryMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}
