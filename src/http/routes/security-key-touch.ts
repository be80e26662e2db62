import { type Request, type Response, Router } from 'express'
import { messagePage } from '../../../views/message.ts'
import { touchCodePage, touchPage } from '../../../views/security-keys/touch.ts'
import { words } from '../../../views/security-keys/words.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts, sendPage } from '../app-ports.ts'
import { field } from '../fields.ts'

type Ports = OriginPorts &
  Pick<PagePorts, 'branding' | 'clock' | 'csrfToken' | 'protect' | 'touchForCode'>

/** `/mfa`: a program of an IAM user asks for a security key, and gets a one-time code. */
export function securityKeyTouchRoutes(ports: Ports): Router {
  const router = Router()
  router.get('/mfa', (req, res) => show(ports, req, res))
  router.post('/mfa', ports.protect, async (req, res) => {
    try {
      const [ticket, response] = ['ticket', 'response'].map((name) => field(req.body, name) ?? '')
      const made = await ports.touchForCode.touched(ticket!, response!, originOf(req, ports))
      sendPage(res, touchCodePage({ brand: ports.branding, made, now: ports.clock.now() }))
    } catch (error) {
      if (!(error instanceof SignInRefusal)) throw error
      await show(ports, req, res, error)
    }
  })
  router.get('/mfa/done', (_req, res) => sendMessage(ports, res, words.done, 200))
  return router
}

async function show(
  ports: Ports,
  req: Request,
  res: Response,
  refusal?: SignInRefusal,
): Promise<void> {
  const { branding: brand, touchForCode } = ports
  const ticket = (field(req.method === 'POST' ? req.body : req.query, 'ticket') ?? '').slice(
    0,
    4096,
  )
  const asked = await touchForCode.asked(ticket)
  if (!asked) return sendMessage(ports, res, words.ticketEnded, 410)
  const problem = refusal && {
    title: refusal.row.title,
    next: refusal.row.next,
    reference: refusal.reference,
  }
  const csrf = ports.csrfToken(req)
  sendPage(res, touchPage({ brand, csrf, ticket, asked, problem }), refusal?.row.status ?? 200)
}

function sendMessage(
  { branding: brand }: Ports,
  res: Response,
  message: { readonly title: string; readonly text: string },
  status: number,
): void {
  sendPage(res, messagePage({ brand, ...message, glyph: 'key', actions: [] }), status)
}
