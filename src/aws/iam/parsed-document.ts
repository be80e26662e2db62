import type { AwsFault } from '../../kernel/aws-fault.ts'
import { type Circumstances, type Policy, parsePolicy, refusedAtSave } from '../../policy/index.ts'
import type { PolicyKind } from '../../policy/question.ts'
import { firstSentence } from './policy-sentences.ts'

interface Refusing {
  readonly caller: { readonly partition: string }
  fault(code: 'MalformedPolicyDocument', message: string): AwsFault
}

/**
 * Returns the document if it may be stored. An invalid document is refused when it is written, not
 * when a request is decided. Throws MalformedPolicyDocument.
 */
export function parsedDocument(
  kind: PolicyKind,
  text: string,
  refusing: Refusing,
  holder?: Circumstances['holder'],
): string {
  policyOf(kind, text, refusing, holder)
  return text
}

/** As `parsedDocument`, but returns the parsed policy. */
export function policyOf(
  kind: PolicyKind,
  text: string,
  { caller: { partition }, fault }: Refusing,
  holder?: Circumstances['holder'],
): Policy {
  const refused = refusedAtSave(kind, text, { holder, partition })
  const parsed = parsePolicy(kind, 'the document', text)
  if (refused.length === 0 && parsed.ok) return parsed.policy
  throw fault('MalformedPolicyDocument', firstSentence(refused, kind))
}
