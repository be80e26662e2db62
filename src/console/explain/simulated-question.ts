import {
  type ExplainAccessRequest,
  explainVersion,
  mostNames,
} from '../../aws/gatehouse/explain/explain-model.ts'
import type { AskFieldShown } from '../ask-shown.ts'
import type { Control } from '../form-shown.ts'
import type { Limits } from '../limits.ts'
import type { PageRequest } from '../request.ts'
import { words } from './words.ts'

const { simulator: told } = words

/** Limits of a text that no operation's model has. */
export function textLimits(max: number, required = false): Limits {
  return {
    type: 'string',
    required,
    min: undefined,
    max,
    pattern: undefined,
    patternText: undefined,
    values: undefined,
  }
}

type FieldName =
  | 'principal'
  | 'actions'
  | 'resources'
  | 'context'
  | 'policy'
  | 'boundary'
  | 'serviceControl'
  | 'resourcePolicy'
  | 'caller'
  | 'resourceOwner'
  | 'sessionPolicy'
  | 'sessionPolicyArns'

interface FieldRules {
  readonly label: string
  readonly help: string
  readonly max: number
  /** Lines of a text area; absent: one line. */
  readonly rows?: number
}

const documentCharacters = 131_072
const fields: Readonly<Record<FieldName, FieldRules>> = {
  principal: { label: told.principal, help: told.principalHelp, max: 2048 },
  actions: { label: told.actions, help: told.actionsHelp, max: 20_000, rows: 2 },
  resources: { label: told.resources, help: told.resourcesHelp, max: 200_000, rows: 2 },
  context: { label: told.context, help: told.contextHelp, max: 50_000, rows: 3 },
  policy: { label: told.policy, help: told.policyHelp, max: documentCharacters, rows: 6 },
  boundary: { label: told.boundary, help: told.boundaryHelp, max: documentCharacters, rows: 4 },
  serviceControl: {
    label: told.serviceControl,
    help: told.serviceControlHelp,
    max: documentCharacters,
    rows: 4,
  },
  resourcePolicy: {
    label: told.resourcePolicy,
    help: told.resourcePolicyHelp,
    max: documentCharacters,
    rows: 4,
  },
  sessionPolicy: {
    label: told.sessionPolicy,
    help: told.sessionPolicyHelp,
    max: documentCharacters,
    rows: 4,
  },
  sessionPolicyArns: {
    label: told.sessionPolicyArns,
    help: told.sessionPolicyArnsHelp,
    max: 20_000,
    rows: 2,
  },
  caller: { label: told.caller, help: told.callerHelp, max: 2048 },
  resourceOwner: { label: told.resourceOwner, help: told.resourceOwnerHelp, max: 2048 },
}

export type Problems = Partial<Record<FieldName, string>>

/** What a person typed, and what it asks; `problems` says why it can't be asked. */
export interface SimulatedQuestion {
  readonly asked: ExplainAccessRequest | undefined
  /** Nothing was typed yet. */
  readonly blank: boolean
  readonly problems: Problems
  /** Condition keys that have fields of their own. */
  readonly keys: readonly { readonly key: string; readonly value: string }[]
  field(name: FieldName): AskFieldShown
}

/** Reads a question from the form, or from an address that leads to the page. */
export function readQuestion({ body, query }: PageRequest): SimulatedQuestion {
  const typed = (name: string) => (body(name) ?? query(name) ?? '').replaceAll('\r\n', '\n')
  const text = (name: FieldName) => typed(name).trim()
  const names = Object.keys(fields) as readonly FieldName[]
  const blank = names.every((name) => text(name) === '')
  const keys = linesOf(typed('keys'))
    .slice(0, mostKeys)
    .map((key) => ({ key, value: typed(`key.${key}`).trim() }))
  const context = contextOf([
    ...keys.filter(({ value }) => value !== '').map(({ key, value }) => `${key} = ${value}`),
    ...linesOf(text('context')),
  ])
  const problems = blank ? {} : problemsOf(text, context)
  const optional = (name: FieldName) => text(name) || undefined
  const policy = optional('policy')
  const serviceControl = optional('serviceControl')
  const asked: ExplainAccessRequest = {
    Version: explainVersion,
    Principal: optional('principal'),
    Policies: policy === undefined ? undefined : [policy],
    Boundary: optional('boundary'),
    ServiceControl: serviceControl === undefined ? undefined : [serviceControl],
    ResourcePolicy: optional('resourcePolicy'),
    ...sessionPolicies(optional('sessionPolicy'), linesOf(text('sessionPolicyArns'))),
    Caller: optional('caller'),
    ResourceOwner: optional('resourceOwner'),
    Actions: linesOf(text('actions')),
    Resources: linesOf(text('resources')),
    Context: context.entries,
  }
  return {
    asked: blank || Object.keys(problems).length > 0 ? undefined : asked,
    blank,
    problems,
    keys,
    field: (name) => fieldShown(name, typed(name), problems[name]),
  }
}

/** Absent, both: the session is not narrowed. */
function sessionPolicies(
  document: string | undefined,
  arns: readonly string[],
): Pick<ExplainAccessRequest, 'SessionPolicies' | 'SessionPolicyArns'> {
  if (document === undefined && arns.length === 0) return {}
  return { SessionPolicies: document === undefined ? [] : [document], SessionPolicyArns: arns }
}

/** The most condition keys that are asked for one by one. */
export const mostKeys = 30

function fieldShown(name: FieldName, value: string, problem: string | undefined): AskFieldShown {
  const { label, help, max, rows } = fields[name]
  const control: Control = rows === undefined ? { kind: 'line' } : { kind: 'lines', rows }
  return { name, label, help, control, limits: textLimits(max), value, problem }
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

interface Context {
  readonly entries: NonNullable<ExplainAccessRequest['Context']>
  /** The first line that is no key with a value. */
  readonly wrong: string | undefined
}

/** A key that stands in several lines is a list. */
function contextOf(lines: readonly string[]): Context {
  const values = new Map<string, string[]>()
  let wrong: string | undefined
  for (const line of lines) {
    const [, key, value] = /^([^\s=]+:[^=]*?)\s*=\s*(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) wrong ??= line
    else values.set(key, [...(values.get(key) ?? []), value])
  }
  const entries = [...values].map(([Key, Values]) => ({ Key, Values, List: Values.length > 1 }))
  return { entries, wrong }
}

function problemsOf(text: (name: FieldName) => string, { wrong }: Context): Problems {
  const found: Problems = {}
  if (text('principal') === '' && text('policy') === '') found.principal = told.noPolicies
  for (const name of ['actions', 'resources'] as const)
    if (linesOf(text(name)).length > mostNames) found[name] = told.tooMany(mostNames)
  if (text('actions') === '') found.actions = told.noActions
  if (wrong !== undefined) found.context = told.badContext(wrong)
  return found
}
