import type { Json } from '../json.ts'
import type { Policy } from '../policy.ts'
import type { Found } from './finding.ts'
import type { PlacedStatement } from './placed-statement.ts'
import { type Circumstances, found } from './rule.ts'

/** Characters without white space (IAM user guide, "IAM and AWS STS quotas"). Inline ones are for all inline policies together. */
const ofHolder: Readonly<Record<NonNullable<Circumstances['holder']>, number>> = { managed: 6144, user: 2048, group: 5120, role: 10_240 }
const ofKind: Readonly<Partial<Record<Policy['kind'], number>>> = { boundary: 6144, trust: 4096, 'service-control': 10_240, 'resource-control': 5120 }

/** What the document as a whole gives to say. */
export function* documentRules(
  { kind }: Policy,
  placed: readonly PlacedStatement[],
  json: Json,
  text: string,
  { holder }: Circumstances,
): Generator<Found> {
  const version = json.type === 'object' ? json.members.find(({ name }) => name === 'Version')?.value : undefined
  if (!version) yield found('version-missing', '', 'the policy has no Version')
  else if (version.type === 'string' && version.text === '2008-10-17') yield found('version-of-2008', 'Version', 'the Version is that of 2008')
  for (const {
    statement: { resources, conditions },
    path,
  } of placed) {
    const texts = [
      ...(resources?.values ?? []).map((value) => (value.templated ? '' : value.text)),
      ...conditions.flatMap((one) => (one.templated ? [] : one.values)),
    ]
    if (texts.some((value) => /\$\{[^}]*\}/.test(value))) {
      yield found('variable-without-version', path, 'a variable stands in a policy whose Version knows none')
    }
  }
  const size = text.replace(/\s+/g, '').length
  const quota = (kind === 'identity' && holder !== undefined ? ofHolder[holder] : ofKind[kind]) ?? Number.POSITIVE_INFINITY
  if (size > quota) yield found('over-quota', '', `${size} characters without white space are more than ${quota}`)
  else if (size > quota * 0.9) yield found('near-quota', '', `${size} of ${quota} characters without white space are used`)
  if (kind === 'identity' && holder === undefined && size > ofHolder.managed)
    yield found('over-managed-quota', '', `${size} characters without white space are more than ${ofHolder.managed}`)
}
