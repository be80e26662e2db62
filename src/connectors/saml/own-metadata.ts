import { ns } from './elements.ts'
import { escapeXml, type OwnKey } from './sign.ts'

export interface OwnAddresses {
  readonly entityId: string
  readonly acs: string
  readonly logout: string
}

/** Our metadata as a service provider (SAML metadata, 2.4.4): every key that may sign or open, so that a change of keys needs no appointment. */
export function ownMetadata({ entityId, acs, logout }: OwnAddresses, keys: readonly OwnKey[], signRequests: boolean): string {
  const descriptor = (use: string) => (one: OwnKey) => `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${one.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
  const binding = (name: string) => `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${name}`
  return `<md:EntityDescriptor xmlns:md="${ns.md}" xmlns:ds="${ns.ds}" ID="_${Buffer.from(entityId).toString('hex').slice(0, 64)}" entityID="${escapeXml(entityId)}">`
    + `<md:SPSSODescriptor AuthnRequestsSigned="${signRequests}" WantAssertionsSigned="true" protocolSupportEnumeration="${ns.samlp}">`
    + keys.map(descriptor('signing')).join('') + keys.map(descriptor('encryption')).join('')
    + ['Redirect', 'POST'].map((name) => `<md:SingleLogoutService Binding="${binding(name)}" Location="${escapeXml(logout)}"/>`).join('')
    + `<md:AssertionConsumerService Binding="${binding('POST')}" Location="${escapeXml(acs)}" index="0" isDefault="true"/>`
    + '</md:SPSSODescriptor></md:EntityDescriptor>'
}
