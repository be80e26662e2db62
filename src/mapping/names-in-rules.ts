import type { ASTNode } from '@marcbachmann/cel-js'
import { type AppRule, compileClaim } from './app-rules.ts'
import { childrenOf, compileExpression } from './expression.ts'
import type { Rule } from './rule.ts'
import { compileTemplate } from './template.ts'

/** A connector or an attribute that a rule asks for by name. */
export interface NameInRule {
  readonly kind: 'connector' | 'attribute'
  readonly name: string
  /** Within the rule. */
  readonly path: readonly (string | number)[]
  /** Position in the text at `path`, where it is known. */
  readonly offset: number | undefined
}

/** The connectors and attributes that a rule names in what it computes. For rules that compile. */
export function namesInRule(rule: Rule): readonly NameInRule[] {
  const perItem = rule.forEach !== undefined
  const found: NameInRule[] = []
  const add = (path: NameInRule['path'], ast: ASTNode, known: boolean) => {
    for (const { kind, name, at } of namesIn(ast))
      found.push({ kind, name, path, offset: known ? at : undefined })
  }
  const when = rule.when === undefined ? undefined : compileExpression(rule.when, 'bool', false)
  if (when?.ok) add(['when'], when.expression.ast, true)
  const each = perItem ? compileExpression(rule.forEach!, 'list<string>', false) : undefined
  if (each?.ok) add(['forEach'], each.expression.ast, true)
  for (const [index, grant] of rule.grants.entries()) {
    const { role, sessionName, sourceIdentity, tags = {} } = grant
    const written = { role, sessionName, sourceIdentity }
    const texts: (readonly [(string | number)[], string | undefined])[] = [
      ...Object.entries(written).map(([key, text]) => [[key], text] as [string[], typeof text]),
      ...Object.entries(tags).map(([key, text]) => [['tags', key], text] as [string[], string]),
    ]
    for (const [path, text] of texts) {
      const template = text === undefined ? undefined : compileTemplate(text, perItem)
      if (!template?.ok) continue
      for (const { ast } of template.template.parts) add(['grants', index, ...path], ast, false)
    }
  }
  return found
}

/** Likewise for what an app, a site or a path of a site asks for. */
export function namesInAppRule({
  when,
  groups,
  claims = {},
}: Omit<AppRule, 'id'>): readonly NameInRule[] {
  const written = [
    [['when'], when, (text: string) => compileExpression(text, 'bool', false)],
    [['groups'], groups, (text: string) => compileExpression(text, 'list<string>', false)],
    ...Object.entries(claims).map(
      ([name, text]) => [['claims', name], text, compileClaim] as const,
    ),
  ] as const
  return written.flatMap(([path, text, compile]) => {
    const compiled = text === undefined ? undefined : compile(text)
    if (!compiled?.ok) return []
    return namesIn(compiled.expression.ast).map(({ at, ...named }) => ({
      ...named,
      path,
      offset: at,
    }))
  })
}

interface Named {
  readonly kind: NameInRule['kind']
  readonly name: string
  readonly at: number
}

function namesIn(node: ASTNode): readonly Named[] {
  return [...namedBy(node), ...childrenOf(node).flatMap(namesIn)]
}

function namedBy(node: ASTNode): readonly Named[] {
  if (node.op === '.' || node.op === '.?') {
    const [of, name] = node.args
    return isField(of, 'attributes') ? [{ kind: 'attribute', name, at: node.start }] : []
  }
  if (node.op === '[]' || node.op === '[?]') {
    const [of, key] = node.args
    return isField(of, 'attributes') ? textsIn('attribute', key) : []
  }
  if (node.op === 'in') {
    const [what, list] = node.args
    if (isField(list, 'attributes')) return textsIn('attribute', what)
    if (!isField(what, 'connector') || list.op !== 'list') return []
    return list.args.flatMap((item) => textsIn('connector', item))
  }
  if (node.op !== '==' && node.op !== '!=') return []
  const [left, right] = node.args
  if (isField(left, 'connector')) return textsIn('connector', right)
  return isField(right, 'connector') ? textsIn('connector', left) : []
}

function textsIn(kind: Named['kind'], node: ASTNode): readonly Named[] {
  return node.op === 'value' && typeof node.args === 'string'
    ? [{ kind, name: node.args, at: node.start }]
    : []
}

function isField(node: ASTNode, field: string): boolean {
  if (node.op !== '.' && node.op !== '.?') return false
  const [of, name] = node.args
  return of.op === 'id' && of.args === 'identity' && name === field
}
