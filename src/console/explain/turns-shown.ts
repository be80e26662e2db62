import type { Turn, TurnStep } from '../../policy/index.ts'
import { textDiff } from '../policies/text-diff.ts'
import type { Section } from '../shown.ts'
import { words } from './words.ts'

const { why: told, layers } = words

/** The smallest change first, each with what it changes; one that does not exist is said so. */
export function turnSections(turns: readonly Turn[]): readonly Section[] {
  if (turns.length === 0)
    return [{ kind: 'decision', tone: 'warn', title: told.noChange, text: told.noChangeText }]
  return turns.flatMap((turn, i) =>
    turn.map((step): Section => {
      const title = i === 0 ? told.change : told.changeOr
      const note = sentenceOf(step)
      if (step.step !== 'statement' || (step.before === undefined && step.after === undefined))
        return { kind: 'terms', title, terms: [[told.changeNote, { kind: 'text', text: note }]] }
      return {
        kind: 'diff',
        title,
        note,
        lines: textDiff(step.before ?? '', step.after ?? ''),
        empty: note,
      }
    }),
  )
}

function sentenceOf(step: TurnStep): string {
  const { turns, place } = told
  switch (step.step) {
    case 'value':
      return turns.value(step.key, step.values.join(', '))
    case 'statement':
      return turns[step.how](place(step.policy, step.sid))
    case 'layer':
      return step.how === 'allow'
        ? turns.allow(layers[step.layer])
        : turns.lift(layers[step.layer], place(step.policy ?? '', step.sid))
  }
}
