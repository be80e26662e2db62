import type { Identity, Strength } from '../kernel/identity.ts'

/**
 * Names of how strongly a person signed in (`acr`), each with the strength that it stands for; the
 * settings have them in the order in which they are told.
 */
export type AcrValues = Readonly<Record<string, Strength>>

const ranks: Readonly<Record<Strength, number>> = { password: 0, 'multi-factor': 1, hardware: 2 }

/** The strongest name that fits a sign-in; undefined: none does. */
export function acrOf(values: AcrValues, { strength }: Identity): string | undefined {
  const fitting = Object.entries(values).filter(([, least]) => ranks[least] <= ranks[strength])
  const most = Math.max(...fitting.map(([, least]) => ranks[least]))
  return fitting.find(([, least]) => ranks[least] === most)?.[0]
}

/**
 * Whether a sign-in is as strong as one of the names that an app asks for (`acr_values`). A name
 * that is not in the settings is never met: an app must not take a weaker sign-in for it.
 */
export function isStrongEnough(values: AcrValues, asked: unknown, { strength }: Identity): boolean {
  if (typeof asked !== 'string' || asked.trim() === '') return true
  return asked
    .split(' ')
    .some((name) => Object.hasOwn(values, name) && ranks[values[name]!] <= ranks[strength])
}
