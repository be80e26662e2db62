import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import type { OpenApps } from '../../apps/open-apps.ts'
import { terminalClient } from '../../apps/terminal.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { OfUpstream } from '../../sessions/role-issue.ts'
import { sessionArn } from '../../sign-in/session-arn.ts'
import { SignInRefusal } from '../../sign-in/sign-in-refusal.ts'
import { type OriginPorts, originOf, type PagePorts } from '../app-ports.ts'
import { words } from './words.ts'

type Ports = OriginPorts &
  Pick<PagePorts, 'audit' | 'signIn' | 'terminalTouches'> & { readonly apps: OpenApps }
type Answer = (req: Request, identity: Identity) => Promise<object>

const json = express.json({ limit: 32 * 1024, inflate: false })
const retryAfterSeconds = '60'

/** The parameters of AssumeRole that a person's own request has, in its limits (STS reference). */
const wanted = z.strictObject({
  role: z.string().min(1).max(2048),
  durationSeconds: z.int().min(900).max(43_200).optional(),
  policy: z.string().min(1).optional(),
  policyArns: z.array(z.string().min(20).max(2048)).max(10).default([]),
})

/** A terminal that asks for a touch: where it waits, and what its machine is called. */
const touchWanted = z.strictObject({
  returnTo: z
    .string()
    .max(200)
    .regex(/^http:\/\/127\.0\.0\.1:\d{1,5}\/signed-in\?state=[\w-]{16,100}$/)
    .refine((text) => URL.canParse(text)),
  machine: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/),
})

const opaque = z.string().regex(/^[\w-]{43}$/)
const touchShown = z.strictObject({ ticket: opaque, code: opaque })

/**
 * What `gatehouse` asks for a person who signed in at the terminal, as JSON: the roles that are
 * open now, credentials of one, and the touch of a security key. Each request is proved by an
 * access token that the command's own client was given; mappings, trust policies and revocations
 * are asked as at the portal.
 */
export function terminalRoutes(ports: Ports): Router {
  const router = Router()
  router.get(
    '/terminal/roles',
    proved(ports, (req, identity) => roles(ports, req, identity)),
  )
  router.post(
    '/terminal/credentials',
    proved(ports, (req, identity) => credentials(ports, req, identity)),
  )
  router.post(
    '/terminal/touch',
    proved(ports, (req, identity) => beginTouch(ports, req, identity)),
  )
  router.post(
    '/terminal/touch/confirm',
    proved(ports, (req, identity) => confirmTouch(ports, req, identity)),
  )
  return router
}

async function roles(ports: Ports, req: Request, identity: Identity): Promise<object> {
  const { signIn } = ports
  const { choices } = await signIn.choices(identity, originOf(req, ports))
  const first = new Map(choices.map((choice) => [choice.grant.roleArn, choice] as const).reverse())
  return {
    username: identity.username,
    connector: identity.connector,
    signInEndsAt: signIn.endsAt(identity).toISOString(),
    region: ports.region,
    roles: choices
      .filter((choice) => first.get(choice.grant.roleArn) === choice)
      .map(({ grant, account, accountName, roleName, description, ...choice }) => ({
        arn: grant.roleArn,
        name: roleName,
        account,
        accountName,
        description,
        maxDurationSeconds: choice.maxDurationSeconds,
        ...(choice.upstream && {
          upstream: { region: choice.upstream.region, endpoint: choice.upstream.endpoint },
        }),
      })),
  }
}

async function credentials(ports: Ports, req: Request, identity: Identity): Promise<object> {
  const { role, durationSeconds, policy, policyArns } = await readAs(wanted, req)
  const none = policy === undefined && policyArns.length === 0
  const issued = await ports.signIn.credentials({
    identity,
    choice: role,
    durationSeconds,
    layer: none ? undefined : { inline: policy === undefined ? [] : [policy], arns: policyArns },
    client: terminalClient,
    ...originOf(req, ports),
  })
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = issued.credentials
  return {
    arn: sessionArn(issued.claims),
    roleArn: issued.roleArn,
    credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration.toISOString(),
    },
    ...(issued.upstream && { upstream: handedOn(issued.upstream) }),
  }
}

/** The person opens the page of the ticket in a browser of the machine that waits. */
async function beginTouch(ports: Ports, req: Request, identity: Identity): Promise<object> {
  const asks = await readAs(touchWanted, req)
  const begun = await ports.terminalTouches.begin(identity, asks, originOf(req, ports))
  return { ...begun, until: begun.until.toISOString() }
}

async function confirmTouch(ports: Ports, req: Request, identity: Identity): Promise<object> {
  const { ticket, code } = await readAs(touchShown, req)
  await ports.terminalTouches.confirm(identity, ticket, code, originOf(req, ports))
  return {}
}

/** Whose credentials they are, where they are not ours. */
function handedOn({ region, endpoint, federationEndpoint }: OfUpstream): object {
  return { region, endpoint, federationEndpoint }
}

async function readAs<T>(schema: z.ZodType<T>, req: Request): Promise<T> {
  const parsed = schema.safeParse(await bodyOf(req))
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  throw new BadRequest(
    issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  )
}

/** Read once the person is known. */
async function bodyOf(req: Request): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  json(req, req.res!, (error?: unknown) => (error === undefined ? resolve() : reject(error)))
  await promise.catch(({ message }: Error) => {
    throw new BadRequest(message)
  })
  return req.body
}

class BadRequest extends Error {}

/** Answers for the person behind the bearer token (RFC 6750, section 2.1). */
function proved(ports: Ports, answer: Answer): RequestHandler {
  const { apps } = ports
  return async (req, res, next) => {
    if (!apps.has(terminalClient)) return next()
    res.set('Cache-Control', 'no-store')
    const origin = originOf(req, ports)
    const { sourceAddress } = origin
    if (ports.audit.refuses(false)) return refuse(res, 503, busy)
    if (!(await apps.mayAsk(sourceAddress, 'app'))) return refuse(res, 429, busy)
    const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(req.get('authorization') ?? '') ?? []
    const identity =
      token === undefined ? undefined : await apps.personOf(token, terminalClient, origin)
    if (!identity) {
      res.set('WWW-Authenticate', token === undefined ? 'Bearer' : 'Bearer error="invalid_token"')
      return refuse(res, 401, { error: 'invalid_token', message: words.terminal.theSignInHas })
    }
    try {
      res.json(await answer(req, identity))
    } catch (error) {
      explain(res, error)
    }
  }
}

const busy = { error: 'temporarily_unavailable', message: words.terminal.tryAgainInA }

interface Refusal {
  readonly error: string
  readonly message: string
  readonly reference?: string
}

function refuse(res: Response, status: number, refusal: Refusal): void {
  if (status === 429 || status === 503) res.set('Retry-After', retryAfterSeconds)
  res.status(status).json(refusal)
}

/**
 * Says of a refusal what the portal says. A mistake of the request's own, a session policy that
 * does not parse for instance, is told as STS tells it.
 */
function explain(res: Response, error: unknown): void {
  if (error instanceof BadRequest) {
    refuse(res, 400, { error: 'invalid_request', message: error.message })
    return
  }
  if (!(error instanceof SignInRefusal)) throw error
  const { reference, row, fault } = error
  const { cause } = fault
  const own = cause instanceof AwsFault && cause.code !== 'AccessDenied' ? cause : undefined
  refuse(res, own?.status ?? row.status, {
    error: own?.code ?? fault.code,
    message: own?.message ?? `${row.title}. ${row.next}`,
    reference,
  })
}
