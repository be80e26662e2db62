import { hash } from 'node:crypto'
import type { Identity } from '../../kernel/identity.ts'
import { unspecifiedFormat } from './assertion.ts'

/** The facts of a SAML identity that policies can test. */
export interface SamlSubject {
  readonly issuer: string
  readonly recipient: string
  readonly nameId: string
  readonly format: string
}

/**
 * Return the SAML subject of an identity. Without a NameID, the attribute that names the identity
 * takes its place.
 */
export function subjectOf(
  saml: NonNullable<Identity['saml']>,
  { subject }: Pick<Identity, 'subject'>,
): SamlSubject {
  const { issuer, recipient, nameId = subject, format = unspecifiedFormat } = saml
  return { issuer, recipient, nameId, format }
}

const persistentPrefix = 'urn:oasis:names:tc:SAML:2.0:nameid-format:'

/** Drop the prefix of SAML 2.0 and no other (STS API reference, "SubjectType"). */
export function subjectType(format: string): string {
  return format.startsWith(persistentPrefix) ? format.slice(persistentPrefix.length) : format
}

/**
 * Return BASE64(SHA1(issuer + account + "/" + provider)) (STS API reference, "NameQualifier").
 * SHA-1 makes a name here; it protects nothing.
 */
export function nameQualifier(issuer: string, account: string, provider: string): string {
  return hash('sha1', `${issuer}${account}/${provider}`, 'base64')
}

/**
 * Attributes that have condition keys of their own (IAM user guide, "Available keys for SAML-based
 * AWS STS federation").
 */
const named: Readonly<Record<string, string>> = {
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': 'edupersonaffiliation',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.2': 'edupersonnickname',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.3': 'edupersonorgdn',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.4': 'edupersonorgunitdn',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.5': 'edupersonprimaryaffiliation',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.6': 'edupersonprincipalname',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.7': 'edupersonentitlement',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.8': 'edupersonprimaryorgunitdn',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.9': 'edupersonscopedaffiliation',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.10': 'edupersontargetedid',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.11': 'edupersonassurance',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.2': 'eduorghomepageuri',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.3': 'eduorgidentityauthnpolicyuri',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.4': 'eduorglegalname',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.5': 'eduorgsuperioruri',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.6': 'eduorgwhitepagesuri',
  'urn:oid:2.5.4.3': 'cn',
  'urn:oid:2.5.4.4': 'surname',
  'urn:oid:2.5.4.42': 'givenname',
  'urn:oid:2.5.4.45': 'x500uniqueidentifier',
  'urn:oid:0.9.2342.19200300.100.1.1': 'uid',
  'urn:oid:0.9.2342.19200300.100.1.3': 'mail',
  'urn:oid:0.9.2342.19200300.100.1.45': 'organizationstatus',
  'urn:oid:2.5.4.41': 'name',
  'http://schemas.xmlsoap.org/claims/CommonName': 'commonname',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': 'name',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/primarygroupsid': 'primarygroupsid',
}

/**
 * Return the `saml:` condition keys, in lower case, for the account of a role. `provider` is the
 * name of the SAML provider in that account.
 */
export function samlKeys(
  subject: SamlSubject,
  account: string,
  provider: string,
): readonly (readonly [key: string, value: string])[] {
  const { issuer, recipient, nameId, format } = subject
  return [
    ['saml:aud', recipient],
    ['saml:iss', issuer],
    ['saml:sub', nameId],
    ['saml:sub_type', subjectType(format)],
    ['saml:namequalifier', nameQualifier(issuer, account, provider)],
    ['saml:doc', `${account}/${provider}`],
  ]
}

/** Return the condition keys of attributes; each key may have several values. */
export function attributeKeys(
  attributes: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [key: string, values: readonly string[]])[] {
  return [...attributes].flatMap(([name, values]) =>
    Object.hasOwn(named, name) && values.length > 0
      ? [[`saml:${named[name]}`, values] as const]
      : [],
  )
}
