import { codeOfStep, stepOf } from '../../../src/credentials/totp.ts'

/**
 * What an authenticator app makes of a seed in base32 (RFC 4648): the code at an instant, `away`
 * steps from it.
 */
export function authenticator(base32: string): {
  readonly seed: Buffer
  code(at: Date, away?: number): string
} {
  const bits = [...base32]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('')
  const seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  return { seed, code: (at, away = 0) => codeOfStep(seed, stepOf(at) + away) }
}
