import type { AskFieldShown } from '../ask-shown.ts'
import type { Limits } from '../limits.ts'
import type { PageRequest } from '../request.ts'

interface FieldRules {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly limits: Limits
  /** Lines of a text area; absent: one line. */
  readonly rows?: number | undefined
}

/** What was typed, or what the address that led here says. */
export function typedIn({ body, query }: PageRequest, name: string): string {
  return (body(name) ?? query(name) ?? '').replaceAll('\r\n', '\n')
}

/** A field of a question as it is shown again, with what was typed. */
export function askField(
  request: PageRequest,
  { rows, ...rules }: FieldRules,
  problem?: string,
): AskFieldShown {
  const control =
    rows === undefined ? ({ kind: 'line' } as const) : ({ kind: 'lines', rows } as const)
  return { ...rules, control, value: typedIn(request, rules.name), problem }
}
