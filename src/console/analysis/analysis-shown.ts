import {
  type Analysis,
  analysisVersion,
  type ReplayedCalls,
} from '../../aws/gatehouse/analysis/analysis-model.ts'
import { parseArn } from '../../kernel/arn.ts'
import { addressOf, withQuery } from '../address.ts'
import type { AskContent } from '../ask-shown.ts'
import { type Call, unlessAbsent } from '../call.ts'
import { badge, type Cell, code, link, text } from '../cells.ts'
import type { Section } from '../shown.ts'
import { words } from './words.ts'

const { running, calls: told } = words

type Answer = Pick<AskContent, 'answers' | 'status' | 'problem' | 'again'>

/** Seconds until a page looks for an analysis again. */
const againAfter = 2

export const count = (many: number) => many.toLocaleString('en-GB')

/**
 * What a page says of an analysis: how far it is, or what `found` makes of it. `here` is the
 * address of the page, which is opened again until it is done.
 */
export async function analysisAnswer(
  call: Call<'gatehouse:GetAnalysis'>,
  { job, here }: { readonly job: string; readonly here: string },
  found: (analysis: Analysis) => Omit<Answer, 'again'>,
): Promise<Answer> {
  const isId = /^[0-9a-f-]{36}$/.test(job)
  const asked = { Version: analysisVersion, JobId: job }
  const analysis = isId ? await unlessAbsent(call('gatehouse:GetAnalysis', asked)) : undefined
  if (!analysis) {
    const problem = { title: running.gone, next: running.goneNext }
    return { answers: [], status: 404, problem }
  }
  if (analysis.State === 'DONE') return found(analysis)
  if (analysis.State === 'FAILED')
    return { answers: [], problem: { title: running.failed, next: running.failedNext } }
  return begun(job, here, analysis)
}

/** An analysis that goes on. */
export function begun(job: string, here: string, analysis?: Analysis): Answer {
  const { Calls = 0, Reached, Since = '' } = analysis ?? {}
  const day = (at: string | undefined) => at?.slice(0, 10)
  return {
    answers: [
      {
        kind: 'decision',
        tone: 'implicit',
        title: running.title,
        text: running.text(count(Calls), day(Reached), day(Since) ?? ''),
      },
    ],
    again: { seconds: againAfter, href: withQuery(here, { job }) },
  }
}

/** Calls that are decided otherwise; and what is not known. */
export function differenceRows({ differences, undecided, cut }: ReplayedCalls): Section {
  const { heads } = told
  const notes = [
    ...(undecided > 0 ? [told.undecided(count(undecided))] : []),
    ...(cut ? [told.cut] : []),
  ]
  return {
    kind: 'rows',
    title: told.title,
    note: notes.length > 0 ? notes.join('. ') : undefined,
    heads: [
      { head: heads.who },
      { head: heads.what },
      { head: heads.action },
      { head: heads.times, width: 'desk' },
      { head: heads.because, width: 'wide' },
    ],
    rows: differences.map(({ principal, kind, action, calls, lastAt, because }) => [
      principalCell(principal),
      badge(told.kinds[kind], kind === 'gains' ? 'allow' : 'deny'),
      code(action),
      text(count(calls), told.last(lastAt.slice(0, 10))),
      text(because),
    ]),
    empty: told.none,
  }
}

function principalCell(arn: string): Cell {
  const [kind = '', ...rest] = (parseArn(arn)?.resource ?? '').split('/')
  const name = rest.at(-1) ?? arn
  if (kind !== 'user' && kind !== 'role') return text(arn)
  return link(name, addressOf(`/console/${kind}s/:name`, { name }), kind)
}
