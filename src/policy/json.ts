import type { ProblemCode } from './problem-code.ts'
import type { Problem } from './question.ts'

/** A JSON value with its offset in the text, in UTF-16 units; `end`: after its last character. */
export type Json =
  | {
      readonly type: 'object'
      readonly members: readonly Member[]
      readonly at: number
      readonly end: number
    }
  | { readonly type: 'array'; readonly items: readonly Json[]; readonly at: number }
  | { readonly type: 'string'; readonly text: string; readonly at: number }
  /** Numbers and booleans keep the spelling of the document. */
  | { readonly type: 'number'; readonly text: string; readonly at: number }
  | { readonly type: 'boolean'; readonly text: string; readonly at: number }
  | { readonly type: 'null'; readonly at: number }

export interface Member {
  readonly name: string
  readonly at: number
  readonly value: Json
}

/** The longest document that IAM's model accepts (policyDocumentType), in UTF-16 units. */
export const longestDocument = 131_072
/** The grammar needs six levels; the limit bounds the recursion. */
const deepest = 12
/** The most problems reported, because finding the line of each costs a pass over the text. */
export const mostProblems = 50

class SyntaxProblem extends Error {
  readonly at: number
  readonly path: string
  readonly code: ProblemCode

  constructor(at: number, path: string, code: ProblemCode, message: string) {
    super(message)
    this.at = at
    this.path = path
    this.code = code
  }
}

/** 1-based line and column of an offset; CR, LF and CR LF each end a line. */
export function positionOf(
  text: string,
  at: number,
): { readonly line: number; readonly column: number } {
  let line = 1
  let start = 0
  for (let i = 0; i < at; i++) {
    const code = text.charCodeAt(i)
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) {
      line++
      start = i + 1
    }
  }
  return { line, column: at - start + 1 }
}

/** The path of a member: dots for names, quoted brackets for names that hold other characters. */
export function memberPath(path: string, name: string): string {
  const step = /^[A-Za-z_][\w:/-]{0,127}$/.test(name)
    ? name
    : `[${JSON.stringify(name.slice(0, 128))}]`
  if (path === '' || step.startsWith('[')) return `${path}${step}`
  return `${path}.${step}`
}

/**
 * Parses one JSON document (RFC 8259) of bounded length and depth. Never throws. A duplicate name
 * in an object is a problem, because parsers differ about which one counts.
 */
export function parseJson(
  text: string,
):
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  if (text.length > longestDocument) {
    const message = `the document is longer than ${longestDocument} characters`
    return {
      ok: false,
      problems: [{ line: 1, column: 1, path: '', code: 'document-too-long', message }],
    }
  }
  const reader = new Reader(text)
  try {
    const value = reader.document()
    return reader.problems.length === 0
      ? { ok: true, value }
      : { ok: false, problems: reader.problems }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    const { at, path, code, message } = error
    return {
      ok: false,
      problems: [...reader.problems, { ...positionOf(text, at), path, code, message }],
    }
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const literals = ['true', 'false', 'null']

class Reader {
  readonly problems: Problem[] = []
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    const value = this.#value('', 1)
    this.#blank()
    if (this.#at < this.#text.length) throw this.#unexpected('', 'the end of the document')
    return value
  }

  #value(path: string, depth: number): Json {
    this.#blank()
    const at = this.#at
    if (depth > deepest)
      throw new SyntaxProblem(at, path, 'json-too-deep', `nested deeper than ${deepest} levels`)
    const first = this.#text[at]
    if (first === '{') return this.#object(path, depth)
    if (first === '[') return this.#array(path, depth)
    if (first === '"') return { type: 'string', text: this.#string(path), at }
    for (const word of literals) {
      if (!this.#text.startsWith(word, at)) continue
      this.#at += word.length
      return word === 'null' ? { type: 'null', at } : { type: 'boolean', text: word, at }
    }
    const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
    number.lastIndex = at
    const found = number.exec(this.#text)
    if (!found) throw this.#unexpected(path, 'a value')
    this.#at += found[0].length
    return { type: 'number', text: found[0], at }
  }

  #object(path: string, depth: number): Json {
    const at = this.#at++
    const members: Member[] = []
    const names = new Set<string>()
    this.#blank()
    if (this.#take('}')) return { type: 'object', members, at, end: this.#at }
    do {
      this.#blank()
      const nameAt = this.#at
      if (this.#text[nameAt] !== '"') throw this.#unexpected(path, 'a name in double quotes')
      const name = this.#string(path)
      const inside = memberPath(path, name)
      if (names.has(name))
        this.#twice(nameAt, inside, `\`${shown(name)}\` stands twice in this object; keep one`)
      names.add(name)
      this.#blank()
      if (!this.#take(':')) throw this.#unexpected(inside, '`:`')
      members.push({ name, at: nameAt, value: this.#value(inside, depth + 1) })
      this.#blank()
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#unexpected(path, '`,` or `}`')
    return { type: 'object', members, at, end: this.#at }
  }

  #array(path: string, depth: number): Json {
    const at = this.#at++
    const items: Json[] = []
    this.#blank()
    if (this.#take(']')) return { type: 'array', items, at }
    do {
      items.push(this.#value(`${path}[${items.length}]`, depth + 1))
      this.#blank()
    } while (this.#take(','))
    if (!this.#take(']')) throw this.#unexpected(path, '`,` or `]`')
    return { type: 'array', items, at }
  }

  #string(path: string): string {
    const start = this.#at++
    let value = ''
    let plain = this.#at
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (Number.isNaN(code))
        throw new SyntaxProblem(
          start,
          path,
          'json-unclosed-string',
          'this string has no closing quote',
        )
      if (code < 0x20)
        throw new SyntaxProblem(
          this.#at,
          path,
          'json-control-character',
          'a control character stands in a string; escape it',
        )
      if (code === 0x22) break
      if (code !== 0x5c) {
        this.#at++
        continue
      }
      value += this.#text.slice(plain, this.#at) + this.#escape(path)
      plain = this.#at
    }
    value += this.#text.slice(plain, this.#at++)
    if (!value.isWellFormed())
      throw new SyntaxProblem(
        start,
        path,
        'json-half-surrogate',
        'half a surrogate pair stands in this string',
      )
    return value
  }

  #escape(path: string): string {
    const at = this.#at
    const letter = this.#text[at + 1] ?? ''
    const hex = this.#text.slice(at + 2, at + 6)
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(hex)) {
      this.#at += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
    if (meant === undefined)
      throw new SyntaxProblem(
        at,
        path,
        'json-escape',
        `\`\\${shown(letter)}\` is no escape that JSON knows`,
      )
    this.#at += 2
    return meant
  }

  #blank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #twice(at: number, path: string, message: string): void {
    if (this.problems.length < mostProblems)
      this.problems.push({
        ...positionOf(this.#text, at),
        path,
        code: 'json-duplicate-name',
        message,
      })
  }

  #unexpected(path: string, wanted: string): SyntaxProblem {
    const found = this.#text[this.#at]
    const what = found === undefined ? 'the document ends' : `found \`${shown(found)}\``
    return new SyntaxProblem(this.#at, path, 'json-syntax', `${what} where ${wanted} is expected`)
  }
}

/** The input as it may be quoted in a message: shortened, and without control characters. */
export function shown(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 63).toWellFormed()}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it removes.
  return short.replace(/[\u0000-\u001f\u007f]/g, '\uFFFD').toWellFormed()
}
