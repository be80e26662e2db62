import type { Assertion } from './assertion.ts'

/**
 * Return the first field that two readings of an assertion do not have alike, under the name that
 * the standard gives it; undefined when they agree. Every value counts, in its order.
 */
export function differingField(one: Assertion, other: Assertion): string | undefined {
  const [fields, others] = [fieldsOf(one), fieldsOf(other)]
  const differing = [...new Set([...fields.keys(), ...others.keys()])].find(
    (name) => !areSame(fields.get(name) ?? [], others.get(name) ?? []),
  )
  if (differing !== undefined) return differing
  const [names, otherNames] = [[...one.attributes.keys()], [...other.attributes.keys()]]
  return areSame(names, otherNames) ? undefined : 'order of attributes'
}

type Value = string | Date | undefined
type Fields = ReadonlyMap<string, readonly Value[]>

const areSame = (values: readonly Value[], others: readonly Value[]) =>
  values.length === others.length && values.every((value, at) => isSame(value, others[at]))

function isSame(one: Value, other: Value): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime()
  return one === other
}

function fieldsOf(assertion: Assertion): Fields {
  const { subject, confirmations } = assertion
  return new Map<string, readonly Value[]>([
    ['ID', [assertion.id]],
    ['IssueInstant', [assertion.issuedAt]],
    ['Issuer', [assertion.issuer]],
    ['NameID', [subject && visible(subject.nameId)]],
    ['NameID Format', [subject?.format]],
    ['NameQualifier', [subject?.nameQualifier]],
    ['SPNameQualifier', [subject?.spNameQualifier]],
    ['SubjectConfirmation Method', confirmations.map(({ method }) => method)],
    ['Recipient', confirmations.map(({ recipient }) => recipient)],
    ['InResponseTo', confirmations.map(({ inResponseTo }) => inResponseTo)],
    ['SubjectConfirmationData NotBefore', confirmations.map(({ notBefore }) => notBefore)],
    ['SubjectConfirmationData NotOnOrAfter', confirmations.map(({ notOnOrAfter }) => notOnOrAfter)],
    ['Conditions NotBefore', [assertion.notBefore]],
    ['Conditions NotOnOrAfter', [assertion.notOnOrAfter]],
    ['Audience', assertion.audiences.map((names) => JSON.stringify(names))],
    ['AuthnInstant', [assertion.authenticatedAt]],
    ['AuthnContextClassRef', assertion.contexts],
    ['SessionIndex', [assertion.sessionIndex]],
    ['SessionNotOnOrAfter', [assertion.sessionEndsAt]],
    ...[...assertion.attributes].map(
      ([name, values]) => [`Attribute ${name}`, values.map(visible)] as const,
    ),
  ])
}

/** White space alone counts as nothing: xml2js drops it beside an attribute such as `xsi:type`. */
function visible(text: string): string {
  return text.trim() === '' ? '' : text
}
