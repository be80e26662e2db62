import { nearest } from '../../kernel/nearest.ts'
import type { KeyType } from '../access-level.ts'
import { parseOperator } from '../condition.ts'
import { shown } from '../json.ts'
import { conditionValueRules } from './condition-values.ts'
import type { RuleFinding } from './finding.ts'
import { keyWithActions } from './key-with-actions.ts'
import { isAlwaysThere, keyNames, knownKey } from './known-keys.ts'
import type { Looked } from './looked.ts'
import { finding, type RuleInput, type Rules, twins } from './rule.ts'

/** Findings about each condition. */
export const conditionRules: Rules = function* (input) {
  const {
    placed: { statement, conditionPath },
    reference,
  } = input
  for (const condition of statement.conditions) {
    const operator = parseOperator(condition.operator)
    if ('message' in operator) continue
    const at = (value?: number) => conditionPath(condition.operator, condition.key, value)
    const key = knownKey(condition.key, reference)
    if (key === 'unknown' || key === 'unknown-prefix')
      yield unknownKey(condition.key, key, at(), reference)
    const looked: Looked = {
      ...input,
      condition,
      base: operator.base,
      set: operator.set,
      ifExists: operator.ifExists,
      at,
      key: typeof key === 'object' ? key : undefined,
    }
    yield* setRules(looked)
    yield* typeRules(looked)
    yield* conditionValueRules(looked)
    yield* absenceRules(looked)
    yield* keyWithActions(looked)
  }
  const twice = twins(statement.conditions, ({ operator, key }) => `${operator} ${key}`)
  for (const index of twice) {
    const { operator, key } = statement.conditions[index]!
    yield finding(
      'key-twice',
      conditionPath(operator, key),
      `\`${shown(key)}\` stands twice under ${operator}`,
    )
  }
  yield* variables(input)
}

function unknownKey(
  key: string,
  why: 'unknown' | 'unknown-prefix',
  path: string,
  reference: RuleInput['reference'],
): RuleFinding {
  const prefix = key.slice(0, key.indexOf(':'))
  if (why === 'unknown-prefix')
    return finding(
      'unknown-key-prefix',
      path,
      `\`${shown(prefix)}\` is no service with condition keys`,
    )
  const whole = key.includes(':') ? key : `aws:${key}`
  const close = nearest(whole, keyNames(whole === key ? prefix : 'aws', reference))
  return finding(
    'unknown-key',
    path,
    `there is no condition key \`${shown(key)}\`${close ? `: did you mean \`${close}\`?` : ''}`,
    close === undefined || /[<$]/.test(close) ? undefined : { kind: 'name', text: close },
  )
}

function* setRules({
  condition: { key, operator },
  base,
  set,
  at,
  key: known,
  placed: { statement },
}: Looked): Generator<RuleFinding> {
  if (base === 'Null') return
  if (known?.multivalued && !set)
    yield finding(
      'multivalued-without-set',
      at(),
      `\`${shown(known.name)}\` has several values, and ${operator} compares one`,
      { kind: 'operator', name: `ForAnyValue:${operator}` },
    )
  if (known && !known.multivalued && set)
    yield finding('set-operator-on-single', at(), `\`${shown(known.name)}\` has one value`, {
      kind: 'operator',
      name: operator.slice(operator.indexOf(':') + 1),
    })
  const guarded = statement.conditions.some(
    (other) =>
      other.key === key &&
      other.operator === 'Null' &&
      other.values.every((value) => value.toLowerCase() === 'false'),
  )
  if (set === 'ForAllValues' && statement.effect === 'Allow' && !guarded) {
    yield finding(
      'for-all-without-null',
      at(),
      `ForAllValues also holds for a request without \`${shown(key)}\``,
    )
  }
}

const operatorsOf: Readonly<Record<KeyType, RegExp>> = {
  String: /^(?:String|Arn|Binary|Bool|Numeric|Date|IpAddress|NotIpAddress)/,
  ARN: /^(?:Arn|String)/,
  Bool: /^(?:Bool|String)/,
  Numeric: /^(?:Numeric|String|Date)/,
  Date: /^(?:Date|Numeric|String)/,
  IPAddress: /^(?:IpAddress|NotIpAddress|String)/,
  Binary: /^(?:Binary|String)/,
}

function* typeRules({
  condition: { operator, values },
  base,
  at,
  key,
}: Looked): Generator<RuleFinding> {
  if (/^Arn(?:Not)?Equals$/.test(base) && values.some((value) => /[*?]/.test(value)))
    yield finding('obsolete-operator', at(), `${operator} stands with a wildcard`, {
      kind: 'operator',
      name: operator.replace('Equals', 'Like'),
    })
  if (!key || base === 'Null') return
  // AWS documents the `aws:` keys of type String one by one; the types of services' keys are less
  // certain.
  const odd =
    !operatorsOf[key.type].test(base) ||
    (key.type === 'String' &&
      key.name.startsWith('aws:') &&
      /^(?:Numeric|Date|Bool|Binary|IpAddress|NotIp)/.test(base) &&
      !key.name.includes('<'))
  if (odd)
    yield finding(
      'operator-for-other-type',
      at(),
      `\`${shown(key.name)}\` is of type ${key.type}, and ${operator} is not for it`,
    )
  else if (key.type === 'ARN' && base.startsWith('String'))
    yield finding('string-operator-on-arn', at(), `\`${shown(key.name)}\` is an ARN`)
}

function* absenceRules({
  condition: { key, values, operator },
  base,
  ifExists,
  at,
  placed: { statement },
}: Looked): Generator<RuleFinding> {
  const { effect, conditions } = statement
  const yes = values.every((value) => value.toLowerCase() === 'true')
  const no = values.every((value) => value.toLowerCase() === 'false')
  if (key === 'aws:multifactorauthpresent' && base === 'Bool') {
    if (effect === 'Allow' && ifExists && yes)
      yield finding(
        'mfa-if-exists',
        at(),
        `${operator} also allows credentials that never knew MFA`,
      )
    if (effect === 'Deny' && !ifExists && no)
      yield finding('mfa-without-if-exists', at(), 'long-term keys are not denied')
  }
  const negated = /Not/.test(base)
  const others = conditions.some((other) => other.key === key && other.operator !== operator)
  if (effect === 'Allow' && negated && !isAlwaysThere(key) && !others)
    yield finding('negation-allows-absent', at(), `a request without \`${shown(key)}\` is allowed`)
  const forgeable = (name: string) => name === 'aws:referer' || name === 'aws:useragent'
  if (effect === 'Allow' && forgeable(key) && conditions.every((other) => forgeable(other.key)))
    yield finding('forgeable-key', at(), `\`${shown(key)}\` is the caller's to choose`)
}

function* variables({
  placed: { statement, pathOf, conditionPath },
  reference,
}: RuleInput): Generator<RuleFinding> {
  const uses = [
    ...statement.conditions.flatMap((condition) =>
      condition.variables.map((name) => ({
        name,
        path: conditionPath(condition.operator, condition.key),
      })),
    ),
    ...(statement.resources?.values ?? []).flatMap((pattern, index) =>
      pattern.variables.map((name) => ({
        name,
        path: pathOf(statement.resources!.not ? 'NotResource' : 'Resource', index),
      })),
    ),
  ]
  for (const { name, path } of uses) {
    const key = knownKey(name, reference)
    if (key === 'unknown') {
      const close = nearest(name, keyNames(name.slice(0, name.indexOf(':')), reference))
      const meant = close ? `: did you mean \`${close}\`?` : ''
      yield finding(
        'unknown-variable',
        path,
        `there is no condition key \`${shown(name)}\`${meant}`,
      )
    }
    if (typeof key === 'object' && key.multivalued)
      yield finding('multivalued-variable', path, `\`${shown(key.name)}\` has several values`)
  }
}
