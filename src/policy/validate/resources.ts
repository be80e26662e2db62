import { nearest } from '../../kernel/nearest.ts'
import type { ActionReference } from '../access-level.ts'
import { arnsMayMeet, resourceCovers } from '../cover.ts'
import { shown } from '../json.ts'
import { segmentsOfArn } from '../operators.ts'
import { arnPartFindings } from './arn-type.ts'
import type { RuleFinding } from './finding.ts'
import {
  actionsOf,
  type CoveredAction,
  finding,
  isOnEverything,
  type Rules,
  twins,
} from './rule.ts'

/** Findings about the Resource element. */
export const resourceRules: Rules = function* ({ placed: { statement, pathOf }, kind, reference }) {
  const { resources, effect } = statement
  if (!resources) return
  const element = resources.not ? 'NotResource' : 'Resource'
  for (const [index, { text }] of resources.values.entries())
    yield* arnParts(text, pathOf(element, index), reference)
  const doubles = twins(resources.values, ({ text }) => text)
  for (const index of doubles)
    yield finding(
      'duplicate-resource',
      pathOf(element, index),
      `\`${shown(resources.values[index]!.text)}\` stands twice`,
    )
  for (const [index, pattern] of resources.values.entries()) {
    if (doubles.includes(index)) continue
    const wider = resources.values.find(
      (other) => other.text !== pattern.text && resourceCovers(other, pattern),
    )
    if (wider)
      yield finding(
        'redundant-resource',
        pathOf(element, index),
        `\`${shown(pattern.text)}\` is part of \`${shown(wider.text)}\``,
      )
  }
  if (resources.not && resources.values.some(({ text }) => text === '*'))
    yield finding('excepts-everything', pathOf(element), exceptsEverything[effect])
  if (resources.not && effect === 'Allow' && (kind === 'identity' || kind === 'resource')) {
    yield finding(
      'not-resource-with-allow',
      pathOf('NotResource'),
      'every resource but those listed is allowed',
    )
  }
  for (const [index, { text }] of resources.values.entries()) {
    const bucket = /^arn:[^:]*:s3:::([^/]*)/.exec(text)?.[1] ?? ''
    if (effect === 'Allow' && !resources.not && /^[^*?${]+\*$/.test(bucket))
      yield finding(
        'open-bucket-name',
        pathOf(element, index),
        `\`${shown(text)}\` also matches buckets with longer names`,
      )
  }
}

/** What a statement does that excepts everything. */
export const exceptsEverything = {
  Allow: 'everything is excepted: the statement allows nothing',
  Deny: 'everything is excepted: the statement denies nothing',
} as const

const partitions = /^aws(?:-cn|-us-gov|-iso[a-z-]*|-eusc)?$/

function* arnParts(
  text: string,
  path: string,
  reference: ActionReference | undefined,
): Generator<RuleFinding> {
  const segments = segmentsOfArn(text)
  if (!segments) return
  const [, partition = '', service = '', region = '', account = ''] = segments
  const wild = (part: string) => /[*?]/.test(part)
  if (!wild(partition) && !partitions.test(partition))
    yield finding('unknown-partition', path, `there is no partition \`${shown(partition)}\``)
  if (!wild(account) && account !== '' && account !== 'aws' && !/^\d{12}$/.test(account)) {
    yield finding('bad-arn-account', path, `\`${shown(account)}\` is no account`)
  }
  if (!wild(region) && region !== '' && !/^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(region))
    yield finding('bad-arn-region', path, `\`${shown(region)}\` is no region`)
  if (reference && !arnServices(reference).has(service) && !reference.absence(service)) {
    const close = nearest(service, arnServices(reference))
    const meant = close ? `: did you mean \`${close}\`?` : ''
    yield finding(
      'unknown-arn-service',
      path,
      `no resource has the service \`${shown(service)}\`${meant}`,
      close === undefined ? undefined : { kind: 'part', at: 2, text: close },
    )
  }
}

const servicesOf = new WeakMap<ActionReference, ReadonlySet<string>>()
/** Prefixes of services, and the service parts of their ARNs where the two differ. */
function arnServices(reference: ActionReference): ReadonlySet<string> {
  const known =
    servicesOf.get(reference) ??
    new Set(reference.services.flatMap((service) => [service, ...elsewhere(reference, service)]))
  servicesOf.set(reference, known)
  return known
}

/**
 * ARNs whose service part differs from the prefix: portfolios of Service Catalog have `catalog`.
 */
function elsewhere(reference: ActionReference, service: string): readonly string[] {
  const arns = (reference.actions(service) ?? []).flatMap(({ resources }) => resources)
  return arns.map((arn) => arn.split(':')[2] ?? '')
}

/**
 * Findings about actions and resources that do not go together. Only for statements that list both.
 */
export const resourceTypeRules: Rules = function* ({
  placed: { statement, pathOf },
  kind,
  reference,
}) {
  const { resources, actions } = statement
  if (
    !reference ||
    !resources ||
    resources.not ||
    actions.not ||
    actions.values.some(({ service }) => service === undefined)
  )
    return
  const covered = actionsOf(statement, reference)
  if (
    covered.length === 0 ||
    actions.values.some(({ service }) => service === undefined || !reference.actions(service))
  )
    return
  if (isOnEverything(statement)) {
    if (kind === 'identity' && statement.effect === 'Allow' && statement.conditions.length === 0)
      yield* unnarrowed(
        covered,
        actions.values.map(({ text }) => text),
        pathOf,
      )
    return
  }
  const patterns = resources.values.map(({ text }) => text.replace(/\$\{[^}]*\}/g, '*'))
  // Patterns may cover the same actions again and again.
  const distinct = [...new Map(covered.map((one) => [one.action, one])).values()]
  const meets = remembered(arnsMayMeet)
  const fits = ({ action }: CoveredAction, pattern: string) =>
    action.resources.some((arn) => meets(arn, pattern))
  const fitting = new Set(
    distinct
      .filter((one) => patterns.some((pattern) => fits(one, pattern)))
      .map((one) => one.action),
  )
  // An error only where the statement can't work: others of its parts may be meant.
  const works = fitting.size > 0
  const types = [...new Set(distinct.flatMap(({ action }) => action.resources))]
  for (const [index, pattern] of patterns.entries()) {
    const path = pathOf('Resource', index)
    const ofArn = arnPartFindings(pattern, types, path)
    yield* ofArn
    if (distinct.some((one) => fits(one, pattern))) continue
    if (distinct.every(({ action }) => action.resources.length === 0)) continue
    if (ofArn.length === 0)
      yield finding(
        works || mayKnowMore(distinct, pattern) ? 'resource-of-other-type' : 'wrong-resource-type',
        path,
        `no action of the statement works on \`${shown(resources.values[index]!.text)}\``,
      )
  }
  const services = new Set(patterns.map((pattern) => segmentsOfArn(pattern)?.[2] ?? ''))
  const byPattern = Map.groupBy(covered, ({ pattern }) => pattern)
  for (const [index, { text }] of actions.values.entries()) {
    const own = byPattern.get(index) ?? []
    if (own.length === 0) continue
    if (own.every(({ action }) => action.resources.length === 0)) {
      // Many services decide such an action on an ARN of their own that is not documented.
      const ofService = services.has(own[0]!.service)
      yield finding(
        works || ofService ? 'action-ignores-resources' : 'action-needs-every-resource',
        pathOf('Action', index),
        `\`${shown(text)}\` works on \`*\` only`,
      )
    } else if (
      own.every(({ action }) => !fitting.has(action)) &&
      own.some(({ action }) => action.resources.length > 0)
    ) {
      yield finding(
        'action-without-its-resource',
        pathOf('Action', index),
        `\`${shown(text)}\` works on none of the resources`,
      )
    }
  }
}

/** Many actions of a service work on the same types, and many patterns cover the same actions. */
function remembered(
  meet: (arn: string, pattern: string) => boolean,
): (arn: string, pattern: string) => boolean {
  const known = new Map<string, Map<string, boolean>>()
  return (arn, pattern) => {
    const ofPattern = known.get(pattern) ?? new Map<string, boolean>()
    const found = ofPattern.get(arn) ?? meet(arn, pattern)
    known.set(pattern, ofPattern.set(arn, found))
    return found
  }
}

/**
 * Whether the service of an ARN may decide an action on it that is documented for other services'
 * resources only, as `waf-regional:GetWebACLForResource` is for load balancers.
 */
function mayKnowMore(covered: readonly CoveredAction[], pattern: string): boolean {
  const service = segmentsOfArn(pattern)?.[2]
  return covered.some(
    (one) =>
      one.service === service &&
      one.action.resources.every((arn) => segmentsOfArn(arn)?.[2] !== service),
  )
}

function* unnarrowed(
  covered: readonly CoveredAction[],
  texts: readonly string[],
  pathOf: (element: string, index?: number) => string,
): Generator<RuleFinding> {
  for (const [index, text] of texts.entries()) {
    if (/[*?]/.test(text)) continue
    const one = covered.find(({ pattern }) => pattern === index)
    if (one?.action.needsResource && /^(?:Write|Permissions)/.test(one.action.level)) {
      yield finding(
        'unnarrowed-write',
        pathOf('Action', index),
        `\`${shown(text)}\` is allowed on every ${one.action.resources[0]}`,
      )
    }
  }
}
