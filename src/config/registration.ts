import { z } from 'zod'

/** The section `registration`: apps that register themselves (RFC 7591). */
export const registration = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Apps may register themselves with an invitation, `gatehouse apps invite`'),
    when: z
      .string()
      .min(1)
      .optional()
      .describe('CEL condition over `identity`: who may use such apps; needed when `enabled`'),
    refreshTokens: z
      .boolean()
      .default(false)
      .describe('Such apps may get refresh tokens. They end with the sign-in of the person'),
    most: z
      .int()
      .min(1)
      .max(500)
      .default(50)
      .describe('How many such apps there may be; default 50'),
  })
  .refine(({ enabled, when }) => !enabled || when !== undefined, {
    path: ['when'],
    message: 'say who may use apps that register themselves; `true` is everybody',
  })
