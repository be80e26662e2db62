import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
} from 'yaml'

import { placeInScalar } from './place-in-scalar.ts'

/** Line and column start at 1. */
export interface Position {
  readonly line: number
  readonly column: number
}
export type Path = readonly (string | number)[]
export interface DocumentProblem extends Position {
  readonly message: string
}

/** A YAML file as plain data, with the position of each value. */
export interface SettingsDocument {
  readonly value: unknown
  /**
   * Returns the position of the value at `path`, or of the character at `offset` in its text;
   * otherwise that of the nearest existing value above it.
   */
  position(path: Path, offset?: number): Position
  /** Returns the position of the key itself, for keys that are not allowed. */
  keyPosition(path: Path): Position
}

const nodesAtMost = 200_000
const depthAtMost = 64
const charactersAtMost = 8_388_608

/**
 * Parses strict YAML 1.2: no duplicate keys, one document, no tags. Follows aliases and limits the
 * total number of nodes, because a short file of aliases to aliases can expand to gigabytes.
 * Twelve-digit numbers are account ids and stay text, quoted or not.
 */
export function parseSettings(
  text: string,
  visit: (value: string, path: Path) => string,
): SettingsDocument | readonly DocumentProblem[] {
  if (text.length > charactersAtMost)
    return [{ line: 1, column: 1, message: 'the file is larger than 8 MiB' }]
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    schema: 'core',
    customTags: [],
  })
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const wrong = [...document.errors, ...document.warnings]
  if (wrong.length > 0)
    return wrong
      .slice(0, 20)
      .map(({ pos, message }) => ({ ...at(pos[0]), message: message.split('\n')[0]! }))

  const values = new Map<string, Position>()
  const texts = new Map<string, Scalar>()
  const keys = new Map<string, Position>()
  const problems: DocumentProblem[] = []
  let nodes = 0

  const plain = (node: Node | null, path: Path, place: Position): unknown => {
    const here = node?.range && !values.has(keyOf(path)) ? at(node.range[0]) : place
    values.set(keyOf(path), here)
    if (++nodes > nodesAtMost || path.length > depthAtMost) throw new TooMuch(here)
    if (isAlias(node)) return plain(node.resolve(document) ?? null, path, here)
    if (isSeq(node))
      return node.items.map((item, index) => plain(item as Node, [...path, index], here))
    if (isMap(node))
      return Object.fromEntries(
        node.items.map((pair) => entry(pair as Pair<Node, Node | null>, path)),
      )
    if (!isScalar(node)) return null
    texts.set(keyOf(path), node)
    return scalar(node, path)
  }
  const entry = ({ key, value }: Pair<Node, Node | null>, path: Path): [string, unknown] => {
    const place = at(key.range?.[0] ?? 0)
    const name = isScalar(key) ? keyText(key) : undefined
    if (name === undefined || name === '__proto__') {
      problems.push({ ...place, message: 'expected a plain key' })
      return ['', null]
    }
    keys.set(keyOf([...path, name]), place)
    return [name, plain(value, [...path, name], place)]
  }
  const scalar = ({ value, source, type }: Scalar, path: Path): unknown => {
    if (typeof value === 'string') return visit(value, path)
    return type === Scalar.PLAIN && /^\d{12}$/.test(source ?? '') ? source : value
  }
  try {
    const value = plain(document.contents, [], { line: 1, column: 1 })
    if (problems.length > 0) return problems
    const nearest = (found: ReadonlyMap<string, Position>) => nearestPlace(found, values)
    const valuePosition = nearest(values)
    const position = (path: Path, offset?: number): Position => {
      const node = offset === undefined ? undefined : texts.get(keyOf(path))
      const place = node && placeInScalar(text, node, offset ?? 0)
      return place === undefined ? valuePosition(path) : at(place)
    }
    return { value, position, keyPosition: nearest(keys) }
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    return [
      {
        ...error.place,
        message: 'too many values, or values too deep in each other (aliases count each time)',
      },
    ]
  }
}

/** Looks up the position of a path; otherwise that of the nearest existing value above it. */
function nearestPlace(
  found: ReadonlyMap<string, Position>,
  values: ReadonlyMap<string, Position>,
): (path: Path) => Position {
  return (path) => {
    const direct = found.get(keyOf(path))
    if (direct) return direct
    for (let length = path.length; length >= 0; length--) {
      const position = values.get(keyOf(path.slice(0, length)))
      if (position) return position
    }
    return { line: 1, column: 1 }
  }
}

/** Numbers and booleans become keys as they are written in the file. */
function keyText({ value, source }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? String(value))
}

class TooMuch extends Error {
  readonly place: Position
  constructor(place: Position) {
    super('too much')
    this.place = place
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String))
}
