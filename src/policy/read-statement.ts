import { parseAction } from './action.ts'
import { type Condition, compileCondition, type OperatorName, parseOperator } from './condition.ts'
import { membersOf, type Placed, type Problems, scalarsOf, stringOf, stringsOf } from './grammar.ts'
import { type Json, type Member, memberPath, shown } from './json.ts'
import { type PrincipalPattern, parsePrincipal, principalKinds } from './principal.ts'
import type { Refusal } from './problem-code.ts'
import type { PolicyKind } from './question.ts'
import { parseResource } from './resource.ts'
import type { OneOf, Statement } from './statement.ts'

/** Which elements a kind of policy requires, allows and forbids. */
interface Shape {
  readonly principal: boolean
  readonly resource: boolean
  readonly effects: readonly string[]
  /** Elements that this kind does not have. */
  readonly without: readonly string[]
  /** Principal must be `*`. */
  readonly everybody?: true
}
const both = ['Allow', 'Deny']
const own: Shape = {
  principal: false,
  resource: true,
  effects: both,
  without: ['Principal', 'NotPrincipal'],
}
const shapes: Readonly<Record<PolicyKind, Shape>> = {
  identity: own,
  boundary: own,
  session: own,
  'service-control': own,
  resource: { principal: true, resource: true, effects: both, without: [] },
  trust: {
    principal: true,
    resource: false,
    effects: both,
    without: ['Resource', 'NotResource', 'NotPrincipal'],
  },
  // AWS Organizations user guide, "RCP syntax".
  'resource-control': {
    principal: true,
    resource: true,
    effects: ['Deny'],
    without: ['NotPrincipal', 'NotAction'],
    everybody: true,
  },
}
const none: readonly never[] = []
const elements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

export interface StatementPlace {
  readonly json: Json
  readonly path: string
  readonly index: number
  /** The policy's id. */
  readonly policy: string
  readonly kind: PolicyKind
  /** Only under Version 2012-10-17. */
  readonly variables: boolean
}

/** A statement whose members are known, while its elements are read. */
interface Reading extends Omit<StatementPlace, 'json'> {
  /** Offset of the statement. */
  readonly at: number
  readonly members: ReadonlyMap<string, Member>
  readonly shape: Shape
  readonly problems: Problems
}
interface PlacedJson {
  readonly json: Json
  readonly path: string
}

/**
 * Reads one statement. Reports problems and returns undefined when something is missing or wrong.
 */
export function readStatement(
  { json, ...place }: StatementPlace,
  problems: Problems,
): Statement | undefined {
  const { path, index, policy, kind, variables } = place
  const members = membersOf(json, path, elements, problems)
  if (!members) return undefined
  const shape = shapes[kind]
  const reading: Reading = { ...place, at: json.at, members, shape, problems }
  const sid = readSid(reading)
  const effect = readEffect(reading)
  const actions = oneOf(reading, 'Action', true, (element) =>
    stringsOf(element.json, element.path, problems).flatMap((value) =>
      accepted(parseAction(value.text), value, problems),
    ),
  )
  const resources = oneOf(reading, 'Resource', shape.resource, (element) =>
    stringsOf(element.json, element.path, problems).flatMap((value) =>
      accepted(parseResource(value.text, variables), value, problems),
    ),
  )
  const principals = oneOf(reading, 'Principal', shape.principal, (element) =>
    readPrincipals(element, problems),
  )
  refuseForeign(reading)
  reportPrincipals(reading, effect, principals?.values ?? [])
  const conditions = readConditions(reading)
  if (!effect || !actions || (shape.resource && !resources) || (shape.principal && !principals))
    return undefined
  return {
    index,
    sid,
    effect,
    actions,
    resources,
    principals,
    conditions: conditions.length === 0 ? none : [...conditions],
    reason: { policy, statement: index, layer: kind, ...(sid !== undefined && { sid }) },
  }
}

function readSid({ members, path, kind, shape, problems }: Reading): string | undefined {
  const member = members.get('Sid')
  const sid = member && stringOf(member.value, memberPath(path, 'Sid'), problems)
  if (!sid) return undefined
  const fits = shape.principal ? /^[\w .,:/=+@-]{0,256}$/ : /^[A-Za-z0-9]{0,256}$/
  const letters = shape.principal ? 'letters, digits, spaces and .,:/=+@_-' : 'letters and digits'
  if (!fits.test(sid.text)) {
    const rule = `a Sid of ${article(kind)} policy has ${letters} only, at most 256`
    problems.report(sid, 'bad-sid', `${rule}; found \`${shown(sid.text)}\``)
  }
  return sid.text
}

function readEffect(reading: Reading): 'Allow' | 'Deny' | undefined {
  const { members, path, shape, problems } = reading
  const member = members.get('Effect')
  if (!member) return problems.report(reading, 'no-effect', 'the statement has no Effect')
  const effect = stringOf(member.value, memberPath(path, 'Effect'), problems)
  if (!effect) return undefined
  if (!shape.effects.includes(effect.text))
    return problems.report(
      effect,
      'unknown-effect',
      `${shape.effects.join(' or ')} is expected, \`${shown(effect.text)}\` found`,
    )
  return effect.text as 'Allow' | 'Deny'
}

/** Reads an element or its Not… form; where required, exactly one of them must be present. */
function oneOf<T>(
  reading: Reading,
  name: string,
  required: boolean,
  read: (element: PlacedJson) => readonly T[],
): OneOf<T> | undefined {
  const { members, path, problems } = reading
  const plain = members.get(name)
  const not = members.get(`Not${name}`)
  if (!required) return undefined
  if (plain && not)
    return problems.report(
      { at: not.at, path: memberPath(path, not.name) },
      'element-beside-its-not',
      `${name} and Not${name} can't stand together`,
    )
  const member = plain ?? not
  if (!member)
    return problems.report(
      reading,
      'missing-element',
      `the statement has neither ${name} nor Not${name}`,
    )
  // Copy the object, so that it has no spare capacity: there are many policies, and they live long.
  return {
    not: member === not,
    values: [...read({ json: member.value, path: memberPath(path, member.name) })],
  }
}

function refuseForeign({ members, path, kind, shape, problems }: Reading): void {
  for (const name of shape.without) {
    const member = members.get(name)
    if (member)
      problems.report(
        { at: member.at, path: memberPath(path, name) },
        'foreign-element',
        `${article(kind)} policy has no ${name}`,
      )
  }
}

/**
 * Checks what NotPrincipal may be combined with (IAM user guide, "NotPrincipal"), and whom a
 * resource control policy may name.
 */
function reportPrincipals(
  { members, path, shape, problems }: Reading,
  effect: string | undefined,
  values: readonly PrincipalPattern[],
): void {
  const not = members.get('NotPrincipal')
  if (not && effect === 'Allow') {
    problems.report(
      { at: not.at, path: memberPath(path, 'NotPrincipal') },
      'not-principal-with-allow',
      'NotPrincipal goes with Deny only; name who may in Principal instead',
    )
  }
  const named = members.get('Principal')
  if (shape.everybody && named && values.some(({ kind }) => kind !== '*')) {
    const place = { at: named.at, path: memberPath(path, 'Principal') }
    problems.report(
      place,
      'somebody-in-resource-control',
      'a resource-control policy names everybody, `*`; tell principals apart in Condition',
    )
  }
}

function readPrincipals(
  { json, path }: PlacedJson,
  problems: Problems,
): readonly PrincipalPattern[] {
  if (json.type === 'string') {
    if (json.text === '*') return [{ text: '*', kind: '*' }]
    problems.report(
      { at: json.at, path },
      'principal-shape',
      `\`*\`, or an object such as { "AWS": … }, is expected; found \`${shown(json.text)}\``,
    )
    return []
  }
  const kinds = membersOf(json, path, principalKinds, problems)
  if (kinds?.size === 0)
    problems.report({ at: json.at, path }, 'empty-principal', 'at least one principal is expected')
  return principalKinds.flatMap((kind) => {
    const member = kinds?.get(kind)
    if (!member) return []
    return stringsOf(member.value, memberPath(path, kind), problems).flatMap((value) =>
      accepted(parsePrincipal(kind, value.text), value, problems),
    )
  })
}

function readConditions(reading: Reading): readonly Condition[] {
  const { members, variables, problems } = reading
  const path = memberPath(reading.path, 'Condition')
  const member = members.get('Condition')
  if (!member) return []
  if (member.value.type !== 'object') {
    problems.report(
      { at: member.value.at, path },
      'conditions-shape',
      'an object of condition operators is expected',
    )
    return []
  }
  return member.value.members.flatMap(({ name, at, value }) => {
    const operator = parseOperator(name)
    const here = memberPath(path, name)
    if ('message' in operator) {
      problems.report(
        { at, path: here },
        operator.code,
        `\`${shown(name)}\` is ${operator.message}`.replace('is `Null`', 'is refused: `Null`'),
      )
      return []
    }
    if (value.type !== 'object') {
      problems.report(
        { at: value.at, path: here },
        'keys-shape',
        'an object of condition keys is expected',
      )
      return []
    }
    return value.members.flatMap((key) =>
      readCondition({ name, operator, key, path: memberPath(here, key.name), variables }, problems),
    )
  })
}

/** IAM stores any name; a key that no request has is a finding of `validate`. */
const keyName = /^(?=[A-Za-z0-9])[\x20-\x7e\u00a0-\uffff]{1,512}$/

interface ConditionPlace {
  /** The operator as written. */
  readonly name: string
  readonly operator: OperatorName
  readonly key: Member
  readonly path: string
  readonly variables: boolean
}

function readCondition(
  { name, operator, key, path, variables }: ConditionPlace,
  problems: Problems,
): readonly Condition[] {
  if (!keyName.test(key.name))
    problems.report(
      { at: key.at, path },
      'bad-key',
      'a condition key starts with a letter or digit and has at most 512 printable characters',
    )
  const values = scalarsOf(key.value, path, problems)
  const compiled = compileCondition({
    name,
    operator,
    key: key.name,
    values: values.map(({ text }) => text),
    variables,
  })
  if (compiled.ok) return [compiled.condition]
  for (const { value, code, message } of compiled.problems)
    problems.report(values[value]!, code, `${message}; found \`${shown(values[value]!.text)}\``)
  return []
}

function accepted<T extends object>(
  parsed: T | Refusal,
  value: Placed,
  problems: Problems,
): readonly T[] {
  if (!('message' in parsed)) return [parsed]
  problems.report(value, parsed.code, `${parsed.message}; found \`${shown(value.text)}\``)
  return []
}

function article(kind: PolicyKind): string {
  return kind === 'identity' ? 'an identity' : `a ${kind}`
}
