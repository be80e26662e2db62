import { createHmac, timingSafeEqual } from 'node:crypto'

/** How a device makes codes (RFC 6238): SHA-1, a number of digits, steps since 1970. */
export interface CodeKind {
  readonly digits: 6 | 8
  readonly stepSeconds: 30 | 60
}
/** As authenticator apps do. */
export const ofApps: CodeKind = { digits: 6, stepSeconds: 30 }
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The number of the step that `at` falls into. */
export function stepOf(at: Date, { stepSeconds }: CodeKind = ofApps): number {
  return Math.floor(at.getTime() / 1000 / stepSeconds)
}

/** The code of one step (RFC 4226, section 5.3). */
export function codeOfStep(seed: Buffer, step: number, { digits }: CodeKind = ofApps): string {
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
    kind = ofApps,
  }: {
    readonly around: number
    readonly reach: number
    readonly next?: string
    readonly kind?: CodeKind
  },
): number | undefined {
  let found: number | undefined
  for (let away = reach; away >= 0; away--) {
    for (const step of [around - away, around + away]) {
      const fits =
        step >= 0 &&
        same(codeOfStep(seed, step, kind), code) &&
        (next === undefined || same(codeOfStep(seed, step + 1, kind), next))
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

/**
 * Reads RFC 4648 base32 of any case, with or without padding. Returns undefined for other text, and
 * where bits are left that no encoder leaves.
 */
export function bytesOfBase32(text: string): Buffer | undefined {
  const bare = text.replace(/={1,6}$/, '').toUpperCase()
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const character of bare) {
    const five = base32.indexOf(character)
    if (five < 0) return undefined
    value = ((value << 5) | five) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  const read = Buffer.from(bytes)
  return base32Of(read) === bare ? read : undefined
}
