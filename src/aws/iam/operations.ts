import type { Ids } from '../../kernel/ids.ts'
import type { KeyUses } from '../../sessions/key-uses.ts'
import type { Mfa } from '../../sessions/mfa.ts'
import type { TokenIssuer } from '../../sessions/token-issuer.ts'
import type { UserPasswords } from '../../sessions/user-passwords.ts'
import type { AnyOperation } from '../operation.ts'
import { accessKeyOperations } from './access-keys/operations.ts'
import { accountOperations } from './account/operations.ts'
import { attachmentOperations } from './attachments/operations.ts'
import { boundaryOperations } from './boundaries/operations.ts'
import { credentialReportOperations } from './credential-report/operations.ts'
import { groupOperations } from './groups/operations.ts'
import { inlinePolicyOperations } from './inline-policies/operations.ts'
import { instanceProfileOperations } from './instance-profiles/operations.ts'
import { type LastAccessedPorts, lastAccessedOperations } from './last-accessed/operations.ts'
import { loginProfileOperations } from './login-profiles/operations.ts'
import { managedPolicyOperations } from './managed-policies/operations.ts'
import { type KeyProofs, mfaDeviceOperations } from './mfa-devices/operations.ts'
import { type OidcProviderPorts, oidcProviderOperations } from './oidc-providers/operations.ts'
import { organizationOperations } from './organization/operations.ts'
import { outboundFederationOperations } from './outbound-federation/operations.ts'
import { passwordPolicyOperations } from './password-policy/operations.ts'
import { roleOperations } from './roles/operations.ts'
import { type SamlProviderPorts, samlProviderOperations } from './saml-providers/operations.ts'
import { serverCertificateOperations } from './server-certificates/operations.ts'
import { serviceCredentialOperations } from './service-credentials/operations.ts'
import { serviceLinkedRoleOperations } from './service-linked-roles/operations.ts'
import { signingCertificateOperations } from './signing-certificates/operations.ts'
import { simulatorOperations } from './simulator/operations.ts'
import { sshPublicKeyOperations } from './ssh-public-keys/operations.ts'
import { tagOperations } from './tags/operations.ts'
import { userOperations } from './users/operations.ts'

export interface IamPorts extends OidcProviderPorts, LastAccessedPorts, KeyProofs {
  readonly ids: Ids
  /** Encrypts a long-term secret with the key ring. */
  readonly sealSecret: (secret: string) => string
  readonly keyUses: Pick<KeyUses, 'find'>
  readonly mfa: Omit<Mfa, 'resync'>
  readonly passwords: Pick<UserPasswords, 'prove'>
  readonly tokenIssuer: TokenIssuer
  readonly samlProviders: SamlProviderPorts
}

/** Returns every IAM operation that Gatehouse supports. */
export function iamOperations(ports: IamPorts): readonly AnyOperation[] {
  return [
    ...accessKeyOperations(ports),
    ...accountOperations(ports),
    ...credentialReportOperations(ports),
    ...groupOperations(ports),
    ...oidcProviderOperations(ports),
    ...roleOperations(ports),
    ...userOperations(ports),
    ...inlinePolicyOperations,
    ...instanceProfileOperations(ports),
    ...lastAccessedOperations(ports),
    ...loginProfileOperations(ports),
    ...passwordPolicyOperations,
    ...managedPolicyOperations(ports),
    ...attachmentOperations,
    ...boundaryOperations,
    ...mfaDeviceOperations(ports),
    ...serverCertificateOperations(ports),
    ...serviceCredentialOperations(ports),
    ...serviceLinkedRoleOperations(ports),
    ...signingCertificateOperations(ports),
    ...sshPublicKeyOperations(ports),
    ...simulatorOperations,
    ...tagOperations,
    ...organizationOperations,
    ...outboundFederationOperations(ports),
    ...samlProviderOperations({ ...ports.samlProviders, ids: ports.ids }),
  ]
}
