import { nearest } from '../../kernel/nearest.ts'
import type { ActionReference } from '../access-level.ts'
import type { ActionPattern } from '../action.ts'
import { actionCovers } from '../cover.ts'
import { shown } from '../json.ts'
import { escalations } from './escalations.ts'
import type { RuleFinding } from './finding.ts'
import { narrowsAnything, narrowsTargets, reachesAll } from './reach.ts'
import { exceptsEverything } from './resources.ts'
import { finding, isOnEverything, names, type RuleInput, type Rules, twins } from './rule.ts'

/** Findings about the Action element. */
export const actionRules: Rules = function* (input) {
  const {
    placed: { statement, pathOf },
    reference,
  } = input
  const { values, not } = statement.actions
  const element = not ? 'NotAction' : 'Action'
  for (const [index, pattern] of values.entries()) {
    if (reference) yield* knownAction(pattern, pathOf(element, index), reference)
  }
  const doubles = twins(values, ({ text }) => text.toLowerCase())
  for (const index of doubles)
    yield finding(
      'duplicate-action',
      pathOf(element, index),
      `\`${shown(values[index]!.text)}\` stands twice`,
    )
  for (const [index, pattern] of values.entries()) {
    if (doubles.includes(index)) continue
    const wider = values.find(
      (other) =>
        other !== pattern &&
        other.text.toLowerCase() !== pattern.text.toLowerCase() &&
        actionCovers(other, pattern),
    )
    if (wider)
      yield finding(
        'redundant-action',
        pathOf(element, index),
        `\`${shown(pattern.text)}\` is part of \`${shown(wider.text)}\``,
      )
  }
  const everything = values.findIndex(({ text }) => text === '*')
  if (not && everything >= 0)
    yield finding(
      'excepts-everything',
      pathOf(element, everything),
      exceptsEverything[statement.effect],
    )
  if (input.kind === 'resource-control' && everything >= 0)
    yield finding(
      'every-service-in-resource-control',
      pathOf(element, everything),
      '`*` stands alone, and a resource control policy names services',
    )
  if (statement.effect === 'Allow' && input.kind !== 'trust') yield* wideAllow(input)
}

function* knownAction(
  { text, service, matches }: ActionPattern,
  path: string,
  reference: ActionReference,
): Generator<RuleFinding> {
  if (service === undefined) return
  const known = reference.actions(service)
  const absence = reference.absence(service)
  if (absence === 'ended')
    yield finding(
      'ended-service',
      path,
      `the service \`${shown(service)}\` has ended, or has another prefix now`,
    )
  if (absence) return
  if (!known) {
    const close = nearest(service, reference.services)
    yield finding(
      'unknown-service',
      path,
      `no service has the prefix \`${shown(service)}\`${meant(close)}`,
      close === undefined ? undefined : value(close + text.slice(text.indexOf(':'))),
    )
    return
  }
  const name = text.slice(text.indexOf(':') + 1)
  const wild = /[*?]/.test(name)
  const covered = known.filter((action) => matches(`${service}:${action.name.toLowerCase()}`))
  if (wild && covered.length === 0)
    yield finding(
      'pattern-without-action',
      path,
      `\`${shown(text)}\` matches no action of ${service}`,
    )
  if (wild) return
  const [action] = covered
  if (!action) {
    const close = nearest(
      name,
      known.map((one) => one.name),
    )
    yield finding(
      'unknown-action',
      path,
      `${service} has no action \`${shown(name)}\`${meant(close)}`,
      close === undefined ? undefined : value(`${service}:${close}`),
    )
  }
  if (action && action.name !== name)
    yield finding(
      'action-spelling',
      path,
      `\`${shown(text)}\` is written \`${service}:${action.name}\``,
      value(`${service}:${action.name}`),
    )
}

const value = (text: string) => ({ kind: 'value', text }) as const

function meant(close: string | undefined): string {
  return close === undefined ? '' : `: did you mean \`${close}\`?`
}

/** Boundaries and policies of organizations only limit: a wide Allow in them grants nothing. */
function* wideAllow({
  placed: { statement, path, pathOf },
  kind,
}: RuleInput): Generator<RuleFinding> {
  const {
    actions: { values, not },
    resources,
  } = statement
  if (kind !== 'identity' && kind !== 'resource') return
  if (not)
    yield finding(
      'not-action-with-allow',
      pathOf('NotAction'),
      'every action but those listed is allowed',
    )
  if (not && resources?.not)
    yield finding('not-action-and-not-resource', path, 'NotAction and NotResource stand together')
  if (kind !== 'identity') return
  if (isOnEverything(statement)) {
    const everything = values.findIndex(({ text }) => text === '*')
    if (!not && everything >= 0 && !narrowsTargets(statement, called)) {
      yield finding(
        'allow-everything',
        pathOf('Action', everything),
        'every action on every resource is allowed',
      )
      return
    }
    for (const [index, { text }] of values.entries()) {
      if (!not && !narrowsAnything(statement) && /^[^:]+:\*+$/.test(text)) {
        yield finding(
          'service-wide-allow',
          pathOf('Action', index),
          `\`${shown(text)}\` is allowed on every resource`,
        )
      }
    }
  }
  yield* dangerous(statement, pathOf(not ? 'NotAction' : 'Action'))
}

/** Services that call for the principal, and do no more than they were made for. */
const called = /^aws:calledvia(?:first|last)?$/
/** What may be attached or has to limit, and which role is made for a service. */
const policies = /^iam:(?:permissionsboundary|policyarn)$/

/** By what the statement reaches, whatever its conditions say of the circumstances. */
function* dangerous(
  statement: RuleInput['placed']['statement'],
  path: string,
): Generator<RuleFinding> {
  const reaches = (action: string, type: string) =>
    names(statement, action) && reachesAll(statement, type)
  const tagged = narrowsTargets(statement)
  if (!tagged && reaches('iam:PassRole', 'iam:role/*'))
    yield finding('pass-role-everywhere', path, 'every role may be passed to a service')
  if (!tagged && reaches('sts:AssumeRole', 'iam:role/*'))
    yield finding('assume-any-role', path, 'every role that lets itself be taken may be taken')
  if (
    reaches('iam:CreateServiceLinkedRole', 'iam:role/aws-service-role/*') &&
    !narrowsTargets(statement, /^iam:awsservicename$/)
  )
    yield finding('any-service-linked-role', path, 'the linked role of every service may be made')
  if (narrowsTargets(statement, policies)) return
  const open = escalations.filter(({ actions, on }) =>
    actions.every((action) => reaches(action, on)),
  )
  const told = open.slice(0, 3).map(({ actions }) => actions.join(' with '))
  if (told.length > 0)
    yield finding(
      'privilege-escalation',
      path,
      `on every resource: ${told.join(', ')}${open.length > 3 ? ', …' : ''}`,
    )
}

/** PassRole on named roles without a condition on the service. */
export const passRoleRules: Rules = function* ({ placed: { statement, pathOf }, kind }) {
  if (
    kind !== 'identity' ||
    statement.effect !== 'Allow' ||
    statement.actions.not ||
    reachesAll(statement, 'iam:role/*')
  )
    return
  const index = statement.actions.values.findIndex(
    ({ text }) => text.toLowerCase() === 'iam:passrole',
  )
  if (index >= 0 && !statement.conditions.some(({ key }) => key === 'iam:passedtoservice')) {
    yield finding(
      'pass-role-to-any-service',
      pathOf('Action', index),
      'the roles may be passed to any service',
    )
  }
}
