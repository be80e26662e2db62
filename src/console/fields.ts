import type { Action, Input } from './call.ts'
import type { Control } from './form-shown.ts'
import { type Limits, limitsOf, problemOf } from './limits.ts'
import type { PageRequest } from './request.ts'

/** A field of a form. Its value is one text, whatever the control: see `Control`. */
export interface FieldRule {
  readonly name: string
  readonly label: string
  readonly help?: string | undefined
  /** A function of the current value. */
  readonly control: Control | ((value: string) => Control)
  readonly limits: Limits
  /** Replaces the check against the limits. Returns how to correct the value. */
  readonly check?: ((value: string) => string | undefined) | undefined
  /** Formats a value for people. */
  readonly words?: ((value: string) => string) | undefined
  /** What a field that is left empty stands for, where that is not nothing. */
  readonly unsaid?: string | undefined
  /** Whether the field is asked for, by the values of earlier ones. */
  readonly when?: ((values: Values) => boolean) | undefined
}

/** Fields that are shown together. */
export interface Step {
  readonly title: string
  readonly fields: readonly FieldRule[]
}

export type Values = Readonly<Record<string, string>>

export interface Entry {
  readonly rule: FieldRule
  readonly now: string
  readonly typed: string
  /** Changed by this person. A field that they left alone keeps a change made by somebody else. */
  readonly isChanged: boolean
  /** Somebody else changed the same field since the form was opened. */
  readonly isContested: boolean
}

export function controlOf({ control }: FieldRule, value: string): Control {
  return typeof control === 'function' ? control(value) : control
}

/** Compares a field's value when the form was opened, the submitted value and the current value. */
export function entryOf(rule: FieldRule, now: string, request: PageRequest): Entry {
  const given = request.body(`_was.${rule.name}`)
  const was = given === undefined ? now : unixLines(given)
  const sent = sentIn(rule, now, request, given !== undefined) ?? was
  const typed = sent === was ? now : sent
  return {
    rule,
    now,
    typed,
    isChanged: typed !== now,
    isContested: typed !== now && now !== was,
  }
}

/** `inForm`: the form had the field, so that a box without a value is an empty one. */
function sentIn(
  rule: FieldRule,
  now: string,
  { body, bodyAll }: PageRequest,
  inForm: boolean,
): string | undefined {
  const { name } = rule
  const control = controlOf(rule, now)
  if (control.kind === 'check') return inForm ? String(body(name) === 'true') : undefined
  if (control.kind === 'pick' && control.many)
    return inForm ? listText([...new Set(bodyAll(name).filter(Boolean))]) : undefined
  if (control.kind === 'pairs') {
    if (!inForm) return undefined
    const values = bodyAll(`${name}.v`)
    return pairsText(bodyAll(`${name}.k`).map((key, i) => [key, values[i] ?? '']))
  }
  const sent = body(name)
  return sent === undefined ? undefined : unixLines(sent)
}

/** A list as the value of a field; the empty list is the empty text. */
export function listText(values: readonly string[]): string {
  return values.length === 0 ? '' : JSON.stringify(values)
}
export function listOf(value = ''): readonly string[] {
  return value === '' ? [] : (JSON.parse(value) as string[])
}

export type Pairs = readonly (readonly [key: string, value: string])[]

/** Leaves out empty rows. */
export function pairsText(pairs: Pairs): string {
  const filled = pairs.filter(([key, value]) => key !== '' || value !== '')
  return filled.length === 0 ? '' : JSON.stringify(filled)
}
export function pairsOf(value = ''): Pairs {
  return value === '' ? [] : (JSON.parse(value) as Pairs)
}

/** A field that fills one member of an operation, or one that is as long. */
export function fieldOf<A extends Action>(
  operation: A,
  member: keyof Input<A> & string,
  rest: Omit<FieldRule, 'name' | 'limits'> & { readonly limits?: Partial<Limits> },
): FieldRule {
  return { name: member, ...rest, limits: { ...limitsOf(operation, member), ...rest.limits } }
}

/** Returns how to correct the value, or undefined. */
export function fieldProblem(rule: FieldRule, value: string): string | undefined {
  if (rule.check) return rule.check(value)
  const control = controlOf(rule, value)
  if (control.kind !== 'pick' || !control.many) return problemOf(rule.limits, value)
  const one = { ...rule.limits, required: true }
  const chosen = listOf(value)
  if (chosen.length === 0) return problemOf(rule.limits, '')
  return chosen.map((each) => problemOf(one, each)).find((problem) => problem !== undefined)
}

/** Browsers send line breaks as CR LF, and count and show them as one character. */
export function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n')
}
