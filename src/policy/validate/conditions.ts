import { nearest } from '../../kernel/nearest.ts'
import type { KeyType } from '../access-level.ts'
import { parseRange } from '../address.ts'
import { type Condition, parseOperator } from '../condition.ts'
import { shown } from '../json.ts'
import type { Found } from './finding.ts'
import { fitsKey, isAlwaysThere, type KnownKey, keyNames, knownKey } from './known-keys.ts'
import { actionsOf, found, type RuleInput, type Rules, twins } from './rule.ts'

interface Looked extends RuleInput {
  readonly condition: Condition
  readonly base: string
  readonly set: string | undefined
  readonly ifExists: boolean
  /** The key's own path, and that of a value. */
  readonly at: (value?: number) => string
  readonly key: KnownKey | undefined
}

/** What each condition gives to say. */
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
    if (key === 'unknown' || key === 'unknown-prefix') yield unknownKey(condition.key, key, at(), reference)
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
    yield* valueRules(looked)
    yield* addressRules(looked)
    yield* absenceRules(looked)
    yield* keyWithActions(looked)
  }
  const twice = twins(statement.conditions, ({ operator, key }) => `${operator} ${key}`)
  for (const index of twice) {
    const { operator, key } = statement.conditions[index]!
    yield found('key-twice', conditionPath(operator, key), `\`${shown(key)}\` stands twice under ${operator}`)
  }
  yield* contradictions(input)
  yield* variables(input)
}

function unknownKey(key: string, why: 'unknown' | 'unknown-prefix', path: string, reference: RuleInput['reference']): Found {
  const prefix = key.slice(0, key.indexOf(':'))
  if (why === 'unknown-prefix') return found('unknown-key-prefix', path, `\`${shown(prefix)}\` is no service with condition keys`)
  const close = nearest(key, keyNames(prefix, reference))
  return found('unknown-key', path, `there is no condition key \`${shown(key)}\`${close ? `: did you mean \`${close}\`?` : ''}`)
}

function* setRules({ condition: { key, operator }, base, set, at, key: known, placed: { statement } }: Looked): Generator<Found> {
  if (base === 'Null') return
  if (known?.multivalued && !set)
    yield found('multivalued-without-set', at(), `\`${shown(known.name)}\` has several values, and ${operator} compares one`)
  if (known && !known.multivalued && set) yield found('set-operator-on-single', at(), `\`${shown(known.name)}\` has one value`)
  const guarded = statement.conditions.some(
    (other) => other.key === key && other.operator === 'Null' && other.values.every((value) => value.toLowerCase() === 'false'),
  )
  if (set === 'ForAllValues' && statement.effect === 'Allow' && !guarded) {
    yield found('for-all-without-null', at(), `ForAllValues also holds for a request without \`${shown(key)}\``)
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

function* typeRules({ condition: { operator, values }, base, at, key }: Looked): Generator<Found> {
  if (/^Arn(?:Not)?Equals$/.test(base) && values.some((value) => /[*?]/.test(value)))
    yield found('obsolete-operator', at(), `${operator} stands with a wildcard`)
  if (!key || base === 'Null') return
  // aws:… keys of type String are documented one by one; those of services are less certain.
  const odd =
    !operatorsOf[key.type].test(base) ||
    (key.type === 'String' && key.name.startsWith('aws:') && /^(?:Numeric|Date|Bool|Binary|IpAddress|NotIp)/.test(base) && !key.name.includes('<'))
  if (odd) yield found('operator-for-other-type', at(), `\`${shown(key.name)}\` is of type ${key.type}, and ${operator} is not for it`)
  else if (key.type === 'ARN' && base.startsWith('String')) yield found('string-operator-on-arn', at(), `\`${shown(key.name)}\` is an ARN`)
}

const accountKeys = /^aws:(?:source|principal|resource|vpce)account$/

function* valueRules({ condition: { key, values, operator }, base, at }: Looked): Generator<Found> {
  const wild = (value: string) => /[*?]/.test(value.replace(/\$\{[*?$]\}/g, ''))
  for (const [index, value] of values.entries()) {
    if (/^String(?:Not)?Equals/.test(base) && wild(value))
      yield found('literal-wildcard', at(index), `\`${shown(value)}\` has a wildcard, and ${operator} takes none`)
    if (accountKeys.test(key) && /^String(?:Not)?Equals/.test(base) && !/^\d{12}$/.test(value) && !value.includes('$')) {
      yield found('account-value', at(index), `\`${shown(value)}\` is no account`)
    }
  }
  if (/^String(?:Not)?Like$/.test(base) && values.every((value) => !wild(value) && !value.includes('${')))
    yield found('like-without-wildcard', at(), `${operator} stands without a wildcard`)
  if (/^String(?:Like)$/.test(base) && values.some((value) => /^\*+$/.test(value))) yield found('always-holds', at(), 'every value fits `*`')
  for (const index of twins(values, (value) => value)) yield found('duplicate-value', at(index), `\`${shown(values[index]!)}\` stands twice`)
}

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'].map(
  (range) => parseRange(range)!,
)

function* addressRules({ condition: { key, values }, base, at, placed: { statement } }: Looked): Generator<Found> {
  if (!/IpAddress$/.test(base)) return
  for (const [index, value] of values.entries()) {
    const range = parseRange(value)
    if (!range) continue
    const inside = privateRanges.some(
      (one) => one.words.length === range.words.length && range.bits >= one.bits && masked(range.words, one.bits) === masked(one.words, one.bits),
    )
    if (key === 'aws:sourceip' && inside) yield found('private-source-ip', at(index), `\`${shown(value)}\` is private`)
    if (range.bits === 0 && statement.effect === 'Allow') yield found('every-address', at(index), `\`${shown(value)}\` holds every address`)
    if (range.bits > 0 && masked(range.words, range.bits) !== masked(range.words, 128))
      yield found('address-with-host-bits', at(index), `\`${shown(value)}\` has bits behind its prefix`)
  }
}

/** The words of an address with only its first bits left. */
function masked(words: readonly number[], bits: number): string {
  return words
    .map((word, i) => {
      const left = Math.min(32, Math.max(0, bits - i * 32))
      return left === 0 ? 0 : (word & (left === 32 ? 0xffffffff : ~(0xffffffff >>> left))) >>> 0
    })
    .join(':')
}

function* absenceRules({ condition: { key, values, operator }, base, ifExists, at, placed: { statement } }: Looked): Generator<Found> {
  const { effect, conditions } = statement
  const yes = values.every((value) => value.toLowerCase() === 'true')
  const no = values.every((value) => value.toLowerCase() === 'false')
  if (key === 'aws:multifactorauthpresent' && base === 'Bool') {
    if (effect === 'Allow' && ifExists && yes) yield found('mfa-if-exists', at(), `${operator} also allows credentials that never knew MFA`)
    if (effect === 'Deny' && !ifExists && no) yield found('mfa-without-if-exists', at(), 'long-term keys are not denied')
  }
  const negated = /Not/.test(base)
  const others = conditions.some((other) => other.key === key && other.operator !== operator)
  if (effect === 'Allow' && negated && !isAlwaysThere(key) && !others)
    yield found('negation-allows-absent', at(), `a request without \`${shown(key)}\` is allowed`)
  const forgeable = (name: string) => name === 'aws:referer' || name === 'aws:useragent'
  if (effect === 'Allow' && forgeable(key) && conditions.every((other) => forgeable(other.key)))
    yield found('forgeable-key', at(), `\`${shown(key)}\` is the caller's to choose`)
}

function* keyWithActions({ condition, placed: { statement }, kind, reference, key, at }: Looked): Generator<Found> {
  if (!reference || !key || kind === 'trust' || statement.actions.not || !/^(?!aws:)/.test(condition.key)) return
  if (statement.actions.values.some(({ service }) => service === undefined || !reference.actions(service))) return
  const covered = actionsOf(statement, reference)
  const brings = covered.some(({ action }) => action.keys.some((name) => fitsKey(name, condition.key)))
  if (covered.length > 0 && !brings) yield found('key-not-for-actions', at(), `no action of the statement brings \`${shown(key.name)}\``)
}

function* contradictions({ placed: { statement, conditionPath } }: RuleInput): Generator<Found> {
  for (const { operator, key, values } of statement.conditions) {
    if (operator !== 'Null' || !values.every((value) => value.toLowerCase() === 'true')) continue
    const wants = statement.conditions.find(
      (other) => other.key === key && other.operator !== 'Null' && !/Not|IfExists|ForAllValues/.test(other.operator),
    )
    if (wants)
      yield found('contradiction', conditionPath(operator, key), `\`${shown(key)}\` has to be absent here and fits a value under ${wants.operator}`)
  }
}

function* variables({ placed: { statement, pathOf, conditionPath }, reference }: RuleInput): Generator<Found> {
  const uses = [
    ...statement.conditions.flatMap((condition) =>
      condition.variables.map((name) => ({ name, path: conditionPath(condition.operator, condition.key) })),
    ),
    ...(statement.resources?.values ?? []).flatMap((pattern, index) =>
      pattern.variables.map((name) => ({ name, path: pathOf(statement.resources!.not ? 'NotResource' : 'Resource', index) })),
    ),
  ]
  for (const { name, path } of uses) {
    const key = knownKey(name, reference)
    if (key === 'unknown') {
      const close = nearest(name, keyNames(name.slice(0, name.indexOf(':')), reference))
      yield found('unknown-variable', path, `there is no condition key \`${shown(name)}\`${close ? `: did you mean \`${close}\`?` : ''}`)
    }
    if (typeof key === 'object' && key.multivalued) yield found('multivalued-variable', path, `\`${shown(key.name)}\` has several values`)
  }
}
