/**
 * Why the parser refuses a document: one code for each rule, so that findings and tests do not
 * depend on wording.
 */
export type ProblemCode = (typeof problemCodes)[number]

export const problemCodes = [
  'document-too-long',
  'json-syntax',
  'json-too-deep',
  'json-duplicate-name',
  'json-unclosed-string',
  'json-control-character',
  'json-half-surrogate',
  'json-escape',
  'not-an-object',
  'unknown-element',
  'not-a-string',
  'empty-list',
  'unknown-version',
  'version-of-organizations',
  'no-statement',
  'empty-statement',
  'policy-too-large',
  'duplicate-sid',
  'bad-sid',
  'no-effect',
  'unknown-effect',
  'element-beside-its-not',
  'missing-element',
  'foreign-element',
  'not-principal-with-allow',
  'bad-action',
  'resource-not-an-arn',
  'variable-in-arn-head',
  'wildcard-in-arn-service',
  'arn-without-service',
  'wildcard-in-resource-type',
  'unclosed-variable',
  'bad-variable',
  'principal-shape',
  'empty-principal',
  'principal-wildcard',
  'everybody-outside-aws',
  'bad-aws-principal',
  'bad-federated-principal',
  'bad-service-principal',
  'bad-canonical-user',
  'somebody-in-resource-control',
  'conditions-shape',
  'unknown-operator',
  'null-with-modifier',
  'keys-shape',
  'bad-key',
  'bad-null-value',
  'bad-arn-value',
  'bad-number',
  'bad-date',
  'bad-boolean',
  'bad-base64',
  'bad-address',
] as const

/** Why a text is refused. */
export interface Refusal {
  readonly code: ProblemCode
  readonly message: string
}
