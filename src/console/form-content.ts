import { chips, code, none, text } from './cells.ts'
import { controlOf, type Entry, listOf, pairsOf, type Step } from './fields.ts'
import type { Control, FieldShown } from './form-shown.ts'
import type { Terms } from './shown.ts'
import { words } from './words.ts'

interface Around {
  readonly problem: string | undefined
  readonly contested: boolean
  /** Loaded for this field; absent: the field's own. */
  readonly control: Control | undefined
}

/** A field as it is shown, with what is wrong about it. */
export function contentOf(entry: Entry, { problem, contested, control }: Around): FieldShown {
  const { rule, now, typed } = entry
  const { name, label, help, limits, words: said = (value: string) => value } = rule
  const own = control ?? controlOf(rule, now)
  return {
    ...{ name, label, limits, problem },
    help: own.kind === 'line' ? (own.note ?? help) : help,
    control: own.kind === 'pick' ? withChosen(own, typed) : own,
    value: shownValue(entry, own),
    was: own.kind === 'secret' ? '' : now,
    now: contested && typed !== now ? said(now) : undefined,
  }
}

/** A list that can't be chosen from is typed: its first value. */
function shownValue({ rule, typed, now }: Entry, control: Control): string {
  if (control.kind === 'secret' || control.kind === 'security-key') return ''
  const own = controlOf(rule, now)
  const isTyped = control.kind === 'line' && own.kind === 'pick' && own.many
  return isTyped ? (listOf(typed)[0] ?? '') : typed
}

type Pick = Extract<Control, { kind: 'pick' }>

/** What was chosen before stays to be seen, also when a search does not find it. */
function withChosen(pick: Pick, value: string): Pick {
  const chosen = (pick.many ? listOf(value) : [value]).filter((one) => one !== '')
  const missing = chosen.filter((one) => pick.options.every((option) => option.value !== one))
  return {
    ...pick,
    options: [...missing.map((one) => ({ value: one, words: one })), ...pick.options],
  }
}

/** What the other steps hold, for the form to carry; secrets are in no step but the last. */
export function carriedBy(
  entries: readonly Entry[],
  { fields }: Step,
): readonly (readonly [string, string])[] {
  return entries
    .filter(({ rule }) => !fields.includes(rule))
    .flatMap(({ rule, typed, now }) => {
      const { name } = rule
      const was = [`_was.${name}`, now] as const
      const control = controlOf(rule, now)
      if (control.kind === 'secret') return []
      if (control.kind === 'pick' && control.many)
        return [was, ...listOf(typed).map((value) => [name, value] as const)]
      if (control.kind === 'pairs')
        return [
          was,
          ...pairsOf(typed).flatMap(
            ([key, value]) => [[`${name}.k`, key] as const, [`${name}.v`, value] as const] as const,
          ),
        ]
      return [was, [name, typed] as const]
    })
}

/** What was filled in, to be read once more. */
export function reviewOf(entries: readonly Entry[], { fields }: Step): Terms {
  return entries
    .filter(({ rule }) => !fields.includes(rule))
    .map(({ rule, typed }) => [rule.label, reviewed(rule, typed)] as const)
}

function reviewed(rule: Entry['rule'], value: string) {
  const control = controlOf(rule, value)
  if (value === '') return none(rule.unsaid ?? words.none)
  switch (control.kind) {
    case 'pairs':
      return chips(pairsOf(value).map(([key, one]) => `${key}=${one}`))
    case 'pick': {
      const chosen = control.many ? listOf(value) : [value]
      return chips(chosen.map(rule.words ?? ((one) => one)))
    }
    case 'check':
      return text(value === 'true' ? control.words : words.chosenNo)
    case 'choice':
    case 'radio':
      return text(control.options.find((one) => one.value === value)?.words ?? value)
    case 'lines':
      return code(value)
    default:
      return text(rule.words?.(value) ?? value)
  }
}
