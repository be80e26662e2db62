import type { Json } from '../json.ts'
import type { PolicyKind } from '../question.ts'
import {
  documentCharacters,
  mostCharacters,
  mostIdentityCharacters,
  type PolicyHolder,
} from '../quotas.ts'
import type { RuleFinding } from './finding.ts'
import type { PlacedStatement } from './placed-statement.ts'
import { type Circumstances, finding } from './rule.ts'
import { emptyElements } from './shape.ts'

/** What an account's trust policies may have at AWS unless its quota was raised. */
const defaultTrustCharacters = 2048

/** Kinds that get a finding when they come near the engine's limit. */
const kindsWithQuota: ReadonlySet<PolicyKind> = new Set([
  'boundary',
  'trust',
  'service-control',
  'resource-control',
])

export interface DocumentInput extends Pick<Circumstances, 'holder'> {
  readonly kind: PolicyKind
  readonly text: string
  readonly json: Json
  readonly placed: readonly PlacedStatement[]
}

/** Findings about the document as a whole. */
export function* documentRules(input: DocumentInput): Generator<RuleFinding> {
  yield* versionRules(input)
  yield* sizeRules(input)
  yield* emptyElements(input.json, input.placed)
}

export function versionOf(json: Json): string | undefined {
  const version =
    json.type === 'object' ? json.members.find(({ name }) => name === 'Version')?.value : undefined
  return version?.type === 'string' ? version.text : undefined
}

function* versionRules({ json, placed }: DocumentInput): Generator<RuleFinding> {
  const version = versionOf(json)
  if (version === undefined) yield finding('version-missing', '', 'the policy has no Version')
  else if (version === '2008-10-17')
    yield finding('version-of-2008', 'Version', 'the Version is that of 2008')
  for (const { statement, path } of placed) {
    const texts = [
      ...(statement.resources?.values ?? []).map((value) => (value.templated ? '' : value.text)),
      ...statement.conditions.flatMap((one) => (one.templated ? [] : one.values)),
    ]
    if (texts.some((value) => /\$\{[^}]*\}/.test(value))) {
      yield finding(
        'variable-without-version',
        path,
        'a variable stands in a policy whose Version knows none',
      )
    }
  }
}

function* sizeRules({ kind, holder, text }: DocumentInput): Generator<RuleFinding> {
  const size = documentCharacters(text)
  if (size > mostCharacters[kind]) return // The parser said so.
  const quota = quotaOf(kind, holder)
  if (size > quota)
    yield finding('over-quota', '', `${size} characters without white space are more than ${quota}`)
  else if (size > quota * 0.9)
    yield finding('near-quota', '', `${size} of ${quota} characters without white space are used`)
  if (kind === 'trust' && size > defaultTrustCharacters)
    yield finding(
      'long-trust-policy',
      '',
      `${size} characters without white space are more than ${defaultTrustCharacters}`,
    )
  const { managed } = mostIdentityCharacters
  if (kind === 'identity' && holder === undefined && size > managed)
    yield finding(
      'over-managed-quota',
      '',
      `${size} characters without white space are more than ${managed}`,
    )
}

function quotaOf(kind: PolicyKind, holder: PolicyHolder | undefined): number {
  if (kind === 'identity' && holder !== undefined) return mostIdentityCharacters[holder]
  return kindsWithQuota.has(kind) ? mostCharacters[kind] : Number.POSITIVE_INFINITY
}
