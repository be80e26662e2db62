import type {
  ExplainAccessRequest,
  ExplainAccessResponse,
  ExplainedAccess,
} from '../../aws/gatehouse/explain/explain-model.ts'
import type { AskContent } from '../ask-shown.ts'
import { type Call, CallRefusal, isDenial, partOf } from '../call.ts'
import { badge, type Cell, chips, code, none, text } from '../cells.ts'
import { askPage } from '../page.ts'
import type { PageRequest } from '../request.ts'
import type { FileContent, Section } from '../shown.ts'
import { savedTest } from './saved-test.ts'
import { mostKeys, readQuestion, type SimulatedQuestion, textLimits } from './simulated-question.ts'
import { traceShown } from './trace-shown.ts'
import { words } from './words.ts'

const { simulator: told, effects, decisions, layers } = words

type Ask = Call<'gatehouse:ExplainAccess'>

/** Where a session of the audit log is chosen. */
export const recentPath = '/console/simulator/sessions'

/** `/console/simulator`: decides what is asked by stored policies, by typed ones, or by both. */
export const simulator = askPage({
  path: '/console/simulator',
  nav: { section: 'Explain', label: told.title, glyph: 'simulate' },
  crumb: told.title,
  calls: ['gatehouse:ExplainAccess'],
  needs: ['iam:SimulatePrincipalPolicy', 'iam:SimulateCustomPolicy', 'gatehouse:ExplainAccess'],
  method: 'post',
  async read(call, request) {
    const question = readQuestion(request)
    const { asked, blank } = question
    if (!asked)
      return {
        ...formOf(question),
        ...(!blank && {
          status: 400,
          problem: { title: told.nothing, next: Object.values(question.problems).join(' ') },
        }),
        answers: [],
      }
    try {
      const answer = await call('gatehouse:ExplainAccess', asked)
      if (request.body('save') !== undefined) return await fileOf(call, asked, answer)
      return {
        ...formOf(question, answer.ContextKeys),
        answers: await sectionsOf(call, asked, answer, request),
      }
    } catch (error) {
      if (!isRefusedQuestion(error)) throw error
      return {
        ...formOf(question),
        answers: [],
        status: error.fault.status,
        problem: { title: told.nothing, next: error.fault.message, reference: error.reference },
      }
    }
  },
})

/** A question that the service can't take: what was typed stays. */
function isRefusedQuestion(error: unknown): error is CallRefusal {
  return error instanceof CallRefusal && !isDenial(error) && error.fault.status < 500
}

type Form = Omit<AskContent, 'kind' | 'method' | 'answers'>

function formOf(question: SimulatedQuestion, used: readonly string[] = []): Form {
  const { field, keys } = question
  const asked = [...new Set([...keys.map(({ key }) => key), ...used.slice(0, mostKeys)])]
  const values = new Map(keys.map(({ key, value }) => [key, value]))
  return {
    title: told.title,
    says: told.says,
    fields: [field('principal'), field('actions'), field('resources')],
    more: [
      ...(asked.length > 0
        ? [
            {
              title: told.keysTitle(asked.length),
              fields: asked.map((key) => ({
                name: `key.${key}`,
                label: key,
                control: { kind: 'line' as const },
                limits: textLimits(2048),
                value: values.get(key) ?? '',
              })),
            },
          ]
        : []),
      { title: told.context, fields: [field('context')] },
      { title: told.policies, fields: [field('policy')] },
      {
        title: told.moreTitle,
        fields: [
          field('boundary'),
          field('sessionPolicy'),
          field('sessionPolicyArns'),
          field('resourcePolicy'),
          field('serviceControl'),
          field('caller'),
          field('resourceOwner'),
        ],
      },
    ],
    hidden: { keys: asked.join('\n') },
    links: [{ text: told.choose, href: recentPath }],
    button: told.button,
    others: [{ text: told.save, name: 'save', value: 'test' }],
    empty: told.empty,
  }
}

async function sectionsOf(
  call: Ask,
  asked: ExplainAccessRequest,
  { Results }: ExplainAccessResponse,
  { body, query }: PageRequest,
): Promise<readonly Section[]> {
  const opened = Number.parseInt(body('open') ?? query('open') ?? '0', 10)
  const result = Results[opened] ?? Results[0]
  const allowed = Results.filter(({ Effect }) => Effect === 'allow').length
  const table: Section = {
    kind: 'rows',
    title: told.results,
    note: told.resultsNote(Results.length, allowed),
    heads: [
      { head: told.heads.action },
      { head: told.heads.decision },
      { head: told.heads.by, width: 'wide' },
      { head: told.heads.why },
    ],
    rows: Results.map(rowOf),
    empty: '',
  }
  if (!result) return [table]
  return [...(Results.length > 1 ? [table] : []), ...(await tracedSections(call, asked, result))]
}

function rowOf(result: ExplainedAccess, at: number): readonly Cell[] {
  const { Action, Resource, Effect, Because } = result
  const { tone, text: effect } = effects[Effect]
  const [first] = Because
  return [
    text(Action, Resource === '*' ? told.anything : Resource),
    badge(effect, tone),
    first === undefined ? none('–') : code(first),
    {
      kind: 'again',
      text: told.why,
      name: 'open',
      value: String(at),
      label: told.whyLabel(Action, Resource === '*' ? told.anything : Resource),
    },
  ]
}

/** One decision: what it is, the layers behind it, and what it lacked. */
async function tracedSections(
  call: Ask,
  asked: ExplainAccessRequest,
  result: ExplainedAccess,
): Promise<readonly Section[]> {
  const { Action, Resource, Effect, MissingContext } = result
  const { tone, text: effect } = effects[Effect]
  const part = await partOf(call('gatehouse:ExplainAccess', oneOf(asked, result)))
  const decision: Section = {
    kind: 'decision',
    tone,
    title: `${effect}: ${Action}`,
    text: `${Resource === '*' ? '' : `${Resource}. `}${decisionText(result)}`,
  }
  const missing: Section = {
    kind: 'terms',
    title: told.missing,
    terms: [[told.context, chips(MissingContext)]],
  }
  const trace = 'value' in part ? part.value.Trace : undefined
  return [
    decision,
    ...(MissingContext.length > 0 ? [missing] : []),
    'denied' in part
      ? { kind: 'withheld', title: told.trace, denied: part.denied }
      : {
          kind: 'trace',
          title: told.trace,
          layers: trace ? traceShown(trace.Explanation, trace.Policies) : [],
        },
  ]
}

function decisionText({ Effect, DependsOn, BlockedBy, Because }: ExplainedAccess): string {
  if (Effect === 'depends') return decisions.depends[DependsOn ?? 'resource']
  if (Effect === 'implicit-deny')
    return decisions[Effect](layers[(BlockedBy ?? 'identity') as keyof typeof layers])
  return decisions[Effect](Because.join('; ') || decisions.nothing)
}

function oneOf(
  asked: ExplainAccessRequest,
  { Action, Resource }: ExplainedAccess,
): ExplainAccessRequest {
  return { ...asked, Actions: [Action], Resources: [Resource], Trace: true }
}

/**
 * The question with its answers as a file of tests. The organization is not in it: the answers are
 * asked for without.
 */
async function fileOf(
  call: Ask,
  asked: ExplainAccessRequest,
  answer: ExplainAccessResponse,
): Promise<FileContent> {
  const [first] = answer.Results
  const alone = { ...asked, ServiceControl: asked.ServiceControl ?? [] }
  const results = asked.ServiceControl ? answer : await call('gatehouse:ExplainAccess', alone)
  const traced = await call('gatehouse:ExplainAccess', oneOf(alone, first!))
  return savedTest(asked, results, traced)
}
