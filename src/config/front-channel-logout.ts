import { z } from 'zod'
import { wrongReturn } from '../kernel/return-address.ts'

/** `apps.ID.frontChannelLogout`. */
export const frontChannelLogout = z.strictObject({
  uri: z
    .string()
    .max(2048)
    .refine((value) => URL.canParse(value) && !/[\s#*]/.test(value), 'expected a whole address')
    .describe('What a hidden frame of the "signed out" page loads; at an origin of `redirectUris`'),
  sessionRequired: z
    .boolean()
    .default(false)
    .describe('The address gets `iss` and `sid`, which is then in ID tokens too'),
})

/**
 * What is wrong with an address of Front-Channel Logout 1.0 (section 2: scheme, host and port of a
 * redirect address); undefined: nothing. Its origin becomes a source of the page's policy, in which
 * a host may be neither IPv6 nor have signs such as `;`, which URLs allow.
 */
export function wrongFrame(uri: string, redirectUris: readonly string[]): string | undefined {
  const url = URL.parse(uri)
  if (!url) return undefined
  const wrong = wrongReturn(uri, 'web')
  if (wrong !== undefined) return wrong
  if (!/^[a-z0-9_.-]+$/.test(url.hostname)) return 'expected a host name or an IPv4 address'
  if (url.searchParams.has('iss') || url.searchParams.has('sid'))
    return '`iss` and `sid` are added by Gatehouse'
  return redirectUris.some((one) => URL.parse(one)?.origin === url.origin)
    ? undefined
    : 'expected scheme, host and port of one of `redirectUris`'
}
