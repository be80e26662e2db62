import type { Request, Response } from 'express'
import type { Problem } from '../../../views/message.ts'
import { userFormPage } from '../../../views/sign-in/user/password.ts'
import { signInRow } from '../../kernel/sign-in-fault.ts'
import { returnPath } from '../../sign-in/destination.ts'
import { type PagePorts, sendPage } from '../app-ports.ts'
import { rememberedUser } from '../remembered-user.ts'

export type UserFormPorts = Pick<
  PagePorts,
  'branding' | 'publicUrl' | 'clock' | 'csrfToken' | 'visitor' | 'userSignIn'
>

interface FormState {
  /** As typed, or as the address names it. */
  readonly account?: string | undefined
  readonly username?: string | undefined
  /** A page of ours. */
  readonly next: string
  readonly problem?: Problem | undefined
  /** Absent: 200. */
  readonly status?: number | undefined
}

const mostCharacters = 512

/** The form of users of accounts, with whom this browser remembers. */
export function showUserForm(
  ports: UserFormPorts,
  req: Request,
  res: Response,
  { account, username, next, problem, status = 200 }: FormState,
): void {
  const remembered = rememberedUser(req, ports.publicUrl)
  const named = (account ?? remembered?.account ?? '').slice(0, mostCharacters)
  const isTheirs = remembered?.account === named
  const notice = ports.visitor.takeNotice(req)
  sendPage(
    res,
    userFormPage({
      brand: ports.branding,
      csrf: ports.csrfToken(req),
      now: ports.clock.now(),
      account: named,
      username: (username ?? (isTheirs ? remembered?.username : undefined))?.slice(
        0,
        mostCharacters,
      ),
      next,
      passkeys: ports.userSignIn.passkeys(),
      roots: ports.userSignIn.hasRoots(),
      problem,
      notice: notice && { ...signInRow(notice.code), at: notice.at },
    }),
    status,
  )
}

/** The console unless a page below it or the portal is wanted: users of accounts have no other. */
export function consoleNext(
  { publicUrl }: Pick<UserFormPorts, 'publicUrl'>,
  wanted: string | undefined,
): string {
  const path = returnPath(wanted, publicUrl)
  return /^\/(console|portal\/)/.test(path) ? path : '/console'
}
