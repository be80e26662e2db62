import type { Request, Response } from 'express'
import type { Safe } from '../../../views/html.ts'
import { credentialsLinkPage } from '../../../views/portal/console-link.ts'
import { credentialsPanel } from '../../../views/portal/credentials.ts'
import type { Row } from '../../../views/portal/grant.ts'
import { portalPage } from '../../../views/portal/portal.ts'
import { terminalClient } from '../../apps/terminal.ts'
import type { Credentials } from '../../credentials/claims.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Choice } from '../../sign-in/choices.ts'
import { findRoles, type Sought } from '../../sign-in/find-roles.ts'
import { roleKey } from '../../sign-in/role-memory.ts'
import type { Choices } from '../../sign-in/sign-in.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { endSession, saveSession } from '../browser-session.ts'
import { field } from '../fields.ts'
import type { OpenConsolePorts } from './open-console.ts'
import { noAccess } from './refused-page.ts'

export type ShowPortalPorts = OpenConsolePorts &
  Pick<PagePorts, 'apps' | 'branding' | 'publicUrl' | 'clock' | 'csrfToken' | 'ownKeys' | 'portal'>

/** The longest search, and the longest name in a link. */
const mostCharacters = 128

/** Credentials that are shown in this answer and kept nowhere. */
interface Fresh {
  readonly choice: Choice
  readonly credentials: Credentials
}

/** Answers `GET /portal` for a person who is signed in. */
export async function showPortal(
  ports: ShowPortalPorts,
  req: Request,
  res: Response,
  { identity, fresh }: { readonly identity: Identity; readonly fresh?: Fresh | undefined },
): Promise<void> {
  const current = await rolesOrSignIn(ports, req, res, identity)
  if (current === undefined) return
  const { choices, mapping } = current
  if (choices.length === 0) {
    const { outcomes } = mapping
    const keys = ports.ownKeys.allowed(identity)
    const page = { identity, outcomes, csrf: ports.csrfToken(req), keys }
    return sendPage(res, noAccess(ports, page), 403)
  }
  const { signIn, branding: brand, clock } = ports
  const connector = signIn.connectors().find(({ id }) => id === identity.connector)
  const sought = soughtBy(req)
  const { role, account } = sought
  const found = findRoles(choices, sought)
  if (leadsOn(ports, req, res, role === undefined ? [] : found)) return
  const isThere = found.length > 0
  const { refused } = req.session
  if (refused) {
    delete req.session.refused
    await saveSession(req)
  }
  const openId = fresh?.choice.id ?? text(req.query, 'grant')
  const page = portalPage({
    brand,
    csrf: ports.csrfToken(req),
    now: clock.now(),
    query: sought.words,
    linked: role === undefined ? undefined : { role, account, isThere },
    // A link to a role that the person lacks hides nothing.
    rows: await rowsOf(ports, identity, choices, role === undefined || isThere ? found : choices),
    person: {
      name: identity.displayName,
      username: identity.username,
      connector: connector?.label ?? identity.connector,
      since: identity.authenticatedAt,
      until: signIn.endsAt(identity),
      keys: await keysOf(ports, identity),
    },
    open:
      openId === undefined
        ? undefined
        : {
            id: openId,
            panel: fresh
              ? panelWith(ports, identity, fresh)
              : await panelOf(ports, req, identity, choices),
          },
    problem: refused,
    password: identity.passwordEnd && {
      end: identity.passwordEnd,
      changeAt: connector?.passwordUrl,
    },
    resume: req.session.resume?.path,
  })
  sendPage(res, page, refused?.status ?? 200)
}

/** What the page says of security keys; undefined: the person may have none. */
async function keysOf(
  { ownKeys }: ShowPortalPorts,
  identity: Identity,
): Promise<'touched' | 'untouched' | 'none' | undefined> {
  if (!ownKeys.allowed(identity)) return undefined
  if (identity.touch) return 'touched'
  return (await ownKeys.proof(identity)) === undefined ? 'none' : 'untouched'
}

/**
 * Answers a link that wants something of the one role that it names: with the page that asks, since
 * a link of somebody else's must not make a person act.
 */
function leadsOn(
  { branding: brand, csrfToken }: ShowPortalPorts,
  req: Request,
  res: Response,
  [choice, another]: readonly Choice[],
): boolean {
  const to = field(req.query, 'to')
  if (!choice || another || req.method !== 'GET') return false
  if (to === 'console') {
    const query = new URLSearchParams({ role: choice.grant.roleArn })
    res.redirect(303, `/portal/console?${query}`)
    return true
  }
  if (to !== 'credentials') return false
  sendPage(res, credentialsLinkPage({ brand, csrf: csrfToken(req), choice }))
  return true
}

/** Returns the person's roles, or ends a sign-in that is over and answers with the sign-in page. */
export async function rolesOrSignIn(
  ports: OriginPorts & Pick<PagePorts, 'signIn' | 'consoleFederation' | 'visitor'>,
  req: Request,
  res: Response,
  identity: Identity,
): Promise<Choices | undefined> {
  try {
    return await ports.signIn.choices(identity, originOf(req, ports))
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    // Remove everything of the sign-in from this browser.
    await ports.consoleFederation.logout(req.session.console, originOf(req, ports))
    await endSession(req)
    const { code } = error.fault
    const at = code === 'sign-in-timed-out' ? ports.signIn.endsAt(identity) : undefined
    ports.visitor.keepNotice(req, { code, at })
    res.redirect(303, signInFor(req.originalUrl))
    return undefined
  }
}

/** The sign-in page that leads back to an address of the portal. */
export function signInFor(path: string): string {
  return path === '/portal' ? '/signin' : `/signin?${new URLSearchParams({ next: path })}`
}

function soughtBy(req: Request): Sought {
  return {
    words: text(req.method === 'POST' ? req.body : req.query, 'q') ?? '',
    role: text(req.query, 'role'),
    account: text(req.query, 'account'),
  }
}

function text(parsed: unknown, name: string): string | undefined {
  return (
    field(parsed, name)
      ?.replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, mostCharacters) || undefined
  )
}

async function rowsOf(
  { portal }: ShowPortalPorts,
  identity: Identity,
  choices: readonly Choice[],
  shown: readonly Choice[],
): Promise<readonly Row[]> {
  const { starred, recent } = await portal.memories.of(identity)
  const stars = new Set(starred)
  const used = new Map(recent.map((one) => [one.role, one]))
  const found = new Set(shown)
  return choices.map((choice) => {
    const key = roleKey(choice.grant.roleArn)
    const last = used.get(key)
    return {
      choice,
      starred: stars.has(key),
      usedAt: last && new Date(last.at),
      seconds: last?.seconds,
      found: found.has(choice),
    }
  })
}

/** The credentials that this browser took last, while they may be shown. */
async function panelOf(
  ports: ShowPortalPorts,
  req: Request,
  identity: Identity,
  choices: readonly Choice[],
): Promise<Safe | undefined> {
  const { taken } = req.session
  const now = ports.clock.now()
  const choice = choices.find(({ id }) => id === taken?.choice)
  if (
    !taken ||
    !choice ||
    taken.choice !== text(req.query, 'grant') ||
    Date.parse(taken.until) <= now.getTime()
  )
    return undefined
  const credentials = await ports.portal.reopen(taken.sessionToken)
  return credentials && panelWith(ports, identity, { choice, credentials })
}

function panelWith(
  { publicUrl, region, clock, apps }: ShowPortalPorts,
  { username, connector, protocol }: Identity,
  { choice, credentials }: Fresh,
): Safe {
  const { account, accountName, roleName, grant, upstream } = choice
  return credentialsPanel({
    ...{ credentials, account, accountName, roleName, roleArn: grant.roleArn },
    ...{ username, connector, protocol, upstream },
    endpoint: publicUrl.origin,
    region: upstream?.region ?? region,
    terminal: apps?.has(terminalClient) === true,
    now: clock.now(),
  })
}
