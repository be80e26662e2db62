import type { ActionReference } from './access-level.ts'
import type { Condition } from './condition.ts'
import { parseInstant } from './instant.ts'
import type { PrincipalPattern } from './principal.ts'
import type { PolicyKind, Principal, Question } from './question.ts'
import type { Statement } from './statement.ts'

const account = '111122223333'
const somebody: Principal = { kind: 'user', arn: `arn:aws:iam::${account}:user/somebody`, account }

export interface Candidates {
  readonly kind: PolicyKind
  readonly before: readonly Statement[]
  readonly after: readonly Statement[]
  /** The actions that stand for wildcards. */
  readonly reference?: ActionReference | undefined
  /** The most questions to generate. */
  readonly most: number
}

/**
 * Questions that the policies may answer differently, made from what their statements name:
 * wildcards are filled in, and conditions are met one by one.
 */
export function* candidateQuestions({
  kind,
  before,
  after,
  reference,
  most,
}: Candidates): Generator<Question> {
  const statements = [...after, ...before]
  const contexts = contextsOf(statements)
  const principals = kind === 'resource' || kind === 'trust' ? principalsOf(statements) : [somebody]
  let left = most
  // A witness is either something that the new policies allow or, if policies only deny, something
  // that the old ones deny.
  const allows = after.filter(({ effect }) => effect === 'Allow')
  for (const allow of allows.length > 0 ? allows : before) {
    for (const action of actionsOf(allow, statements, reference)) {
      for (const resource of resourcesOf(allow, statements, fitting(action, reference))) {
        for (const principal of principals) {
          for (const context of contexts) {
            if (left-- <= 0) return
            yield {
              principal,
              action,
              resource,
              resourceAccount: account,
              context: filled(context, principal),
              multivalued: multivalued(statements),
            }
          }
        }
      }
    }
  }
}

/** Texts for wildcards that no policy uses. */
const filler = ['', 'x', 'zz9']

function actionsOf(
  allow: Statement,
  all: readonly Statement[],
  reference: ActionReference | undefined,
): readonly string[] {
  const patterns = [
    ...(allow.actions.not ? [] : allow.actions.values),
    ...all.flatMap(({ actions }) => actions.values),
  ]
  const named = patterns.flatMap(({ text, service, matches }) => {
    const known =
      service === undefined
        ? []
        : (reference?.actions(service) ?? [])
            .map(({ name }) => `${service}:${name}`)
            .filter((name) => matches(name.toLowerCase()))
    if (known.length > 0) return known.slice(0, 12)
    return text === '*' ? ['s3:GetObject'] : instances(text)
  })
  // Add an action of a service that no policy names.
  const asked = [...new Set([...named, 'other:Action'])]
  return asked
    .filter(
      (action) =>
        allow.actions.values.some(({ matches }) => matches(action.toLowerCase())) !==
        allow.actions.not,
    )
    .slice(0, 60)
}

/** `usual`: what stands for every resource. */
function resourcesOf(
  allow: Statement,
  all: readonly Statement[],
  usual: string,
): readonly string[] {
  if (!allow.resources) return [`arn:aws:iam::${account}:role/taken`]
  const own = allow.resources.not ? [] : allow.resources.values
  const others = all.flatMap(({ resources }) => resources?.values ?? [])
  return [
    ...new Set([
      ...own.flatMap(({ text }) => (text === '*' ? [usual] : instances(text))),
      ...others.flatMap(({ text }) => (text === '*' ? [] : instances(text))),
      usual,
      unusual,
      '*',
    ]),
  ].slice(0, 80)
}

const unusual = 'arn:aws:s3:::other/thing'

/** A resource that a request for the action may name, so that an example is one that can happen. */
function fitting(action: string, reference: ActionReference | undefined): string {
  const [service = '', name] = action.split(':')
  const known = reference?.actions(service)?.find((one) => one.name === name)
  if (!known) return unusual
  const own = known.resources.filter((arn) => arn.split(':')[2] === service)
  const [arn] = (own.length > 0 ? own : known.resources).toSorted((a, b) => a.length - b.length)
  return arn === undefined ? '*' : exampleOf(arn)
}

/** `arn:*:kms:*:*:key/*` with a partition, a region, an account and names. */
function exampleOf(arn: string): string {
  const [head, , service, region, owner, ...rest] = arn.split(':')
  const place = [region === '*' ? 'eu-central-1' : region, owner === '*' ? account : owner]
  return [head, 'aws', service, ...place, rest.join(':').replaceAll('*', 'other')].join(':')
}

/** Wildcards, `${*}` and the like, and variables with their defaults. */
const varying = /[*?]|\$\{(?:([*?$])|[^}]*?(?:, '([^']*)')?)\}/g

/** Texts that a pattern matches, made by filling in its wildcards and variables. */
function instances(text: string): readonly string[] {
  return [...new Set(filler.map((run) => filledIn(text, run, run.slice(0, 1) || 'q')))]
}

function filledIn(text: string, run: string, one: string): string {
  return text.replace(varying, (found, literal?: string, otherwise?: string) => {
    if (found === '*') return run
    return found === '?' ? one : (literal ?? otherwise ?? 'value')
  })
}

type Context = ReadonlyMap<string, readonly string[]>

/**
 * Contexts: without keys, with each condition met alone, with all conditions of a statement met,
 * with all of all statements met.
 */
function contextsOf(statements: readonly Statement[]): readonly Context[] {
  const contexts: Context[] = [new Map()]
  const conditions = statements.flatMap((statement) => statement.conditions)
  for (const { conditions: own } of statements)
    if (own.length > 0) contexts.push(new Map(own.flatMap((one) => entryOf(one, 0))))
  for (const one of conditions)
    for (const index of one.values.keys()) contexts.push(new Map(entryOf(one, index)))
  for (const one of conditions) contexts.push(new Map([[one.key, ['other']]]))
  contexts.push(new Map(conditions.flatMap((one) => entryOf(one, 0))))
  const seen = new Set<string>()
  return contexts
    .filter((context) => {
      const key = JSON.stringify([...context])
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, 60)
}

/** A key with a matching value, or without one if the condition matches an absent key. */
function entryOf(
  { operator, key, values }: Condition,
  index: number,
): readonly (readonly [string, readonly string[]])[] {
  const value = values[index] ?? ''
  if (operator === 'Null') return value.toLowerCase() === 'true' ? [] : [[key, ['value']]]
  if (/NotIp/.test(operator)) return [[key, ['198.51.100.77']]]
  if (/IpAddress/.test(operator)) return [[key, [value.replace(/\/\d+$/, '')]]]
  if (/^(?:\w+:)?Numeric/.test(operator))
    return [[key, [String(beside(operator, Number(value), 1))]]]
  if (/^(?:\w+:)?Date/.test(operator))
    return [[key, [new Date(beside(operator, parseInstant(value) ?? 0, 1000)).toISOString()]]]
  if (/NotEquals|NotLike/.test(operator)) return [[key, ['other']]]
  return [
    [key, [/Like|Arn/.test(operator) ? filledIn(value, 'x', 'x') : filledIn(value, '*', '?')]],
  ]
}

function beside(operator: string, value: number, step: number): number {
  if (/LessThan(?:IfExists)?$/.test(operator)) return value - step
  return /(?:GreaterThan|NotEquals)(?:IfExists)?$/.test(operator) ? value + step : value
}

function filled(context: Context, { arn, kind }: Principal): Context {
  if (context.has('aws:principalarn') || kind === 'anonymous') return context
  return new Map([
    ...context,
    ['aws:principalarn', [arn]],
    ...(kind === 'user' && !context.has('aws:username')
      ? [['aws:username', [arn.slice(arn.lastIndexOf('/') + 1)]] as const]
      : []),
  ])
}

/** Keys under a set operator are multi-valued. */
function multivalued(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(
    statements.flatMap(({ conditions }) =>
      conditions.flatMap(({ operator, key }) => (operator.startsWith('For') ? [key] : [])),
    ),
  )
}

function principalsOf(statements: readonly Statement[]): readonly Principal[] {
  const named = statements.flatMap(({ principals }) => (principals?.values ?? []).map(principalOf))
  const everybody: Principal = { kind: 'anonymous', arn: '*' }
  const seen = new Set<string>()
  return [...named, somebody, everybody]
    .filter(({ arn }) => !seen.has(arn) && seen.add(arn))
    .slice(0, 30)
}

function principalOf({ kind, text, account: owner }: PrincipalPattern): Principal {
  if (kind === '*') return { kind: 'anonymous', arn: '*' }
  if (kind === 'Federated') return { kind: 'federated', arn: text }
  if (kind === 'Service') return { kind: 'service', arn: text }
  if (owner !== undefined)
    return { kind: 'user', arn: `arn:aws:iam::${owner}:user/of-account`, account: owner }
  const of = text.split(':')[4] ?? account
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(text)?.[1]
  if (role !== undefined)
    return {
      kind: 'assumed-role',
      arn: `arn:aws:sts::${of}:assumed-role/${role}/witness`,
      account: of,
      roleArn: text,
    }
  const session = /^(arn:[^:]*):sts::(\d+):assumed-role\/([^/]+)\//.exec(text)
  if (session)
    return {
      kind: 'assumed-role',
      arn: text,
      account: of,
      roleArn: `${session[1]}:iam::${of}:role/${session[3]}`,
    }
  return {
    kind: text.includes(':federated-user/') ? 'federated-user' : 'user',
    arn: text,
    account: of,
  }
}
