import { syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'

/** The string at the cursor, and the names of the members that it stands in. */
export interface Place {
  readonly node: SyntaxNode
  /** Whether it is the name of a member, and not a value. */
  readonly isName: boolean
  /** From the document down; lists add nothing. The last is that of a value's own member. */
  readonly path: readonly string[]
  /** The object of the statement, where it stands in one. */
  readonly statement: SyntaxNode | undefined
}

/** The string of a JSON document in which a position is, or undefined when it is in none. */
export function placeAt(state: EditorState, at: number): Place | undefined {
  const node = syntaxTree(state).resolveInner(at, -1)
  if (node.name !== 'String' && node.name !== 'PropertyName') return undefined
  if (at <= node.from) return undefined
  const path: string[] = []
  let statement: SyntaxNode | undefined
  const isName = node.name === 'PropertyName'
  for (let one: SyntaxNode | null = node.parent; one; one = one.parent) {
    if (one.name !== 'Property') continue
    const name = one.getChild('PropertyName')
    if (name && !(isName && name.from === node.from)) path.unshift(textOf(state, name))
  }
  for (let one: SyntaxNode | null = node.parent; one; one = one.parent)
    if (one.name === 'Object' && isStatement(state, one)) statement = one
  return { node, isName, path, statement }
}

function isStatement(state: EditorState, node: SyntaxNode): boolean {
  const above = node.parent?.name === 'Array' ? node.parent.parent : node.parent
  const name = above?.getChild('PropertyName')
  return above?.name === 'Property' && !!name && textOf(state, name) === 'Statement'
}

/** The text of a string, without its quotes; what is escaped stays so. */
function textOf(state: EditorState, { from, to }: SyntaxNode): string {
  return state.sliceDoc(from, to).replace(/^"|"$/g, '')
}

/** The prefixes of services that a statement's actions name. */
export function servicesIn(
  state: EditorState,
  statement: SyntaxNode | undefined,
): readonly string[] {
  if (!statement) return []
  const found = new Set<string>()
  for (const property of statement.getChildren('Property')) {
    const name = property.getChild('PropertyName')
    if (!name || !/^(?:Not)?Action$/.test(textOf(state, name))) continue
    const values = state.sliceDoc(name.to, property.to)
    for (const [, prefix] of values.matchAll(/"([a-zA-Z0-9-]{1,64}):/g))
      found.add(prefix!.toLowerCase())
  }
  return [...found].slice(0, 8)
}
