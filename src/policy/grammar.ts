import { nearest } from '../kernel/nearest.ts'
import { type Json, type Member, memberPath, mostProblems, positionOf, shown } from './json.ts'
import type { ProblemCode } from './problem-code.ts'
import type { Problem } from './question.ts'

/** A value of the document with its position. */
export interface Placed {
  readonly text: string
  readonly at: number
  readonly path: string
}

/** Collects the problems of one document. */
export class Problems {
  readonly found: Problem[] = []
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  report(
    { at, path, text: value }: Omit<Placed, 'text'> & Partial<Pick<Placed, 'text'>>,
    code: ProblemCode,
    message: string,
  ): undefined {
    if (this.found.length < mostProblems)
      this.found.push({ ...positionOf(this.#text, at), path, code, message, value })
  }
}

/**
 * The members of an object by name; reports unknown names. Returns undefined when the value is not
 * an object.
 */
export function membersOf(
  json: Json,
  path: string,
  known: readonly string[],
  problems: Problems,
): ReadonlyMap<string, Member> | undefined {
  if (json.type !== 'object')
    return problems.report(
      { at: json.at, path },
      'not-an-object',
      `an object is expected, ${described(json)} found`,
    )
  for (const { name, at } of json.members) {
    if (known.includes(name)) continue
    const close = nearest(name, known)
    const advice = close ? `did you mean \`${close}\`?` : `one of ${known.join(', ')} is expected`
    problems.report(
      { at, path: memberPath(path, name) },
      'unknown-element',
      `unknown element \`${shown(name)}\`: ${advice}`,
    )
  }
  return new Map(json.members.map((member) => [member.name, member]))
}

/** The items of an array, or a single value as a list of one. */
export function itemsOf(
  json: Json,
  path: string,
): readonly { readonly json: Json; readonly path: string }[] {
  if (json.type !== 'array') return [{ json, path }]
  return json.items.map((item, i) => ({ json: item, path: `${path}[${i}]` }))
}

/** Returns a string; reports anything else. */
export function stringOf(json: Json, path: string, problems: Problems): Placed | undefined {
  if (json.type === 'string') return { text: json.text, at: json.at, path }
  return problems.report(
    { at: json.at, path },
    'not-a-string',
    `a string is expected, ${described(json)} found`,
  )
}

/** A string or a non-empty list of strings. */
export function stringsOf(json: Json, path: string, problems: Problems): readonly Placed[] {
  const items = itemsOf(json, path)
  if (items.length === 0)
    problems.report({ at: json.at, path }, 'empty-list', 'at least one value is expected')
  return items.flatMap((item) => stringOf(item.json, item.path, problems) ?? [])
}

/** Values of a condition: strings, and numbers and Booleans as they are spelled in the document. */
export function scalarsOf(json: Json, path: string, problems: Problems): readonly Placed[] {
  const items = itemsOf(json, path)
  if (items.length === 0)
    problems.report({ at: json.at, path }, 'empty-list', 'at least one value is expected')
  return items.flatMap((item) => {
    if (item.json.type === 'number' || item.json.type === 'boolean')
      return { text: item.json.text, at: item.json.at, path: item.path }
    return stringOf(item.json, item.path, problems) ?? []
  })
}

export function described(json: Json): string {
  switch (json.type) {
    case 'object':
      return 'an object'
    case 'array':
      return 'a list'
    case 'null':
      return 'null'
    default:
      return `the ${json.type} \`${shown(json.text)}\``
  }
}
