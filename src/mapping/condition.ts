import type { ASTNode } from '@marcbachmann/cel-js'
import {
  compileExpression,
  type Expression,
  ExpressionFailure,
  type ExpressionProblem,
  type Scope,
} from './expression.ts'

/** The result of a condition, and the part of it that decided. */
export type Verdict =
  | { readonly result: 'holds' | 'fails'; readonly because: string }
  | { readonly result: 'error'; readonly because: string; readonly message: string }

export interface Condition {
  test(scope: Scope): Verdict
}
export type CompiledCondition =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problem: ExpressionProblem }

/** Splits at `&&`, `||` and `!`, so that the reason can name the part that decided. */
export function compileCondition(source: string): CompiledCondition {
  const compiled = compileExpression(source, 'bool', false)
  if (!compiled.ok) return compiled
  return {
    ok: true,
    condition: conditionOf(compiled.expression.ast, source) ?? leaf(compiled.expression),
  }
}

function conditionOf(node: ASTNode, source: string): Condition | undefined {
  if (node.op === '&&' || node.op === '||') {
    const parts = operands(node, node.op).map((part) => conditionOf(part, source))
    return parts.every((part) => part !== undefined) ? join(node.op, parts) : undefined
  }
  const compiled = compileExpression(source.slice(node.start, node.end), 'bool', false)
  return compiled.ok ? leaf(compiled.expression) : undefined
}

function operands(node: ASTNode, op: '&&' | '||'): readonly ASTNode[] {
  return node.op === op ? node.args.flatMap((part) => operands(part, op)) : [node]
}

function leaf(expression: Expression<boolean>): Condition {
  const because = quote(expression.source)
  return {
    test(scope) {
      try {
        return { result: expression.run(scope) ? 'holds' : 'fails', because }
      } catch (error) {
        if (!(error instanceof ExpressionFailure)) throw error
        return { result: 'error', because, message: error.message }
      }
    },
  }
}

/**
 * CEL's rule: one false part decides `&&`, one true part decides `||`, even when other parts fail.
 */
function join(op: '&&' | '||', parts: readonly Condition[]): Condition {
  const settling = op === '&&' ? 'fails' : 'holds'
  return {
    test(scope) {
      let failed: Verdict | undefined
      const others: string[] = []
      for (const part of parts) {
        const verdict = part.test(scope)
        if (verdict.result === settling) return verdict
        if (verdict.result === 'error') failed ??= verdict
        else others.push(verdict.because)
      }
      return (
        failed ?? {
          result: op === '&&' ? 'holds' : 'fails',
          because: others.join(op === '&&' ? ' and ' : ' or '),
        }
      )
    },
  }
}

export function quote(source: string): string {
  const line = source.replace(/\s+/g, ' ').trim()
  return `\`${line.length > 120 ? `${line.slice(0, 117)}…` : line}\``
}
