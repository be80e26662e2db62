import { ns } from './elements.ts'
import type { Endpoints } from './metadata.ts'
import { escapeXml, type OwnKey, redirectUrl, signedXml } from './sign.ts'
import { SamlFault } from './saml-fault.ts'

/** Where the browser goes next, with a message. */
export type Send =
  | { readonly by: 'redirect'; readonly url: string }
  | { readonly by: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> }

export interface AuthnRequest {
  readonly id: string
  readonly issuedAt: Date
  readonly entityId: string
  readonly acs: string
  readonly forceAuthn: boolean
  readonly contexts: readonly string[]
}

/** SAML core, 3.4.1. No NameIDPolicy: the identity provider knows its own, and some refuse what they do not know. */
export function authnRequestXml({ id, issuedAt, entityId, acs, forceAuthn, contexts }: AuthnRequest, destination: string): string {
  const wanted = contexts.map((one) => `<saml:AuthnContextClassRef>${escapeXml(one)}</saml:AuthnContextClassRef>`).join('')
  return `<samlp:AuthnRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${id}" Version="2.0" IssueInstant="${issuedAt.toISOString()}"`
    + ` Destination="${escapeXml(destination)}" AssertionConsumerServiceURL="${escapeXml(acs)}" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"${forceAuthn ? ' ForceAuthn="true"' : ''}>`
    + `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer>${wanted === '' ? '' : `<samlp:RequestedAuthnContext Comparison="exact">${wanted}</samlp:RequestedAuthnContext>`}</samlp:AuthnRequest>`
}

const afterIssuer = '</saml:Issuer>'

/** Puts a message on its way: by redirect where the other side has an address for it, else by POST. Throws SamlFault when it has neither. */
export function sendMessage(
  endpoints: Endpoints, parameter: 'SAMLRequest' | 'SAMLResponse', make: (destination: string) => string, relayState: string | undefined, own: OwnKey | undefined,
): Send {
  const answer = parameter === 'SAMLResponse'
  const redirect = (answer ? endpoints.redirectAnswer : undefined) ?? endpoints.redirect
  const post = (answer ? endpoints.postAnswer : undefined) ?? endpoints.post
  if (redirect !== undefined) return { by: 'redirect', url: redirectUrl(redirect, parameter, make(redirect), relayState, own) }
  if (post === undefined) throw new SamlFault('metadata', 'the identity provider has no address for this message')
  const xml = make(post)
  const signed = own ? signedXml(xml, own, afterIssuer) : xml
  return { by: 'post', url: post, fields: { [parameter]: Buffer.from(signed).toString('base64'), ...(relayState !== undefined && { RelayState: relayState }) } }
}
