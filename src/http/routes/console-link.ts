import type { Request, Response } from 'express'
import { consoleLinkPage } from '../../../views/portal/console-link.ts'
import { parseArn } from '../../kernel/arn.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Choice } from '../../sign-in/choices.ts'
import { consolePath } from '../../sign-in/destination.ts'
import { consoleLink } from '../../upstream/partitions.ts'
import { sendPage } from '../app-ports.ts'
import { field } from '../fields.ts'
import { rolesOrSignIn, type ShowPortalPorts } from './show-portal.ts'

/**
 * `/portal/console?role=ARN&to=ADDRESS`: a link to a role's console, at one of its pages. AWS's
 * time-out page leads here. A page with a button, because a link of somebody else's must not make
 * a person act.
 */
export async function showConsoleLink(
  ports: ShowPortalPorts,
  req: Request,
  res: Response,
  identity: Identity,
): Promise<void> {
  const role = field(req.query, 'role') ?? ''
  const current = await rolesOrSignIn(ports, req, res, identity)
  if (!current) return
  const choice = current.choices.find(({ grant }) => grant.roleArn === role)
  if (!choice) {
    const [account = '', name = ''] = role.split(':').slice(4)
    const sought = { account, role: name.slice(name.lastIndexOf('/') + 1) }
    return res.redirect(303, `/portal?${new URLSearchParams(sought)}`)
  }
  const to = field(req.query, 'to')
  const { branding: brand } = ports
  const csrf = ports.csrfToken(req)
  const page = shownDestination(ports, choice, to)
  sendPage(res, consoleLinkPage({ brand, csrf, choice, to: page }))
}

/** The page that the console opens at, where the link names one of the role's console. */
function shownDestination(
  { publicUrl }: Pick<ShowPortalPorts, 'publicUrl'>,
  { upstream, grant }: Choice,
  to: string | undefined,
): string | undefined {
  if (upstream) return consoleLink(to, parseArn(grant.roleArn)?.partition ?? '')
  return to === undefined ? undefined : consolePath(to, publicUrl)
}
