/** The protocol by which a connector proves identities. */
export type Protocol = 'file' | 'ldap' | 'saml' | 'oidc'

export interface ProtocolFacts {
  /**
   * `password`: the person types it here. `redirect`: the browser leaves and returns with a proof.
   */
  readonly flow: 'password' | 'redirect'
  /**
   * The STS operation that exchanges such a proof for credentials. With `sts:` before it, it is the
   * action that a role's trust policy must allow.
   */
  readonly assume: AssumeWithProof
  /** `userIdentity.type` in audit events (CloudTrail user guide, "userIdentity element"). */
  readonly identityType: 'LDAPUser' | 'SAMLUser' | 'WebIdentityUser'
}
export type AssumeWithProof =
  | 'AssumeRoleWithLDAPIdentity'
  | 'AssumeRoleWithSAML'
  | 'AssumeRoleWithWebIdentity'

/** Passwords from a file use the same action as those of a directory (docs: security model). */
export const protocols = {
  file: { flow: 'password', assume: 'AssumeRoleWithLDAPIdentity', identityType: 'LDAPUser' },
  ldap: { flow: 'password', assume: 'AssumeRoleWithLDAPIdentity', identityType: 'LDAPUser' },
  saml: { flow: 'redirect', assume: 'AssumeRoleWithSAML', identityType: 'SAMLUser' },
  oidc: { flow: 'redirect', assume: 'AssumeRoleWithWebIdentity', identityType: 'WebIdentityUser' },
} as const satisfies Readonly<Record<Protocol, ProtocolFacts>>

/** The protocols whose flow is `redirect`. */
export type RedirectProtocol = {
  [P in Protocol]: (typeof protocols)[P]['flow'] extends 'redirect' ? P : never
}[Protocol]

/**
 * `userIdentity.type` for the caller of an STS operation that takes a proof; undefined for others.
 */
export function identityTypeOf(operation: string): ProtocolFacts['identityType'] | undefined {
  return Object.values(protocols).find(({ assume }) => assume === operation)?.identityType
}

/** The action that a role's trust policy must allow (docs: security model). */
export function assumeAction(protocol: Protocol): `sts:${AssumeWithProof}` {
  return `sts:${protocols[protocol].assume}`
}
