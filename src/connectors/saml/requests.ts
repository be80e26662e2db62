import type { Send } from '../redirect-upstream.ts'
import { ns } from './elements.ts'
import type { Endpoints } from './metadata.ts'
import { SamlFault } from './saml-fault.ts'
import { escapeXml, type OwnKey, redirectUrl, signedXml } from './sign.ts'

export interface AuthnRequest {
  readonly id: string
  readonly issuedAt: Date
  readonly entityId: string
  readonly acs: string
  readonly forceAuthn: boolean
  readonly contexts: readonly string[]
}

/**
 * Write an `AuthnRequest` (SAML core, 3.4.1). NameIDPolicy is left out: the identity provider has
 * its own policy, and some refuse one that they do not know.
 */
export function authnRequestXml(
  { id, issuedAt, entityId, acs, forceAuthn, contexts }: AuthnRequest,
  destination: string,
): string {
  const wanted = contexts
    .map((one) => `<saml:AuthnContextClassRef>${escapeXml(one)}</saml:AuthnContextClassRef>`)
    .join('')
  const context = 'samlp:RequestedAuthnContext'
  const requested = `<${context} Comparison="exact">${wanted}</${context}>`
  return (
    `<samlp:AuthnRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${id}"` +
    ` Version="2.0" IssueInstant="${issuedAt.toISOString()}"` +
    ` Destination="${escapeXml(destination)}" AssertionConsumerServiceURL="${escapeXml(acs)}"` +
    ` ProtocolBinding="${postBinding}"${forceAuthn ? ' ForceAuthn="true"' : ''}>` +
    `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer>` +
    `${wanted === '' ? '' : requested}</samlp:AuthnRequest>`
  )
}

const postBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const afterIssuer = '</saml:Issuer>'

export interface Message {
  readonly parameter: 'SAMLRequest' | 'SAMLResponse'
  readonly make: (destination: string) => string
  readonly relayState?: string | undefined
  /** Absent leaves the message unsigned. */
  readonly own?: OwnKey | undefined
}

/**
 * Prepare a message for sending: by redirect if the other side has an address for it, else by POST.
 * Throws SamlFault when it has neither.
 */
export function sendMessage(endpoints: Endpoints, message: Message): Send {
  const { parameter, make, relayState, own } = message
  const answer = parameter === 'SAMLResponse'
  const redirect = (answer ? endpoints.redirectAnswer : undefined) ?? endpoints.redirect
  const post = (answer ? endpoints.postAnswer : undefined) ?? endpoints.post
  if (redirect !== undefined) {
    const url = redirectUrl(redirect, { parameter, xml: make(redirect), relayState, own })
    return { by: 'redirect', url }
  }
  if (post === undefined)
    throw new SamlFault('metadata', 'the identity provider has no address for this message')
  const xml = make(post)
  const signed = own ? signedXml(xml, own, afterIssuer) : xml
  const fields = { [parameter]: Buffer.from(signed).toString('base64') }
  return {
    by: 'post',
    url: post,
    fields: relayState === undefined ? fields : { ...fields, RelayState: relayState },
  }
}
