import { type Request, type Response, Router } from 'express'
import type { Problem } from '../../../views/message.ts'
import { signInPage } from '../../../views/sign-in/sign-in.ts'
import { protocols } from '../../kernel/protocol.ts'
import { signInRow } from '../../kernel/sign-in-fault.ts'
import { returnPath } from '../../sign-in/destination.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { signedIn } from '../browser-session.ts'
import { authenticated } from '../connector-strategy.ts'
import { readCookie } from '../cookies.ts'
import { field } from '../fields.ts'
import { type EnterPortalPorts, enterPortal } from './enter-portal.ts'
import { sendRefusal } from './refused-page.ts'
import { consoleNext, showUserForm } from './user-form.ts'

type Ports = EnterPortalPorts &
  Pick<PagePorts, 'branding' | 'clock' | 'findAccount' | 'protect' | 'csrfToken' | 'userSignIn'>

/** `/signin` and `/signin/{alias or account}`: choose a connector and sign in. */
export function signInRoutes(ports: Ports): Router {
  const { signIn, publicUrl } = ports
  const router = Router()

  router.get(['/signin', '/signin/:account'], async (req, res) => {
    const next = field(req.query, 'next')
    const connector = field(req.query, 'connector')
    if (signedIn(req) && next === undefined && connector === undefined && !req.params.account)
      return res.redirect(303, '/portal')
    if (await isForUsers(ports, req))
      return showUserForm(ports, req, res, {
        account: accountOf(req),
        next: consoleNext(ports, next),
      })
    await showForm(ports, req, res, { next: returnPath(next, publicUrl), connector })
  })

  const prove = async (req: Request) => {
    const [connector, username, password] = ['connector', 'username', 'password'].map(
      (name) => field(req.body, name) ?? '',
    )
    // Refuse a repeated parameter before the directory is asked.
    field(req.body, 'next')
    const gone = new AbortController()
    const onClose = () => gone.abort()
    req.res?.once('close', onClose)
    const proved = await signIn
      .password({
        connector: connector!,
        username: username!,
        password: password!,
        signal: gone.signal,
        ...originOf(req, ports),
      })
      .finally(() => req.res?.off('close', onClose))
    return { proved }
  }

  const enter = authenticated(prove, async ({ identity, choices }, req, res) => {
    await enterPortal(ports, req, res, {
      identity,
      choices,
      next: returnPath(field(req.body, 'next'), publicUrl),
    })
  })

  router.post(['/signin', '/signin/:account'], ports.protect, enter)
  router.use(
    '/signin',
    async (error: unknown, req: Request, res: Response, next: (error: unknown) => void) => {
      if (!(error instanceof SignInRefusal)) return next(error)
      await refused(ports, error, req, res)
    },
  )
  return router
}

/**
 * Whether an account's own page is for its users: some have passwords, and neither the address nor
 * this browser's last sign-in names a connector of the account.
 */
async function isForUsers(ports: Ports, req: Request): Promise<boolean> {
  const account = accountOf(req)
  const id = account === undefined ? undefined : await ports.findAccount(account)
  if (id === undefined || !(await ports.userSignIn.hasUsers(id))) return false
  const wanted = field(req.query, 'connector') ?? readCookie(req, ports.publicUrl, 'connector')
  return !ports.signIn.connectors(id).some((one) => one.id === wanted)
}

interface FormState {
  readonly next: string
  readonly connector?: string | undefined
  readonly username?: string | undefined
  readonly problem?: Problem | undefined
  /** Absent: 200. */
  readonly status?: number | undefined
}

async function showForm(
  ports: Ports,
  req: Request,
  res: Response,
  { next, connector, username, problem, status = 200 }: FormState,
): Promise<void> {
  const { signIn, branding: brand, findAccount, csrfToken, publicUrl } = ports
  const account = accountOf(req)
  const id = account === undefined ? undefined : await findAccount(account)
  const connectors = account !== undefined && id === undefined ? [] : signIn.connectors(id)
  const wanted = connector ?? readCookie(req, publicUrl, 'connector')
  // Connectors that redirect to an identity provider have no form here.
  const withForm = connectors.filter(({ protocol }) => protocols[protocol].flow === 'password')
  const only = connectors.length === 1 ? withForm[0] : undefined
  const chosen = withForm.find((one) => one.id === wanted) ?? only
  const notice = ports.visitor.takeNotice(req)
  sendPage(
    res,
    signInPage({
      brand,
      connectors,
      csrf: csrfToken(req),
      next,
      action: account === undefined ? '/signin' : `/signin/${encodeURIComponent(account)}`,
      account,
      chosen,
      username,
      problem,
      notice: notice && { ...signInRow(notice.code), at: notice.at },
      now: ports.clock.now(),
      roots: ports.userSignIn.hasRoots(),
    }),
    connectors.length === 0 && status === 200 ? 404 : status,
  )
}

async function refused(
  ports: Ports,
  refusal: SignInRefusal,
  req: Request,
  res: Response,
): Promise<void> {
  const { row, reference, fault } = refusal
  if (fault.code === 'no-grants') return sendRefusal(ports, res, refusal)
  const problem = {
    title: row.title,
    next: row.next,
    reference,
    fields: fault.code === 'credentials-rejected',
  }
  await showForm(ports, req, res, {
    next: returnPath(field(req.body, 'next'), ports.publicUrl),
    connector: field(req.body, 'connector'),
    username: (field(req.body, 'username') ?? '').slice(0, 512),
    problem,
    status: row.status,
  })
}

/** Also works in an error handler, which has no route parameters. */
function accountOf(req: Request): string | undefined {
  const found = /^\/signin\/([a-z0-9-]{1,63})\/?$/.exec(req.originalUrl.split('?')[0] ?? '')
  if (found) return found[1]
  return /^\/signin\/./.test(req.originalUrl) ? 'this account' : undefined
}
