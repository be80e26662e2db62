import type { Environment } from '../../config/references.ts'
import type { Settings } from '../../config/settings.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { UpstreamFault } from '../../upstream/upstream-fault.ts'
import type { Output } from '../check.ts'
import { openSide } from './open-side.ts'
import { type Answers, mostRoles } from './read-roles.ts'

const mostPages = 400

/**
 * Asks the account for its roles, page by page. undefined, and reported, where there is no store.
 * Throws UpstreamFault.
 */
export async function fetchRoles(
  settings: Settings,
  { account, role }: { readonly account: string; readonly role?: string | undefined },
  { env, err }: { readonly env: Environment; readonly err: Output['err'] },
): Promise<Answers | undefined> {
  await using opened = await openSide(settings, env, err)
  if (!opened) return undefined
  const upstream = opened.of(account)!
  return {
    details: await everyPage(upstream, 'details', role),
    listed: await everyPage(upstream, 'list', role),
  }
}

async function everyPage(
  upstream: Upstream,
  kind: 'details' | 'list',
  role: string | undefined,
): Promise<readonly unknown[]> {
  const roles: unknown[] = []
  const markers = new Set<string>()
  for (let page = 0, marker: string | undefined; page < mostPages; page += 1) {
    const answer = await upstream.rolesPage!({ kind, marker, role })
    roles.push(...answer.roles)
    ;({ marker } = answer)
    if (marker === undefined) return roles
    if (markers.has(marker) || roles.length > mostRoles) break
    markers.add(marker)
  }
  throw new UpstreamFault('unfit-answer', 'the account tells pages of roles without an end')
}
