import { z } from 'zod'
import { appCertificate, appKeys } from './app-keys.ts'
import { trustedAssertions } from './trusted-assertions.ts'

/** By what a service proves itself that cannot sign. */
export const serviceProofs = z
  .strictObject({
    role: z
      .string()
      .describe('ARN of the role that it runs as, one of `principals`: its policies decide'),
    certificates: z
      .array(appCertificate)
      .max(20)
      .default([])
      .describe('Certificates that it may show in TLS; needs `listen.clientCertificate`'),
    assertions: trustedAssertions.describe('Issuers whose assertions (RFC 7523) it may show'),
    keys: appKeys
      .refine((keys) => keys.every(({ kty }) => kty !== 'OKP'), 'expected RSA, P-256 or P-384')
      .describe('Public keys of its own that it signs assertions with, as JWK'),
  })
  .refine(
    ({ certificates, assertions, keys }) => certificates.length + assertions.length + keys.length,
    'expected at least one of `certificates`, `assertions` and `keys`',
  )
  .describe('How the service proves itself without a signature; absent: by signatures alone')
