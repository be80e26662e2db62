import { z } from 'zod'
import { resourceId, scope } from './resources.ts'

/** Whom an access token stands for at a service. */
export const serviceBearer = z
  .strictObject({
    audience: resourceId.describe('One of `resources`: tokens for it, and for nothing else, count'),
    roles: z
      .array(
        z.string().regex(/^arn:aws(-us-gov|-cn)?:iam::\d{12}:role\/.+$/, "expected a role's ARN"),
      )
      .min(1)
      .max(50)
      .describe(
        'The person acts as the first of these roles that mapping and trust policy give them',
      ),
    scopes: z
      .record(scope, z.array(z.string()).min(1).max(500))
      .describe('The actions that each scope covers; what no scope of a token covers is refused'),
  })
  .describe('Access tokens of apps (RFC 9068) that the service takes; absent: none')
