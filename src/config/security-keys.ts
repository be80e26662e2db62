import { isIP } from 'node:net'
import { z } from 'zod'
import { isCertificate } from './pem-certificate.ts'
import { account } from './value-schemas.ts'

const wish = ['required', 'preferred', 'discouraged'] as const
const level = z.string().regex(/^L[1-4](plus)?$/, 'expected a level, such as `L1` or `L1plus`')

const model = z
  .strictObject({
    certificates: z
      .array(z.string().max(16_384).refine(isCertificate, 'expected one certificate in PEM'))
      .min(1)
      .max(10)
      .describe(
        'Root certificates that the maker signs the attestation of this model with, in PEM',
      ),
    fido: level.optional().describe('FIDO certification, as its condition key has it'),
    fips140_2: level.optional().describe('Certification by FIPS 140-2'),
    fips140_3: level.optional().describe('Certification by FIPS 140-3'),
  })
  .transform(({ certificates, fido, fips140_2, fips140_3 }) => ({
    certificates,
    certifications: {
      ...(fido !== undefined && { FIDO: fido }),
      ...(fips140_2 !== undefined && { 'FIPS-140-2': fips140_2 }),
      ...(fips140_3 !== undefined && { 'FIPS-140-3': fips140_3 }),
    },
  }))

/** The section `securityKeys`. */
export const securityKeys = z.strictObject({
  rpId: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'expected a host in lower case')
    .optional()
    .describe(
      'The domain that keys are bound to: the host of `publicUrl`, or a domain above it. With ' +
        'another one all keys have to be registered again; absent: the host',
    ),
  userVerification: z
    .enum(wish)
    .default('preferred')
    .describe(
      'Whether a key makes sure of its holder, by PIN or fingerprint. `required`: no key is ' +
        'taken that does not',
    ),
  residentKey: z
    .enum(wish)
    .default('discouraged')
    .describe('Whether new keys keep the name of their user (discoverable, as passkeys are)'),
  passkeys: z
    .boolean()
    .default(false)
    .describe(
      'Whether IAM users may sign in with a discoverable key that makes sure of them, without ' +
        'name and password',
    ),
  people: z
    .strictObject({
      connectors: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('Ids of connectors whose people may; absent: all'),
      when: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('CEL condition over `identity`; absent: everybody'),
      account: account
        .optional()
        .describe(
          'The account whose administrators see and remove keys of people ' +
            '(gatehouse:ListPersonKeys, gatehouse:DeletePersonKey); absent: the one that a ' +
            'connector serves, if it serves one alone',
        ),
    })
    .optional()
    .describe(
      'Which people of connectors may have security keys of their own here, that raise their ' +
        'sign-in; absent: nobody',
    ),
  models: z
    .record(
      z.string().regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, 'expected an AAGUID'),
      model,
    )
    .default({})
    .describe(
      'Models whose certification counts in policies (`iam:FIDO-certification` and others), by ' +
        'AAGUID. With any, new keys are asked what they are',
    ),
})

/** Says why keys could not be bound to `rpId`; undefined: they can. */
export function unfitRpId(rpId: string | undefined, publicUrl: string): string | undefined {
  const host = URL.parse(publicUrl)?.hostname
  if (rpId === undefined || host === undefined) return undefined
  const above = host === rpId || (host.endsWith(`.${rpId}`) && rpId.includes('.'))
  return above && isIP(host) === 0
    ? undefined
    : 'expected the host of `publicUrl`, or a domain above it: browsers refuse any other'
}
