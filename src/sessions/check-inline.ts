import type { SessionLayer } from '../credentials/claims.ts'
import { AwsFault, commonFault } from '../kernel/aws-fault.ts'
import type { SessionPolicyCheck } from './policy-cache.ts'

/**
 * The most characters of a layer's session policies and managed policy ARNs together (STS API
 * reference, "Policy").
 */
const mostLayerCharacters = 2048

/**
 * Checks the session policies of one layer. Throws AwsFault MalformedPolicyDocument for one that
 * does not parse, ValidationError for more text than a call may have.
 */
export function checkInline(problemOf: SessionPolicyCheck, { inline, arns }: SessionLayer): void {
  let characters = 0
  for (const text of inline) characters += text.length
  for (const arn of arns) characters += arn.length
  if (characters > mostLayerCharacters)
    throw commonFault(
      'ValidationError',
      `Session policies and policy ARNs may have ${mostLayerCharacters} characters together; ` +
        `these have ${characters}.`,
    )
  for (const text of inline) {
    const problem = problemOf(text)
    if (!problem) continue
    const { line, column, path, message } = problem
    const place = path === '' ? '' : `${path}: `
    throw new AwsFault(
      'MalformedPolicyDocument',
      `Syntax error at position (${line},${column}): ${place}${message}`,
    )
  }
}
