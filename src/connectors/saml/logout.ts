import { hash, type KeyObject } from 'node:crypto'
import { holds, rowOf, signatureAlgorithms } from './algorithms.ts'
import { unspecifiedFormat } from './assertion.ts'
import { base64Bytes, decodePosted, decodeRedirected } from './decode-message.ts'
import { decrypted } from './decrypt.ts'
import {
  attributeOf,
  childElements,
  childrenNamed,
  instantOf,
  isNamed,
  ns,
  onlyChild,
  optionalChild,
  textOf,
} from './elements.ts'
import { parseXml } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'
import { escapeXml } from './sign.ts'
import { type SigningKey, verified } from './signature.ts'

export interface LoggedOut {
  readonly nameId: string
  readonly format: string
  readonly nameQualifier?: string | undefined
  readonly spNameQualifier?: string | undefined
  readonly sessionIndex?: string | undefined
}
interface Head {
  readonly id: string
  readonly issuedAt: Date
  readonly entityId: string
}

const start = (name: string, { id, issuedAt }: Head, destination: string, more = '') =>
  `<samlp:${name} xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${id}" Version="2.0"` +
  ` IssueInstant="${issuedAt.toISOString()}" Destination="${escapeXml(destination)}"${more}>`

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'
const issuerXml = ({ entityId }: Head) => `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer>`

/** Write a `LogoutRequest` (SAML core, 3.7.1). */
export function logoutRequestXml(
  head: Head,
  destination: string,
  { nameId, format, nameQualifier, spNameQualifier, sessionIndex }: LoggedOut,
): string {
  const attribute = (name: string, value: string | undefined) =>
    value === undefined ? '' : ` ${name}="${escapeXml(value)}"`
  const qualifiers =
    attribute('NameQualifier', nameQualifier) + attribute('SPNameQualifier', spNameQualifier)
  const session = `<samlp:SessionIndex>${escapeXml(sessionIndex ?? '')}</samlp:SessionIndex>`
  return (
    start('LogoutRequest', head, destination) +
    issuerXml(head) +
    `<saml:NameID${qualifiers} Format="${escapeXml(format)}">${escapeXml(nameId)}</saml:NameID>` +
    `${sessionIndex === undefined ? '' : session}</samlp:LogoutRequest>`
  )
}

/** Write a `LogoutResponse` (SAML core, 3.7.2). */
export function logoutResponseXml(head: Head, destination: string, inResponseTo: string): string {
  return (
    start('LogoutResponse', head, destination, ` InResponseTo="${escapeXml(inResponseTo)}"`) +
    issuerXml(head) +
    `<samlp:Status><samlp:StatusCode Value="${success}"/></samlp:Status></samlp:LogoutResponse>`
  )
}

export interface LogoutExpectations {
  readonly now: Date
  readonly skewSeconds: number
  readonly issuer: string
  readonly destination: string
  readonly keys: readonly SigningKey[]
  /** Our keys that open an `EncryptedID`. */
  readonly decryptionKeys: readonly KeyObject[]
  readonly weak: boolean
}
export type LogoutMessage =
  | {
      readonly kind: 'request'
      readonly id: string
      readonly nameId: string
      readonly format: string
      /** Empty means every session of the person. */
      readonly sessionIndexes: readonly string[]
      readonly relayState: string | undefined
      /** Identifies the request in the replay guard. */
      readonly replayKey: string
      /** The latest time at which the request could be replayed, including clock skew. */
      readonly replayableUntil: Date
    }
  | { readonly kind: 'answer'; readonly success: boolean }

const parameters = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature']
const freshSeconds = 600
const mostSessionIndexes = 20

/** How a message was sent: the raw query of a redirect, or the parameters of a POST. */
export type LogoutSent =
  | { readonly by: 'redirect'; readonly rawQuery: string }
  | {
      readonly by: 'post'
      readonly parameter: MessageParameter
      readonly message: string
      readonly relayState: string | undefined
    }
export type MessageParameter = 'SAMLRequest' | 'SAMLResponse'

/**
 * Read a logout message; it must be signed by the identity provider, addressed to us and recent.
 * Throws SamlFault.
 */
export function readLogout(sent: LogoutSent, expected: LogoutExpectations): LogoutMessage {
  const { root, parameter, relayState } =
    sent.by === 'redirect' ? redirected(sent.rawQuery, expected) : posted(sent, expected)
  checkHead(root, expected)
  if (parameter === 'SAMLResponse') {
    if (!isNamed(root, 'samlp', 'LogoutResponse'))
      throw new SamlFault('structure', 'this is no answer to a sign-out', { found: root.tagName })
    const code = childElements(onlyChild(root, 'samlp', 'Status'))[0]
    return {
      kind: 'answer',
      success: code !== undefined && attributeOf(code, 'Value') === success,
    }
  }
  if (!isNamed(root, 'samlp', 'LogoutRequest'))
    throw new SamlFault('structure', 'this is no request to sign out', { found: root.tagName })
  return logoutRequest(root, relayState, expected)
}

function logoutRequest(
  root: Element,
  relayState: string | undefined,
  { now, skewSeconds, issuer, decryptionKeys, weak }: LogoutExpectations,
): LogoutMessage {
  const id = attributeOf(root, 'ID')
  const sealed = optionalChild(root, 'saml', 'EncryptedID')
  const nameId = sealed
    ? decrypted(sealed, decryptionKeys, { weak }).element
    : optionalChild(root, 'saml', 'NameID')
  if (!id || !nameId || !isNamed(nameId, 'saml', 'NameID'))
    throw new SamlFault('subject', 'the request does not say who is signed out')
  const sessionIndexes = childrenNamed(root, 'samlp', 'SessionIndex').map(textOf)
  if (sessionIndexes.length > mostSessionIndexes)
    throw new SamlFault('size', 'the request names too many sessions', {
      found: String(sessionIndexes.length),
      expected: `at most ${mostSessionIndexes}`,
    })
  return {
    kind: 'request',
    id,
    nameId: textOf(nameId),
    format: attributeOf(nameId, 'Format') ?? unspecifiedFormat,
    sessionIndexes,
    relayState,
    replayKey: hash('sha256', JSON.stringify(['saml-logout', issuer, id]), 'base64url'),
    // After this time `checkHead` refuses the request for its age, whatever end the request states.
    replayableUntil: new Date(now.getTime() + (freshSeconds + 2 * skewSeconds + 1) * 1000),
  }
}

interface Read {
  readonly root: Element
  readonly parameter: MessageParameter
  readonly relayState: string | undefined
}

/**
 * Read a redirected message, whose signature covers the text as it was sent (SAML bindings,
 * 3.4.4.1).
 */
function redirected(rawQuery: string, expected: LogoutExpectations): Read {
  const sent = parametersOf(rawQuery)
  const parameter = sent.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse'
  if (sent.has('SAMLRequest') === sent.has('SAMLResponse'))
    throw new SamlFault('structure', 'expected one of SAMLRequest and SAMLResponse')
  checkSignature(sent, parameter, expected)
  const relayState = sent.get('RelayState')
  return {
    parameter,
    root: parseXml(decodeRedirected(plain(sent.get(parameter)!))),
    relayState: relayState === undefined ? undefined : plain(relayState),
  }
}

/**
 * Read a posted message, which carries its signature, from the bytes that were signed (SAML
 * bindings, 3.5.4). RelayState is not signed.
 */
function posted(
  { message, parameter, relayState }: Extract<LogoutSent, { by: 'post' }>,
  { keys, weak }: LogoutExpectations,
): Read {
  return {
    parameter,
    root: verified(parseXml(decodePosted(message)), keys, { weak }).element,
    relayState,
  }
}

/**
 * Return the parameters still encoded. Refuse a name that occurs twice, because only one of the
 * values may be the signed one.
 */
function parametersOf(rawQuery: string): ReadonlyMap<string, string> {
  const sent = new Map<string, string>()
  for (const part of rawQuery.split('&')) {
    const at = part.indexOf('=')
    const name = at === -1 ? part : part.slice(0, at)
    if (!parameters.includes(name)) continue
    if (sent.has(name))
      throw new SamlFault('structure', 'a parameter occurs twice', { found: name })
    sent.set(name, at === -1 ? '' : part.slice(at + 1))
  }
  return sent
}

function checkSignature(
  sent: ReadonlyMap<string, string>,
  name: string,
  { keys, weak }: LogoutExpectations,
): void {
  const algorithm = plain(sent.get('SigAlg') ?? '')
  const row = rowOf(signatureAlgorithms, algorithm)
  const signature = base64Bytes(plain(sent.get('Signature') ?? ''))
  if (!signature) throw new SamlFault('signature', 'the message carries no signature')
  if (!row || (row.weak && !weak))
    throw new SamlFault('algorithm', 'the signature algorithm is not accepted', {
      found: algorithm,
    })
  const text = [name, 'RelayState', 'SigAlg']
    .filter((one) => sent.has(one))
    .map((one) => `${one}=${sent.get(one)!}`)
    .join('&')
  if (!keys.some(({ key }) => holds(row, key, text, signature)))
    throw new SamlFault('signature', 'the signature is of none of the configured keys')
}

function checkHead(
  root: Element,
  { now, skewSeconds, issuer, destination }: LogoutExpectations,
): void {
  const stated = textOf(onlyChild(root, 'saml', 'Issuer')).trim()
  if (stated !== issuer)
    throw new SamlFault('issuer', 'the message is of another issuer', {
      found: stated,
      expected: issuer,
    })
  const to = attributeOf(root, 'Destination')
  if (to !== destination)
    throw new SamlFault('destination', 'the message was sent to another address', {
      found: to ?? 'nothing',
      expected: destination,
    })
  const issuedAt = instantOf(root, 'IssueInstant')
  const ends = instantOf(root, 'NotOnOrAfter')
  const age = issuedAt === undefined ? Infinity : (now.getTime() - issuedAt.getTime()) / 1000
  if (age < -skewSeconds || age > freshSeconds + skewSeconds)
    throw new SamlFault('issue-instant', 'the message is not of now: compare the clocks', {
      found: issuedAt?.toISOString() ?? 'nothing',
    })
  if (ends && ends.getTime() <= now.getTime() - skewSeconds * 1000)
    throw new SamlFault('not-on-or-after', 'the message has expired', { found: ends.toISOString() })
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', '%20'))
  } catch (error) {
    throw new SamlFault('encoding', 'a parameter is not URL-encoded', { cause: error })
  }
}
