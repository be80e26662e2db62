import { z } from 'zod'
import { secondsOf, spanText } from '../kernel/duration-text.ts'

const span = /^(\d{1,6}[smhd])+$/

/** Parses `90s`, `15m`, `1h30m`, `7d`, or a number of seconds, into seconds. */
export function duration(least: number, most: number) {
  return z
    .union([
      z.int(),
      z.string().regex(span, 'expected a duration: `90s`, `15m`, `1h30m`, or a number of seconds'),
    ])
    .transform((value) => (typeof value === 'number' ? value : secondsOf(value)))
    .refine(
      (seconds) => seconds >= least && seconds <= most,
      `expected ${spanText(least)} to ${spanText(most)}`,
    )
}
