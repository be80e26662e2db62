import { createHmac, timingSafeEqual } from 'node:crypto'

/** RFC 6238 as authenticator apps use it: SHA-1, six digits, steps of 30 seconds since 1970. */
const stepMs = 30_000
const digits = 6
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The number of the step that `at` falls into. */
export function stepOf(at: Date): number {
  return Math.floor(at.getTime() / stepMs)
}

/** The code of one step (RFC 4226, section 5.3). */
export function codeOfStep(seed: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', seed).update(counter).digest()
  const truncated = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff
  return String(truncated % 10 ** digits).padStart(digits, '0')
}

/**
 * The step, at most `reach` away from `around`, that this code belongs to; the nearer one of two.
 * With `next`, the following step's code must match as well. Takes the same time whatever the code.
 */
export function findStep(
  seed: Buffer,
  code: string,
  {
    around,
    reach,
    next,
  }: { readonly around: number; readonly reach: number; readonly next?: string },
): number | undefined {
  let found: number | undefined
  for (let away = reach; away >= 0; away--) {
    for (const step of [around - away, around + away]) {
      const fits =
        step >= 0 &&
        same(codeOfStep(seed, step), code) &&
        (next === undefined || same(codeOfStep(seed, step + 1), next))
      if (fits) found = step
    }
  }
  return found
}

function same(expected: string, given: string): boolean {
  const a = Buffer.from(expected)
  const b = Buffer.from(given)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** RFC 4648 without padding: what a person types where no camera is at hand. */
export function base32Of(bytes: Buffer): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += base32[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + base32[(value << (5 - bits)) & 31] : text
}
