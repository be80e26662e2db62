import { type Request, type Response, Router } from 'express'
import { messagePage, type Problem } from '../../../views/message.ts'
import { credentialsPanel } from '../../../views/portal/credentials.ts'
import { portalPage } from '../../../views/portal/portal.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Choice } from '../../sign-in/sign-in.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { endSession, signedIn } from '../browser-session.ts'
import { field, RequestFault } from '../fields.ts'
import type { Safe } from '../../../views/html.ts'
import { openConsole } from './open-console.ts'

/** `/portal`: the person's roles, a console or credentials for each. */
export function portalRoutes(ports: PagePorts): Router {
  const router = Router()

  router.get('/portal', async (req, res) => {
    const identity = signedIn(req)
    if (!identity) return res.redirect(303, '/signin')
    await show(ports, req, res, identity, {})
  })

  router.post('/portal/credentials', ports.protect, async (req, res) => {
    const identity = signedIn(req)
    if (!identity) return res.redirect(303, '/signin')
    const durationSeconds = seconds(field(req.body, 'duration'))
    const choice = field(req.body, 'grant') ?? ''
    const given = await refusable(ports.signIn.credentials({ identity, choice, ...(durationSeconds && { durationSeconds }), ...originOf(req, ports) }))
    if (given instanceof SignInRefusal) return show(ports, req, res, identity, { refusal: given })
    const { choice: { account, accountName, roleName, grant }, credentials } = given
    const panel = credentialsPanel({
      credentials, account, roleName, roleArn: grant.roleArn, username: identity.username, connector: identity.connector,
      endpoint: ports.publicUrl.origin, region: ports.region, now: ports.clock.now(), ...(accountName !== undefined && { accountName }),
    })
    await show(ports, req, res, identity, { open: { id: choice, panel } })
  })

  router.post('/portal/console', ports.protect, async (req, res) => {
    const identity = signedIn(req)
    if (!identity) return res.redirect(303, '/signin')
    const path = req.session.resume?.path ?? '/console'
    const opened = await refusable(openConsole(ports, req, res, { identity, choice: field(req.body, 'grant') ?? '', path }))
    if (opened instanceof SignInRefusal) await show(ports, req, res, identity, { refusal: opened })
  })
  return router
}

interface Shown {
  readonly refusal?: SignInRefusal
  readonly open?: { readonly id: string; readonly panel: Safe }
}

async function show(ports: PagePorts, req: Request, res: Response, identity: Identity, { refusal, open }: Shown): Promise<void> {
  const { signIn, branding: brand, clock } = ports
  const found = await refusable(signIn.choices(identity, originOf(req, ports)))
  if (found instanceof SignInRefusal) {
    // The sign-in itself is over: nothing of it stays in this browser.
    await ports.consoleFederation.logout(req.session.console, originOf(req, ports))
    await endSession(req)
    return res.redirect(303, '/signin')
  }
  if (found.choices.length === 0) {
    const text = 'Ask your team lead for a directory group that carries a role, then sign in again.'
    return sendPage(res, messagePage({ brand, title: 'You are signed in, but have no role', glyph: 'mark-closed', text, actions: [{ href: '/signout', text: 'Sign out' }] }), 403)
  }
  const query = (field(req.method === 'POST' ? req.body : req.query, 'q') ?? '').trim().slice(0, 100)
  const way = signIn.ways().find(({ id }) => id === identity.connector)
  const resume = req.session.resume?.path
  const problem: Problem | undefined = refusal && { title: refusal.row.title, next: refusal.row.next, reference: refusal.reference }
  sendPage(res, portalPage({
    brand, csrf: ports.csrfToken(req), now: clock.now(), query, total: { roles: found.choices.length, accounts: new Set(found.choices.map(({ account }) => account)).size }, choices: matching(found.choices, query),
    person: { name: identity.displayName, username: identity.username, way: way?.label ?? identity.connector, since: identity.authenticatedAt, until: signIn.endsAt(identity) },
    ...(open && { open }), ...(problem && { problem }), ...(resume !== undefined && { resume }),
  }), refusal?.row.status ?? 200)
}

function matching(choices: readonly Choice[], query: string): readonly Choice[] {
  const words = query.toLowerCase().split(/\s+/)
  return choices.filter(({ roleName, accountName, account, grant }) => {
    const text = [roleName, accountName ?? '', account, grant.sessionName].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

function seconds(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d{3,5}$/.test(text)) throw new RequestFault('`duration` is not a number of seconds')
  return Number(text)
}

/** A refusal is something that the page shows; everything else is thrown on. */
async function refusable<T>(work: Promise<T>): Promise<T | SignInRefusal> {
  try {
    return await work
  } catch (error) {
    if (error instanceof SignInRefusal) return error
    throw error
  }
}
