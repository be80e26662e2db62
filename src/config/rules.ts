import { z } from 'zod'
import { duration } from './duration.ts'
import { policyDocument } from './value-schemas.ts'

const grant = z
  .strictObject({
    role: z.string().min(1).max(2048).describe('ARN of the role'),
    sessionName: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('Role session name; default `${identity.username}`'),
    tags: z
      .record(z.string(), z.string().max(2048))
      .optional()
      .describe('Session tags: name and value'),
    transitiveTagKeys: z
      .array(z.string())
      .optional()
      .describe('Tags that stay when the session assumes another role'),
    sourceIdentity: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('Source identity, which no later role can change'),
    maxDuration: duration(900, 43_200)
      .optional()
      .describe("Longest session of this grant, 15m to 12h; the role's own limit holds too"),
    sessionPolicy: policyDocument
      .optional()
      .describe('Narrows every session of this grant; YAML or JSON'),
  })
  .transform(({ maxDuration, ...rest }) => ({ ...rest, maxDurationSeconds: maxDuration }))

/** One rule of `mappings`, which turns an identity into grants. */
export const rule = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(128)
    .describe('Names the rule in audit events and in `gatehouse explain`'),
  when: z.string().min(1).optional().describe('CEL condition over `identity`; absent: everybody'),
  forEach: z
    .string()
    .min(1)
    .optional()
    .describe('CEL list of texts; the grants are made for each, with the variable `item`'),
  grants: z
    .array(grant)
    .min(1)
    .describe('The roles that the rule gives. Texts may have `${CEL}` parts'),
})
