import {
  type AccessChanges,
  type ActionReference,
  accessChanges,
  validate,
} from '../../../policy/index.ts'
import { badge, type Cell, code, none, text } from '../../cells.ts'
import { isOfCaller } from '../../policies/review.ts'
import { textDiff } from '../../policies/text-diff.ts'
import type { Section } from '../../shown.ts'
import { trustedBy } from '../trusted-by.ts'
import { words } from './words.ts'

const said = words.trust.review

interface Around {
  readonly reference: ActionReference
  readonly account: string
  readonly partition: string
}

/** What another trust policy in place of this one changes, for whom, and what is odd about it. */
export function trustReview(before: string, after: string, around: Around): readonly Section[] {
  const { reference, account } = around
  const [were, are] = [trustedBy(before, account), trustedBy(after, account)]
  const changes = (from: string, to: string) => accessChanges('trust', from, to, { reference })
  return [
    whoSection(
      said.gains,
      are.filter((one) => !were.includes(one)),
      said.noGain,
    ),
    whoSection(
      said.loses,
      were.filter((one) => !are.includes(one)),
      said.noLoss,
    ),
    changesSection(said.allowed, changes(before, after), said.noneAllowed),
    changesSection(said.denied, changes(after, before), said.noneDenied),
    findingsSection(after, around),
    {
      ...{ kind: 'diff', title: said.text, empty: said.unchanged },
      lines: textDiff(before, after),
    },
  ]
}

function whoSection(title: string, names: readonly string[], empty: string): Section {
  return {
    ...{ kind: 'rows', title, empty, heads: [{ head: words.trust.who }] },
    rows: names.map((name) => [text(name)]),
  }
}

/** Requests of which exactly one of the two policies lets the caller take the role. */
function changesSection(
  title: string,
  { changes, complete }: AccessChanges,
  empty: string,
): Section {
  return {
    ...{ kind: 'rows', title },
    note: complete ? undefined : said.incomplete,
    heads: said.heads.map((head, i) => ({ head, width: i < 2 ? 'always' : 'desk' })),
    rows: changes.map(({ witness }): readonly Cell[] => {
      const facts = [...witness.context].filter(([, values]) => !isOfCaller(witness, values))
      const when = facts.map(([key, values]) => `${key} = ${values.join(', ')}`).join('; ')
      return [
        code(witness.principal.arn),
        code(witness.action),
        when === '' ? none(said.anyTime) : text(when),
      ]
    }),
    empty: complete ? empty : said.unsure,
  }
}

function findingsSection(document: string, { reference, account, partition }: Around): Section {
  const findings = validate('trust', document, { reference, account, partition })
  return {
    ...{ kind: 'rows', title: said.findings, empty: said.noFinding },
    heads: said.findingHeads.map((head) => ({ head })),
    rows: findings.map(({ line, severity, message, advice }): readonly Cell[] => [
      text(String(line)),
      badge(severity, severity === 'error' ? 'deny' : 'warn'),
      text(message, advice),
    ]),
  }
}
