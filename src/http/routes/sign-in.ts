import { type Request, type Response, Router } from 'express'
import type { Problem } from '../../../views/message.ts'
import { messagePage } from '../../../views/message.ts'
import { signInPage } from '../../../views/sign-in/sign-in.ts'
import { returnPath } from '../../sign-in/destination.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { cookieName, signedIn } from '../browser-session.ts'
import { field } from '../fields.ts'
import { authenticated } from '../passport.ts'
import { enterPortal } from './enter-portal.ts'

/** `/signin`, and `/signin/{alias or account}`: choose a way, prove who one is. */
export function signInRoutes(ports: PagePorts): Router {
  const { signIn, publicUrl } = ports
  const router = Router()

  router.get(['/signin', '/signin/:account'], async (req, res) => {
    const next = field(req.query, 'next')
    const connector = field(req.query, 'connector')
    if (signedIn(req) && next === undefined && connector === undefined && !req.params.account) return res.redirect(303, '/portal')
    await showForm(ports, req, res, { next: returnPath(next, publicUrl), ...(connector !== undefined && { connector }) })
  })

  const prove = async (req: Request) => {
    const [connector, username, password] = ['connector', 'username', 'password'].map((name) => field(req.body, name) ?? '')
    // Refuses a doubled address before the directory hears of anything.
    field(req.body, 'next')
    const gone = new AbortController()
    const onClose = () => gone.abort()
    req.res?.once('close', onClose)
    return signIn.password({ connector: connector!, username: username!, password: password!, signal: gone.signal, ...originOf(req, ports) })
      .finally(() => req.res?.off('close', onClose))
  }

  const enter = authenticated(prove, async ({ identity, choices }, req, res) => {
    await enterPortal(ports, req, res, { identity, choices, next: returnPath(field(req.body, 'next'), publicUrl) })
  })

  router.post(['/signin', '/signin/:account'], ports.protect, enter)
  router.use('/signin', async (error: unknown, req: Request, res: Response, next: (error: unknown) => void) => {
    if (!(error instanceof SignInRefusal)) return next(error)
    await refused(ports, error, req, res)
  })
  return router
}

interface FormState {
  readonly next: string
  readonly connector?: string
  readonly username?: string
  readonly problem?: Problem
}

async function showForm(ports: PagePorts, req: Request, res: Response, state: FormState, status = 200): Promise<void> {
  const { signIn, branding: brand, findAccount, csrfToken, publicUrl } = ports
  const account = accountOf(req)
  const id = account === undefined ? undefined : await findAccount(account)
  const ways = account !== undefined && id === undefined ? [] : signIn.ways(id)
  const wanted = state.connector ?? remembered(req, publicUrl)
  // Those that leave for an identity provider have no form here.
  const withForm = ways.filter(({ protocol }) => protocol !== 'saml')
  const chosen = withForm.find((way) => way.id === wanted) ?? (ways.length === 1 ? withForm[0] : undefined)
  sendPage(res, signInPage({
    brand, ways, csrf: csrfToken(req), next: state.next, action: account === undefined ? '/signin' : `/signin/${encodeURIComponent(account)}`,
    ...(account !== undefined && { account }), ...(chosen && { chosen }),
    ...(state.username !== undefined && { username: state.username }), ...(state.problem && { problem: state.problem }),
  }), ways.length === 0 && status === 200 ? 404 : status)
}

async function refused(ports: PagePorts, refusal: SignInRefusal, req: Request, res: Response): Promise<void> {
  const { row, reference, fault } = refusal
  if (fault.code === 'no-grants') {
    return sendPage(res, messagePage({
      brand: ports.branding, title: row.title, text: row.next, glyph: 'mark-closed', reference, actions: [{ href: '/signin', text: 'Sign in again' }],
    }), row.status)
  }
  const problem = { title: row.title, next: row.next, reference, fields: fault.code === 'credentials-rejected' }
  const connector = field(req.body, 'connector')
  await showForm(ports, req, res, {
    next: returnPath(field(req.body, 'next'), ports.publicUrl), username: (field(req.body, 'username') ?? '').slice(0, 512), problem,
    ...(connector !== undefined && { connector }),
  }, row.status)
}

/** Also in an error handler, which sees no route parameters. */
function accountOf(req: Request): string | undefined {
  const found = /^\/signin\/([a-z0-9-]{1,63})\/?$/.exec(req.originalUrl.split('?')[0] ?? '')
  if (found) return found[1]
  return /^\/signin\/./.test(req.originalUrl) ? 'this account' : undefined
}

function remembered(req: Request, publicUrl: URL): string | undefined {
  const name = `${cookieName(publicUrl, 'gatehouse-way')}=`
  const pair = (req.get('cookie') ?? '').split(/;\s*/).find((one) => one.startsWith(name))
  return pair?.slice(name.length)
}
