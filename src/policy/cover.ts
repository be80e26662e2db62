import type { ActionPattern } from './action.ts'
import { anyOne, anyRun, type Glob, globOf } from './glob.ts'
import { segmentsOfArn } from './operators.ts'
import type { ResourcePattern } from './resource.ts'

/**
 * Whether `wide` matches every text that `narrow` matches. Sound, not complete: false may also mean
 * that it is unknown. Wildcards of `narrow` count as characters that only a wildcard of `wide`
 * matches.
 */
export function globCovers(wide: Glob, narrow: Glob): boolean {
  let w = 0
  let n = 0
  let star = -1
  let starAt = 0
  while (n < narrow.length) {
    const unit = wide[w]
    if (unit === anyRun) {
      star = w++
      starAt = n
    } else if (unit !== undefined && takes(unit, narrow[n]!)) {
      w++
      n++
    } else if (star >= 0) {
      n = ++starAt
      w = star + 1
    } else {
      return false
    }
  }
  while (wide[w] === anyRun) w++
  return w === wide.length
}

/** A `?` matches a whole character; halves of surrogate pairs are not told apart here. */
function takes(unit: number, other: number): boolean {
  if (unit === anyOne) return other === anyOne || (other >= 0 && !isSurrogate(other))
  return unit === other
}

export function actionCovers(wide: ActionPattern, narrow: ActionPattern): boolean {
  return (
    wide.text === '*' ||
    globCovers(globOf(wide.text.toLowerCase()), globOf(narrow.text.toLowerCase()))
  )
}

/** Variables are compared as written, because their values are unknown. */
export function resourceCovers(wide: ResourcePattern, narrow: ResourcePattern): boolean {
  if (wide.text === '*') return true
  if (hasVariable(wide) || hasVariable(narrow))
    return wide.text === narrow.text && wide.templated === narrow.templated
  const [wider, narrower] = [segmentsOfArn(wide.text), segmentsOfArn(narrow.text)]
  if (!wider || !narrower) return false
  return wider.every((segment, i) => globCovers(globOf(segment), globOf(narrower[i]!)))
}

function hasVariable({ templated, text }: ResourcePattern): boolean {
  return templated && text.includes('${')
}

/**
 * Whether some text may match both patterns. False is certain; true may mean that it is unknown.
 */
export function globsMayMeet(one: Glob, other: Glob): boolean {
  return beginningsMeet(one, other) && beginningsMeet([...one].reverse(), [...other].reverse())
}

/** As `globsMayMeet` for two ARN patterns, in which a wildcard stays within its segment. */
export function arnsMayMeet(one: string, other: string): boolean {
  if (one === '*' || other === '*') return true
  const [mine, theirs] = [segmentsOfArn(one), segmentsOfArn(other)]
  return (
    mine !== undefined &&
    theirs !== undefined &&
    mine.every((segment, i) => globsMayMeet(globOf(segment), globOf(theirs[i]!)))
  )
}

function beginningsMeet(one: Glob, other: Glob): boolean {
  for (let i = 0; i < one.length && i < other.length; i++) {
    const [a, b] = [one[i]!, other[i]!]
    if (a === anyRun || b === anyRun) return true
    if (a >= 0 && b >= 0 && a !== b) return false
    // When a `?` meets half of a pair, what follows is shifted by one.
    if (a !== b && isSurrogate(Math.max(a, b))) return true
  }
  return one.length === other.length || one.includes(anyRun) || other.includes(anyRun)
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
