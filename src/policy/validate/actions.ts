import { nearest } from '../../kernel/nearest.ts'
import type { ActionReference } from '../access-level.ts'
import type { ActionPattern } from '../action.ts'
import { actionCovers } from '../cover.ts'
import { shown } from '../json.ts'
import type { Found } from './finding.ts'
import { found, isOnEverything, names, type Rules, type RuleInput, twins } from './rule.ts'

/** What the Action element gives to say. */
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
  for (const index of doubles) yield found('duplicate-action', pathOf(element, index), `\`${shown(values[index]!.text)}\` stands twice`)
  for (const [index, pattern] of values.entries()) {
    if (doubles.includes(index)) continue
    const wider = values.find((other) => other !== pattern && other.text.toLowerCase() !== pattern.text.toLowerCase() && actionCovers(other, pattern))
    if (wider) yield found('redundant-action', pathOf(element, index), `\`${shown(pattern.text)}\` is part of \`${shown(wider.text)}\``)
  }
  if (statement.effect === 'Allow' && input.kind !== 'trust') yield* wideAllow(input)
}

function* knownAction({ text, service, matches }: ActionPattern, path: string, reference: ActionReference): Generator<Found> {
  if (service === undefined) return
  const known = reference.actions(service)
  if (!known) {
    const close = nearest(service, reference.services)
    yield found('unknown-service', path, `no service has the prefix \`${shown(service)}\`${meant(close)}`)
    return
  }
  const name = text.slice(text.indexOf(':') + 1)
  const wild = /[*?]/.test(name)
  const covered = known.filter((action) => matches(`${service}:${action.name.toLowerCase()}`))
  if (wild && covered.length === 0) yield found('pattern-without-action', path, `\`${shown(text)}\` matches no action of ${service}`)
  if (wild) return
  const [action] = covered
  if (!action)
    yield found(
      'unknown-action',
      path,
      `${service} has no action \`${shown(name)}\`${meant(
        nearest(
          name,
          known.map((one) => one.name),
        ),
      )}`,
    )
  else if (action.name !== name) yield found('action-spelling', path, `\`${shown(text)}\` is written \`${service}:${action.name}\``)
}

function meant(close: string | undefined): string {
  return close === undefined ? '' : `: did you mean \`${close}\`?`
}

/** Boundaries, and policies of organizations, are limits: what is wide in them grants nothing. */
function* wideAllow({ placed: { statement, path, pathOf }, kind }: RuleInput): Generator<Found> {
  const {
    actions: { values, not },
    resources,
  } = statement
  if (kind !== 'identity' && kind !== 'resource') return
  if (not) yield found('not-action-with-allow', pathOf('NotAction'), 'every action but those listed is allowed')
  if (not && resources?.not) yield found('not-action-and-not-resource', path, 'NotAction and NotResource stand together')
  if (kind !== 'identity' || !isOnEverything(statement)) return
  const everything = values.findIndex(({ text }) => text === '*')
  if (!not && everything >= 0 && statement.conditions.length === 0) {
    yield found('allow-everything', pathOf('Action', everything), 'every action on every resource is allowed')
    return
  }
  for (const [index, { text }] of values.entries()) {
    if (!not && statement.conditions.length === 0 && /^[^:]+:\*+$/.test(text)) {
      yield found('service-wide-allow', pathOf('Action', index), `\`${shown(text)}\` is allowed on every resource`)
    }
  }
  yield* dangerous(statement, pathOf(not ? 'NotAction' : 'Action'))
}

/** By which a principal gives itself more (IAM user guide, "Security best practices"; the well-known list of IAM escalations). */
const escalations: readonly string[] = [
  'iam:CreatePolicyVersion',
  'iam:SetDefaultPolicyVersion',
  'iam:AttachUserPolicy',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:PutUserPolicy',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:AddUserToGroup',
  'iam:UpdateAssumeRolePolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
]

function* dangerous(statement: RuleInput['placed']['statement'], path: string): Generator<Found> {
  const { conditions } = statement
  const compares = (key: string) => conditions.some((condition) => condition.key === key)
  if (names(statement, 'iam:PassRole')) yield found('pass-role-everywhere', path, 'every role may be passed to a service')
  if (names(statement, 'sts:AssumeRole')) yield found('assume-any-role', path, 'every role that lets itself be taken may be taken')
  if (names(statement, 'iam:CreateServiceLinkedRole') && !compares('iam:awsservicename')) {
    yield found('any-service-linked-role', path, 'the linked role of every service may be made')
  }
  const open = escalations.filter((action) => names(statement, action))
  if (open.length > 0 && conditions.length === 0)
    yield found('privilege-escalation', path, `on every resource: ${open.slice(0, 3).join(', ')}${open.length > 3 ? ', …' : ''}`)
}

/** PassRole on named roles, without a word about the service. */
export const passRoleRules: Rules = function* ({ placed: { statement, pathOf }, kind }) {
  if (kind !== 'identity' || statement.effect !== 'Allow' || statement.actions.not || isOnEverything(statement)) return
  const index = statement.actions.values.findIndex(({ text }) => text.toLowerCase() === 'iam:passrole')
  if (index >= 0 && !statement.conditions.some(({ key }) => key === 'iam:passedtoservice')) {
    yield found('pass-role-to-any-service', pathOf('Action', index), 'the roles may be passed to any service')
  }
}
