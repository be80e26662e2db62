import type { AwsFault } from '../../kernel/aws-fault.ts'
import { parsePolicy, type Policy } from '../../policy/index.ts'
import type { PolicyKind } from '../../policy/question.ts'

interface Refusing { fault(code: 'MalformedPolicyDocument', message: string): AwsFault }

/** A document that is fit to be stored: refused when it is written, never when somebody calls. Throws MalformedPolicyDocument. */
export function parsedDocument(kind: PolicyKind, text: string, refusing: Refusing): string {
  policyOf(kind, text, refusing)
  return text
}

/** As `parsedDocument`; answers what it says. */
export function policyOf(kind: PolicyKind, text: string, { fault }: Refusing): Policy {
  const parsed = parsePolicy(kind, 'the document', text)
  if (parsed.ok) return parsed.policy
  const { line, column, path, message } = parsed.problems[0]!
  throw fault('MalformedPolicyDocument', `Syntax errors in policy: line ${line}, column ${column}: ${path === '' ? '' : `${path}: `}${message}`)
}
