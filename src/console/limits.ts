import type { Member } from '../aws/model.ts'
import type { Action, Input } from './call.ts'
import { modelOf } from './models.ts'
import { words } from './words.ts'

/** The limits of a value. Inputs get them as attributes, and the server checks against them. */
export interface Limits {
  readonly type: 'string' | 'integer' | 'boolean'
  readonly required: boolean
  /** The number of characters of a text, or the value of a number. */
  readonly min: number | undefined
  readonly max: number | undefined
  readonly pattern: RegExp | undefined
  readonly patternText: string | undefined
  readonly values: readonly string[] | undefined
}

/**
 * Returns the limits that the model sets for an operation's member. Throws when the member is a
 * structure or a list.
 */
export function limitsOf<A extends Action>(action: A, member: keyof Input<A> & string): Limits {
  const found = modelOf(action).input.byName.get(member)
  if (!found) throw new Error(`\`${action}\` has no member \`${member}\``)
  return limitsOfMember(found)
}

/** The limits of a text that is no member of an operation. */
export const anyText: Limits = {
  type: 'string',
  required: false,
  min: undefined,
  max: undefined,
  pattern: undefined,
  patternText: undefined,
  values: undefined,
}
const yesOrNo: Limits = { ...anyText, type: 'boolean', values: ['true', 'false'] }

function limitsOfMember({ name, shape, required }: Member): Limits {
  const { type, min, max, pattern, patternText } = shape
  if (type === 'boolean') return { ...yesOrNo, required }
  if (type !== 'string' && type !== 'integer')
    throw new Error(`\`${name}\` is a ${type}: no field holds it`)
  return { type, required, min, max, pattern, patternText, values: shape.enum && [...shape.enum] }
}

/**
 * Returns a sentence that says how to correct a text that somebody typed, or undefined when it is
 * valid. An empty text is an absent value where the model does not require one.
 */
export function problemOf(limits: Limits, text: string): string | undefined {
  if (text === '')
    return limits.required || limits.type === 'integer' ? words.limits.thisHasToBe : undefined
  return limits.type === 'integer' ? numberProblem(limits, text) : textProblem(limits, text)
}

function numberProblem({ min = -Infinity, max = Infinity }: Limits, text: string) {
  if (!/^-?\d{1,15}$/.test(text)) return words.limits.aWholeNumberIs
  const value = Number(text)
  if (value >= min && value <= max) return undefined
  return words.limits.itHasToBe(grouped(min), grouped(max))
}

function textProblem({ min = 0, max = Infinity, pattern, values }: Limits, text: string) {
  if (text.length > max) return words.limits.atMostCharactersFit(grouped(max), grouped(text.length))
  if (text.length < min)
    return words.limits.atLeastCharactersAre(grouped(min), grouped(text.length))
  if (values && !values.includes(text)) return words.limits.oneOfTheseIs(values.join(', '))
  if (!pattern || pattern.test(text)) return undefined
  const stranger = strangerIn(text, pattern)
  return stranger === undefined
    ? words.limits.itDoesNotHave
    : words.limits.theCharacterCantStand(named(stranger))
}

/** Finds a character whose removal makes the text valid, or that the pattern never allows. */
function strangerIn(text: string, pattern: RegExp): string | undefined {
  const characters = [...new Set(text)]
  const alone = characters.find((one) => pattern.test(text.replaceAll(one, '')))
  if (alone !== undefined) return alone
  // A repeated character class decides for each character alone whether it is allowed.
  return /^\[[^\]]*\][*+]$/.test(pattern.source.slice('^(?:'.length, -')$'.length))
    ? characters.find((one) => !pattern.test(one))
    : undefined
}

function named(character: string): string {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return /[\p{C}\p{Z}\p{M}]/u.test(character) ? `U+${code}` : `“${character}” (U+${code})`
}

function grouped(value: number): string {
  return value.toLocaleString('en-GB')
}

/** Whether a value is within the limits; one that is not can't name anything that exists. */
export function holds(limits: Limits, text: string): boolean {
  return problemOf(limits, text) === undefined
}
