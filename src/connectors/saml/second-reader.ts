/*
 * The second reader. passport-saml reads what our reader accepted, from the same bytes, with its
 * own profile of the standard: it can refuse, and never admit. The identity comes from our reader.
 * Both stand on xmldom and on xml-crypto's canonicalizer, so a fault of those two passes both
 * (docs/decisions/0004-saml.md).
 */
import { hash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Assertion } from './assertion.ts'
import { consumed } from './assertion-consumer.ts'
import type { Expectations, Outcome } from './conditions.ts'
import { differingField } from './differing-field.ts'
import { parsedAssertion } from './parsed-assertion.ts'
import {
  accepted,
  type Examined,
  examineResponse,
  type ProvedAssertion,
  type Trust,
} from './response.ts'
import { SamlFault, usedBefore } from './saml-fault.ts'
import type { SecondReader } from './settings.ts'

/** The signature algorithms that passport-saml can verify; it has no option for others. */
const readable = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
])
/**
 * The XPath engine of the library takes time with the square of what it looks through: 5,000
 * elements hold the process up for a quarter of a second. No message of 100,000 characters that
 * lists groups comes to so many.
 */
const mostElements = 2500
/** The library waits for nothing outside, so this passes only if it never answers. */
const longestMs = 10_000

/** What proving needs beside keys. */
export interface SecondReading {
  readonly secondReader: SecondReader
  /** Whether the replay guard holds the assertion. Claims nothing. */
  readonly wasUsed: (proof: Pick<ProvedAssertion, 'replayKey'>) => Promise<boolean>
}

/**
 * As `proveResponse`; then has the second reader read the response too, unless it is off. Throws
 * SamlFault `second-reader` when that refuses, or reads a field differently; `replay` for an
 * assertion that was used, so that repeating a large one does not cost a second reading each time.
 * Who accepts the assertion still has to claim it.
 */
export async function proveWithBoth(
  text: string,
  trust: Trust & SecondReading,
  expected: Expectations,
): Promise<ProvedAssertion> {
  const examined = accepted(examineResponse(text, trust, expected))
  if (trust.secondReader === 'off') return examined.proof
  if (await trust.wasUsed(examined.proof)) throw usedBefore(examined.proof)
  const outcome = await secondOutcome(examined, expected)
  if (!outcome.ok) throw new SamlFault(outcome.check, outcome.message, outcome)
  return examined.proof
}

/** Return what the second reader says about a response that our reader accepted. Never rejects. */
export async function secondOutcome(examined: Examined, expected: Expectations): Promise<Outcome> {
  const { proof, handedOn } = examined
  const row = { check: 'second-reader', ok: false, expected: 'what Gatehouse read' } as const
  if (handedOn.elements > mostElements) {
    const message = `too many elements for passport-saml ${advice}`
    return { ...row, message, found: `${handedOn.elements}`, expected: `at most ${mostElements}` }
  }
  if (!readable.has(proof.algorithm))
    return { ...row, message: `passport-saml cannot verify this ${advice}`, found: proof.algorithm }
  let reading: Assertion
  try {
    reading = parsedAssertion(await consumedOnce(...toConsume(examined, expected)))
  } catch (error) {
    const message = `passport-saml refuses what Gatehouse accepted ${advice}`
    return { ...row, message, found: briefly(error) }
  }
  const field = differingField(proof.assertion, reading) ?? unexpectedField(reading, expected)
  if (field !== undefined)
    return { ...row, message: 'Gatehouse and passport-saml read a field differently', found: field }
  return { ...row, ok: true, message: 'passport-saml read the same', found: 'the same' }
}

const advice = '(`secondReader` in docs/connectors/saml.md)'

function toConsume(
  { proof, handedOn }: Examined,
  { audiences, now, skewSeconds, freshSeconds }: Expectations,
): Parameters<typeof consumed> {
  const { assertion, signed, recipient, inResponseTo } = proof
  const named = audiences.find((name) => assertion.audiences.every((one) => one.includes(name)))
  return [
    handedOn.text.replace(/^\ufeff/, ''),
    {
      signingKey: handedOn.signingKey.export({ type: 'spki', format: 'pem' }).toString(),
      signed,
      decryptionKey: handedOn.decryptionKey?.export({ type: 'pkcs8', format: 'pem' }).toString(),
      recipient,
      audience: named ?? audiences[0]!,
      inResponseTo,
      now,
      skewSeconds,
      freshSeconds,
    },
  ]
}

let last:
  | { readonly name: string; readonly at: Date; readonly reading: Promise<unknown> }
  | undefined
/** Nobody's clock decides between two instants that are so close. */
const sameMs = 5000

/**
 * The last reading serves again for the same message, keys and expectations: the roles of one
 * message may name twenty providers, each of which proves it.
 */
function consumedOnce(...[xml, { now, ...rest }]: Parameters<typeof consumed>): Promise<unknown> {
  const name = hash('sha256', JSON.stringify([xml, rest]))
  const isSame = last?.name === name && Math.abs(now.getTime() - last.at.getTime()) < sameMs
  if (!last || !isSame) last = { name, at: now, reading: inTime(consumed(xml, { now, ...rest })) }
  return last.reading
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const ended = new AbortController()
  const late = wait(longestMs, undefined, { ref: false, signal: ended.signal }).then(() => {
    throw new Error('no answer in time')
  })
  try {
    return await Promise.race([work, late])
  } finally {
    ended.abort()
  }
}

/**
 * Return a field that passport-saml does not compare, and that is not as expected. Written apart
 * from `conditionOutcomes`, so that a fault there does not pass here too.
 */
function unexpectedField(
  { issuer, issuedAt, confirmations, sessionEndsAt }: Assertion,
  { issuer: named, recipients, now, skewSeconds }: Expectations,
): string | undefined {
  const hasBegun = (at: Date) => at.getTime() <= now.getTime() + skewSeconds * 1000
  const isToCome = (at: Date) => at.getTime() > now.getTime() - skewSeconds * 1000
  if (issuer !== named) return 'Issuer'
  if (!hasBegun(issuedAt)) return 'IssueInstant'
  if (sessionEndsAt && !isToCome(sessionEndsAt)) return 'SessionNotOnOrAfter'
  const ours = confirmations.filter(({ recipient = '' }) => recipients.includes(recipient))
  if (ours.length === 0) return 'Recipient'
  const lasting = ours.filter(({ notOnOrAfter }) => notOnOrAfter && isToCome(notOnOrAfter))
  if (lasting.length === 0) return 'SubjectConfirmationData NotOnOrAfter'
  return lasting.some(({ notBefore }) => !notBefore || hasBegun(notBefore))
    ? undefined
    : 'SubjectConfirmationData NotBefore'
}

/** Return the library's own words, up to where it begins to quote the message. */
function briefly(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  return /^[\w ,'-]{1,80}/.exec(text)?.[0] ?? 'an error without words'
}
