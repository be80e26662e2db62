import { hash, type KeyObject } from 'node:crypto'
import { type Assertion, readAssertion } from './assertion.ts'
import { conditionOutcomes, type Expectations, type Outcome } from './conditions.ts'
import { roleAttribute } from './aws-attributes.ts'
import { decrypted, unsaid } from './decrypt.ts'
import { anywhere, attributeOf, childElements, childrenNamed, instantOf, isNamed, onlyChild, optionalChild, textOf } from './elements.ts'
import { parseXml } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'
import { type SigningKey, verified } from './signature.ts'

export interface Trust {
  readonly keys: readonly SigningKey[]
  readonly decryptionKeys: readonly KeyObject[]
  readonly allowWeakAlgorithms: boolean
  /** Refuses assertions that came in the clear. */
  readonly requireEncryption: boolean
}

/** What was proved, and how. */
export interface Proof {
  readonly assertion: Assertion
  /** The recipient that the assertion names: one of ours. */
  readonly recipient: string
  /** Of the request that it answers, from signed bytes; absent: nobody asked. */
  readonly inResponseTo?: string
  readonly signed: 'response' | 'assertion'
  readonly encrypted: boolean
  readonly algorithm: string
  /** SHA-256 of the certificate whose key signed it. */
  readonly signedBy: string
  /** Names the assertion to the replay guard: of its issuer and id. */
  readonly replayKey: string
  /** Until when the assertion could be shown again, skew counted in. */
  readonly replayableUntil: Date
}

/** What a response claims before anything is proved: good for finding the keys to check it with, and for nothing else. */
export function claims(text: string): { readonly issuer: string | undefined; readonly roles: readonly string[] } {
  const root = parseXml(text)
  const assertion = childrenNamed(root, 'saml', 'Assertion')[0]
  const issuer = [root, assertion].map((one) => one && childrenNamed(one, 'saml', 'Issuer')[0]).find((one) => one !== undefined)
  const roles = (assertion ? anywhere(assertion, 'Attribute') : []).filter((one) => attributeOf(one, 'Name') === roleAttribute)
  return { issuer: issuer && textOf(issuer).trim(), roles: roles.flatMap((one) => childrenNamed(one, 'saml', 'AttributeValue').map(textOf)) }
}

/**
 * Every check of a SAML response but two, which need state: whether the request that it answers is ours and open, and whether the
 * assertion was seen before. The identity comes from bytes that one signature covers, the response's or the assertion's. Throws
 * SamlFault for the first check that fails.
 */
export function proveResponse(text: string, trust: Trust, expected: Expectations): Proof {
  const examined = examineResponse(text, trust, expected)
  const failed = examined.outcomes.find(({ ok }) => !ok)
  if (failed) throw new SamlFault(failed.check, failed.message, failed)
  return examined.proof
}

/** As `proveResponse`, with every condition told, held or not: for the operator. Throws SamlFault where nothing can be read further. */
export function examineResponse(text: string, trust: Trust, expected: Expectations): { readonly outcomes: readonly Outcome[]; readonly proof: Proof } {
  const root = parseXml(text)
  if (!isNamed(root, 'samlp', 'Response')) throw new SamlFault('structure', 'this is not a SAML response', { found: root.tagName, expected: 'samlp:Response' })
  checkShape(root)
  const weak = { weak: trust.allowWeakAlgorithms }
  const outer = childrenNamed(root, 'ds', 'Signature').length > 0 ? verified(root, trust.keys, weak) : undefined
  // From here on a signed response is read from its signed bytes, an unsigned one for nothing but refusals.
  const response = outer?.element ?? root
  checkEnvelope(response, outer !== undefined, expected)

  const encrypted = optionalChild(response, 'saml', 'EncryptedAssertion')
  if (!encrypted && trust.requireEncryption) throw new SamlFault('decryption', 'the assertion is not encrypted')
  const carried = encrypted ? decrypted(encrypted, trust.decryptionKeys, weak) : onlyChild(response, 'saml', 'Assertion')
  const proveInner = () => {
    if (!isNamed(carried, 'saml', 'Assertion') || anywhere(carried, 'Assertion').length !== 1) throw new SamlFault('structure', 'there is not exactly one assertion')
    return outer ? undefined : verified(carried, trust.keys, weak)
  }
  // A sender who learns what is wrong inside could open an assertion by asking.
  const inner = encrypted && !outer ? unsaid(proveInner) : proveInner()
  const { key, algorithm } = outer ?? inner!
  const assertion = readAssertion(inner?.element ?? carried, (id) => decrypted(id, trust.decryptionKeys, weak))
  const [confirmation] = assertion.confirmations
  checkAnswer(response, confirmation?.inResponseTo)
  const until = [assertion.notOnOrAfter, confirmation?.notOnOrAfter].filter((at) => at !== undefined).map((at) => at.getTime())
  return {
    outcomes: conditionOutcomes(assertion, expected),
    proof: {
      assertion, algorithm, recipient: confirmation?.recipient ?? '', signed: outer ? 'response' : 'assertion', encrypted: encrypted !== undefined, signedBy: key.fingerprint,
      ...(confirmation?.inResponseTo !== undefined && { inResponseTo: confirmation.inResponseTo }),
      replayKey: hash('sha256', JSON.stringify(['saml', assertion.issuer, assertion.id]), 'base64url'),
      replayableUntil: new Date(Math.max(...until, expected.now.getTime()) + expected.skewSeconds * 1000 + 1000),
    },
  }
}

/** One assertion in one place, and signatures only where one may stand: whatever was moved or copied is refused before anything is verified. */
function checkShape(root: Element): void {
  const assertions = anywhere(root, 'Assertion').length + anywhere(root, 'EncryptedAssertion').length
  const here = childrenNamed(root, 'saml', 'Assertion').length + childrenNamed(root, 'saml', 'EncryptedAssertion').length
  if (here === 0 && assertions === 0) {
    checkStatus(root)
    throw new SamlFault('structure', 'the response carries no assertion')
  }
  if (assertions !== 1 || here !== 1) throw new SamlFault('structure', 'there is not exactly one assertion directly in the response', { found: `${assertions} in all, ${here} in place` })
  for (const signature of anywhere(root, 'Signature')) {
    const parent = signature.parentNode as Element
    const inPlace = isNamed(signature, 'ds', 'Signature') && (parent === root || (parent.parentNode === root && isNamed(parent, 'saml', 'Assertion')))
    if (!inPlace) throw new SamlFault('structure', 'a signature stands where none may be', { found: parent.tagName })
  }
  if (anywhere(root, 'Response').length !== 1) throw new SamlFault('structure', 'a response inside a response')
}

function checkEnvelope(response: Element, signed: boolean, { issuer, recipients, now, skewSeconds }: Expectations): void {
  if (attributeOf(response, 'Version') !== '2.0') throw new SamlFault('version', 'the response is not of SAML 2.0', { found: attributeOf(response, 'Version') ?? 'nothing' })
  checkStatus(response)
  const stated = optionalChild(response, 'saml', 'Issuer')
  if (stated && textOf(stated).trim() !== issuer) throw new SamlFault('issuer', 'the response is of another issuer', { found: textOf(stated).trim(), expected: issuer })
  const destination = attributeOf(response, 'Destination')
  // SAML bindings, 3.5.5.2: a signed message has to say where it goes.
  if (destination === undefined ? signed : !recipients.includes(destination)) {
    throw new SamlFault('destination', 'the response was sent to another address', { found: destination ?? 'nothing', expected: recipients.join(' or ') })
  }
  const issuedAt = instantOf(response, 'IssueInstant')
  if (issuedAt && issuedAt.getTime() > now.getTime() + skewSeconds * 1000) throw new SamlFault('issue-instant', 'the response was issued in the future: compare the clocks', { found: issuedAt.toISOString(), expected: `at most ${now.toISOString()}` })
}

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

function checkStatus(response: Element): void {
  const status = onlyChild(response, 'samlp', 'Status')
  const codes = childElements(status).filter((one) => isNamed(one, 'samlp', 'StatusCode'))
  const [code] = codes
  const value = code && attributeOf(code, 'Value')
  if (codes.length === 1 && value === success) return
  const second = code && optionalChild(code, 'samlp', 'StatusCode')
  const found = [value, second && attributeOf(second, 'Value')].filter(Boolean).map((one) => one!.replace('urn:oasis:names:tc:SAML:2.0:status:', '')).join(', ')
  throw new SamlFault('status', 'the identity provider did not sign the person in', { found: found || 'nothing', expected: 'Success' })
}

/** The wrapper may repeat what the signed data say, and nothing else: an answer is never taken from it. */
function checkAnswer(response: Element, inResponseTo: string | undefined): void {
  const stated = attributeOf(response, 'InResponseTo')
  if (stated !== undefined && stated !== inResponseTo) throw new SamlFault('in-response-to', 'the response and the signed confirmation answer different requests', { found: stated, expected: inResponseTo ?? 'nothing' })
}
