import {
  constants,
  createCipheriv,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  type X509Certificate,
} from 'node:crypto'
import { ns } from '../../../src/connectors/saml/elements.ts'
import type { Trust } from '../../../src/connectors/saml/response.ts'
import { escapeXml, type OwnKey, signedXml } from '../../../src/connectors/saml/sign.ts'
import type { SigningKey } from '../../../src/connectors/saml/signature.ts'
import { selfSigned } from '../../../src/credentials/self-signed.ts'
import { certificateFingerprint } from '../../../src/kernel/certificate-fingerprint.ts'

export const idpEntity = 'https://idp.example.com/saml'
export const acs = 'https://sso.example.com/saml/corp/acs'
export const spEntity = 'https://sso.example.com/saml/corp'
export const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

export interface TestKey extends OwnKey, SigningKey {
  readonly x509: X509Certificate
}

/** A fresh RSA key with its certificate. */
export function makeKey(now: Date, name = 'idp.example.com'): TestKey {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const x509 = selfSigned(key, {
    commonName: name,
    from: new Date(now.getTime() - 86_400_000),
    until: new Date(now.getTime() + 365 * 86_400_000),
    serial: randomBytes(8),
  })
  return {
    key,
    x509,
    certificate: x509.raw.toString('base64'),
    fingerprint: certificateFingerprint(x509),
    expiresAt: x509.validToDate,
  }
}

/** What the service provider trusts: the public half. */
export function trusting(keys: readonly TestKey[], more: Partial<Trust> = {}): Trust {
  return {
    keys: keys.map(({ key, fingerprint }) => ({ key: createPublicKey(key), fingerprint })),
    decryptionKeys: [],
    allowWeakAlgorithms: false,
    requireEncryption: false,
    ...more,
  }
}

export interface Told {
  readonly id?: string
  readonly responseId?: string
  readonly issuer?: string
  readonly nameId?: string
  readonly format?: string
  readonly audience?: string | null
  readonly recipient?: string | null
  readonly destination?: string | null
  readonly inResponseTo?: string | null
  readonly responseTo?: string | null
  readonly issuedAt?: Date
  readonly notBefore?: Date | null
  readonly notOnOrAfter?: Date | null
  readonly confirmedUntil?: Date | null
  readonly sessionEndsAt?: Date
  readonly method?: string
  readonly status?: string
  readonly context?: string
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  /** Further elements inside the assertion, before its end. */
  readonly extra?: string
}

const attribute = (name: string, value: string | undefined | null) =>
  value === undefined || value === null ? '' : ` ${name}="${escapeXml(value)}"`
const stamp = (at: Date | undefined | null) => at?.toISOString().replace(/\.\d+Z$/, 'Z')
export const freshId = () => `_${randomBytes(16).toString('hex')}`

/** An assertion as identity providers write them, unsigned. `null` leaves a part out. */
export function assertionXml(now: Date, told: Told = {}): string {
  const soon = new Date(now.getTime() + 300_000)
  const {
    issuer = idpEntity,
    nameId = 'alice',
    audience = spEntity,
    recipient = acs,
    attributes = { uid: ['alice'], groups: ['devs', 'ops'] },
  } = told
  const until = told.notOnOrAfter === undefined ? soon : told.notOnOrAfter
  const from = told.notBefore === undefined ? new Date(now.getTime() - 30_000) : told.notBefore
  const confirmed = told.confirmedUntil === undefined ? soon : told.confirmedUntil
  const values = Object.entries(attributes)
    .map(
      ([name, list]) =>
        `<saml:Attribute Name="${escapeXml(name)}">${list
          .map((value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`)
          .join('')}</saml:Attribute>`,
    )
    .join('')
  return (
    `<saml:Assertion xmlns:saml="${ns.saml}" ID="${told.id ?? freshId()}" Version="2.0" ` +
    `IssueInstant="${stamp(told.issuedAt ?? now)}">` +
    `<saml:Issuer>${escapeXml(issuer)}</saml:Issuer>` +
    `<saml:Subject><saml:NameID${attribute(
      'Format',
      told.format ?? 'urn:oasis:names:tc:SAML:2.0:' + 'nameid-format:persistent',
    )}>${escapeXml(nameId)}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="${told.method ?? bearer}">` +
    `<saml:SubjectConfirmationData${attribute('NotOnOrAfter', stamp(confirmed))}` +
    `${attribute('Recipient', recipient)}${attribute('InResponseTo', told.inResponseTo)}/>` +
    '</saml:SubjectConfirmation></saml:Subject>' +
    `<saml:Conditions${attribute('NotBefore', stamp(from))}` +
    `${attribute('NotOnOrAfter', stamp(until))}>${
      audience === null
        ? ''
        : `<saml:AudienceRestriction><saml:Audience>${escapeXml(audience)}</saml:Audience>` +
          '</saml:AudienceRestriction>'
    }</saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${stamp(told.issuedAt ?? now)}" ` +
    `SessionIndex="s1"${attribute('SessionNotOnOrAfter', stamp(told.sessionEndsAt))}>` +
    '<saml:AuthnContext><saml:AuthnContextClassRef>' +
    `${told.context ?? 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'}` +
    '</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>' +
    `<saml:AttributeStatement>${values}</saml:AttributeStatement>` +
    `${told.extra ?? ''}</saml:Assertion>`
  )
}

/**
 * Something signed that readers take differently: ours leaves out an attribute of a namespace that
 * is not SAML's, and passport-saml reads it, because it drops prefixes without looking.
 */
export const foreignGroups =
  '<x:AttributeStatement xmlns:x="urn:x"><x:Attribute Name="groups">' +
  '<x:AttributeValue>admins</x:AttributeValue></x:Attribute></x:AttributeStatement>'

/** The response around `content`, unsigned. */
export function responseXml(now: Date, content: string, told: Told = {}): string {
  const { issuer = idpEntity, destination = acs, status = 'Success' } = told
  const responseTo = told.responseTo === undefined ? told.inResponseTo : told.responseTo
  return (
    `<samlp:Response xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ` +
    `ID="${told.responseId ?? freshId()}" Version="2.0" ` +
    `IssueInstant="${stamp(now)}"${attribute('Destination', destination)}` +
    `${attribute('InResponseTo', responseTo)}>` +
    `<saml:Issuer>${escapeXml(issuer)}</saml:Issuer><samlp:Status><samlp:StatusCode ` +
    `Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/>` +
    `</samlp:Status>${content}</samlp:Response>`
  )
}

const afterIssuer = '</saml:Issuer>'
export const signedPart = (xml: string, key: OwnKey) => signedXml(xml, key, afterIssuer)

/** A whole response whose assertion, response or both are signed. */
export function signedResponse(
  now: Date,
  key: OwnKey,
  told: Told = {},
  what: 'assertion' | 'response' | 'both' = 'assertion',
): string {
  const assertion = assertionXml(now, told)
  const response = responseXml(
    now,
    what === 'response' ? assertion : signedPart(assertion, key),
    told,
  )
  return what === 'assertion' ? response : signedPart(response, key)
}

const contents = {
  'aes128-cbc': { uri: `${ns.xenc}aes128-cbc`, keyBytes: 16 },
  'aes256-cbc': { uri: `${ns.xenc}aes256-cbc`, keyBytes: 32 },
  'aes128-gcm': { uri: `${ns.xenc11}aes128-gcm`, keyBytes: 16 },
  'aes256-gcm': { uri: `${ns.xenc11}aes256-gcm`, keyBytes: 32 },
} as const
const transports = {
  'rsa-oaep-mgf1p': `${ns.xenc}rsa-oaep-mgf1p`,
  'rsa-1_5': `${ns.xenc}rsa-1_5`,
} as const

/** The `EncryptedKey`s of a content key: each its `EncryptionMethod` and what it wraps. */
export type Wrapping = (
  secret: Buffer,
) => readonly { readonly method: string; readonly wrapped: Buffer }[]

export function wrapping(publicKey: KeyObject, transport: keyof typeof transports): Wrapping {
  const weak = transport === 'rsa-1_5'
  const padding = weak ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING
  const key = { key: publicKey, padding, ...(!weak && { oaepHash: 'sha1' }) }
  const method = `<xenc:EncryptionMethod Algorithm="${transports[transport]}"/>`
  return (secret) => [{ method, wrapped: publicEncrypt(key, secret) }]
}

/** XML Encryption of an assertion for the service provider's key. */
export function encryptedAssertion(
  assertion: string,
  publicKey: KeyObject,
  content: keyof typeof contents = 'aes256-gcm',
  transport: keyof typeof transports | Wrapping = 'rsa-oaep-mgf1p',
): string {
  const { uri, keyBytes } = contents[content]
  const secret = randomBytes(keyBytes)
  const gcm = content.endsWith('gcm')
  const iv = randomBytes(gcm ? 12 : 16)
  const cipher = createCipheriv(`aes-${keyBytes * 8}-${gcm ? 'gcm' : 'cbc'}`, secret, iv)
  const sealed = Buffer.concat([
    iv,
    cipher.update(assertion),
    cipher.final(),
    ...(gcm
      ? [(cipher as ReturnType<typeof createCipheriv> & { getAuthTag(): Buffer }).getAuthTag()]
      : []),
  ])
  const wrap = typeof transport === 'string' ? wrapping(publicKey, transport) : transport
  const encryptedKeys = wrap(secret).map(
    ({ method, wrapped }) =>
      `<xenc:EncryptedKey>${method}<xenc:CipherData>` +
      `<xenc:CipherValue>${wrapped.toString('base64')}</xenc:CipherValue></xenc:CipherData>` +
      '</xenc:EncryptedKey>',
  )
  return (
    `<saml:EncryptedAssertion xmlns:saml="${ns.saml}"><xenc:EncryptedData ` +
    `xmlns:xenc="${ns.xenc}" Type="${ns.xenc}Element"><xenc:EncryptionMethod ` +
    `Algorithm="${uri}"/>` +
    `<ds:KeyInfo xmlns:ds="${ns.ds}">${encryptedKeys.join('')}</ds:KeyInfo>` +
    `<xenc:CipherData><xenc:CipherValue>${sealed.toString('base64')}</xenc:CipherValue>` +
    '</xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>'
  )
}
