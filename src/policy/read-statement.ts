import { parseAction } from './action.ts'
import { type Condition, compileCondition, type OperatorName, parseOperator } from './condition.ts'
import { membersOf, type Placed, type Problems, scalarsOf, stringOf, stringsOf } from './grammar.ts'
import { type Json, type Member, memberPath, shown } from './json.ts'
import { parsePrincipal, type PrincipalPattern, principalKinds } from './principal.ts'
import type { Refusal } from './problem-code.ts'
import type { PolicyKind } from './question.ts'
import { parseResource } from './resource.ts'
import type { OneOf, Statement } from './statement.ts'

/** What one kind of policy must have, may have and must not have. */
interface Shape {
  readonly principal: boolean
  readonly resource: boolean
  readonly effects: readonly string[]
  /** Elements that this kind alone has not. */
  readonly without: readonly string[]
  /** Principal is `*` and nothing else. */
  readonly everybody?: boolean
}
const both = ['Allow', 'Deny']
const own: Shape = { principal: false, resource: true, effects: both, without: ['Principal', 'NotPrincipal'] }
const shapes: Readonly<Record<PolicyKind, Shape>> = {
  identity: own,
  boundary: own,
  session: own,
  'service-control': own,
  resource: { principal: true, resource: true, effects: both, without: [] },
  trust: { principal: true, resource: false, effects: both, without: ['Resource', 'NotResource', 'NotPrincipal'] },
  // AWS Organizations user guide, "RCP syntax".
  'resource-control': { principal: true, resource: true, effects: ['Deny'], without: ['NotPrincipal', 'NotAction'], everybody: true },
}
const none: readonly never[] = []
const elements = [
  'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition',
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

/** Reads one statement; undefined when something is missing or wrong, which is reported. */
export function readStatement({ json, path, index, policy, kind, variables }: StatementPlace, problems: Problems): Statement | undefined {
  const members = membersOf(json, path, elements, problems)
  if (!members) return undefined
  const shape = shapes[kind]
  const place = { at: json.at, path }
  const sid = readSid(members.get('Sid'), path, kind, problems)
  const effect = readEffect(members.get('Effect'), place, shape.effects, problems)
  const actions = oneOf(members, 'Action', place, true, problems, ({ json, path }) =>
    stringsOf(json, path, problems).flatMap((value) => accepted(parseAction(value.text), value, problems)))
  const resources = oneOf(members, 'Resource', place, shape.resource, problems, ({ json, path }) =>
    stringsOf(json, path, problems).flatMap((value) => accepted(parseResource(value.text, variables), value, problems)))
  const principals = oneOf(members, 'Principal', place, shape.principal, problems, (value) => readPrincipals(value, problems))
  refuseForeign(members, path, kind, problems)
  reportPrincipals(members, path, effect, shape, principals?.values ?? [], problems)
  const conditions = readConditions(members.get('Condition'), memberPath(path, 'Condition'), variables, problems)
  if (!effect || !actions || (shape.resource && !resources) || (shape.principal && !principals)) return undefined
  return {
    index,
    ...(sid !== undefined && { sid }),
    effect,
    actions,
    ...(shape.resource && resources && { resources }),
    ...(shape.principal && principals && { principals }),
    conditions: conditions.length === 0 ? none : [...conditions],
    reason: { policy, statement: index, layer: kind, ...(sid !== undefined && { sid }) },
  }
}

function readSid(member: Member | undefined, path: string, kind: PolicyKind, problems: Problems): string | undefined {
  const sid = member && stringOf(member.value, memberPath(path, 'Sid'), problems)
  if (!sid) return undefined
  const fits = shapes[kind].principal ? /^[\w .,:/=+@-]{0,256}$/ : /^[A-Za-z0-9]{0,256}$/
  const letters = shapes[kind].principal ? 'letters, digits, spaces and .,:/=+@_-' : 'letters and digits'
  if (!fits.test(sid.text)) problems.report(sid, 'bad-sid', `a Sid of ${article(kind)} policy has ${letters} only, at most 256; found \`${shown(sid.text)}\``)
  return sid.text
}

function readEffect(
  member: Member | undefined, { at, path }: { readonly at: number; readonly path: string }, effects: readonly string[], problems: Problems,
): 'Allow' | 'Deny' | undefined {
  if (!member) return problems.report({ at, path }, 'no-effect', 'the statement has no Effect')
  const effect = stringOf(member.value, memberPath(path, 'Effect'), problems)
  if (!effect) return undefined
  if (!effects.includes(effect.text)) return problems.report(effect, 'unknown-effect', `${effects.join(' or ')} is expected, \`${shown(effect.text)}\` found`)
  return effect.text as 'Allow' | 'Deny'
}

/** An element or its Not… form, exactly one of them where it is required. */
function oneOf<T>(
  members: ReadonlyMap<string, Member>, name: string, { at, path }: { readonly at: number; readonly path: string }, required: boolean,
  problems: Problems, read: (value: { readonly json: Json; readonly path: string }) => readonly T[],
): OneOf<T> | undefined {
  const plain = members.get(name)
  const not = members.get(`Not${name}`)
  if (!required) return undefined
  if (plain && not) return problems.report({ at: not.at, path: memberPath(path, not.name) }, 'element-beside-its-not', `${name} and Not${name} can't stand together`)
  const member = plain ?? not
  if (!member) return problems.report({ at, path }, 'missing-element', `the statement has neither ${name} nor Not${name}`)
  // A copy has no spare room: policies are many and live long.
  return { not: member === not, values: [...read({ json: member.value, path: memberPath(path, member.name) })] }
}

function refuseForeign(members: ReadonlyMap<string, Member>, path: string, kind: PolicyKind, problems: Problems): void {
  for (const name of shapes[kind].without) {
    const member = members.get(name)
    if (member) problems.report({ at: member.at, path: memberPath(path, name) }, 'foreign-element', `${article(kind)} policy has no ${name}`)
  }
}

/** What NotPrincipal goes with (IAM user guide, "NotPrincipal"), and who a resource control policy may name. */
function reportPrincipals(
  members: ReadonlyMap<string, Member>, path: string, effect: string | undefined, { everybody }: Shape,
  values: readonly PrincipalPattern[], problems: Problems,
): void {
  const not = members.get('NotPrincipal')
  if (not && effect === 'Allow') {
    problems.report({ at: not.at, path: memberPath(path, 'NotPrincipal') }, 'not-principal-with-allow', 'NotPrincipal goes with Deny only; name who may in Principal instead')
  }
  const named = members.get('Principal')
  if (everybody && named && values.some(({ kind }) => kind !== '*')) {
    const place = { at: named.at, path: memberPath(path, 'Principal') }
    problems.report(place, 'somebody-in-resource-control', 'a resource-control policy names everybody, `*`; tell principals apart in Condition')
  }
}

function readPrincipals({ json, path }: { readonly json: Json; readonly path: string }, problems: Problems): readonly PrincipalPattern[] {
  if (json.type === 'string') {
    if (json.text === '*') return [{ text: '*', kind: '*' }]
    problems.report({ at: json.at, path }, 'principal-shape', `\`*\`, or an object such as { "AWS": … }, is expected; found \`${shown(json.text)}\``)
    return []
  }
  const kinds = membersOf(json, path, principalKinds, problems)
  if (kinds?.size === 0) problems.report({ at: json.at, path }, 'empty-principal', 'at least one principal is expected')
  return principalKinds.flatMap((kind) => {
    const member = kinds?.get(kind)
    if (!member) return []
    return stringsOf(member.value, memberPath(path, kind), problems)
      .flatMap((value) => accepted(parsePrincipal(kind, value.text), value, problems))
  })
}

function readConditions(member: Member | undefined, path: string, variables: boolean, problems: Problems): readonly Condition[] {
  if (!member) return []
  if (member.value.type !== 'object') {
    problems.report({ at: member.value.at, path }, 'conditions-shape', 'an object of condition operators is expected')
    return []
  }
  return member.value.members.flatMap(({ name, at, value }) => {
    const operator = parseOperator(name)
    const here = memberPath(path, name)
    if ('message' in operator) {
      problems.report({ at, path: here }, operator.code, `\`${shown(name)}\` is ${operator.message}`.replace('is `Null`', 'is refused: `Null`'))
      return []
    }
    if (value.type !== 'object') {
      problems.report({ at: value.at, path: here }, 'keys-shape', 'an object of condition keys is expected')
      return []
    }
    return value.members.flatMap((key) => readCondition({ name, operator, key, path: memberPath(here, key.name), variables }, problems))
  })
}

const keyName = /^[A-Za-z0-9-]{1,64}:[\x20-\x7e\u00a0-\uffff]{1,512}$/

function readCondition(
  { name, operator, key, path, variables }: {
    readonly name: string; readonly operator: OperatorName; readonly key: Member; readonly path: string; readonly variables: boolean
  }, problems: Problems,
): readonly Condition[] {
  if (!isKeyName(key.name)) problems.report({ at: key.at, path }, 'bad-key', 'a condition key is written `service:Name`, such as `aws:SourceIp`')
  const values = scalarsOf(key.value, path, problems)
  const compiled = compileCondition(name, operator, key.name, values.map(({ text }) => text), variables)
  if (compiled.ok) return [compiled.condition]
  for (const { value, code, message } of compiled.problems) problems.report(values[value]!, code, `${message}; found \`${shown(values[value]!.text)}\``)
  return []
}

/** `service:Name`; a provider's keys carry its host or its ARN before the colon. */
function isKeyName(name: string): boolean {
  return keyName.test(name) || /^[A-Za-z0-9.:/_-]{1,512}:[A-Za-z0-9_./=-]{1,128}$/.test(name)
}

function accepted<T extends object>(parsed: T | Refusal, value: Placed, problems: Problems): readonly T[] {
  if (!('message' in parsed)) return [parsed]
  problems.report(value, parsed.code, `${parsed.message}; found \`${shown(value.text)}\``)
  return []
}

function article(kind: PolicyKind): string {
  return kind === 'identity' ? 'an identity' : `a ${kind}`
}

