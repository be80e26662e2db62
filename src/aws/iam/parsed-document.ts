import type { AwsFault } from '../../kernel/aws-fault.ts'
import { parsePolicy } from '../../policy/index.ts'
import type { PolicyKind } from '../../policy/question.ts'

/** A document that is fit to be stored: refused when it is written, never when somebody calls. Throws MalformedPolicyDocument. */
export function parsedDocument(kind: PolicyKind, text: string, { fault }: { fault(code: 'MalformedPolicyDocument', message: string): AwsFault }): string {
  const parsed = parsePolicy(kind, 'the document', text)
  if (parsed.ok) return text
  const { line, column, path, message } = parsed.problems[0]!
  throw fault('MalformedPolicyDocument', `Syntax errors in policy: line ${line}, column ${column}: ${path === '' ? '' : `${path}: `}${message}`)
}
