/** IAM user guide, "IAM and AWS STS quotas". */
export const quotas = {
  users: 5000, groups: 300, roles: 1000, groupsPerUser: 10, accessKeysPerUser: 2, mfaDevicesPerUser: 8, tags: 50,
  mfaDevices: 10_000, policies: 1500, versionsPerPolicy: 5, attachedPolicies: 10, policyCharacters: 6144, trustPolicyCharacters: 2048,
  inlineCharacters: { user: 2048, role: 10_240, group: 5120 },
} as const
