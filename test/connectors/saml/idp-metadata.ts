import { ns } from '../../../src/connectors/saml/elements.ts'
import { idpEntity, type TestKey } from './identity-provider.ts'

/** An identity provider's metadata; `attributes` of the root, such as `validUntil="…"`. */
export function idpMetadata({ certificate }: TestKey, attributes = '', use = ''): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n' +
    `<md:EntityDescriptor xmlns:md="${ns.md}" xmlns:ds="${ns.ds}" ID="_m1" ` +
    `entityID="${idpEntity}"${attributes === '' ? '' : ` ${attributes}`}>` +
    `<md:IDPSSODescriptor protocolSupportEnumeration="${ns.samlp}">` +
    `<md:KeyDescriptor${use === '' ? '' : ` use="${use}"`}><ds:KeyInfo><ds:X509Data>` +
    `<ds:X509Certificate>\n${certificate.replace(/.{64}/g, '$&\n')}\n` +
    '</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>' +
    '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ' +
    'Location="https://idp.example.com/slo" ' +
    'ResponseLocation="https://idp.example.com/slo/done"/>' +
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" ' +
    'Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
  )
}
