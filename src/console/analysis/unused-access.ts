import {
  analysisVersion,
  type ServiceUse,
  type UnusedAccess,
} from '../../aws/gatehouse/analysis/analysis-model.ts'
import { addressOf } from '../address.ts'
import type { AskContent } from '../ask-shown.ts'
import { type Cell, chips, link, none, text } from '../cells.ts'
import { policyAddress, policyName } from '../iam/parts.ts'
import { limitsOf, problemOf } from '../limits.ts'
import { askPage, type Page } from '../page.ts'
import { type AccessedSubject, accessedSubjects } from '../reports/accessed-subjects.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { askField, typedIn } from '../sign-in-side/ask-field.ts'
import { refusedAnswer } from '../sign-in-side/mapping.ts'
import { analysisAnswer, begun, count, differenceRows } from './analysis-shown.ts'
import { words } from './words.ts'

const { unused: told } = words
const defaultDays = '90'
/** Actions that are named of a service; the others are counted. */
const mostNamed = 12

/** `/console/KIND/NAME/unused-access`: what of its policies nobody needs. */
function unusedPage({ kind, page, reads, find }: AccessedSubject): Page {
  const path = `${page.path}/unused-access` as Page['path']
  return askPage({
    path,
    params: page.params,
    under: page,
    crumb: told.title,
    calls: [...reads, 'gatehouse:StartUnusedAccess', 'gatehouse:GetAnalysis'],
    method: 'post',
    async read(call, request) {
      const { arn: Principal, name } = await find(call, request.params)
      const here = addressOf(path, { name })
      const days = request.body('days')?.trim()
      const job = request.query('job') ?? ''
      const problem = days === undefined ? undefined : problemOf(daysLimits, days)
      const form = formOf(name, request, problem)
      if (problem !== undefined) return { ...form, answers: [], status: 400 }
      if (days === undefined && job === '') return { ...form, answers: [] }
      const of = { kind, name }
      if (days === undefined)
        return {
          ...form,
          ...(await analysisAnswer(call, { job, here }, ({ Unused }) =>
            Unused ? foundOf(of, Unused) : { answers: [] },
          )),
        }
      try {
        const asked = { Version: analysisVersion, Principal, Days: Number(days) }
        const { JobId } = await call('gatehouse:StartUnusedAccess', asked)
        return { ...form, ...begun(JobId, here) }
      } catch (error) {
        return { ...form, answers: [], ...refusedAnswer(error, words.running.refused) }
      }
    },
  })
}

const daysLimits = limitsOf('gatehouse:StartUnusedAccess', 'Days')

function formOf(name: string, request: PageRequest, problem: string | undefined) {
  const days = askField(
    request,
    { name: 'days', label: words.days, help: words.daysHelp, limits: daysLimits },
    problem,
  )
  return {
    title: told.of(name),
    says: told.says,
    fields: [{ ...days, value: typedIn(request, 'days') || defaultDays }],
    more: [],
    button: told.button,
    empty: told.empty,
  }
}

interface Holder {
  readonly kind: AccessedSubject['kind']
  readonly name: string
}

function foundOf(
  { kind, name }: Holder,
  found: UnusedAccess,
): Pick<AskContent, 'answers' | 'onward'> {
  const { Proposal, Proof, Services, InPlaceOf } = found
  const proposal: readonly Section[] =
    Proposal === undefined
      ? []
      : [{ kind: 'document', title: told.proposal, note: told.proposalNote, text: Proposal }]
  return {
    answers: [
      decisionOf(found),
      ...proposal,
      ...(Proof.differences.length > 0 || Proof.undecided > 0 || Proof.cut
        ? [differenceRows(Proof)]
        : []),
      placeSection(InPlaceOf),
      servicesSection(Services),
    ],
    onward:
      Proposal === undefined
        ? undefined
        : {
            text: told.open,
            href: addressOf(`/console/${kind}s/:name/create-policy`, { name }),
            fields: { PolicyName: told.policyName, document: indented(Proposal), _base: '' },
          },
  }
}

const indented = (document: string) => JSON.stringify(JSON.parse(document), null, 2)

function decisionOf({ Services, Proposal, Proof, Days }: UnusedAccess): Section {
  const seen = Services.filter(({ Seen }) => Seen)
  const used = seen.reduce((sum, { Used }) => sum + Used.length, 0)
  const all = seen.reduce((sum, { Used, Unused }) => sum + Used.length + Unused.length, 0)
  const lost = Proof.differences.reduce((sum, { calls }) => sum + calls, 0)
  const proved = Proof.kept === 0 ? told.noCalls : told.whole(count(Proof.kept))
  const words = lost > 0 ? told.broken(count(lost)) : proved
  return {
    kind: 'decision',
    tone: lost > 0 || Proof.kept === 0 ? 'warn' : 'allow',
    title: all === 0 ? told.nothing : told.found(used, all, Days),
    text: Proposal === undefined ? `${told.none} ${words}` : words,
  }
}

function placeSection(names: readonly string[]): Section {
  return {
    kind: 'rows',
    title: told.inPlaceOf,
    note: told.inPlaceNote,
    heads: [{ head: told.policyHead }, { head: told.kindHead }],
    rows: names.map(placeRow),
    empty: told.noServices,
  }
}

function placeRow(name: string): readonly Cell[] {
  if (name.startsWith('arn:'))
    return [link(policyName(name), policyAddress(name)), text(told.managed)]
  const [kind = '', holder = '', policy = ''] = name.split('/')
  if (kind !== 'user' && kind !== 'group' && kind !== 'role') return [text(name), none('–')]
  const href = addressOf(`/console/${kind}s/:name/policies/:policy`, { name: holder, policy })
  return [link(policy, href, holder), text(told.inline[kind])]
}

function servicesSection(services: readonly ServiceUse[]): Section {
  const { serviceHeads: heads } = told
  return {
    kind: 'rows',
    title: told.services,
    heads: [{ head: heads.service }, { head: heads.used }, { head: heads.unused, width: 'desk' }],
    rows: [...services.filter(({ Seen }) => Seen), ...services.filter(({ Seen }) => !Seen)].map(
      ({ Service, Seen, Used, Unused }) => [
        text(Service),
        Seen ? named(Used.map(({ Action }) => Action.split(':')[1]!)) : none(told.unseen),
        Seen ? named(Unused) : none('–'),
      ],
    ),
    empty: told.noServices,
  }
}

function named(actions: readonly string[]): Cell {
  if (actions.length === 0) return none('–')
  const left = actions.length - mostNamed
  return chips(left > 0 ? [...actions.slice(0, mostNamed), told.more(left)] : actions)
}

/** Unused access of users and roles. */
export const unusedAccessPages: readonly Page[] = accessedSubjects
  .filter(({ isShared }) => !isShared)
  .map(unusedPage)
