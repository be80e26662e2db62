import express, { type Request, type Response, Router } from 'express'
import type { Answer } from '../../connectors/redirect-upstream.ts'
import type { RedirectProtocol } from '../../kernel/protocol.ts'
import { returnPath } from '../../sign-in/destination.ts'
import { type OriginPorts, originOf, type PagePorts } from '../app-ports.ts'
import { broughtBy, forgetAttempt, keepAttempt, markBrowser } from '../attempt-cookies.ts'
import { authenticated } from '../connector-strategy.ts'
import { field, RequestFault } from '../fields.ts'
import { onlyByNavigation } from '../only-by-navigation.ts'
import { type EnterPortalPorts, enterPortal } from './enter-portal.ts'
import { goToProvider } from './go-to-provider.ts'
import { type RefusedPorts, refusedPage } from './refused-page.ts'

type AnswerPorts = OriginPorts & RefusedPorts & Pick<PagePorts, 'redirectSignIn' | 'publicUrl'>
type Ports = AnswerPorts & EnterPortalPorts

/**
 * The address for the answers of a protocol, below `/{protocol}/{connector}/`. Where answers may
 * come by query, a posted one (OAuth 2.0 Form Post Response Mode) goes on by query, because another
 * site's form brings no cookies.
 */
interface AnswerAddress {
  readonly name: string
  readonly by: readonly Answer['by'][]
}

const answerAddresses: Readonly<Record<RedirectProtocol, AnswerAddress>> = {
  saml: { name: 'acs', by: ['post'] },
  oidc: { name: 'callback', by: ['query', 'post'] },
}
const redirectProtocols = Object.keys(answerAddresses) as RedirectProtocol[]

/** A SAML message of 100,000 characters in base64, URL-encoded. */
const mostFormBytes = 512 * 1024
const mostParameters = 16
/** A posted answer that goes on by query, so that the request's head stays within its limit. */
const mostQueryCharacters = 6000

/** Parses the form that an identity provider posts. */
export const providerForm = express.urlencoded({
  extended: false,
  limit: mostFormBytes,
  parameterLimit: mostParameters,
  inflate: false,
})

/**
 * Routes to which identity providers send browsers. They come before the browser session, because a
 * cross-site POST carries no cookies and must not create any. The browser is then redirected, which
 * brings its cookies.
 */
export function answerRoutes(ports: AnswerPorts): Router {
  const router = Router()
  for (const protocol of redirectProtocols) {
    const { name, by } = answerAddresses[protocol]
    const receive = async (req: Request, res: Response, answer: Answer) => {
      onlyByNavigation(req)
      const connector = String(req.params.connector)
      const origin = originOf(req, ports)
      const brought = answer.by === 'query' ? broughtBy(ports, req) : undefined
      const received = { protocol, connector, answer, brought, ...origin }
      const token = await ports.redirectSignIn.receive(received)
      goOn(res, `/${protocol}/arrive`, { token })
    }
    const address = `/${protocol}/:connector/${name}`
    if (by.includes('query'))
      router.get(address, (req, res) => receive(req, res, answerOf('query', req.query)))
    if (by.includes('post'))
      router.post(address, providerForm, async (req, res) => {
        const answer = answerOf('post', req.body)
        if (by.includes('query')) goOnByQuery(req, res, answer)
        else await receive(req, res, answer)
      })
    router.use(`/${protocol}`, refusedPage(ports))
  }
  return router
}

/** Redirects to a page of ours, to which the browser sends its cookies. */
export function goOn(res: Response, path: string, query: Readonly<Record<string, string>>): void {
  res.set('Cache-Control', 'no-store').redirect(303, `${path}?${new URLSearchParams(query)}`)
}

/** Throws RequestFault when the answer is too long for an address. */
function goOnByQuery(req: Request, res: Response, { parameters }: Answer): void {
  onlyByNavigation(req)
  const query = Object.fromEntries(parameters)
  if (`${new URLSearchParams(query)}`.length > mostQueryCharacters)
    throw new RequestFault('the answer is too long')
  goOn(res, req.path, query)
}

/** Throws RequestFault when a parameter occurs twice, because either value could apply. */
function answerOf(by: Answer['by'], parsed: unknown): Answer {
  if (typeof parsed !== 'object' || parsed === null) throw new RequestFault('expected a form')
  const parameters = Object.keys(parsed).map((name) => [name, field(parsed, name) ?? ''] as const)
  return { by, parameters: new Map(parameters) }
}

/** Routes to which browsers send their cookies. */
export function redirectRoutes(ports: Ports): Router {
  const { redirectSignIn, publicUrl } = ports
  const router = Router()
  const nobody = async () => {}

  for (const protocol of redirectProtocols) {
    const begin = async (req: Request) => {
      onlyByNavigation(req)
      const { send, keep } = await redirectSignIn.begin({
        protocol,
        connector: String(req.params.connector),
        next: returnPath(field(req.query, 'next'), publicUrl),
        browser: broughtBy(ports, req).browser ?? markBrowser(ports, req.res!),
        ...originOf(req, ports),
      })
      keepAttempt(ports, req, keep)
      return { send }
    }
    const postForm = goToProvider.bind(undefined, ports)
    router.get(`/${protocol}/:connector/login`, authenticated(begin, nobody, postForm))

    const arrive = async (req: Request) => ({
      proved: await redirectSignIn.arrive({
        protocol,
        token: field(req.query, 'token') ?? '',
        brought: broughtBy(ports, req),
        ...originOf(req, ports),
      }),
    })
    router.get(
      `/${protocol}/arrive`,
      authenticated(arrive, async ({ identity, next, done }, req, res) => {
        forgetAttempt(ports, req, done)
        const { choices } = await ports.signIn.choices(identity, originOf(req, ports))
        await enterPortal(ports, req, res, { identity, choices, next })
      }),
    )
    router.use(`/${protocol}`, refusedPage(ports))
  }
  return router
}
