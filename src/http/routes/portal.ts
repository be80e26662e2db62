import { type Request, type Response, Router } from 'express'
import { shownMinutes } from '../../../views/portal/credentials.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Choice } from '../../sign-in/choices.ts'
import { consolePath } from '../../sign-in/destination.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, type PagePorts } from '../app-ports.ts'
import { saveSession, signedIn } from '../browser-session.ts'
import { field, RequestFault } from '../fields.ts'
import { showConsoleLink } from './console-link.ts'
import { openConsole } from './open-console.ts'
import { type ShowPortalPorts, showPortal, signInFor } from './show-portal.ts'

type Ports = ShowPortalPorts & Pick<PagePorts, 'protect'>

/**
 * `/portal`: the person's roles, a console or credentials for each. Every action answers with a
 * redirect to the page, so that a browser that goes back or forward asks nothing.
 */
export function portalRoutes(ports: Ports): Router {
  const router = Router()

  router.get('/portal', async (req, res) => {
    const identity = signedIn(req)
    if (!identity) return res.redirect(303, signInFor(req.originalUrl))
    await showPortal(ports, req, res, { identity })
  })
  router.get('/portal/console', async (req, res) => {
    const identity = signedIn(req)
    if (!identity) return res.redirect(303, signInFor(req.originalUrl))
    await showConsoleLink(ports, req, res, identity)
  })
  const action = (path: string, act: Action) =>
    router.post(path, ports.protect, async (req, res) => {
      const identity = signedIn(req)
      if (!identity) return res.redirect(303, signInFor(backTo(req)))
      try {
        await act(ports, req, res, identity)
      } catch (error) {
        if (!(error instanceof SignInRefusal)) throw error
        const { title, next, status } = error.row
        req.session.refused = { title, next, status, reference: error.reference }
        await saveSession(req)
        res.redirect(303, backTo(req))
      }
    })
  action('/portal/credentials', takeCredentials)
  action('/portal/console', takeConsole)
  action('/portal/star', star)
  return router
}

type Action = (ports: Ports, req: Request, res: Response, identity: Identity) => Promise<void>

const takeCredentials: Action = async (ports, req, res, identity) => {
  const id = field(req.body, 'grant') ?? ''
  // The menu sends what was chosen, the row's button what was chosen before.
  const chosen = seconds(field(req.body, 'duration') ?? field(req.query, 'duration'))
  const { memories } = ports.portal
  const { choice, credentials, upstream } = await ports.signIn.credentials({
    identity,
    choice: id,
    durationSeconds: chosen,
    ...originOf(req, ports),
  })
  await memories.used(identity, choice.grant.roleArn, chosen)
  // Those of another STS are kept nowhere: they are in this answer alone.
  if (upstream) return showPortal(ports, req, res, { identity, fresh: { choice, credentials } })
  const until = new Date(ports.clock.now().getTime() + shownMinutes * 60_000)
  const { sessionToken } = credentials
  req.session.taken = { choice: id, sessionToken, until: until.toISOString() }
  await saveSession(req)
  res.redirect(303, `${backTo(req, id)}#open`)
}

const takeConsole: Action = async (ports, req, res, identity) => {
  const destination = field(req.body, 'to')
  const linked = destination === undefined ? undefined : consolePath(destination, ports.publicUrl)
  const path = linked ?? req.session.resume?.path ?? '/console'
  const choice = field(req.body, 'grant') ?? ''
  await openConsole(ports, req, res, { identity, choice, path, destination })
}

const star: Action = async (ports, req, res, identity) => {
  const [on, off] = [field(req.body, 'star'), field(req.body, 'unstar')]
  const choice = await choiceOf(ports, req, identity, on ?? off ?? '')
  if (choice) await ports.portal.memories.star(identity, choice.grant.roleArn, on !== undefined)
  // A row above the accounts may be gone or elsewhere now; one of an account stays in sight.
  const inAccount = choice !== undefined && field(req.query, 'at') === 'a'
  res.redirect(303, inAccount ? `${backTo(req, choice.id)}#a-${choice.id}` : backTo(req))
}

async function choiceOf(
  ports: Ports,
  req: Request,
  identity: Identity,
  id: string,
): Promise<Choice | undefined> {
  const { choices } = await ports.signIn.choices(identity, originOf(req, ports))
  return choices.find((one) => one.id === id)
}

/** The portal with the search that the action came from, and with the role acted on in sight. */
function backTo(req: Request, grant?: string | undefined): string {
  const q = (field(req.body, 'q') ?? '').slice(0, 128)
  const query = new URLSearchParams({ ...(q && { q }), ...(grant && { grant }) })
  return query.size === 0 ? '/portal' : `/portal?${query}`
}

function seconds(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d{3,5}$/.test(text)) throw new RequestFault('`duration` is not a number of seconds')
  return Number(text)
}
