import { hash } from 'node:crypto'
import { base64Bytes } from './decode-message.ts'
import { anywhere, attributeOf, textOf } from './elements.ts'
import { parseXml } from './parse-xml.ts'

/**
 * A response reduced to the facts that explain why one sign-in differs from another: names,
 * addresses and algorithms, without personal values.
 */
export type Description = Readonly<Record<string, string>>

const mostShown = 600

/**
 * Describe a response, verified or not, for the operator; never base a decision on it. Never
 * throws.
 */
export function describeResponse(text: string, now: Date): Description {
  try {
    return describe(parseXml(text), now)
  } catch {
    return {}
  }
}

function describe(root: Element, now: Date): Description {
  const first = (name: string) => anywhere(root, name).at(0)
  const texts = (name: string) => anywhere(root, name).map(plain).toSorted().join(' ')
  const attribute = (element: Element | undefined, name: string) =>
    element ? attributeOf(element, name) : undefined
  const issuedAt = Date.parse(attributeOf(root, 'IssueInstant') ?? '')
  const confirmation = first('SubjectConfirmationData')
  const certificate = first('X509Certificate')
  const rows: Readonly<Record<string, string | undefined>> = {
    issuer: first('Issuer') && plain(first('Issuer')!),
    status: attribute(first('StatusCode'), 'Value')?.split(':').at(-1),
    destination: attributeOf(root, 'Destination'),
    recipient: attribute(confirmation, 'Recipient'),
    audience: texts('Audience'),
    answers: root.hasAttribute('InResponseTo') ? 'a request' : 'nothing',
    signed:
      anywhere(root, 'Signature')
        .map((one) => (one.parentNode as Element).localName)
        .toSorted()
        .join(' ') || 'nothing',
    algorithm: attribute(first('SignatureMethod'), 'Algorithm'),
    certificate: certificate && fingerprint(plain(certificate)),
    encrypted:
      anywhere(root, 'EncryptedAssertion').length > 0
        ? attribute(first('EncryptionMethod'), 'Algorithm')
        : 'no',
    nameIdFormat: attribute(first('NameID'), 'Format'),
    context: texts('AuthnContextClassRef'),
    attributes: anywhere(root, 'Attribute')
      .map((one) => attributeOf(one, 'Name') ?? '')
      .toSorted()
      .join(' '),
    clock: Number.isNaN(issuedAt)
      ? undefined
      : `${Math.round((now.getTime() - issuedAt) / 1000)} s after it was issued`,
  }
  return Object.fromEntries(
    Object.entries(rows).flatMap(([name, value]) =>
      value ? [[name, value.slice(0, mostShown)]] : [],
    ),
  )
}

function plain(element: Element): string {
  try {
    return textOf(element).trim()
  } catch {
    return ''
  }
}

function fingerprint(base64: string): string | undefined {
  const der = base64Bytes(base64)
  return der && hash('sha256', der, 'hex').slice(0, 16)
}

export interface Difference {
  readonly what: string
  readonly before: string
  readonly now: string
}

/** Return how a refused sign-in differs from the last good one; the clock is always included. */
export function differences(good: Description, refused: Description): readonly Difference[] {
  return [...new Set([...Object.keys(good), ...Object.keys(refused)])]
    .filter((what) => what === 'clock' || good[what] !== refused[what])
    .map((what) => ({ what, before: good[what] ?? 'nothing', now: refused[what] ?? 'nothing' }))
}
