import { nearest } from '../../kernel/nearest.ts'
import type { ActionReference } from '../access-level.ts'
import { arnsMayMeet, resourceCovers } from '../cover.ts'
import { shown } from '../json.ts'
import { segmentsOfArn } from '../operators.ts'
import type { Found } from './finding.ts'
import { actionsOf, type CoveredAction, found, isOnEverything, type Rules, twins } from './rule.ts'

/** What the Resource element gives to say. */
export const resourceRules: Rules = function* ({ placed: { statement, pathOf }, kind, reference }) {
  const { resources, effect } = statement
  if (!resources) return
  const element = resources.not ? 'NotResource' : 'Resource'
  for (const [index, { text }] of resources.values.entries()) yield* arnParts(text, pathOf(element, index), reference)
  const doubles = twins(resources.values, ({ text }) => text)
  for (const index of doubles) yield found('duplicate-resource', pathOf(element, index), `\`${shown(resources.values[index]!.text)}\` stands twice`)
  for (const [index, pattern] of resources.values.entries()) {
    if (doubles.includes(index)) continue
    const wider = resources.values.find((other) => other.text !== pattern.text && resourceCovers(other, pattern))
    if (wider) yield found('redundant-resource', pathOf(element, index), `\`${shown(pattern.text)}\` is part of \`${shown(wider.text)}\``)
  }
  if (resources.not && effect === 'Allow' && (kind === 'identity' || kind === 'resource')) {
    yield found('not-resource-with-allow', pathOf('NotResource'), 'every resource but those listed is allowed')
  }
  for (const [index, { text }] of resources.values.entries()) {
    const bucket = /^arn:[^:]*:s3:::([^/]*)/.exec(text)?.[1] ?? ''
    if (effect === 'Allow' && !resources.not && /^[^*?${]+\*$/.test(bucket))
      yield found('open-bucket-name', pathOf(element, index), `\`${shown(text)}\` also matches buckets with longer names`)
  }
}

const partitions = /^aws(?:-cn|-us-gov|-iso[a-z-]*|-eusc)?$/

function* arnParts(text: string, path: string, reference: ActionReference | undefined): Generator<Found> {
  const segments = segmentsOfArn(text)
  if (!segments) return
  const [, partition = '', service = '', region = '', account = ''] = segments
  const wild = (part: string) => /[*?]/.test(part)
  if (!wild(partition) && !partitions.test(partition)) yield found('unknown-partition', path, `there is no partition \`${shown(partition)}\``)
  if (!wild(account) && account !== '' && account !== 'aws' && !/^\d{12}$/.test(account)) {
    yield found('bad-arn-account', path, `\`${shown(account)}\` is no account`)
  }
  if (!wild(region) && region !== '' && !/^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(region))
    yield found('bad-arn-region', path, `\`${shown(region)}\` is no region`)
  if (reference && !arnServices(reference).has(service)) {
    const close = nearest(service, arnServices(reference))
    yield found('unknown-arn-service', path, `no resource has the service \`${shown(service)}\`${close ? `: did you mean \`${close}\`?` : ''}`)
  }
}

const servicesOf = new WeakMap<ActionReference, ReadonlySet<string>>()
/** Prefixes of services, and the service parts of ARNs that their resource types have where the two differ. */
function arnServices(reference: ActionReference): ReadonlySet<string> {
  const known = servicesOf.get(reference) ?? new Set(reference.services.flatMap((service) => [service, ...elsewhere(reference, service)]))
  servicesOf.set(reference, known)
  return known
}

/** Portfolios of Service Catalog, say, stand under `catalog`. */
function elsewhere(reference: ActionReference, service: string): readonly string[] {
  const arns = (reference.actions(service) ?? []).flatMap(({ resources }) => resources)
  return arns.map((arn) => arn.split(':')[2] ?? '')
}

/** Whether actions and resources go together, by the reference. Only for statements that list both. */
export const resourceTypeRules: Rules = function* ({ placed: { statement, pathOf }, kind, reference }) {
  const { resources, actions } = statement
  if (!reference || !resources || resources.not || actions.not || actions.values.some(({ service }) => service === undefined)) return
  const covered = actionsOf(statement, reference)
  if (covered.length === 0 || actions.values.some(({ service }) => service === undefined || !reference.actions(service))) return
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
  const fits = ({ action }: CoveredAction, pattern: string) => action.resources.some((arn) => arnsMayMeet(arn, pattern))
  for (const [index, pattern] of patterns.entries()) {
    if (covered.some((one) => fits(one, pattern))) continue
    if (covered.every(({ action }) => action.resources.length === 0)) continue
    yield found('wrong-resource-type', pathOf('Resource', index), `no action of the statement works on \`${shown(resources.values[index]!.text)}\``)
  }
  for (const [index, { text }] of actions.values.entries()) {
    const own = covered.filter(({ pattern }) => pattern === index)
    if (own.length === 0) continue
    if (own.every(({ action }) => action.resources.length === 0)) {
      yield found('action-needs-every-resource', pathOf('Action', index), `\`${shown(text)}\` works on \`*\` only`)
    } else if (own.every((one) => !patterns.some((pattern) => fits(one, pattern))) && own.some(({ action }) => action.resources.length > 0)) {
      yield found('action-without-its-resource', pathOf('Action', index), `\`${shown(text)}\` works on none of the resources`)
    }
  }
}

function* unnarrowed(
  covered: readonly CoveredAction[],
  texts: readonly string[],
  pathOf: (element: string, index?: number) => string,
): Generator<Found> {
  for (const [index, text] of texts.entries()) {
    if (/[*?]/.test(text)) continue
    const one = covered.find(({ pattern }) => pattern === index)
    if (one?.action.needsResource && /^(?:Write|Permissions)/.test(one.action.level)) {
      yield found('unnarrowed-write', pathOf('Action', index), `\`${shown(text)}\` is allowed on every ${one.action.resources[0]}`)
    }
  }
}
