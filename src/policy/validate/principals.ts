import { parseArn } from '../../kernel/arn.ts'
import { shown } from '../json.ts'
import type { PrincipalPattern } from '../principal.ts'
import type { RuleFinding } from './finding.ts'
import { narrows } from './reach.ts'
import { finding, type RuleInput, type Rules, twins } from './rule.ts'

/** Condition keys about the caller: with one of them, an Allow for everybody is not public. */
const narrowing = new RegExp(
  [
    '^aws:principal(?:arn|account|orgid|orgpaths)$',
    '^aws:source(?:arn|account|orgid|orgpaths|vpc|vpce|ip)$',
    '^aws:(?:vpce\\w+|userid)$',
    ':sub$',
    '^kms:calleraccount$',
  ].join('|'),
)

/** Findings about the Principal element of resource and trust policies. */
export const principalRules: Rules = function* (input) {
  const {
    placed: { statement, principalPaths },
    kind,
  } = input
  const { principals } = statement
  if (!principals) return
  if (principals.not) yield* spared(input, principals.values)
  const everybody = principals.values.some((pattern) => pattern.kind === '*')
  const doubles = twins(
    principals.values,
    (pattern) => `${pattern.kind} ${pattern.account ?? pattern.text}`,
  )
  for (const index of doubles)
    yield finding(
      'duplicate-principal',
      principalPaths[index]!,
      `\`${shown(principals.values[index]!.text)}\` stands twice`,
    )
  for (const [index, pattern] of principals.values.entries()) {
    const path = principalPaths[index]!
    if (everybody && pattern.kind === 'AWS')
      yield finding('redundant-principal', path, `\`${shown(pattern.text)}\` is part of \`*\``)
    if (pattern.kind === 'CanonicalUser' && kind === 'trust')
      yield finding('canonical-user-outside-s3', path, 'a canonical user takes no role')
    if (/:assumed-role\//.test(pattern.text)) {
      yield finding('session-as-principal', path, `\`${shown(pattern.text)}\` is one session`)
      const role = roleOf(pattern.text)
      if (principals.values.some(({ text }) => text === role))
        yield finding('redundant-principal', path, `\`${shown(role)}\` stands beside its session`)
    }
    if (pattern.kind === 'Federated' && kind !== 'trust')
      yield finding('provider-outside-trust', path, `\`${shown(pattern.text)}\` only takes roles`)
    if (statement.effect === 'Allow' && !principals.not) yield* allowed(input, pattern, path)
  }
}

/** The ARN of a session's role, which has no path in the session's. */
function roleOf(session: string): string {
  return session.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]*)\/.*$/, ':role/$1')
}

function* allowed(
  { placed: { statement }, kind, account }: RuleInput,
  pattern: PrincipalPattern,
  path: string,
): Generator<RuleFinding> {
  const { conditions } = statement
  if (pattern.kind === '*' && !conditions.some((condition) => narrows(condition, narrowing)))
    yield finding('public-principal', path, 'everybody is allowed, strangers included')
  if (pattern.kind === 'AWS' && account !== undefined) {
    const owner = pattern.account ?? parseArn(pattern.text)?.account
    if (owner !== undefined && owner !== account) {
      yield finding('foreign-principal', path, `\`${shown(pattern.text)}\` is of another account`)
      if (
        kind === 'trust' &&
        !conditions.some((condition) =>
          narrows(condition, /^(?:sts:externalid|aws:principalorgid|aws:principalorgpaths)$/),
        )
      ) {
        yield finding(
          'foreign-without-external-id',
          path,
          `\`${shown(pattern.text)}\` may be led to take this role for somebody else`,
        )
      }
    }
  }
  const source = /^aws:source(?:arn|account|orgid|orgpaths)$/
  if (
    kind === 'resource' &&
    pattern.kind === 'Service' &&
    !conditions.some((condition) => narrows(condition, source))
  ) {
    yield finding(
      'service-without-source',
      path,
      `\`${shown(pattern.text)}\` may call for any of its customers`,
    )
  }
}

/** Keys that describe a principal of an account: a service's request has none of them. */
const ofAccounts =
  /^aws:(?:principal(?:orgid|orgpaths|arn|tag\/.*)|username|sourceidentity|federatedprovider)$/
const sourceOwner = /^aws:source(?:account|orgid|orgpaths)$/

/** Findings about conditions of statements that name services. */
export const servicePrincipalRules: Rules = function* ({
  placed: { statement, conditionPath },
  kind,
}) {
  const { principals, conditions, effect } = statement
  if (kind === 'resource')
    for (const { operator, key } of conditions)
      if (/^(?:aws:resource(?:account|orgid|orgpaths)|s3:resourceaccount)$/.test(key))
        yield finding(
          'key-of-the-resource',
          conditionPath(operator, key),
          `the policy's own resource always has the same \`${shown(key)}\``,
        )
  if (!principals || principals.not || principals.values.some((one) => one.kind !== 'Service'))
    return
  for (const { operator, key, values } of conditions) {
    const positive = !/Not|IfExists$|ForAllValues|^Null$/.test(operator)
    if (positive && ofAccounts.test(key))
      yield finding(
        'key-not-for-services',
        conditionPath(operator, key),
        `requests of services never have \`${shown(key)}\``,
      )
    const open = values.find((value) => /^arn:[^:]*:[^:]*:[^:]*::/.test(value))
    if (
      effect === 'Allow' &&
      positive &&
      key === 'aws:sourcearn' &&
      open !== undefined &&
      !conditions.some((other) => sourceOwner.test(other.key))
    )
      yield finding(
        'source-without-account',
        conditionPath(operator, key),
        `\`${shown(open)}\` may belong to another account one day`,
      )
  }
}

function* spared(
  { placed: { principalPaths, pathOf } }: RuleInput,
  values: readonly PrincipalPattern[],
): Generator<RuleFinding> {
  yield finding('not-principal', pathOf('NotPrincipal'), 'NotPrincipal spares fewer than it seems')
  const accounts = new Set(values.flatMap(({ account }) => account ?? []))
  for (const [index, { kind, text, account }] of values.entries()) {
    const owner = kind === 'AWS' && account === undefined ? parseArn(text)?.account : undefined
    if (owner !== undefined && /^\d{12}$/.test(owner) && !accounts.has(owner)) {
      yield finding(
        'not-principal-lacks-account',
        principalPaths[index]!,
        `\`${shown(text)}\` is denied all the same: account ${owner} is not listed`,
      )
    }
  }
}
