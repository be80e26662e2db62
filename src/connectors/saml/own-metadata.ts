import { ns } from './elements.ts'
import type { SamlSettings, SecondReader } from './settings.ts'
import { escapeXml, type OwnKey, x509Data } from './sign.ts'

export interface OwnAddresses {
  readonly entityId: string
  readonly acs: string
  readonly logout: string
  /** Absent means no expiry, for identity providers that read the metadata once and keep them. */
  readonly validUntil?: Date | undefined
}

/**
 * The methods to advertise, best first. Others that we can decrypt are not listed: they are for
 * identity providers that do not read this list.
 */
const encryptionMethods = [
  `${ns.xenc11}aes256-gcm`,
  `${ns.xenc11}aes128-gcm`,
  `${ns.xenc}rsa-oaep-mgf1p`,
]
/** The second reader cannot open this one. */
const firstReaderOnly = `${ns.xenc11}rsa-oaep`

/**
 * Write our metadata as a service provider (SAML metadata, 2.4.4). They list every key that may
 * sign or decrypt, so that keys can change without coordination.
 */
export function ownMetadata(
  { entityId, acs, logout, validUntil }: OwnAddresses,
  keys: readonly OwnKey[],
  { signRequests, secondReader }: Pick<SamlSettings, 'signRequests' | 'secondReader'>,
): string {
  const logoutBy = (name: string) =>
    `<md:SingleLogoutService ${binding(name)} Location="${escapeXml(logout)}"/>`
  const head =
    keys.map(({ certificate }) => descriptor('signing', certificate)).join('') +
    keys.map(({ certificate }) => encryptionDescriptor(certificate, secondReader)).join('') +
    ['Redirect', 'POST'].map(logoutBy).join('')
  return serviceProvider({ entityId, acs, validUntil, signRequests, head })
}

/**
 * As `ownMetadata`, for AWS's addresses: they receive assertions that nobody asked for, and have no
 * logout. `certificates`: DER in base64, of the keys that decrypt, the preferred one first.
 */
export function awsMetadata(
  addresses: Pick<OwnAddresses, 'entityId' | 'acs'>,
  certificates: readonly string[],
  secondReader: SecondReader,
): string {
  const head = certificates.map((one) => encryptionDescriptor(one, secondReader)).join('')
  return serviceProvider({ ...addresses, signRequests: false, head })
}

const binding = (name: string) => `Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${name}"`

function descriptor(use: 'signing' | 'encryption', certificate: string, methods = ''): string {
  const keyInfo = `<ds:KeyInfo>${x509Data(certificate)}</ds:KeyInfo>`
  return `<md:KeyDescriptor use="${use}">${keyInfo}${methods}</md:KeyDescriptor>`
}

function encryptionDescriptor(certificate: string, secondReader: SecondReader): string {
  const methods =
    secondReader === 'off' ? [...encryptionMethods, firstReaderOnly] : encryptionMethods
  const listed = methods.map((one) => `<md:EncryptionMethod Algorithm="${one}"/>`).join('')
  return descriptor('encryption', certificate, listed)
}

interface ServiceProvider extends Omit<OwnAddresses, 'logout'> {
  readonly signRequests: boolean
  /** What comes before the assertion consumer service. */
  readonly head: string
}

function serviceProvider(party: ServiceProvider): string {
  const { entityId, acs, validUntil, signRequests, head } = party
  const id = Buffer.from(entityId).toString('hex').slice(0, 64)
  return (
    `<md:EntityDescriptor xmlns:md="${ns.md}" xmlns:ds="${ns.ds}"` +
    ` ID="_${id}" entityID="${escapeXml(entityId)}"` +
    ` cacheDuration="PT6H"${validUntil ? ` validUntil="${validUntil.toISOString()}"` : ''}>` +
    `<md:SPSSODescriptor AuthnRequestsSigned="${signRequests}" WantAssertionsSigned="true"` +
    ` protocolSupportEnumeration="${ns.samlp}">${head}` +
    `<md:AssertionConsumerService ${binding('POST')} Location="${escapeXml(acs)}"` +
    ' index="0" isDefault="true"/>' +
    '</md:SPSSODescriptor></md:EntityDescriptor>'
  )
}
