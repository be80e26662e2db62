import { z } from 'zod'
import type { HandedOn, ProcessCredentials } from '../credentials/exchange.ts'

const arn = z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\x21-\x7e]{1,640}$/)
const address = z.string().regex(/^https?:\/\/[\x21-\x7e]{1,2000}$/)
const upstream = z.object({
  region: z.string().regex(/^[\w-]{1,64}$/),
  endpoint: address.optional(),
  federationEndpoint: address.optional(),
})
const role = z.object({
  arn,
  name: z.string().regex(/^[\w+=,.@-]{1,64}$/),
  account: z.string().regex(/^\d{12}$/),
  accountName: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .optional(),
  description: z.string().max(1000).optional(),
  maxDurationSeconds: z.int(),
  /** The STS behind the account, where its credentials are not Gatehouse's. */
  upstream: upstream.optional(),
})
const about = z.object({
  username: z.string().max(1000),
  signInEndsAt: z.iso.datetime(),
  region: z.string().regex(/^[\w-]{1,64}$/),
  roles: z.array(role).max(10_000),
})
const issued = z.object({
  arn: z.string(),
  roleArn: arn,
  credentials: z.object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    SessionToken: z.string(),
    Expiration: z.iso.datetime(),
  }),
  upstream: upstream.optional(),
})
const begun = z.object({
  ticket: z.string().regex(/^[\w-]{20,100}$/),
  code: z.string().regex(/^[A-Z]{4}-[A-Z]{4}$/),
})
const refusal = z.object({
  error: z.string().max(100),
  message: z.string().max(4000),
  reference: z.string().max(40).optional(),
})

/** A role that is open to the person. */
export type OpenRole = z.output<typeof role>
/** What Gatehouse says of a sign-in at the terminal. */
export type About = z.output<typeof about>

/** Gatehouse no longer takes the access token. */
export class TokenRefused extends Error {}

const limitMs = 30_000
const mostBytes = 8 * 1024 * 1024

/** Asks who is signed in and which roles are open now. Throws TokenRefused, or an Error. */
export async function describeSignIn(endpoint: string, accessToken: string): Promise<About> {
  return answerOf(about, endpoint, await asked(endpoint, '/terminal/roles', accessToken))
}

interface Taken {
  readonly credentials: ProcessCredentials
  readonly arn: string
  readonly roleArn: string
  readonly upstream?: HandedOn | undefined
}

function whole({ region, endpoint, federationEndpoint }: z.output<typeof upstream>): HandedOn {
  return { region, endpoint, federationEndpoint }
}

export interface Wanted {
  readonly role: string
  readonly durationSeconds?: number | undefined
}

/** Takes credentials of a role. Throws TokenRefused, or an Error with Gatehouse's own words. */
export async function takeCredentials(
  endpoint: string,
  accessToken: string,
  wanted: Wanted,
): Promise<Taken> {
  const body = await asked(endpoint, '/terminal/credentials', accessToken, wanted)
  const { credentials, arn, roleArn, upstream } = answerOf(issued, endpoint, body)
  return {
    credentials: { Version: 1, ...credentials },
    arn,
    roleArn,
    ...(upstream && { upstream: whole(upstream) }),
  }
}

interface AskedTouch {
  /** An address on this machine, which waits for the browser. */
  readonly returnTo: string
  readonly machine: string
}

/** Asks for the touch of a security key. Throws as `takeCredentials` does. */
export async function beginTouch(
  endpoint: string,
  accessToken: string,
  wanted: AskedTouch,
): Promise<z.output<typeof begun>> {
  return answerOf(begun, endpoint, await asked(endpoint, '/terminal/touch', accessToken, wanted))
}

/** Shows what the browser brought: the sign-in is raised. Throws alike. */
export async function confirmTouch(
  endpoint: string,
  accessToken: string,
  shown: { readonly ticket: string; readonly code: string },
): Promise<void> {
  await asked(endpoint, '/terminal/touch/confirm', accessToken, shown)
}

async function asked(
  endpoint: string,
  path: string,
  accessToken: string,
  wanted?: object,
): Promise<unknown> {
  const answer = await fetch(new URL(path, endpoint), {
    method: wanted ? 'POST' : 'GET',
    redirect: 'error',
    signal: AbortSignal.timeout(limitMs),
    headers: {
      authorization: `Bearer ${accessToken}`,
      ...(wanted && { 'content-type': 'application/json' }),
    },
    ...(wanted && { body: JSON.stringify(wanted) }),
  }).catch((error: Error) => {
    const { message, code } = (error.cause ?? error) as NodeJS.ErrnoException
    throw new Error(`the call to \`${endpoint}\` failed: ${message || code}`, { cause: error })
  })
  const body = await jsonOf(answer)
  if (answer.ok) return body
  const told = refusal.safeParse(body)
  if (answer.status === 401) throw new TokenRefused('the sign-in has ended')
  if (answer.status === 404)
    throw new Error(`\`${endpoint}\` has no sign-in at the terminal: its operators switched it off`)
  if (!told.success) throw new Error(`\`${endpoint}\` answered with status ${answer.status}`)
  const { error, message, reference } = told.data
  throw new Error(`${error}: ${message}${reference ? ` Reference ${reference}` : ''}`)
}

async function jsonOf(answer: Response): Promise<unknown> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of answer.body ?? []) {
    text += decoder.decode(part, { stream: true })
    if (text.length > mostBytes) return undefined
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function answerOf<T>(schema: z.ZodType<T>, endpoint: string, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new Error(`\`${endpoint}\` did not answer as Gatehouse does`)
}
