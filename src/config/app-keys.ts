import { z } from 'zod'
import { wrongKey } from '../kernel/verification-key.ts'
import { isCertificate } from './pem-certificate.ts'

/** The public keys of an app: JWKs (RFC 7517), which have texts as members here. */
export const appKeys = z
  .array(z.record(z.string(), z.string().max(4096)))
  .max(10)
  .default([])
  .superRefine((keys, context) => {
    for (const [index, key] of keys.entries()) {
      const message = wrongKey(key)
      if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message })
      if (key.kid !== undefined && keys.findIndex(({ kid }) => kid === key.kid) < index)
        context.addIssue({ code: 'custom', path: [index], message: 'another key has this `kid`' })
    }
  })

/** Where an app publishes such keys itself. */
export const appKeysUri = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text)
    return url?.protocol === 'https:' && !url.username && !url.password && !/[\s#]/.test(text)
  }, 'expected an https address without user info and `#`')

/** How the certificate of an app is recognised (RFC 8705, section 2). */
export const appCertificate = z
  .strictObject({
    dns: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'expected a host in lower case')
      .optional()
      .describe('The DNS name in a certificate that the proxy has verified (`tls_client_auth`)'),
    pem: z
      .string()
      .max(16_384)
      .refine(isCertificate, 'expected one certificate in PEM')
      .optional()
      .describe('The certificate itself (`self_signed_tls_client_auth`)'),
  })
  .refine(
    ({ dns, pem }) => (dns === undefined) !== (pem === undefined),
    'expected one of `dns` and `pem`',
  )
