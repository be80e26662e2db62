import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

const sliceMs = 5
const hashedAtOnce = 256 * 1024

/**
 * Returns a function to call between small steps of long work: it resolves in the next turn of the
 * event loop once the work has held this one for 5 ms, and is undefined before.
 */
export function slices(): () => Promise<void> | undefined {
  let began = performance.now()
  return () => {
    if (performance.now() - began < sliceMs) return undefined
    return nextTurn().then(() => {
      began = performance.now()
    })
  }
}

/** SHA-256 in hexadecimal digits, in slices that let other work run. */
export async function hashInSlices(bytes: Buffer): Promise<string> {
  const hashing = createHash('sha256')
  const pause = slices()
  for (let at = 0; at < bytes.length; at += hashedAtOnce) {
    hashing.update(bytes.subarray(at, at + hashedAtOnce))
    await pause()
  }
  return hashing.digest('hex')
}
