import { hash, type KeyObject } from 'node:crypto'
import { type Assertion, namedSubject, readAssertion } from './assertion.ts'
import { roleAttribute } from './aws-attributes.ts'
import {
  chosenConfirmation,
  conditionOutcomes,
  type Expectations,
  type Outcome,
} from './conditions.ts'
import { decrypted, unsaid } from './decrypt.ts'
import {
  anywhere,
  attributeOf,
  childElements,
  childrenNamed,
  instantOf,
  isNamed,
  onlyChild,
  optionalChild,
  textOf,
} from './elements.ts'
import { parseXml } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'
import { type SigningKey, verified } from './signature.ts'

export interface Trust {
  readonly keys: readonly SigningKey[]
  readonly decryptionKeys: readonly KeyObject[]
  readonly allowWeakAlgorithms: boolean
  /** Refuses unencrypted assertions. */
  readonly requireEncryption: boolean
}

/** A verified assertion, and how it was verified. */
export interface ProvedAssertion {
  readonly assertion: Assertion
  /** The recipient that the assertion names, one of our addresses. */
  readonly recipient: string
  /**
   * The id of the request that the assertion answers, from signed bytes; absent when unsolicited.
   */
  readonly inResponseTo?: string | undefined
  readonly signed: 'response' | 'assertion'
  readonly encrypted: boolean
  readonly algorithm: string
  /** SHA-256 fingerprint of the certificate whose key signed it. */
  readonly signedBy: string
  /** Identifies the assertion in the replay guard, by its issuer and id. */
  readonly replayKey: string
  /** The latest time at which the assertion could be replayed, including clock skew. */
  readonly replayableUntil: Date
  /** The earliest time at which it may have been made, by our clock. */
  readonly madeAt: Date
}

/** What a second reader needs to read the same response by itself. */
export interface HandedOn {
  /** The response as it came; a signed assertion stands decrypted in place of the encrypted one. */
  readonly text: string
  /** The key that signed it, from the configuration. */
  readonly signingKey: KeyObject
  /** Opens the assertion of a signed response, which nobody can put into the response decrypted. */
  readonly decryptionKey?: KeyObject | undefined
  /** How many elements there are, those of an encrypted assertion included. */
  readonly elements: number
}

/** Read what a response claims before verification. Use it only to find the keys that verify it. */
export function claims(text: string): {
  readonly issuer: string | undefined
  readonly roles: readonly string[]
} {
  const root = parseXml(text)
  const assertion = childrenNamed(root, 'saml', 'Assertion')[0]
  const issuer = [root, assertion]
    .map((one) => one && childrenNamed(one, 'saml', 'Issuer')[0])
    .find((one) => one !== undefined)
  const roles = (assertion ? anywhere(assertion, 'Attribute') : []).filter(
    (one) => attributeOf(one, 'Name') === roleAttribute,
  )
  return {
    issuer: issuer && textOf(issuer).trim(),
    roles: roles.flatMap((one) => childrenNamed(one, 'saml', 'AttributeValue').map(textOf)),
  }
}

/**
 * Verify a SAML response, except for two checks that need state: whether the request that it
 * answers is ours and open, and whether the assertion was seen before. The identity comes from
 * bytes that one signature covers, of the response or of the assertion. Throws SamlFault for the
 * first check that fails.
 */
export function proveResponse(text: string, trust: Trust, expected: Expectations): ProvedAssertion {
  return accepted(examineResponse(text, trust, expected)).proof
}

/** Return what was examined. Throws SamlFault for the first condition that failed. */
export function accepted(examined: Examined): Examined {
  const failed = examined.outcomes.find(({ ok }) => !ok)
  if (failed) throw new SamlFault(failed.check, failed.message, failed)
  return examined
}

export interface Examined {
  readonly outcomes: readonly Outcome[]
  readonly proof: ProvedAssertion
  readonly handedOn: HandedOn
}

/**
 * As `proveResponse`, but report every condition, passed or failed, for the operator. Throws
 * SamlFault when the response cannot be read further.
 */
export function examineResponse(text: string, trust: Trust, expected: Expectations): Examined {
  const root = parseXml(text)
  if (!isNamed(root, 'samlp', 'Response'))
    throw new SamlFault('structure', 'this is not a SAML response', {
      found: root.tagName,
      expected: 'samlp:Response',
    })
  checkShape(root)
  const weak = { weak: trust.allowWeakAlgorithms }
  const outer =
    childrenNamed(root, 'ds', 'Signature').length > 0 ? verified(root, trust.keys, weak) : undefined
  // From here on, read a signed response from its signed bytes; use an unsigned one only to refuse
  // it.
  const response = outer?.element ?? root
  checkEnvelope(response, outer !== undefined, expected)

  const encrypted = optionalChild(response, 'saml', 'EncryptedAssertion')
  if (!encrypted && trust.requireEncryption)
    throw new SamlFault('decryption', 'the assertion is not encrypted')
  const opened = encrypted && decrypted(encrypted, trust.decryptionKeys, weak)
  const carried = opened?.element ?? onlyChild(response, 'saml', 'Assertion')
  const proveInner = () => {
    if (!isNamed(carried, 'saml', 'Assertion') || anywhere(carried, 'Assertion').length !== 1)
      throw new SamlFault('structure', 'there is not exactly one assertion')
    return outer ? undefined : verified(carried, trust.keys, weak)
  }
  // Hide the reason of a failure inside: it could help a sender to decrypt an assertion.
  const inner = encrypted && !outer ? unsaid(proveInner) : proveInner()
  const { key, algorithm } = outer ?? inner!
  const assertion = readAssertion(
    inner?.element ?? carried,
    (id) => decrypted(id, trust.decryptionKeys, weak).element,
  )
  if (!expected.nameIdOptional) namedSubject(assertion)
  const answers = attributeOf(response, 'InResponseTo')
  const confirmation = chosenConfirmation(assertion, expected, answers)
  if (confirmation) checkAnswer(answers, confirmation.inResponseTo)
  // Take the ends of all confirmations, because the assertion could be replayed by another one.
  const until = [assertion, ...assertion.confirmations]
    .map(({ notOnOrAfter }) => notOnOrAfter?.getTime())
    .filter((at) => at !== undefined)
  return {
    outcomes: conditionOutcomes(assertion, confirmation, expected),
    proof: {
      assertion,
      algorithm,
      recipient: confirmation?.recipient ?? '',
      signed: outer ? 'response' : 'assertion',
      encrypted: encrypted !== undefined,
      signedBy: key.fingerprint,
      inResponseTo: confirmation?.inResponseTo,
      replayKey: hash(
        'sha256',
        JSON.stringify(['saml', assertion.issuer, assertion.id]),
        'base64url',
      ),
      replayableUntil: new Date(
        Math.max(...until, expected.now.getTime()) + expected.skewSeconds * 1000 + 1000,
      ),
      madeAt: new Date(assertion.issuedAt.getTime() - expected.skewSeconds * 1000),
    },
    handedOn: {
      text: opened && !outer ? withPlainAssertion(text, opened.text) : text,
      signingKey: key.key,
      decryptionKey: outer && opened?.key,
      elements: countElements(text) + countElements(opened?.text ?? ''),
    },
  }
}

const countElements = (text: string) => text.match(/<[^/]/g)?.length ?? 0

/**
 * Put the decrypted assertion in place of the encrypted one. A pattern finds it, because `parseXml`
 * and `checkShape` have left exactly one, outside of comments and attributes.
 */
function withPlainAssertion(text: string, plain: string): string {
  const name = '(?:[^\\s<>/:]+:)?EncryptedAssertion'
  const encrypted = new RegExp(`<${name}[\\s>][\\s\\S]*</${name}\\s*>`)
  return text.replace(encrypted, () => plain)
}

/**
 * Require one assertion in one place, and signatures only where they may stand, so that moved or
 * copied elements are refused before any verification.
 */
function checkShape(root: Element): void {
  const assertions =
    anywhere(root, 'Assertion').length + anywhere(root, 'EncryptedAssertion').length
  const here =
    childrenNamed(root, 'saml', 'Assertion').length +
    childrenNamed(root, 'saml', 'EncryptedAssertion').length
  if (here === 0 && assertions === 0) {
    checkStatus(root)
    throw new SamlFault('structure', 'the response carries no assertion')
  }
  if (assertions !== 1 || here !== 1)
    throw new SamlFault(
      'structure',
      'there is not exactly one assertion directly in the response',
      { found: `${assertions} in all, ${here} in place` },
    )
  for (const signature of anywhere(root, 'Signature')) {
    const parent = signature.parentNode as Element
    const inPlace =
      isNamed(signature, 'ds', 'Signature') &&
      (parent === root || (parent.parentNode === root && isNamed(parent, 'saml', 'Assertion')))
    if (!inPlace)
      throw new SamlFault('structure', 'a signature stands where none may be', {
        found: parent.tagName,
      })
  }
  if (anywhere(root, 'Response').length !== 1)
    throw new SamlFault('structure', 'a response inside a response')
}

function checkEnvelope(
  response: Element,
  signed: boolean,
  { issuer, recipients, now, skewSeconds }: Expectations,
): void {
  if (attributeOf(response, 'Version') !== '2.0')
    throw new SamlFault('version', 'the response is not of SAML 2.0', {
      found: attributeOf(response, 'Version') ?? 'nothing',
    })
  checkStatus(response)
  const stated = optionalChild(response, 'saml', 'Issuer')
  if (stated && textOf(stated).trim() !== issuer)
    throw new SamlFault('issuer', 'the response is of another issuer', {
      found: textOf(stated).trim(),
      expected: issuer,
    })
  const destination = attributeOf(response, 'Destination')
  // SAML bindings, 3.5.5.2: a signed message must state its destination.
  if (destination === undefined ? signed : !recipients.includes(destination)) {
    throw new SamlFault('destination', 'the response was sent to another address', {
      found: destination ?? 'nothing',
      expected: recipients.join(' or '),
    })
  }
  const issuedAt = instantOf(response, 'IssueInstant')
  if (issuedAt && issuedAt.getTime() > now.getTime() + skewSeconds * 1000)
    throw new SamlFault(
      'issue-instant',
      'the response was issued in the future: compare the clocks',
      { found: issuedAt.toISOString(), expected: `at most ${now.toISOString()}` },
    )
}

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

function checkStatus(response: Element): void {
  const status = onlyChild(response, 'samlp', 'Status')
  const codes = childElements(status).filter((one) => isNamed(one, 'samlp', 'StatusCode'))
  const [code] = codes
  const value = code && attributeOf(code, 'Value')
  if (codes.length === 1 && value === success) return
  const second = code && optionalChild(code, 'samlp', 'StatusCode')
  const found = [value, second && attributeOf(second, 'Value')]
    .filter(Boolean)
    .map((one) => one!.replace('urn:oasis:names:tc:SAML:2.0:status:', ''))
    .join(', ')
  const said = optionalChild(status, 'samlp', 'StatusMessage')
  const message = said && printable(textOf(said))
  throw new SamlFault('status', 'the identity provider did not sign the person in', {
    found: `${found || 'nothing'}${message ? `: ${message}` : ''}`,
    expected: 'Success',
  })
}

const mostMessage = 200

/**
 * Clean and shorten a status message: a refusal needs no signature, so anybody may have written it.
 */
function printable(text: string): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return plain.length > mostMessage ? `${plain.slice(0, mostMessage)}…` : plain
}

/**
 * Refuse a response whose InResponseTo contradicts the signed confirmation; the value is never
 * taken from the response itself.
 */
function checkAnswer(stated: string | undefined, inResponseTo: string | undefined): void {
  if (stated !== undefined && stated !== inResponseTo)
    throw new SamlFault(
      'in-response-to',
      'the response and the signed confirmation answer different requests',
      { found: stated, expected: inResponseTo ?? 'nothing' },
    )
}
