import { parseArn } from '../../kernel/arn.ts'
import type { Condition } from '../condition.ts'
import { shown } from '../json.ts'
import type { PrincipalPattern } from '../principal.ts'
import type { Found } from './finding.ts'
import { found, type RuleInput, type Rules, twins } from './rule.ts'

/** Keys that tell who calls, by which an Allow for everybody is not public. */
const narrowing =
  /^aws:(?:principal(?:arn|account|orgid|orgpaths)|source(?:arn|account|orgid|orgpaths|vpc|vpce|ip)|vpcsourceip|vpce\w+|userid)$|:sub$|^kms:calleraccount$/

/** Whether a condition narrows: a positive operator that a value has to fit. */
export function narrows({ key, operator, values }: Condition, wanted: RegExp): boolean {
  return wanted.test(key) && !/Not|IfExists$|ForAllValues|^Null$/.test(operator) && values.every((value) => !/^[*?]+$/.test(value))
}

/** What the Principal element of resource and trust policies gives to say. */
export const principalRules: Rules = function* (input) {
  const {
    placed: { statement, principalPaths },
    kind,
  } = input
  const { principals } = statement
  if (!principals) return
  if (principals.not) yield* spared(input, principals.values)
  const everybody = principals.values.some((pattern) => pattern.kind === '*')
  const doubles = twins(principals.values, (pattern) => `${pattern.kind} ${pattern.account ?? pattern.text}`)
  for (const index of doubles) yield found('duplicate-principal', principalPaths[index]!, `\`${shown(principals.values[index]!.text)}\` stands twice`)
  for (const [index, pattern] of principals.values.entries()) {
    const path = principalPaths[index]!
    if (everybody && pattern.kind === 'AWS') yield found('redundant-principal', path, `\`${shown(pattern.text)}\` is part of \`*\``)
    if (pattern.kind === 'CanonicalUser' && kind === 'trust') yield found('canonical-user-outside-s3', path, 'a canonical user takes no role')
    if (/:assumed-role\//.test(pattern.text)) yield found('session-as-principal', path, `\`${shown(pattern.text)}\` is one session`)
    if (statement.effect === 'Allow' && !principals.not) yield* allowed(input, pattern, path)
  }
}

function* allowed({ placed: { statement }, kind, account }: RuleInput, pattern: PrincipalPattern, path: string): Generator<Found> {
  const { conditions } = statement
  if (pattern.kind === '*' && !conditions.some((condition) => narrows(condition, narrowing)))
    yield found('public-principal', path, 'everybody is allowed, strangers included')
  if (pattern.kind === 'AWS' && account !== undefined) {
    const owner = pattern.account ?? parseArn(pattern.text)?.account
    if (owner !== undefined && owner !== account) {
      yield found('foreign-principal', path, `\`${shown(pattern.text)}\` is of another account`)
      if (kind === 'trust' && !conditions.some((condition) => narrows(condition, /^(?:sts:externalid|aws:principalorgid|aws:principalorgpaths)$/))) {
        yield found('foreign-without-external-id', path, `\`${shown(pattern.text)}\` may be led to take this role for somebody else`)
      }
    }
  }
  const source = /^aws:source(?:arn|account|orgid|orgpaths)$/
  if (kind === 'resource' && pattern.kind === 'Service' && !conditions.some((condition) => narrows(condition, source))) {
    yield found('service-without-source', path, `\`${shown(pattern.text)}\` may call for any of its customers`)
  }
}

function* spared({ placed: { principalPaths, pathOf } }: RuleInput, values: readonly PrincipalPattern[]): Generator<Found> {
  yield found('not-principal', pathOf('NotPrincipal'), 'NotPrincipal spares fewer than it seems')
  const accounts = new Set(values.flatMap(({ account }) => account ?? []))
  for (const [index, { kind, text, account }] of values.entries()) {
    const owner = kind === 'AWS' && account === undefined ? parseArn(text)?.account : undefined
    if (owner !== undefined && !accounts.has(owner)) {
      yield found('not-principal-lacks-account', principalPaths[index]!, `\`${shown(text)}\` is denied all the same: account ${owner} is not listed`)
    }
  }
}
