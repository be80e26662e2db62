import type { Request, Response } from 'express'
import { goOnPage } from '../../../views/apps/go-on.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Choice } from '../../sign-in/choices.ts'
import { isOfApp } from '../../sign-in/destination.ts'
import { originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { type Resume, renewSession, sameIdentity, signedIn } from '../browser-session.ts'
import { setCookie } from '../cookies.ts'
import { leaveUser } from './enter-user.ts'
import { type OpenConsolePorts, openConsole } from './open-console.ts'

const rememberedDays = 180

export type EnterPortalPorts = OpenConsolePorts & Pick<PagePorts, 'apps' | 'branding' | 'publicUrl'>

export interface Entering {
  readonly identity: Identity
  readonly choices: readonly Choice[]
  /** The path of one of our pages. */
  readonly next: string
}

/**
 * Renews the session id after any connector proved a person, and leads them to the page that they
 * requested. Throws SignInRefusal when a console can't be opened again.
 */
export async function enterPortal(
  ports: EnterPortalPorts,
  req: Request,
  res: Response,
  { identity, choices, next }: Entering,
): Promise<void> {
  const before = signedIn(req)
  // When another person signs in on this browser, the open console is not theirs, nor is
  // what the first one gave to apps and sites.
  const stays = before === undefined || sameIdentity(before, identity)
  const { user } = req.session
  if (!stays || user !== undefined) await leaveUser(ports, req)
  if (!stays) await ports.apps?.signedOut(before)
  const resume: Resume | undefined = next.startsWith('/console')
    ? {
        path: next,
        ...(stays &&
          req.session.resume?.choice !== undefined && { choice: req.session.resume.choice }),
      }
    : undefined
  const { console, keptForm } = req.session
  await renewSession(req, {
    identity,
    ...(stays && user === undefined && console !== undefined && { console }),
    ...(stays && { keptForm }),
    resume,
  })
  ports.visitor.forget(req)
  rememberConnector(ports, res, identity.connector)
  await ports.portal.signIns.note(identity, originOf(req, ports))
  if (resume?.choice !== undefined && choices.some(({ id }) => id === resume.choice)) {
    return openConsole(ports, req, res, { identity, choice: resume.choice, path: resume.path })
  }
  // The road to an app begins with our form, and may not end elsewhere by redirects alone.
  if (isOfApp(next)) return sendPage(res, goOnPage({ brand: ports.branding, url: next }))
  res.redirect(303, resume ? '/portal' : next)
}

function rememberConnector(
  { publicUrl }: EnterPortalPorts,
  res: Response,
  connector: string,
): void {
  const maxAge = rememberedDays * 86_400_000
  setCookie(res, publicUrl, { use: 'connector', value: connector, maxAge })
}
