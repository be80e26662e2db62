import { z } from 'zod'

/** Issuers whose assertions (RFC 7523) prove somebody. */
export const trustedAssertions = z
  .array(
    z.strictObject({
      issuer: z
        .string()
        .max(2048)
        .refine((value) => URL.canParse(value) && !/[\s#*]/.test(value), 'expected a whole address')
        .refine((value) => value.startsWith('https://'), 'expected https')
        .describe('As `iss` has it; its keys are found by discovery'),
      algorithms: z
        .array(z.enum(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']))
        .min(1)
        .describe('What its assertions may be signed with'),
      subjects: z
        .array(z.string().max(255).regex(/[^*]/, 'expected more than `*`'))
        .min(1)
        .max(100)
        .describe('Each `sub` that counts, or how it begins with a `*` at the end'),
      audience: z
        .string()
        .min(1)
        .max(1024)
        .optional()
        .describe(
          'What `aud` is instead of the address that takes it: one of your own for each app, so ' +
            'that an assertion for one serves at no other',
        ),
    }),
  )
  .max(20)
  .default([])
