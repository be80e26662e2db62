import { z } from 'zod'

export const account = z.string().regex(/^\d{12}$/, 'expected 12 digits, in quotes')

export const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[\w.:%-]+$/, 'expected a host name or an IP address')
export const port = z.int().min(0).max(65_535)

/**
 * A JSON policy, written as YAML or as JSON text. Parses to the JSON text; the policy engine checks
 * its content.
 */
export const policyDocument = z
  .union([z.record(z.string(), z.unknown()), z.string().min(2).max(131_072)])
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  .meta({ title: 'a policy' })
