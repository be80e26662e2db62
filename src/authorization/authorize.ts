import { hash } from 'node:crypto'
import type { Chain } from '../audit/event.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import { type Decision, decide } from '../policy/index.ts'
import type { Caller } from '../sessions/caller.ts'
import type { LastAccessed } from '../sessions/last-accessed.ts'
import { withResourceControl } from '../sessions/organization-layers.ts'
import { canonicalAddress } from '../sessions/source-address.ts'
import { principalTags } from '../sessions/token-issuer.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Answer, Answered, AnsweredCaller, Asked, AskedFrom } from './asked.ts'
import type { Service, Services } from './declared-service.ts'
import { type OutcomeCode, outcomes, sayingOf, Unproved } from './outcome.ts'
import type { ProveBearer } from './prove-bearer.ts'
import type { ProveCaller, ProvedCaller } from './prove-caller.ts'
import { type CheckedQuestion, checkQuestion, engineQuestion } from './question.ts'
import { type ReceivedRequest, readReceived } from './received-request.ts'
import { routed } from './route.ts'

export interface AuthorizePorts {
  readonly prove: ProveCaller
  readonly proveBearer: ProveBearer
  /** The region of what is not signed for one. */
  readonly region: string
  readonly store: Pick<RememberingStore, 'reads'>
  /** Remembers requests that must not be repeated; absent: none prove anybody. */
  readonly ephemeral?: Pick<Ephemeral, 'claim'> | undefined
  readonly services: Services
  /** Names the state of records and settings that answers are made from. */
  readonly revision: () => string
  /** Absent: nothing is noted. */
  readonly lastAccessed?: Pick<LastAccessed, 'note'> | undefined
}

/** The call by which a service asks. */
export interface Asking {
  /** The service itself. */
  readonly caller: Pick<Caller, 'principal' | 'partition'>
  readonly now: Date
  readonly requestId: string
}

export interface Outcome {
  readonly answered: Answered
  /** For the audit event. */
  readonly chain: Chain
  /** Whether the audit log has the event: allows are sampled. */
  readonly recorded: boolean
}

/**
 * Answers who sent a request that a service received, and whether that caller may do what the
 * service says the request means. Throws AwsFault for a call that the service may not make;
 * whatever is wrong with the caller is an answer.
 */
export type Authorize = (asked: Asked, asking: Asking) => Promise<Outcome>

export function createAuthorize(ports: AuthorizePorts): Authorize {
  const answer = createAnswer(ports)
  return async (asked, asking) => {
    const service = await askingService(ports.services, asked.Service, asking.caller)
    return answer(asked, service, { ...asking, partition: asking.caller.partition })
  }
}

/** What a proxy asks about. */
export interface CheckedRequest extends Pick<Asked, 'Version' | 'Service' | 'From' | 'Bearer'> {
  readonly Request: ReceivedRequest
}

/**
 * Answers whether a request may go on that a proxy received for a service whose settings say what
 * requests mean. Throws AwsFault as `Authorize` does, and AccessDenied where nothing is said.
 */
export type CheckRequest = (
  asked: CheckedRequest,
  asking: Omit<Asking, 'caller'>,
) => Promise<Outcome>

export function createCheckRequest(ports: AuthorizePorts): CheckRequest {
  const answer = createAnswer(ports)
  return async (asked, asking) => {
    const service = await ports.services.find(asked.Service)
    const { Request, Bearer, ...rest } = asked
    const { Method: method, Path: path } = Request
    const account = service?.accounts[0] ?? ''
    const record = await ports.store.reads.find('account', account, 'account')
    const partition = record?.partition ?? 'aws'
    const place = { Partition: partition, Region: ports.region, Account: account }
    const found = service && routed(service.routes, { method, path }, place)
    if (!found)
      throw commonFault('AccessDenied', 'The settings do not say what this request means.')
    const Action = `${service.prefix}:${found.action}`
    const Questions = [{ Id: '1', Action, Resource: found.resource }]
    if (Bearer === undefined)
      return answer({ ...rest, Request, Questions }, service, { ...asking, partition })
    refuseUnclear(Request, service)
    return answer({ ...rest, Bearer, Questions }, service, { ...asking, partition })
  }
}

/** A token says nothing of the path that decides what is asked. */
function refuseUnclear(request: ReceivedRequest, service: Service): void {
  try {
    readReceived(request, service)
  } catch (error) {
    if (error instanceof Unproved) throw commonFault('AccessDenied', outcomes[error.code].say)
    throw error
  }
}

type Answering = Omit<Asking, 'caller'> & { readonly partition: string }

function createAnswer(ports: AuthorizePorts) {
  const { store, revision, lastAccessed } = ports
  return async (asked: Asked, service: Service, asking: Answering): Promise<Outcome> => {
    const questions = checkedQuestions(asked, service, asking.partition)
    const from = checkedFrom(asked.From)
    // Before anything is read: a change meanwhile makes the answer one of an older revision.
    const of = { Decision: asking.requestId, Revision: revision() }
    let proved: ProvedCaller
    try {
      proved = await proveAsked(ports, asked, service, { ...asking, ...from })
    } catch (error) {
      if (!(error instanceof Unproved)) throw error
      const Answers = questions.map((one) => unprovedAnswer(one, error, asking.requestId))
      return outcomeOf({ ...of, Answers }, questions, { service })
    }
    const { caller, told, covers } = proved
    const facts = { ...from, now: asking.now, region: told.Region }
    const answers = questions.map((one) => {
      if (covers?.(one.action) === false) return uncoveredAnswer(one, asking.requestId)
      const action = one.action.name.slice(service.prefix.length + 1)
      const accessed = { service: service.prefix, action, region: told.Region }
      lastAccessed?.note(caller, accessed, asking.now)
      const question = engineQuestion(one, caller, facts, service)
      const own = one.policies ? { ...caller.layers, resource: one.policies } : caller.layers
      const layers = withResourceControl(own, question, caller.organization)
      const decision = decide(question, layers)
      const most =
        asked.Once || question.context.readTime ? 0 : mostAge(service, proved, asking.now)
      return decidedAnswer(one, decision, { most, reference: asking.requestId })
    })
    const answered = {
      ...of,
      Caller: await toldCaller(proved, store.reads),
      Answers: answers,
      Key: asked.Want?.includes('key') ? proved.key?.() : undefined,
    }
    return outcomeOf(answered, questions, { service, caller })
  }
}

async function proveAsked(
  ports: AuthorizePorts,
  { Request, Bearer, Once }: Asked,
  service: Service,
  asking: Answering & ReturnType<typeof checkedFrom>,
): Promise<ProvedCaller> {
  if ((Request === undefined) === (Bearer === undefined))
    throw commonFault('ValidationError', 'Give Request or Bearer, and not both.')
  const { region } = ports
  const proved = Request
    ? await ports.prove(Request, service, asking.now)
    : await ports.proveBearer(Bearer!, service, { ...asking, region })
  if (Once) await refuseReplay(ports, proved)
  return proved
}

/** After every check, so that whoever holds half of a request does not use it up. */
async function refuseReplay({ ephemeral }: AuthorizePorts, { use }: ProvedCaller): Promise<void> {
  if (!use) throw new Unproved('NotSigned', 'a token serves often: Once needs a request')
  if (!(await ephemeral?.claim('replay', use.id, use.until, use.madeAt)))
    throw new Unproved('Replayed', 'a request with this signature was asked about before')
}

/**
 * The service of that prefix, for who runs it. Says the same of a service that is not there, so
 * that nobody learns which ones are.
 */
export async function askingService(
  services: Pick<Services, 'find'>,
  prefix: string,
  { principal }: Asking['caller'],
): Promise<Service> {
  const service = await services.find(prefix)
  // A federated user of the service's user is somebody else.
  const { kind, userArn } = principal
  const arn = principal.roleArn ?? (kind === 'user' ? userArn : undefined) ?? principal.arn
  if (!service?.principals.includes(arn))
    throw commonFault('AccessDenied', `${arn} is not among the principals of a service ${prefix}.`)
  return service
}

function checkedQuestions(
  { Questions }: Asked,
  service: Service,
  partition: string,
): readonly CheckedQuestion[] {
  const ids = new Set(Questions.map(({ Id }) => Id))
  if (ids.size < Questions.length)
    throw commonFault('ValidationError', 'Two questions have the same Id.')
  return Questions.map((one) => checkQuestion(one, service, { partition }))
}

function checkedFrom({ SourceIp, Secure, UserAgent = '' }: AskedFrom) {
  const sourceAddress = canonicalAddress(SourceIp)
  if (sourceAddress === undefined)
    throw commonFault('ValidationError', 'From.SourceIp is no IP address.')
  return { sourceAddress, secure: Secure, userAgent: UserAgent }
}

function unprovedAnswer(
  { id, action, resource }: CheckedQuestion,
  { code, message }: Unproved,
  reference: string,
): Answer {
  return {
    Id: id,
    Verdict: 'unproved',
    Status: outcomes[code].status,
    Say: sayingOf(code, { action: action.name, resource }, reference),
    Log: { Code: code, Detail: message },
    MaxAgeSeconds: 0,
  }
}

function uncoveredAnswer({ id, action, resource }: CheckedQuestion, reference: string): Answer {
  const code = 'ScopeMissing'
  return {
    Id: id,
    Verdict: 'deny',
    Status: outcomes[code].status,
    Say: sayingOf(code, { action: action.name, resource }, reference),
    Log: { Code: code },
    MaxAgeSeconds: 0,
  }
}

const codes: Readonly<Record<Decision['effect'], OutcomeCode>> = {
  allow: 'Allowed',
  'explicit-deny': 'ExplicitDeny',
  'implicit-deny': 'NotAllowed',
}
/** A refusal is kept shortly: whoever gets a permission wants to use it. */
const mostDenySeconds = 1

function decidedAnswer(
  { id, action, resource }: CheckedQuestion,
  { effect, because, blockedBy, missingContext }: Decision,
  { most, reference }: { readonly most: number; readonly reference: string },
): Answer {
  const code = codes[effect]
  const allowed = effect === 'allow'
  return {
    Id: id,
    Verdict: allowed ? 'allow' : 'deny',
    Status: outcomes[code].status,
    Say: sayingOf(code, { action: action.name, resource }, reference),
    Log: {
      Code: code,
      Because: because.map(({ policy, statement }) => `${policy} statement ${statement + 1}`),
      BlockedBy: blockedBy,
      MissingContext: missingContext.length > 0 ? missingContext : undefined,
    },
    MaxAgeSeconds: allowed ? most : Math.min(most, mostDenySeconds),
  }
}

function mostAge({ maxAgeSeconds }: Service, { endsAt }: ProvedCaller, now: Date): number {
  if (!endsAt) return maxAgeSeconds
  const left = Math.floor((endsAt.getTime() - now.getTime()) / 1000)
  return Math.max(0, Math.min(maxAgeSeconds, left))
}

async function toldCaller(
  { caller, told, endsAt }: ProvedCaller,
  reads: RememberingStore['reads'],
): Promise<AnsweredCaller> {
  const { principal, account, userId, claims } = caller
  const named = claims?.kind === 'role' || claims?.kind === 'federated-user'
  const tags = await principalTags(reads, caller)
  return {
    Arn: principal.arn,
    Account: account,
    UserId: userId,
    SessionName: named ? claims.name : undefined,
    SourceIdentity: claims?.sourceIdentity,
    Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    ExpiresAt: endsAt?.toISOString(),
    ...told,
  }
}

function outcomeOf(
  answered: Answered,
  questions: readonly CheckedQuestion[],
  { service, caller }: { readonly service: Service; readonly caller?: Caller | undefined },
): Outcome {
  const refused = answered.Answers.some(({ Verdict }) => Verdict !== 'allow')
  return {
    answered,
    chain: {
      reference: answered.Decision,
      authorized: {
        service: service.prefix,
        caller: caller?.principal.arn,
        accessKeyId: caller?.accessKeyId,
        answers: answered.Answers.map(({ Id, Verdict, Log }, at) => ({
          id: Id,
          action: questions[at]!.action.name,
          resource: questions[at]!.resource,
          verdict: Verdict,
          ...Log,
        })),
      },
    },
    recorded: refused || isSampled(answered.Decision, service.recordAllows),
  }
}

/** By the decision's id, so that the service can tell which of its own lines have an event. */
function isSampled(decision: string, share: number): boolean {
  if (share >= 1) return true
  return Number.parseInt(hash('sha256', decision).slice(0, 8), 16) / 2 ** 32 < share
}
