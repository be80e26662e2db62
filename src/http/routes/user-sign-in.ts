import { type Request, type Response, Router } from 'express'
import type { Problem } from '../../../views/message.ts'
import { changePage } from '../../../views/sign-in/user/change.ts'
import { codePage } from '../../../views/sign-in/user/code.ts'
import { words } from '../../../views/sign-in/user/words.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { stepSeconds } from '../../sign-in/user/steps.ts'
import type { Next } from '../../sign-in/user/user-ports.ts'
import type { OnItsWay } from '../../sign-in/user/user-sign-in.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { clearCookie, readCookie, setCookie } from '../cookies.ts'
import { field } from '../fields.ts'
import { rememberUser } from '../remembered-user.ts'
import { enterUser } from './enter-user.ts'
import { notChanged } from './not-changed.ts'
import { type RefusedPorts, sendRefusal } from './refused-page.ts'
import { consoleNext, showUserForm, type UserFormPorts } from './user-form.ts'

export type UserSignInRoutePorts = Parameters<typeof enterUser>[0] &
  UserFormPorts &
  RefusedPorts &
  Pick<PagePorts, 'userSignIn' | 'protect'>

type Ports = UserSignInRoutePorts

const passwordPath = '/signin/user/password'
const paths = {
  factor: '/signin/user/code',
  enrol: '/signin/user/enrol',
  change: '/signin/user/change',
} as const

/**
 * `/signin/user/…`: users of accounts and roots sign in, a page for each step. What was proved so
 * far is on the server, under a key that the browser has as a cookie.
 */
export function userSignInRoutes(ports: Ports): Router {
  const router = Router()

  router.get(passwordPath, (req, res) => {
    showUserForm(ports, req, res, {
      account: field(req.query, 'account'),
      next: consoleNext(ports, field(req.query, 'next')),
    })
  })
  router.post(passwordPath, ports.protect, (req, res) => typedPassword(ports, req, res))

  router.get(paths.factor, onWay(ports, 'factor', showCode))
  router.get('/signin/user/resync', onWay(ports, 'factor', showResync))
  router.get(paths.change, onWay(ports, 'change', showChange))
  router.post(paths.factor, ports.protect, onWay(ports, 'factor', typedCode))
  router.post('/signin/user/resync', ports.protect, onWay(ports, 'factor', typedCodes))
  router.post(paths.change, ports.protect, onWay(ports, 'change', typedChange))
  return router
}

async function typedPassword(ports: Ports, req: Request, res: Response): Promise<void> {
  const [account, username, password] = ['account', 'username', 'password'].map(
    (name) => field(req.body, name) ?? '',
  ) as [string, string, string]
  const next = consoleNext(ports, field(req.body, 'next'))
  const gone = new AbortController()
  const onClose = () => gone.abort()
  res.once('close', onClose)
  try {
    const after = await ports.userSignIn.password({
      account: account
        .trim()
        .toLowerCase()
        .replaceAll(/(?<=\d)[ -](?=\d)/g, ''),
      ...{ username, password, next, signal: gone.signal },
      ...originOf(req, ports),
    })
    rememberUser(res, ports.publicUrl, { account: account.trim().toLowerCase(), username })
    await go(ports, req, res, after)
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error
    if (error.fault.code === 'password-reset-needed') return sendRefusal(ports, res, error)
    const problem = problemOf(error)
    showUserForm(ports, req, res, { account, username, next, problem, status: error.row.status })
  } finally {
    res.off('close', onClose)
  }
}

/** A page of a sign-in on its way. */
export interface Turn {
  readonly ports: Ports
  readonly req: Request
  readonly res: Response
  readonly key: string
  readonly way: OnItsWay
}

/** Leads to the page of the step that is next, or to the first one when there is none. */
export function onWay(
  ports: Ports,
  to: OnItsWay['to'],
  then: (turn: Turn) => Promise<void> | void,
) {
  return async (req: Request, res: Response): Promise<void> => {
    const key = readCookie(req, ports.publicUrl, 'step')
    const way = await ports.userSignIn.onItsWay(key)
    if (key === undefined || !way) return startAgain(ports, req, res)
    if (way.to !== to) return res.redirect(303, paths[way.to])
    try {
      await then({ ports, req, res, key, way })
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error
      const { code } = error.fault
      if (code === 'attempt-ended') return startAgain(ports, req, res)
      if (code === 'code-refused' || code === 'too-many-tries') {
        const again = (await ports.userSignIn.onItsWay(key)) ?? way
        const show = req.path.endsWith('/resync') ? showResync : showCode
        return show({ ports, req, res, key, way: again }, error)
      }
      clearCookie(res, ports.publicUrl, 'step')
      sendRefusal(ports, res, error)
    }
  }
}

function startAgain(ports: Ports, req: Request, res: Response): void {
  clearCookie(res, ports.publicUrl, 'step')
  ports.visitor.keepNotice(req, { code: 'attempt-ended' })
  const next = consoleNext(ports, field(req.body, 'next'))
  res.redirect(303, `${passwordPath}?${new URLSearchParams({ next })}`)
}

export async function go(ports: Ports, req: Request, res: Response, next: Next): Promise<void> {
  const { publicUrl } = ports
  if (next.to === 'console') {
    clearCookie(res, publicUrl, 'step')
    return enterUser(ports, req, res, next.opened)
  }
  setCookie(res, publicUrl, { use: 'step', value: next.key, maxAge: stepSeconds * 1000 })
  res.redirect(303, paths[next.to])
}

function showCode(turn: Turn, refusal?: SignInRefusal): void {
  const { devices, securityKeys } = turn.way.factors
  // A key is asked for first, and codes of those who have none.
  const isKey = securityKeys.length > 0 && field(turn.req.query, 'with') !== 'code'
  const goes = devices.length === 0 || (isKey && turn.req.method === 'GET')
  if (goes) turn.res.redirect(303, '/signin/user/key')
  else sendCode(turn, 'code', refusal)
}

function showResync(turn: Turn, refusal?: SignInRefusal): void {
  sendCode(turn, 'resync', refusal)
}

function sendCode(
  { ports, req, res, way }: Turn,
  asks: 'code' | 'resync',
  refusal: SignInRefusal | undefined,
): void {
  const page = codePage({
    ...{ brand: ports.branding, csrf: ports.csrfToken(req), way, asks },
    chosen: field(req.body, 'device'),
    problem: refusal && problemOf(refusal),
  })
  sendPage(res, page, refusal?.row.status ?? 200)
}

async function typedCode({ ports, req, res, key, way }: Turn): Promise<void> {
  const typed = { serialNumber: deviceOf(req, way), code: codeOf(req, 'code') }
  await go(ports, req, res, await ports.userSignIn.code(key, typed, originOf(req, ports)))
}

async function typedCodes({ ports, req, res, key, way }: Turn): Promise<void> {
  const [code, next] = [codeOf(req, 'code'), codeOf(req, 'next-code')]
  const typed = { serialNumber: deviceOf(req, way), code, next }
  await go(ports, req, res, await ports.userSignIn.code(key, typed, originOf(req, ports)))
}

/** The device that was chosen, or the only one. */
function deviceOf(req: Request, { factors: { devices } }: OnItsWay): string {
  return field(req.body, 'device') ?? devices[0]?.serialNumber ?? ''
}

/** Apps show codes in groups. */
export function codeOf(req: Request, name: string): string {
  return (field(req.body, name) ?? '').replace(/\s+/g, '').slice(0, 16)
}

function showChange({ ports, req, res, way }: Turn, problem?: Problem, status = 200): void {
  const csrf = ports.csrfToken(req)
  sendPage(res, changePage({ brand: ports.branding, csrf, way, problem }), status)
}

async function typedChange(turn: Turn): Promise<void> {
  const { ports, req, res, key } = turn
  const [before, after, again] = ['before', 'after', 'again'].map(
    (name) => field(req.body, name) ?? '',
  ) as [string, string, string]
  if (after !== again) return showChange(turn, words.notTheSame, 400)
  try {
    const passwords = { before, after }
    await go(ports, req, res, await ports.userSignIn.change(key, passwords, originOf(req, ports)))
  } catch (error) {
    if (!(error instanceof AwsFault) || error.status >= 500) throw error
    showChange(turn, notChanged(error), error.status)
  }
}

export function problemOf({ row, reference, fault }: SignInRefusal): Problem {
  const fields = fault.code === 'credentials-rejected' || fault.code === 'code-refused'
  return { title: row.title, next: row.next, reference, fields }
}
