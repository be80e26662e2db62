import type { SigningKeys } from '../../credentials/signing-keys.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { AppRules, AppVerdict } from '../../mapping/app-rules.ts'
import type { Origin } from '../../sign-in/sign-in-event.ts'
import { type People, subjectOf } from '../people.ts'
import { headerBytes, identityHeaders, mostHeaderBytes } from './identity-headers.ts'
import type { PathAccess } from './path-access.ts'
import { type NamedSite, pathRuleId } from './site.ts'

export interface DecidePorts {
  readonly publicUrl: URL
  readonly people: Pick<People, 'current'>
  readonly appKeys: Pick<SigningKeys, 'sign'>
  readonly clock: Clock
}

/** What holds for one person at one host, until the decision is too old. */
export type Decision =
  | { readonly result: 'ended' }
  | { readonly result: 'refused'; readonly reason: string }
  | {
      readonly result: 'allowed'
      /** Flat, for `writeHead`. */
      readonly headers: readonly string[]
      /** What the conditions of single paths say, by path. */
      readonly paths: ReadonlyMap<string, AppVerdict>
    }

export interface Deciding {
  readonly site: NamedSite
  readonly host: string
  readonly rules: AppRules
  readonly recheckSeconds: number
  readonly origin: Origin
}

/** The token outlives the decision that it comes with by so much. */
const tokenMarginSeconds = 60

/** Whether this person may use the site at all, what it is told, and what its paths ask besides. */
export async function decide(
  ports: DecidePorts,
  { site, host, rules, recheckSeconds, origin }: Deciding,
  proved: Identity,
): Promise<Decision> {
  const identity = await ports.people.current(proved, origin)
  if (!identity) return { result: 'ended' }
  const verdict = rules.evaluate(site.id, identity)
  if (verdict?.result !== 'allowed')
    return { result: 'refused', reason: verdict?.reason ?? 'the site was taken out' }
  const { publicUrl, clock, appKeys } = ports
  const now = Math.floor(clock.now().getTime() / 1000)
  const token = await appKeys.sign(
    'ES256',
    {
      ...verdict.claims,
      iss: publicUrl.origin,
      aud: `${publicUrl.protocol}//${host}`,
      sub: subjectOf(identity),
      preferred_username: identity.username,
      name: identity.displayName,
      iat: now,
      exp: now + recheckSeconds + tokenMarginSeconds,
    },
    'gate+jwt',
  )
  const { username, displayName } = identity
  const told = { ...verdict.claims, user: username, name: displayName, token }
  const headers = identityHeaders(site, told)
  if (headerBytes(headers) > mostHeaderBytes)
    return { result: 'refused', reason: `its headers have over ${mostHeaderBytes} bytes` }
  return {
    result: 'allowed',
    headers,
    paths: new Map(
      site.paths.flatMap(({ path, when }) => {
        const found = when && rules.evaluate(pathRuleId(site.id, path), identity)
        return found ? [[path, found] as const] : []
      }),
    ),
  }
}

/** Why a person may not have this path; undefined: they may. */
export function refusedPath(
  decision: Extract<Decision, { result: 'allowed' }>,
  access: PathAccess,
): string | undefined {
  if (access.access === 'public') return undefined
  if (access.access === 'ambiguous') return 'servers may read the path in several ways'
  if (!access.rule) return undefined
  const verdict = decision.paths.get(access.rule.path)
  return verdict?.result === 'allowed' ? undefined : (verdict?.reason ?? 'no such rule')
}
