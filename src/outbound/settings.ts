import { z } from 'zod'
import { parseEndpoint } from './addresses.ts'

const hostName = z
  .string()
  .regex(/^[a-z0-9.:-]{1,253}$/, 'expected a host name in lower case, without scheme and port')
const endpoint = z
  .string()
  .refine(
    (text) => parseEndpoint(text) !== undefined,
    'expected an IP address, or one with a port: `10.0.0.5:8443`, `[fd00::5]:8443`',
  )

/** Settings of every HTTP request that Gatehouse makes itself. */
export const outboundSettings = z.strictObject({
  resolve: z
    .record(hostName, endpoint)
    .default({})
    .describe(
      'Host → `address` or `address:port` to call instead of what DNS says. ' +
        'The only way to a private address',
    ),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file of authorities to trust besides the system's"),
  timeoutMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(5000)
    .describe("One request takes no longer, from the name's look-up to the last byte"),
  maxBytes: z.int().min(1024).max(16_777_216).default(1_048_576).describe('Largest answer'),
})

export type OutboundSettings = z.output<typeof outboundSettings>
