import { type Request, type Response, Router } from 'express'
import type { Problem } from '../../../views/message.ts'
import { enrolPage, rootPage } from '../../../views/sign-in/user/root.ts'
import { words } from '../../../views/sign-in/user/words.ts'
import { qrPath } from '../../console/my/qr-path.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'
import { keyUri } from '../../kernel/key-uri.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { originOf, sendPage } from '../app-ports.ts'
import { field } from '../fields.ts'
import { consoleNext } from './user-form.ts'
import {
  codeOf,
  go,
  onWay,
  problemOf,
  type Turn,
  type UserSignInRoutePorts,
} from './user-sign-in.ts'

type Ports = UserSignInRoutePorts

const rootPath = '/signin/user/root'
const enrolPath = '/signin/user/enrol'
const mostCharacters = 512

/**
 * `/signin/user/root`: the root of an account signs in by its name in the settings. `…/enrol`: it
 * adds a second factor, where it needs one and has none.
 */
export function rootSignInRoutes(ports: Ports): Router {
  const router = Router()
  router.get(rootPath, (req, res, next) =>
    ports.userSignIn.hasRoots()
      ? showForm(ports, req, res, { next: consoleNext(ports, field(req.query, 'next')) })
      : next(),
  )
  router.post(rootPath, ports.protect, (req, res) => typedPassword(ports, req, res))
  router.get(
    enrolPath,
    onWay(ports, 'enrol', (turn) => showEnrol(turn)),
  )
  router.post(enrolPath, ports.protect, onWay(ports, 'enrol', beginDevice))
  router.post(`${enrolPath}/codes`, ports.protect, onWay(ports, 'enrol', typedCodes))
  return router
}

interface FormState {
  readonly name?: string | undefined
  readonly next: string
  readonly problem?: Problem | undefined
  /** Absent: 200. */
  readonly status?: number | undefined
}

function showForm(
  ports: Ports,
  req: Request,
  res: Response,
  { name, next, problem, status = 200 }: FormState,
): void {
  const page = { brand: ports.branding, csrf: ports.csrfToken(req), next, problem }
  sendPage(res, rootPage({ ...page, name: name?.slice(0, mostCharacters) }), status)
}

async function typedPassword(ports: Ports, req: Request, res: Response): Promise<void> {
  const [name, password] = ['name', 'password'].map((one) => field(req.body, one) ?? '')
  const next = consoleNext(ports, field(req.body, 'next'))
  const gone = new AbortController()
  const onClose = () => gone.abort()
  res.once('close', onClose)
  try {
    const asked = { name: name!, password: password!, next, signal: gone.signal }
    const after = await ports.userSignIn.rootPassword({ ...asked, ...originOf(req, ports) })
    await go(ports, req, res, after)
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    const problem = problemOf(error)
    showForm(ports, req, res, { name, next, problem, status: error.row.status })
  } finally {
    res.off('close', onClose)
  }
}

function showEnrol(turn: Turn, problem?: Problem, status = 200): void {
  const { ports, req, res } = turn
  const page = { brand: ports.branding, csrf: ports.csrfToken(req), problem }
  sendPage(res, enrolPage({ ...page, shownBefore: problem !== undefined }), status)
}

/** The key is in this answer alone. */
async function beginDevice({ ports, req, res, key }: Turn): Promise<void> {
  const { account, seed } = await ports.userSignIn.beginDevice(key, originOf(req, ports))
  const qr = await qrPath(keyUri({ name: words.rootUser, account, seed }))
  const page = { brand: ports.branding, csrf: ports.csrfToken(req) }
  sendPage(res, enrolPage({ ...page, begun: { account, seed, qr } }))
}

async function typedCodes(turn: Turn): Promise<void> {
  const { ports, req, res, key } = turn
  const codes = [codeOf(req, 'code'), codeOf(req, 'next-code')] as const
  try {
    await go(ports, req, res, await ports.userSignIn.enableDevice(key, codes, originOf(req, ports)))
  } catch (error) {
    if (!(error instanceof AwsFault) || error.status >= 500) throw error
    showEnrol(turn, words.codesRefused, error.status)
  }
}
