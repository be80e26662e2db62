import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, Scalar } from 'yaml'

/** 1-based. */
export interface Position {
  readonly line: number
  readonly column: number
}
export type Path = readonly (string | number)[]
export interface DocumentProblem extends Position {
  readonly message: string
}

/** A YAML file as plain data that knows where each value stands. */
export interface SettingsDocument {
  readonly value: unknown
  /** Of the value at `path`; of the nearest value above it that exists, else. */
  position(path: Path): Position
  /** Of the key itself, for keys that should not be there. */
  keyPosition(path: Path): Position
}

const nodesAtMost = 200_000
const depthAtMost = 64
const charactersAtMost = 8_388_608

/**
 * Strict YAML 1.2: no key twice, one document, no tags. Aliases are followed, within a bound on all nodes told (a
 * short file of aliases to aliases is gigabytes). Twelve-digit numbers are account ids and stay text, quoted or not.
 */
export function parseSettings(text: string, visit: (value: string, path: Path) => string): SettingsDocument | readonly DocumentProblem[] {
  if (text.length > charactersAtMost) return [{ line: 1, column: 1, message: 'the file is larger than 8 MiB' }]
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false, schema: 'core', customTags: [] })
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const wrong = [...document.errors, ...document.warnings]
  if (wrong.length > 0) return wrong.slice(0, 20).map(({ pos, message }) => ({ ...at(pos[0]), message: message.split('\n')[0]! }))

  const values = new Map<string, Position>()
  const keys = new Map<string, Position>()
  const problems: DocumentProblem[] = []
  let nodes = 0

  const plain = (node: Node | null, path: Path, place: Position): unknown => {
    const here = node?.range && !values.has(keyOf(path)) ? at(node.range[0]) : place
    values.set(keyOf(path), here)
    if (++nodes > nodesAtMost || path.length > depthAtMost) throw new TooMuch(here)
    if (isAlias(node)) return plain(node.resolve(document) ?? null, path, here)
    if (isSeq(node)) return node.items.map((item, index) => plain(item as Node, [...path, index], here))
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => entry(pair as Pair<Node, Node | null>, path)))
    return isScalar(node) ? scalar(node, path) : null
  }
  const entry = ({ key, value }: Pair<Node, Node | null>, path: Path): [string, unknown] => {
    const place = at(key.range?.[0] ?? 0)
    const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))) : undefined
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
    const nearest = (found: ReadonlyMap<string, Position>) => (path: Path): Position => {
      const direct = found.get(keyOf(path))
      if (direct) return direct
      for (let length = path.length; length >= 0; length--) {
        const position = values.get(keyOf(path.slice(0, length)))
        if (position) return position
      }
      return { line: 1, column: 1 }
    }
    return { value, position: nearest(values), keyPosition: nearest(keys) }
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    return [{ ...error.place, message: 'too many values, or values too deep in each other (aliases count each time)' }]
  }
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
