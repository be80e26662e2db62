/** How many entities of a kind the API lets an account have. */
export interface AccountQuotas {
  readonly users: number
  readonly groups: number
  readonly roles: number
  readonly policies: number
  readonly instanceProfiles: number
  readonly mfaDevices: number
  readonly oidcProviders: number
  readonly samlProviders: number
  readonly serverCertificates: number
  readonly services: number
}

/** What AWS begins with (IAM user guide, "IAM and AWS STS quotas"); settings may say otherwise. */
export const defaultAccountQuotas: AccountQuotas = {
  users: 5000,
  groups: 300,
  roles: 1000,
  policies: 1500,
  instanceProfiles: 1000,
  mfaDevices: 10_000,
  oidcProviders: 100,
  samlProviders: 100,
  serverCertificates: 20,
  // Not AWS's: services of one's own.
  services: 100,
}
