import {
  type AccessChange,
  type AccessChanges,
  type ActionReference,
  accessChanges,
} from '../../policy/index.ts'
import { type Cell, code, none, text } from '../cells.ts'
import type { Section } from '../shown.ts'
import { textDiff } from './text-diff.ts'
import { words } from './words.ts'

/** What another document in place of this one allows and ends, with a request for each. */
export function reviewSections(
  before: string | undefined,
  after: string,
  reference: ActionReference,
): readonly Section[] {
  const { allowed, denied, noneAllowed, noneDenied, unsureAllowed, unsureDenied } = words.review
  const changes = (from: string | undefined, to: string | undefined) =>
    accessChanges('identity', from, to, { reference })
  return [
    changesSection(allowed, changes(before, after), { none: noneAllowed, unsure: unsureAllowed }),
    changesSection(denied, changes(after, before), { none: noneDenied, unsure: unsureDenied }),
    {
      kind: 'diff',
      title: words.review.text,
      lines: textDiff(before ?? '', after),
      empty: words.review.unchanged,
    },
  ]
}

function changesSection(
  title: string,
  { changes, complete }: AccessChanges,
  empty: { readonly none: string; readonly unsure: string },
): Section {
  const note = complete ? words.review.complete : words.review.incomplete
  return {
    kind: 'rows',
    title,
    note: changes.length > 0 ? note : undefined,
    heads: words.review.heads.map((head, i) => ({ head, width: i < 2 ? 'always' : 'desk' })),
    rows: changes.map(cellsOf),
    empty: complete ? empty.none : empty.unsure,
  }
}

/** What an example says of its caller, who stands beside it or is made up. */
export function isOfCaller(
  { principal: { arn } }: AccessChange['witness'],
  values: readonly string[],
): boolean {
  return values.every((value) => value === arn || arn.endsWith(`/${value}`))
}

function cellsOf({ witness, action, statement, sid }: AccessChange): readonly Cell[] {
  const context = [...witness.context]
    .filter(([, values]) => !isOfCaller(witness, values))
    .map(([key, values]) => words.review.value(key, values.join(', ')))
  const asked = witness.action
  return [
    action === undefined || action === asked ? code(asked) : text(asked, action),
    code(witness.resource),
    context.length === 0 ? none(words.review.anyTime) : text(context.join('; ')),
    text(words.review.statement(statement, sid)),
  ]
}
