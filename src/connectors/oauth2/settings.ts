import { z } from 'zod'
import { providerName } from '../../web-identity/provider.ts'
import { recheckSettings } from '../recheck.ts'

const text = z
  .string()
  .min(1)
  .max(1024)
  .refine((value) => value === value.trim(), 'expected no spaces at either end')

/** An own server's address: its origin, as roles trust it as an entity of their account. */
const origin = text.refine((value) => {
  const url = URL.parse(value)
  return url?.protocol === 'https:' && url.origin === value && providerName(value) !== undefined
}, 'expected `https://` and a host in lower case, without port, path and slash at the end')

/** GitHub's rule for names of organisations; they compare without regard to case. */
const organization = z
  .string()
  .regex(/^[A-Za-z\d](?:[A-Za-z\d_-]{0,99})$/, 'expected the name of an organisation')

const fields = z.strictObject({
  label: text.max(80).describe('What the sign-in page calls this way'),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'expected a 12-digit account'))
    .min(1)
    .describe('The accounts that this connector serves'),
  provider: z.enum(['github', 'amazon', 'facebook']).describe('Whose sign-in it is'),
  clientId: text.describe('What the provider calls Gatehouse'),
  clientSecret: text.describe('The secret of that client; give it by reference'),
  url: origin
    .optional()
    .describe('GitHub: address of your own GitHub Enterprise; default: `https://github.com`'),
  organizations: z
    .array(
      z.union([
        organization.transform((login) => ({ login: login.toLowerCase(), id: undefined })),
        z
          .strictObject({
            login: organization
              .transform((login) => login.toLowerCase())
              .describe('Its name, as in `github.com/NAME`'),
            id: z
              .int()
              .min(1)
              .describe('Its number: who takes the name after a renaming has another'),
          })
          .describe('An organisation by name and number'),
      ]),
    )
    .min(1)
    .max(200)
    .optional()
    .describe(
      'GitHub: organisations whose members may sign in, each a name or { login, id }; groups are ' +
        'of these alone. Absent: everybody with an account there may, and groups are of any',
    ),
  recheck: recheckSettings.describe(
    'GitHub, Amazon: asks again about people who are signed in, with a token of their sign-in; ' +
      'absent: a sign-in stays as it was proved until it ends',
  ),
})

/** The settings of type `oauth2`. */
export const oauth2Settings = fields.superRefine((settings, context) => {
  if (settings.provider === 'facebook' && settings.recheck)
    context.addIssue({
      code: 'custom',
      path: ['recheck'],
      message: 'Facebook gives no token that lasts as long as a sign-in: shorten session.lifetime',
    })
  if (settings.provider === 'github') return
  for (const name of ['url', 'organizations'] as const)
    if (settings[name] !== undefined)
      context.addIssue({ code: 'custom', path: [name], message: 'only GitHub has this' })
})

export type OAuth2Settings = z.output<typeof oauth2Settings>

/** What mappings can read of a person. */
export const attributeNames = ['email'] as const
