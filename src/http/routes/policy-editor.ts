import { type Request, type Response, Router } from 'express'
import { sectionView } from '../../../views/console/detail.ts'
import { checkView } from '../../../views/console/editor/editor.ts'
import { html } from '../../../views/html.ts'
import { checkDocument, mostDocument } from '../../console/policies/document-check.ts'
import { editorAddresses } from '../../console/policies/editor-addresses.ts'
import { referenceIndex, serviceReference } from '../../console/policies/policy-reference.ts'
import type { OpenConsole } from '../../sign-in/console.ts'
import type { PagePorts } from '../app-ports.ts'
import { field } from '../fields.ts'
import { words } from './words.ts'

type Ports = Pick<PagePorts, 'clock' | 'consoleFederation' | 'policyReference' | 'protect'>

const keptSeconds = 600
const holders = ['managed', 'user', 'group', 'role'] as const

/**
 * What the policy editor's script asks: the services that policies may name, and what is wrong with
 * a document. A console session is needed and no permission: nothing of the account is told.
 */
export function policyEditorRoutes(ports: Ports): Router {
  const router = Router()
  const referenceOf = (session: OpenConsole) => ports.policyReference(session.claims.account)

  router.get(editorAddresses.reference, async (req, res) => {
    const session = await sessionOf(ports, req, res)
    if (session) sendKept(res, await referenceIndex(await referenceOf(session)))
  })
  router.get(`${editorAddresses.reference}/:service`, async (req, res) => {
    const session = await sessionOf(ports, req, res)
    if (!session) return
    const found = serviceReference(await referenceOf(session), String(req.params.service))
    if (found) sendKept(res, found)
    else refuse(res, 404, words.policyEditor.thereIsNoSuch)
  })
  router.post(editorAddresses.check, ports.protect, async (req, res) => {
    const session = await sessionOf(ports, req, res)
    if (!session) return
    const document = field(req.body, 'document') ?? ''
    const holder = holders.find((one) => one === field(req.body, 'holder'))
    if (!holder || document.length > mostDocument)
      return refuse(res, 400, words.policyEditor.thisIsNoDocument)
    const asked = { session, reference: () => referenceOf(session) }
    const check = await checkDocument(document, holder, asked)
    const now = ports.clock.now()
    res.set('Cache-Control', 'no-store').json({
      findings: check.findings.map(({ line, column, severity, message, advice, mend }) => ({
        ...{ line, column, severity, message, advice, mend },
      })),
      check: html`${checkView(check)}`.text,
      summary: html`${sectionView(check.summary, 'summary', now)}`.text,
    })
  })
  return router
}

async function sessionOf(
  { consoleFederation }: Ports,
  req: Request,
  res: Response,
): Promise<OpenConsole | undefined> {
  const state = await consoleFederation.current(req.session.console)
  if (state.state === 'open') return state
  refuse(res, 403, words.policyEditor.theConsoleSessionHas)
  return undefined
}

/** For this person's browser alone: another account has other services. */
function sendKept(res: Response, body: object): void {
  res.set('Cache-Control', `private, max-age=${keptSeconds}`).json(body)
}

function refuse(res: Response, status: number, message: string): void {
  res.status(status).set('Cache-Control', 'no-store').json({ message })
}
