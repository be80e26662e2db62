import type { Condition } from './condition.ts'
import { actionCovers, resourceCovers } from './cover.ts'
import type { PrincipalPattern } from './principal.ts'
import type { OneOf, Statement } from './statement.ts'

/**
 * Whether `wide` applies to every question that `narrow` applies to, regardless of their effects.
 * Sound, not complete: false may also mean that it is unknown. Principals must be equal, because
 * how they are named decides which other layers must allow.
 */
export function statementCovers(wide: Statement, narrow: Statement): boolean {
  return (
    oneOfCovers(wide.actions, narrow.actions, actionCovers) &&
    resourcesCover(wide, narrow) &&
    principalsEqual(wide.principals, narrow.principals) &&
    wide.conditions.every((condition) =>
      narrow.conditions.some((other) => conditionCovers(condition, other)),
    )
  )
}

function resourcesCover(wide: Statement, narrow: Statement): boolean {
  if (!wide.resources) return true
  if (!narrow.resources) return false
  return oneOfCovers(wide.resources, narrow.resources, resourceCovers)
}

/** Compares lists of values, and of exceptions: fewer exceptions are wider. */
export function oneOfCovers<T extends { readonly text: string }>(
  wide: OneOf<T>,
  narrow: OneOf<T>,
  covers: (wide: T, narrow: T) => boolean,
): boolean {
  if (!wide.not && !narrow.not)
    return narrow.values.every((value) => wide.values.some((other) => covers(other, value)))
  if (wide.not && narrow.not)
    return wide.values.every((value) => narrow.values.some((other) => covers(other, value)))
  return !wide.not && wide.values.some(({ text }) => text === '*')
}

/**
 * A key matches if one of the values does, so fewer values are narrower. With a negated operator
 * none may match, so more are narrower. Both must agree on whether `${…}` is a variable.
 */
function conditionCovers(wide: Condition, narrow: Condition): boolean {
  if (
    wide.operator !== narrow.operator ||
    wide.key !== narrow.key ||
    wide.templated !== narrow.templated
  )
    return false
  const [fewer, more] = wide.operator.includes('Not') ? [wide, narrow] : [narrow, wide]
  return fewer.values.every((value) => more.values.includes(value))
}

export function principalsEqual(
  one: OneOf<PrincipalPattern> | undefined,
  other: OneOf<PrincipalPattern> | undefined,
): boolean {
  if (!one || !other) return one === other
  const names = ({ values }: OneOf<PrincipalPattern>) =>
    new Set(values.map(({ kind, text, account }) => `${kind} ${account ?? text}`))
  const [mine, theirs] = [names(one), names(other)]
  return (
    one.not === other.not &&
    mine.size === theirs.size &&
    [...mine].every((name) => theirs.has(name))
  )
}
