import { z } from 'zod'
import { defaultAccountQuotas } from '../store/account-quotas.ts'
import { duration } from './duration.ts'

const window = (count: number, span: string, seconds: number) =>
  z
    .strictObject({
      count: z.int().min(1).max(100_000).default(count).describe('Tries'),
      window: duration(1, 86_400).default(seconds).describe(`Within this time; default ${span}`),
    })
    .transform((value) => ({ count: value.count, windowSeconds: value.window }))
    .prefault({})

const quota = (what: string, normal: number) =>
  z
    .int()
    .min(1)
    .max(1_000_000)
    .default(normal)
    .describe(`${what} of one account; default ${normal}, as AWS begins with`)

const quotas = z.strictObject({
  users: quota('Users', defaultAccountQuotas.users),
  groups: quota('Groups', defaultAccountQuotas.groups),
  roles: quota('Roles', defaultAccountQuotas.roles),
  policies: quota('Managed policies', defaultAccountQuotas.policies),
  instanceProfiles: quota('Instance profiles', defaultAccountQuotas.instanceProfiles),
  mfaDevices: quota('Virtual MFA devices', defaultAccountQuotas.mfaDevices),
  oidcProviders: quota('OpenID Connect providers', defaultAccountQuotas.oidcProviders),
  samlProviders: quota('SAML providers', defaultAccountQuotas.samlProviders),
  serverCertificates: quota('Server certificates', defaultAccountQuotas.serverCertificates),
  services: quota('Services registered by API', defaultAccountQuotas.services),
})

/** `limits`: what anybody may try or make at most. */
export const limits = z
  .strictObject({
    signInsPerName: window(10, '15m', 900).describe(
      'Wrong passwords for one name at one connector; a right one clears them',
    ),
    signInsPerAddress: window(100, '15m', 900).describe(
      'Tries from one address, or one IPv6 /64, that proved nobody: passwords, and SAML sign-ins ' +
        'as they start and as they arrive; and as many wrong one-time codes',
    ),
    signInTimeout: duration(1, 120)
      .default(20)
      .describe('One password check takes no longer; default 20s'),
    bodyBytes: z
      .int()
      .min(16_384)
      .max(4_194_304)
      .default(262_144)
      .describe(
        'Largest body of an API call, in bytes; SAML metadata (`CreateSAMLProvider`, ' +
          '`UpdateSAMLProvider`) may have 1,000,000 characters',
      ),
    quotas: quotas
      .prefault({})
      .describe('What the API makes at most; what `accounts` puts in place is not limited by them'),
  })
  .transform(({ signInTimeout, ...rest }) => ({ ...rest, signInTimeoutMs: signInTimeout * 1000 }))
