import {
  analysisVersion,
  type ReplayedCalls,
  type StartCallReplayRequest,
} from '../../aws/gatehouse/analysis/analysis-model.ts'
import { textLimits } from '../explain/simulated-question.ts'
import { limitsOf, problemOf } from '../limits.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import { askField, typedIn } from '../sign-in-side/ask-field.ts'
import { refusedAnswer } from '../sign-in-side/mapping.ts'
import { analysisAnswer, begun, count, differenceRows } from './analysis-shown.ts'
import { words } from './words.ts'

const { replay: told } = words
const path = '/console/replay-calls'
const limits = {
  policy: textLimits(2048),
  document: { ...limitsOf('gatehouse:StartCallReplay', 'Document'), required: false },
  rules: { ...limitsOf('gatehouse:StartCallReplay', 'Rules'), required: false },
  days: { ...limitsOf('gatehouse:StartCallReplay', 'Days'), required: false },
}
const defaultDays = '30'

/** `/console/replay-calls`: an edited policy or edited rules, tried on recorded calls. */
export const replayCalls = askPage({
  path,
  nav: { section: 'Explain', label: told.title, glyph: 'simulate' },
  crumb: told.title,
  calls: ['gatehouse:StartCallReplay', 'gatehouse:GetAnalysis'],
  method: 'post',
  async read(call, request) {
    const job = request.query('job') ?? ''
    const isSent = request.body('days') !== undefined
    const found = isSent ? askedOf(request) : undefined
    const problems = found && 'problems' in found ? found.problems : {}
    const form = formOf(request, problems)
    if (!isSent)
      return job === ''
        ? { ...form, answers: [] }
        : {
            ...form,
            ...(await analysisAnswer(call, { job, here: path }, ({ Replayed }) => ({
              answers: Replayed ? answersOf(Replayed) : [],
            }))),
          }
    if (!found || !('asked' in found)) return { ...form, answers: [], status: 400 }
    try {
      const { JobId } = await call('gatehouse:StartCallReplay', found.asked)
      return { ...form, ...begun(JobId, path) }
    } catch (error) {
      return { ...form, answers: [], ...refusedAnswer(error, words.running.refused) }
    }
  },
})

type Field = keyof typeof limits
type Problems = Readonly<Partial<Record<Field, string>>>

/** What is asked for, or what is wrong with what was typed. */
function askedOf(
  request: PageRequest,
): { readonly asked: StartCallReplayRequest } | { readonly problems: Problems } {
  const typed = (name: Field) => typedIn(request, name).trim() || undefined
  const [policy, document, rules, days] = [
    typed('policy'),
    typed('document'),
    typed('rules'),
    typed('days') ?? defaultDays,
  ]
  const dayProblem = problemOf(limits.days, days)
  if (dayProblem !== undefined) return { problems: { days: dayProblem } }
  if (document !== undefined && policy === undefined) return { problems: { policy: told.noTarget } }
  if (document === undefined && rules === undefined)
    return { problems: { document: told.noTarget } }
  const target = document === undefined ? {} : targetOf(policy ?? '')
  if (!target) return { problems: { policy: told.noPolicy } }
  const common = { Version: analysisVersion, Days: Number(days) }
  return { asked: { ...common, ...target, Document: document, Rules: rules } }
}

function targetOf(
  text: string,
): Pick<StartCallReplayRequest, 'PolicyArn' | 'Principal' | 'PolicyName'> | undefined {
  if (text.startsWith('arn:')) return { PolicyArn: text }
  const [, Principal, PolicyName] =
    /^((?:user|group|role)\/[^/]+)\/([\w+=,.@-]{1,128})$/.exec(text) ?? []
  return Principal === undefined ? undefined : { Principal, PolicyName }
}

function formOf(request: PageRequest, problems: Problems) {
  const field = (name: Field, label: string, help: string, rows?: number) =>
    askField(request, { name, label, help, rows, limits: limits[name] }, problems[name])
  const days = field('days', words.days, words.daysHelp)
  const policy = field('policy', told.policy, told.policyHelp)
  return {
    title: told.title,
    says: told.says,
    fields: [
      { ...policy, value: policy.value || (request.query('policy') ?? '') },
      field('document', told.document, told.documentHelp, 12),
      { ...days, value: days.value || defaultDays },
    ],
    more: [{ title: told.rulesGroup, fields: [field('rules', told.rules, told.rulesHelp, 10)] }],
    button: told.button,
    empty: told.empty,
  }
}

function answersOf(found: ReplayedCalls & { readonly Days: number }): readonly Section[] {
  const of = (kind: 'gains' | 'loses') =>
    found.differences.reduce((sum, one) => sum + (one.kind === kind ? one.calls : 0), 0)
  const [lost, gained] = [of('loses'), of('gains')]
  const isSame = lost + gained === 0
  return [
    {
      kind: 'decision',
      tone: isSame ? 'allow' : 'warn',
      title: isSame ? told.same : told.differs(count(lost), count(gained)),
      text: told.told(count(found.calls), found.Days),
    },
    differenceRows(found),
  ]
}
