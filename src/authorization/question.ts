import { parseArn } from '../kernel/arn.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import { oldestOf } from '../kernel/oldest-of.ts'
import { type Policy, parsePolicy, type Question } from '../policy/index.ts'
import type { Caller } from '../sessions/caller.ts'
import { LayeredContext } from '../sessions/layered-context.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import type { AskedQuestion } from './asked.ts'
import type { KeyRule, Service, ServiceAction } from './declared-service.ts'

/** Who asks: the service's own caller. */
export interface Asker {
  readonly partition: string
}

/** A question that the service may ask, checked before anybody is proved. */
export interface CheckedQuestion {
  readonly id: string
  readonly action: ServiceAction
  readonly resource: string
  /** The account that owns the resource; absent for `*`. */
  readonly account: string | undefined
  readonly context: readonly (readonly [rule: KeyRule, key: string, values: readonly string[]])[]
  readonly policies: readonly Policy[] | undefined
}

const mostKeys = 100

/**
 * Checks a question against what the service declares. Throws AccessDenied for an action of another
 * service, ValidationError for everything else that does not fit.
 */
export function checkQuestion(
  asked: AskedQuestion,
  service: Service,
  { partition }: Asker,
): CheckedQuestion {
  const colon = asked.Action.indexOf(':')
  if (asked.Action.slice(0, colon) !== service.prefix)
    throw commonFault(
      'AccessDenied',
      `The service ${service.prefix} may ask for its own actions only, not ${asked.Action}.`,
    )
  const action = service.actions.get(asked.Action.slice(colon + 1).toLowerCase())
  if (!action) throw invalid(asked, `${asked.Action} is no action of ${service.prefix}`)
  return {
    id: asked.Id,
    action,
    resource: asked.Resource,
    account: accountOf(asked, action, service, partition),
    context: contextOf(asked, action),
    policies: policiesOf(asked, service),
  }
}

function accountOf(
  asked: AskedQuestion,
  { name, arns }: ServiceAction,
  { accounts }: Service,
  partition: string,
): string | undefined {
  const { Resource: resource } = asked
  if (arns.length === 0) {
    if (resource !== '*') throw invalid(asked, `${name} acts on no resource: ask with \`*\``)
    return undefined
  }
  const arn = parseArn(resource)
  if (!arn || !arns.some((one) => one.test(resource)) || /[*?]/.test(resource))
    throw invalid(asked, `the resource is no ARN of a type that ${name} acts on`)
  if (arn.partition !== partition || !accounts.includes(arn.account))
    throw invalid(asked, 'the resource is of a partition or account that the service has not')
  return arn.account
}

function contextOf(
  asked: AskedQuestion,
  { name, keys }: ServiceAction,
): CheckedQuestion['context'] {
  const entries = Object.entries(asked.Context ?? {})
  if (entries.length > mostKeys) throw invalid(asked, `a question has at most ${mostKeys} keys`)
  const seen = new Set<string>()
  return entries.map(([written, values]) => {
    const key = written.toLowerCase()
    const rule = keys.find((one) =>
      one.family ? key.startsWith(one.key) && key.length > one.key.length : key === one.key,
    )
    if (!rule) throw invalid(asked, `\`${written}\` is no key that the service sets for ${name}`)
    if (seen.has(key)) throw invalid(asked, `\`${written}\` stands there twice`)
    seen.add(key)
    if (!rule.multivalued && values.length !== 1)
      throw invalid(asked, `\`${written}\` has one value`)
    return [rule, key, values] as const
  })
}

function policiesOf(
  asked: AskedQuestion,
  { prefix, policies }: Service,
): readonly Policy[] | undefined {
  const { ResourcePolicy: text, ResourcePolicyName: name } = asked
  if (text !== undefined && name !== undefined)
    throw invalid(asked, 'give ResourcePolicy or ResourcePolicyName, not both')
  if (name !== undefined) {
    const found = policies.get(name)
    if (!found) throw invalid(asked, `the settings have no policy of that name for ${prefix}`)
    return listOf(found)
  }
  if (text === undefined) return undefined
  const parsed = parsedPolicy(text)
  if (!parsed) throw invalid(asked, 'ResourcePolicy is no resource policy that can be read')
  return parsed
}

/** One list for each policy: the engine keeps its index by the list. */
const lists = new WeakMap<Policy, readonly Policy[]>()
function listOf(policy: Policy): readonly Policy[] {
  const list = lists.get(policy) ?? [policy]
  lists.set(policy, list)
  return list
}

/** Policies that services sent, by text: a service sends the same ones again and again. */
const sent = new Map<string, readonly Policy[]>()
const mostSent = 500

function parsedPolicy(text: string): readonly Policy[] | undefined {
  const known = sent.get(text)
  if (known) return known
  const parsed = parsePolicy('resource', 'resource policy', text)
  if (!parsed.ok) return undefined
  if (sent.size >= mostSent) for (const one of oldestOf(sent)) sent.delete(one)
  const list = listOf(parsed.policy)
  sent.set(text, list)
  return list
}

/** Condition keys whose values change while the request stays the same. */
const ofTime: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:multifactorauthage',
])

/** Notes whether a decision read the time: then its answer must not be kept. */
export class WatchedContext extends LayeredContext {
  readTime = false

  override get(key: string): readonly string[] | undefined {
    if (ofTime.has(key)) this.readTime = true
    return super.get(key)
  }
}

/** A question whose resource is of a known account. */
export interface AskedOfEngine extends Question {
  readonly resourceAccount: string
  readonly context: WatchedContext
}

/**
 * The question to the engine. What the service sent is set below the facts of the request and can
 * have no key of the caller.
 */
export function engineQuestion(
  { action, resource, account, context }: CheckedQuestion,
  caller: Caller,
  facts: RequestFacts,
  { accounts }: Pick<Service, 'accounts'>,
): AskedOfEngine {
  // An action without a resource is of an account of the service: another account's own policies
  // must not open it.
  const home = accounts.includes(caller.account) ? caller.account : accounts[0]!
  const resourceAccount = account ?? home
  const resourceMember = caller.organization?.of(resourceAccount)
  const watched = new WatchedContext(caller.context, { facts, resourceAccount, resourceMember })
  const multivalued = new Set(caller.multivalued)
  for (const [rule, key, values] of context) {
    watched.set(key, values)
    if (rule.multivalued) multivalued.add(key)
  }
  return {
    principal: caller.principal,
    action: action.name,
    resource,
    resourceAccount,
    context: watched,
    multivalued,
  }
}

function invalid({ Id }: AskedQuestion, what: string) {
  return commonFault('ValidationError', `Question ${Id}: ${what}.`)
}
