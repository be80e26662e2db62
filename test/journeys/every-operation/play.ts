import assert from 'node:assert/strict'
import { linkModel } from '../../../src/aws/model.ts'
import { iamService } from '../../../src/reference/aws/iam.gen.ts'
import { stsService } from '../../../src/reference/aws/sts.gen.ts'
import { authenticator } from '../../aws/iam/authenticator.ts'
import type { Keys } from '../aws-cli.ts'
import { AnswerShapes } from './answer-shapes.ts'
import { disagreements, secretsOf } from './model-check.ts'
import type { Service, Step } from './step.ts'

export interface Ask extends Pick<Step, 'service' | 'operation' | 'pageSize' | 'bootstrap'> {
  readonly input: object
  /** Absent: the call is unsigned. */
  readonly keys: Keys | undefined
}

/** As JSON tells it: instants as ISO 8601, bytes as base64, policy documents parsed. */
export interface Answered {
  readonly json: unknown
  /** Where the client tells it. */
  readonly requestId?: string | undefined
}
export interface Refused {
  readonly code: string
  readonly message: string
  /** Where the client tells them. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

/** A real client behind the one thing that the story needs of it. */
export interface Client extends AsyncDisposable {
  /** The operations of the client's own model of a service. */
  knows(service: Service): Promise<ReadonlySet<string>>
  call(ask: Ask): Promise<Answered | Refused>
}

/**
 * Names that a step may use: texts, keys, whatever an answer told. A function is called before each
 * step that names it: its value may live shorter than the story takes.
 */
export type Known = Record<string, unknown>

export interface Played {
  /** How many calls were made; with pages there were more. */
  readonly calls: number
  /** What the client told of requests: `OPERATION ID`. */
  readonly requests: readonly string[]
  /** Secrets that answers told. */
  readonly secrets: readonly string[]
  /** What answers had. */
  readonly shapes: AnswerShapes
}

/** IAM and STS API references, "Errors"; every other code that the story meets is a 400. */
const statuses: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InvalidClientTokenId: 403,
  InvalidAuthenticationCode: 403,
  OutboundWebIdentityFederationDisabledException: 403,
  SessionDurationEscalationException: 403,
  NoSuchEntity: 404,
  FeatureDisabled: 404,
  NotSupportedService: 404,
  DeleteConflict: 409,
  DuplicateCertificate: 409,
  EntityAlreadyExists: 409,
  LimitExceeded: 409,
  FeatureEnabled: 409,
  ReportNotPresent: 410,
}

/**
 * Has the client make every call of the story, in order. A call that its model does not know is
 * left out, and with it what needs an answer of that call. `now` is asked before each step.
 */
export async function play(
  story: readonly Step[],
  client: Client,
  scene: Known,
  now: () => Date,
): Promise<Played> {
  const known: Known = { ...scene }
  const untold = new Set<string>()
  const [requests, secrets]: [string[], string[]] = [[], []]
  const shapes = new AnswerShapes()
  let calls = 0
  const knows = { iam: await client.knows('iam'), sts: await client.knows('sts') }
  for (const [at, step] of story.entries()) {
    now()
    const { service, operation, as = 'admin', keeps = {} } = step
    const uses = [...JSON.stringify([step.input, step.answers]).matchAll(placeholder)].map(
      ([, name = '']) => name.split('.')[0]!,
    )
    if (!knows[service].has(operation) || [as, ...uses].some((name) => untold.has(name))) {
      for (const name of [...Object.keys(keeps), ...(step.refused?.[2] ? [step.refused[2]] : [])])
        untold.add(name)
      continue
    }
    const named = await madeNow(known, uses)
    const fill = <T>(value: T) => filled(value, named, now)
    const input = fill(step.input) as object
    const keys = as === 'nobody' ? undefined : (known[as] as Keys)
    const where =
      `step ${at}, ${service}:${operation} of ${as} ` + `${JSON.stringify(input).slice(0, 300)}`
    const answer = await client
      .call({
        service,
        operation,
        input,
        keys,
        pageSize: step.pageSize,
        bootstrap: step.bootstrap,
      } as Ask)
      .catch((error: unknown) => {
        throw new Error(where, { cause: error })
      })
    calls += 1
    const model = linkModel(service === 'iam' ? iamService : stsService, operation)
    // Codes of six digits may stand in the trail by chance.
    secrets.push(...secretsOf(model.input, input).filter(({ length }) => length > 8))
    if (answer.requestId !== undefined) requests.push(`${operation} ${answer.requestId}`)
    if ('code' in answer) {
      const caught = refusal(step, answer, where)
      if (step.refused?.[2]) known[step.refused[2]] = caught
    } else {
      assert.equal(step.refused, undefined, `${where} was answered: ${JSON.stringify(answer.json)}`)
      const { output } = model
      assert.deepEqual(
        [
          ...differences(fill(step.answers), answer.json, 'answer'),
          ...(output ? disagreements(output, answer.json) : []),
        ],
        [],
        where,
      )
      shapes.add(`${service}:${operation}`, answer.json)
      if (output) secrets.push(...secretsOf(output, answer.json))
      for (const [name, path] of Object.entries(keeps)) known[name] = part(answer.json, path, where)
    }
  }
  return { calls, requests, secrets, shapes }
}

/** Checks it; answers what the pattern caught. */
function refusal(
  { refused }: Step,
  { code, message, status }: Refused,
  where: string,
): string | undefined {
  assert.ok(refused, `${where} was refused: ${code}: ${message}`)
  const [expected, says = /./] = refused
  assert.equal(code, expected, `${where}: ${message}`)
  assert.match(message, says, where)
  if (status !== undefined) assert.equal(status, statuses[expected] ?? 400, `${where}: ${code}`)
  return says.exec(message)?.[1]
}

/** What is known, with the values of the functions among `names`. */
async function madeNow(known: Known, names: readonly string[]): Promise<Known> {
  const made: Known = {}
  for (const name of names) {
    const make = known[name]
    if (typeof make === 'function') made[name] = await make()
  }
  return { ...known, ...made }
}

const placeholder = /<([A-Za-z][\w.]*|code[+-]\d)>/g

function filled(value: unknown, known: Known, now: () => Date): unknown {
  if (typeof value === 'string') {
    return value.replace(placeholder, (_all, name: string) => {
      if (/^code[+-]/.test(name))
        return authenticator(Buffer.from(String(known.seed), 'base64').toString()).code(
          now(),
          Number(name.slice(4)),
        )
      return String(part(known, name, `<${name}>`))
    })
  }
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value
  if (Array.isArray(value)) return value.map((one) => filled(one, known, now))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, filled(one, known, now)]),
  )
}

function part(whole: unknown, path: string, where: string): unknown {
  return path.split('.').reduce((value, name) => {
    const next = (value as Known | undefined)?.[name]
    assert.notEqual(
      next,
      undefined,
      `${where} tells no ${path}: ${JSON.stringify(whole)?.slice(0, 500)}`,
    )
    return next
  }, whole)
}

/** What an answer lacks or has otherwise, in words. Members that nobody asks about may be there. */
function differences(expected: unknown, actual: unknown, path: string): readonly string[] {
  if (expected instanceof RegExp)
    return (typeof actual === 'string' || typeof actual === 'number') &&
      expected.test(String(actual))
      ? []
      : [`${path}: ${JSON.stringify(actual)} does not match ${expected}`]
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      return [`${path}: ${JSON.stringify(actual)} are not ${expected.length}`]
    return expected.flatMap((one, at) => differences(one, actual[at], `${path}.${at}`))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null)
      return [`${path}: ${JSON.stringify(actual)} has no members`]
    return Object.entries(expected).flatMap(([name, one]) =>
      differences(one, (actual as Known)[name], `${path}.${name}`),
    )
  }
  // An answer without an expectation may be anything, at the top alone.
  if (expected === actual || (expected === undefined && path === 'answer')) return []
  return [`${path}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`]
}
