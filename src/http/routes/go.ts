import { type Request, type Response, Router } from 'express'
import { goPage } from '../../../views/go/go.ts'
import { words } from '../../../views/go/words.ts'
import { consoleDestinations, type Destination, foundBy, isName, jumps } from '../../console/go.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { signedIn } from '../browser-session.ts'
import { field } from '../fields.ts'
import { signInPath } from '../remembered-user.ts'
import { userSession } from './enter-user.ts'

type Ports = OriginPorts &
  Pick<PagePorts, 'branding' | 'publicUrl' | 'consoleFederation' | 'signIn'>

const mostCharacters = 128
/** Of a person's roles; the search finds the others. */
const mostShown = 60

/** `/console/go` and `/portal/go`: every place that a person can go to, by its name. */
export function goRoutes(ports: Ports): Router {
  const router = Router()
  router.get('/console/go', async (req, res) => {
    const { state } = await ports.consoleFederation.current(req.session.console)
    if (state !== 'open') return res.redirect(303, '/portal/go')
    const places = [...consoleDestinations, ...(await ofPortal(ports, req))]
    show(ports, req, res, { action: '/console/go', places })
  })
  router.get('/portal/go', async (req, res) => {
    const places = await ofPortal(ports, req)
    if (places.length === 0)
      return res.redirect(303, signInPath(req, ports.publicUrl, '/portal/go'))
    show(ports, req, res, { action: '/portal/go', places })
  })
  return router
}

interface Shown {
  readonly action: '/console/go' | '/portal/go'
  readonly places: readonly Destination[]
}

function show({ branding: brand }: Ports, req: Request, res: Response, shown: Shown): void {
  const { action, places } = shown
  const query = (field(req.query, 'q') ?? '').trim().slice(0, mostCharacters)
  const isConsole = action === '/console/go'
  const found = foundBy(query, places).slice(0, mostShown)
  const name = isConsole && isName(query) ? query : undefined
  sendPage(res, goPage({ brand, action, query, found, jumps: isConsole ? jumps : [], name }))
}

/** What the portal has for whoever is signed in; nothing for nobody. */
async function ofPortal(ports: Ports, req: Request): Promise<readonly Destination[]> {
  const identity = signedIn(req)
  const session = identity ? undefined : await userSession(ports, req)
  if (!identity && !session) return []
  const kind = words.ofPortal
  const own = session
    ? [
        { text: words.security, href: '/portal/security', kind },
        { text: words.password, href: '/portal/password', kind },
      ]
    : []
  return [
    { text: words.portal, href: '/portal', kind },
    ...own,
    { text: words.signIns, href: '/portal/sign-ins', kind },
    { text: words.signOut, href: '/signout', kind },
    ...(identity ? await rolesOf(ports, req, identity) : []),
  ]
}

async function rolesOf(
  ports: Ports,
  req: Request,
  identity: NonNullable<ReturnType<typeof signedIn>>,
): Promise<readonly Destination[]> {
  try {
    const { choices } = await ports.signIn.choices(identity, originOf(req, ports))
    return choices.map(({ roleName, account, accountName }) => {
      const query = new URLSearchParams({ role: roleName, account, to: 'console' })
      const kind = words.role(accountName ?? account)
      return { text: roleName, href: `/portal?${query}`, kind }
    })
  } catch (error) {
    if (error instanceof SignInRefusal) return []
    throw error
  }
}
