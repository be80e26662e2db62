import type { Request, Response } from 'express'
import type { Identity } from '../../kernel/identity.ts'
import type { Choice } from '../../sign-in/sign-in.ts'
import { originOf, type PagePorts } from '../app-ports.ts'
import { cookieName, renewSession, type Resume, sameIdentity, signedIn } from '../browser-session.ts'
import { openConsole } from './open-console.ts'

const rememberedDays = 180

export interface Entering {
  readonly identity: Identity
  readonly choices: readonly Choice[]
  /** A page of ours. */
  readonly next: string
}

/** A person was proved, in whatever way: a new session id, and on to where they wanted. Throws SignInRefusal where a console cannot be opened again. */
export async function enterPortal(ports: PagePorts, req: Request, res: Response, { identity, choices, next }: Entering): Promise<void> {
  const before = signedIn(req)
  // Someone else on the same browser: the console that is open was not theirs.
  const stays = before === undefined || sameIdentity(before, identity)
  if (!stays) await ports.consoleFederation.logout(req.session.console, originOf(req, ports))
  const resume: Resume | undefined = next.startsWith('/console') ? { path: next, ...(stays && req.session.resume?.choice !== undefined && { choice: req.session.resume.choice }) } : undefined
  const { console } = req.session
  await renewSession(req, { identity, ...(stays && console !== undefined && { console }), ...(resume && { resume }) })
  rememberWay(ports, res, identity.connector)
  if (resume?.choice !== undefined && choices.some(({ id }) => id === resume.choice)) {
    return openConsole(ports, req, res, { identity, choice: resume.choice, path: resume.path })
  }
  res.redirect(303, resume ? '/portal' : next)
}

function rememberWay({ publicUrl }: PagePorts, res: Response, connector: string): void {
  const secure = publicUrl.protocol === 'https:'
  const maxAge = rememberedDays * 86_400_000
  res.cookie(cookieName(publicUrl, 'gatehouse-way'), connector, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge, encode: String })
}
