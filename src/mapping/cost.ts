import type { ASTNode } from '@marcbachmann/cel-js'
import { identityCaps, identityFields } from './identity-type.ts'

/**
 * The most that one evaluation may cost, computed from the expression and `identityCaps` alone,
 * because rules run on values that people choose. One unit is about one step of the evaluator (some
 * 50 ns), or 256 characters read.
 */
export const costLimit = 20_000_000

/**
 * The largest a value can get. `size`: characters and elements in total; `count`: elements of a
 * list; `item`: the shape of each element.
 */
interface Shape {
  readonly size: number
  readonly count: number
  readonly item?: Shape | undefined
}
interface Bound {
  readonly cost: number
  readonly shape: Shape
}
type Scope = ReadonlyMap<string, Shape>

const scalar: Shape = { size: 1, count: 0 }
const text = (length: number): Shape => ({ size: length, count: 0 })
const list = (count: number, item: Shape): Shape => ({ size: count * (item.size + 1), count, item })
const { groups, attributeValues, attributeLength, textLength } = identityCaps
const fields: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(Object.keys(identityFields).map((name) => [name, text(textLength)])),
  groups: list(groups, text(textLength)),
  attributes: {
    size: Number.MAX_SAFE_INTEGER,
    count: identityCaps.attributes,
    item: list(attributeValues, text(attributeLength)),
  },
}
const looked = (shape: Shape): number => 1 + shape.size / 256

export function worstCost(ast: ASTNode): number {
  return bound(ast, new Map([['item', text(textLength)]])).cost
}

function bound(node: ASTNode, scope: Scope): Bound {
  switch (node.op) {
    case 'value':
      return { cost: 1, shape: typeof node.args === 'string' ? text(node.args.length) : scalar }
    case 'id':
      return { cost: 1, shape: scope.get(node.args) ?? scalar }
    case '.':
    case '.?':
      return access(node.args[0], node.args[1], scope)
    case '[]':
    case '[?]': {
      const [of, key] = node.args.map((part) => bound(part, scope)) as [Bound, Bound]
      return { cost: 1 + of.cost + key.cost, shape: of.shape.item ?? scalar }
    }
    case 'call':
      return call(node.args[0], undefined, node.args[1], scope)
    case 'rcall':
      return call(node.args[0], node.args[1], node.args[2], scope)
    case 'list':
      return literal(node.args, scope)
    case 'map':
      return literal(
        node.args.map(([, value]) => value),
        scope,
        node.args.map(([key]) => key),
      )
    case '?:': {
      const [condition, yes, no] = node.args.map((part) => bound(part, scope)) as [
        Bound,
        Bound,
        Bound,
      ]
      return { cost: 1 + condition.cost + yes.cost + no.cost, shape: widest([yes.shape, no.shape]) }
    }
    case '!_':
    case '-_':
      return { cost: 1 + bound(node.args, scope).cost, shape: scalar }
    default:
      return infix(node.op, bound(node.args[0], scope), bound(node.args[1], scope))
  }
}

function access(of: ASTNode, name: string, scope: Scope): Bound {
  const { cost, shape } = bound(of, scope)
  if (of.op === 'id' && of.args === 'identity')
    return { cost: cost + 1, shape: fields[name] ?? scalar }
  return { cost: cost + 1, shape: shape.item ?? scalar }
}

function infix(op: string, left: Bound, right: Bound): Bound {
  const cost = 1 + left.cost + right.cost
  if (op === '+') {
    const [l, r] = [left.shape, right.shape]
    const item = l.item || r.item ? { item: widest([l.item ?? scalar, r.item ?? scalar]) } : {}
    // Adding lists copies them; adding texts does not.
    return {
      cost: cost + l.count + r.count,
      shape: { size: l.size + r.size, count: l.count + r.count, ...item },
    }
  }
  if (op === 'in')
    return { cost: cost + (right.shape.count || 1) * looked(left.shape), shape: scalar }
  if (op === '==' || op === '!=')
    return { cost: cost + Math.min(work(left.shape), work(right.shape)), shape: scalar }
  return { cost, shape: scalar }
}

/** Comparing texts is comparing memory; comparing lists goes element by element. */
function work(shape: Shape): number {
  return shape.item ? shape.count * (1 + work(shape.item)) : looked(shape)
}

function literal(values: readonly ASTNode[], scope: Scope, keys: readonly ASTNode[] = []): Bound {
  const bounds = values.map((value) => bound(value, scope))
  const cost = [...bounds, ...keys.map((key) => bound(key, scope))].reduce(
    (sum, one) => sum + one.cost,
    1,
  )
  return { cost, shape: list(values.length, widest(bounds.map(({ shape }) => shape))) }
}

function widest(shapes: readonly Shape[]): Shape {
  const items = shapes.flatMap(({ item }) => item ?? [])
  return {
    size: Math.max(1, ...shapes.map(({ size }) => size)),
    count: Math.max(0, ...shapes.map(({ count }) => count)),
    ...(items.length > 0 && { item: widest(items) }),
  }
}

function call(
  name: string,
  receiver: ASTNode | undefined,
  args: readonly ASTNode[],
  scope: Scope,
): Bound {
  const of = receiver ? bound(receiver, scope) : undefined
  if (name === 'bind' && args.length === 3) return bind(args as [ASTNode, ASTNode, ASTNode], scope)
  const variable = args[0]?.op === 'id' ? args[0].args : ''
  if (of && loops[name]) {
    const inner = new Map(scope).set(variable, of.shape.item ?? scalar)
    const bodies = args.slice(1).map((arg) => bound(arg, inner))
    const each = bodies.reduce((sum, one) => sum + one.cost, 2)
    return {
      cost: of.cost + of.shape.count * each,
      shape: loops[name](of.shape, bodies.at(-1)?.shape ?? scalar),
    }
  }
  const given = args.map((arg) => bound(arg, scope))
  const cost = given.reduce((sum, one) => sum + one.cost, of?.cost ?? 0)
  const subject = of?.shape ?? given[0]?.shape ?? scalar
  const rule = (Object.hasOwn(functions, name) && functions[name]) || plain
  const { cost: own, shape } = rule(subject, given.at(-1)?.shape ?? scalar)
  return { cost: cost + own, shape }
}

function bind([variable, value, body]: [ASTNode, ASTNode, ASTNode], scope: Scope): Bound {
  const bound_ = bound(value, scope)
  const inner = new Map(scope).set(variable.op === 'id' ? variable.args : '', bound_.shape)
  const result = bound(body, inner)
  return { cost: 1 + bound_.cost + result.cost, shape: result.shape }
}

const loops: Readonly<Record<string, (of: Shape, body: Shape) => Shape>> = {
  all: () => scalar,
  exists: () => scalar,
  exists_one: () => scalar,
  filter: (of) => of,
  map: (of, body) => list(of.count, body),
}

const plain = (of: Shape): Bound => ({ cost: looked(of), shape: scalar })
const sameText = (of: Shape): Bound => ({ cost: looked(of), shape: text(of.size) })
/** Searching one text for another costs the product of their lengths at worst. */
const search = (of: Shape, what: Shape): Bound => ({
  cost: 1 + (of.size * what.size) / 1024,
  shape: scalar,
})
/** With a time zone, the platform's calendar is used. */
const calendar = (_of: Shape): Bound => ({ cost: 1000, shape: scalar })
const inner = (of: Shape): Bound => ({ cost: 1, shape: of })

/** By the name after replacement: see functions.ts. */
const functions: Readonly<Record<string, (of: Shape, last: Shape) => Bound>> = {
  string: (of) => ({ cost: looked(of), shape: text(Math.max(of.size, 400)) }),
  trim: sameText,
  substring: sameText,
  lowerAsciiLetters: sameText,
  upperAsciiLetters: sameText,
  contains: search,
  indexOf: search,
  lastIndexOf: search,
  // RE2 takes time in proportion to text × pattern, some 20 ns for each pair of characters.
  matchesPattern: (of, pattern) => ({
    cost: 1 + (of.size * (pattern.size + 8)) / 64,
    shape: scalar,
  }),
  split: (of) => ({
    cost: 1 + of.size,
    shape: { size: of.size * 2 + 2, count: of.size + 1, item: text(of.size) },
  }),
  join: (of, separator) => ({
    cost: 1 + of.count + of.size / 16,
    shape: text(of.size + of.count * separator.size),
  }),
  getFullYear: calendar,
  getMonth: calendar,
  getDate: calendar,
  getDayOfMonth: calendar,
  getDayOfWeek: calendar,
  getDayOfYear: calendar,
  getHours: calendar,
  getMinutes: calendar,
  getSeconds: calendar,
  getMilliseconds: calendar,
  value: inner,
  of: inner,
  or: (of, other) => ({ cost: 1, shape: widest([of, other]) }),
  orValue: (of, other) => ({ cost: 1, shape: widest([of, other]) }),
}
