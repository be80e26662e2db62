import { mostIdentityCharacters } from '../../policy/quotas.ts'

const { managed, user, group, role } = mostIdentityCharacters

/** IAM user guide, "IAM and AWS STS quotas". */
export const quotas = {
  users: 5000,
  groups: 300,
  roles: 1000,
  groupsPerUser: 10,
  accessKeysPerUser: 2,
  mfaDevicesPerUser: 8,
  sshPublicKeysPerUser: 5,
  signingCertificatesPerUser: 2,
  /** For each service. */
  serviceCredentialsPerUser: 2,
  serverCertificates: 20,
  /** Certificates above a server's own: a chain has few, and each is verified. */
  certificatesInChain: 10,
  tags: 50,
  mfaDevices: 10_000,
  instanceProfiles: 1000,
  policies: 1500,
  versionsPerPolicy: 5,
  attachedPolicies: 10,
  policyCharacters: managed,
  /** AWS raises this quota on request, so the policy engine accepts longer documents. */
  trustPolicyCharacters: 2048,
  inlineCharacters: { user, group, role },
  oidcProviders: 100,
  clientIdsPerOidcProvider: 100,
  thumbprintsPerOidcProvider: 5,
  samlProviders: 100,
  privateKeysPerSamlProvider: 2,
} as const
