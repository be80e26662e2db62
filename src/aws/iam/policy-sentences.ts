import type { FindingCode } from '../../policy/index.ts'
import type { PolicyKind } from '../../policy/question.ts'
import { iamTypes } from '../../policy/validate/saving.ts'

/** A problem of the parser, or a finding that prevents saving. */
export interface RefusedAt {
  readonly code: FindingCode
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
  /** The text at fault. */
  readonly value?: string | undefined
}
type Sentence = string | ((refused: RefusedAt, kind: PolicyKind) => string)

const syntax = 'Syntax errors in policy.'
const legacy = 'The policy failed legacy parsing'
const noVendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
const vendorWithRegex = 'Resource vendor must be fully qualified and cannot contain regexes.'

const notJson: Sentence = (_refused, kind) =>
  kind === 'trust' ? 'This policy contains invalid Json' : syntax

/** IAM's message for each missing element. */
const missing: Readonly<Record<string, string>> = {
  Action: 'Policy statement must contain actions.',
  Resource: 'Policy statement must contain resources.',
  Principal: 'Missing required field Principal',
}

/** `path` ends with the kind of the principal, or with its place in a list. */
const invalidPrincipal: Sentence = ({ path, value }) => {
  const kind = /\.(AWS|Federated|Service|CanonicalUser)(?:\[\d+\])?$/.exec(path)?.[1]
  return kind === undefined || value === undefined
    ? 'Invalid principal in policy'
    : `Invalid principal in policy: "${kind.toUpperCase()}":"${value}"`
}

const badAction: Sentence = ({ value = '' }) => {
  const [vendor = '', ...names] = value.split(':')
  if (names.length === 0) return noVendor
  if (names.length > 1) return 'Actions/Condition can contain only one colon.'
  return /^[A-Za-z0-9.-]+$/.test(vendor) ? syntax : `Vendor ${vendor} is not valid`
}

/** IAM fills up an ARN of too few parts with `*`. */
const otherPartition: Sentence = ({ value = '' }) => {
  const [, partition = '', ...rest] = value.split(':')
  const parts = [0, 1, 2].map((at) => rest[at] ?? '*')
  const last = rest.length > 3 ? rest.slice(3).join(':') : '*'
  const arn = ['arn', partition, ...parts, last].join(':')
  return `Partition "${partition}" is not valid for resource "${arn}".`
}

const notAnArn: Sentence = (refused, kind) => {
  const { value = '' } = refused
  const [, partition, ...rest] = value.split(':')
  if (partition === undefined) return `Resource ${value} must be in ARN format or "*".`
  if (!/^aws(?:-|$)|^\*$/.test(partition)) return textOf(otherPartition, refused, kind)
  return rest.length === 0 ? vendorWithRegex : legacy
}

const regionInArn: Sentence = ({ value = '' }) =>
  /^[^:]*:[^:]*:iam:/.test(value)
    ? `IAM resource ${value} cannot contain region information.`
    : `Resource ${value} can not contain region information.`

/**
 * IAM's own message for each problem of a document, taken from recordings of the service, because
 * clients compare the texts.
 */
const sentences: Readonly<Partial<Record<FindingCode, Sentence>>> = {
  'json-syntax': notJson,
  'json-too-deep': notJson,
  'json-duplicate-name': notJson,
  'json-unclosed-string': notJson,
  'json-control-character': notJson,
  'json-half-surrogate': notJson,
  'json-escape': notJson,
  'empty-statement': (_refused, kind) =>
    kind === 'trust' ? 'Could not parse the policy: Statement is empty!' : syntax,
  'missing-element': ({ message }) => missing[missingElement(message)] ?? syntax,
  'empty-list': ({ path }) =>
    missing[/\.(?:Not)?(Action|Resource)$/.exec(path)?.[1] ?? ''] ?? syntax,
  'empty-principal': 'Missing required field Principal cannot be empty!',
  'foreign-element': ({ path }, kind) => {
    const element = path.slice(path.lastIndexOf('.') + 1)
    if (kind !== 'trust') return 'Policy document should not specify a principal.'
    if (element === 'NotPrincipal') return 'Allow with NotPrincipal is not allowed.'
    return element === 'Resource'
      ? 'Has prohibited field Resource'
      : 'AssumeRole policy must not contain resources.'
  },
  'unknown-effect': ({ value = '' }) => (/^(?:allow|deny)$/i.test(value) ? legacy : syntax),
  'bad-action': badAction,
  'bad-key': noVendor,
  'bad-date': legacy,
  'bad-sid':
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular ' +
    'expression [A-Za-z0-9]*',
  'duplicate-sid': 'Statement IDs (SID) in a single policy must be unique.',
  'resource-not-an-arn': notAnArn,
  'wildcard-in-arn-service': vendorWithRegex,
  'arn-without-service': (refused, kind) =>
    refused.value?.startsWith('arn::') ? textOf(otherPartition, refused, kind) : legacy,
  'wildcard-in-resource-type': typesOfIam(),
  'principal-wildcard': invalidPrincipal,
  'bad-aws-principal': invalidPrincipal,
  'bad-federated-principal': invalidPrincipal,
  'bad-service-principal': invalidPrincipal,
  'bad-canonical-user': invalidPrincipal,
  'principal-of-other-partition': invalidPrincipal,
  'managed-policy-version': 'Policy document must be version 2012-10-17 or greater.',
  'partition-of-other-account': otherPartition,
  'region-in-arn': regionInArn,
  'no-type-of-iam': typesOfIam(),
}

function typesOfIam(): string {
  return `IAM resource path must either be "*" or start with ${iamTypes.join(', ')}.`
}

function missingElement(message: string): string {
  return /neither (\w+) nor/.exec(message)?.[1] ?? ''
}

function textOf(sentence: Sentence, refused: RefusedAt, kind: PolicyKind): string {
  return typeof sentence === 'string' ? sentence : sentence(refused, kind)
}

/**
 * The order in which IAM checks a document: it tells of the first check that fails. What has no
 * place here is of the grammar, which is checked before everything else.
 */
const order: readonly ((refused: RefusedAt) => boolean)[] = [
  ({ code }) => code === 'managed-policy-version',
  ({ code, value = '' }) =>
    code === 'bad-date' || (code === 'unknown-effect' && /^(?:allow|deny)$/i.test(value)),
  ({ code }) => code === 'duplicate-sid' || code === 'bad-sid',
  ({ code, message, path }) =>
    (code === 'missing-element' && missingElement(message) === 'Action') ||
    (code === 'empty-list' && /\.(?:Not)?Action$/.test(path)),
  ({ code }) => /arn|^partition-of|^region-in|^no-type|^wildcard-in-resource/.test(code),
  ({ code }) => code === 'bad-action',
  ({ code, message, path }) =>
    (code === 'missing-element' && missingElement(message) === 'Resource') ||
    (code === 'empty-list' && /\.(?:Not)?Resource$/.test(path)),
]

/** Returns what IAM says of a document: the sentence of the check that fails first. */
export function firstSentence(refused: readonly RefusedAt[], kind: PolicyKind): string {
  const rank = (one: RefusedAt) => order.findIndex((check) => check(one))
  const [first] = refused.toSorted((a, b) => rank(a) - rank(b))
  return policySentence(first!, kind)
}

/** Returns IAM's message for a problem, followed by our message and the position in brackets. */
export function policySentence(refused: RefusedAt, kind: PolicyKind): string {
  const { code, line, column, path, message } = refused
  const said = textOf(sentences[code] ?? syntax, refused, kind)
  const element = path === '' ? '' : `${path}: `
  return `${said} (line ${line}, column ${column}: ${element}${message})`
}
