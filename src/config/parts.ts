import { z } from 'zod'

/** Pieces that several sections are made of. */
export const account = z.string().regex(/^\d{12}$/, 'expected 12 digits, in quotes')

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const span = /^(\d{1,6}[smhd])+$/

/** `90s`, `15m`, `1h30m`, `7d`, or a number of seconds. Answers seconds. */
export function duration(least: number, most: number) {
  return z.union([z.int(), z.string().regex(span, 'expected a duration: `90s`, `15m`, `1h30m`, or a number of seconds')])
    .transform((value) => typeof value === 'number' ? value : secondsOf(value))
    .refine((seconds) => seconds >= least && seconds <= most, `expected ${spanText(least)} to ${spanText(most)}`)
}

export function secondsOf(text: string): number {
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * unitSeconds[unit!]!, 0)
}

/** The other way about, with the fewest units. */
export function spanText(seconds: number): string {
  let rest = seconds
  let text = ''
  for (const unit of ['d', 'h', 'm', 's']) {
    const count = Math.floor(rest / unitSeconds[unit]!)
    if (count > 0) text += `${count}${unit}`
    rest %= unitSeconds[unit]!
  }
  return text || '0s'
}

export const host = z.string().min(1).max(253).regex(/^[\w.:%-]+$/, 'expected a host name or an IP address')
export const port = z.int().min(0).max(65_535)

/** A JSON policy, written as YAML or as a text of JSON. Answers the JSON text; what it says is checked by the policy engine. */
export const policyDocument = z.union([z.record(z.string(), z.unknown()), z.string().min(2).max(131_072)])
  .transform((value) => typeof value === 'string' ? value : JSON.stringify(value))
  .meta({ title: 'a policy' })
