import { mostIdentityCharacters } from '../../policy/quotas.ts'

const { managed, user, group, role } = mostIdentityCharacters

/**
 * IAM user guide, "IAM and AWS STS quotas"; those of a whole account are settings
 * (store/account-quotas.ts).
 */
export const quotas = {
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  mfaDevicesPerUser: 8,
  sshPublicKeysPerUser: 5,
  signingCertificatesPerUser: 2,
  /** For each service. */
  serviceCredentialsPerUser: 2,
  /** Certificates above a server's own: a chain has few, and each is verified. */
  certificatesInChain: 10,
  tags: 50,
  versionsPerPolicy: 5,
  attachedPolicies: 10,
  policyCharacters: managed,
  /** AWS raises this quota on request, so the policy engine accepts longer documents. */
  trustPolicyCharacters: 2048,
  inlineCharacters: { user, group, role },
  clientIdsPerOidcProvider: 100,
  thumbprintsPerOidcProvider: 5,
  privateKeysPerSamlProvider: 2,
} as const
