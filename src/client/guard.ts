/**
 * `@gatehouse-sts/gatehouse/service`: who sent a request to your service, and whether that caller
 * may (docs/services.md). A request is read, asked about, and refused unless the answer is `allow`.
 */
import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Answer, AnsweredCaller, Asked } from '../authorization/asked.ts'
import { type AskOptions, createAsk, NotAnswered } from './ask.ts'
import { type Followed, followChanges } from './follow-changes.ts'
import { createKept } from './kept-answers.ts'

export type { Answer, AnsweredCaller } from '../authorization/asked.ts'
export type { Credentials } from '../credentials/signed-headers.ts'
export { type AskOptions, NotAnswered } from './ask.ts'

export interface ServiceOptions extends AskOptions {
  /** The prefix in the settings: `orders`. */
  readonly service: string
  /** Keeps answers and verifies signatures itself, where the settings allow it. */
  readonly keep?: boolean | undefined
  /**
   * Where a request came from, for a service behind a proxy: read from what that proxy sets, and
   * from nothing that clients can. Absent: the connection, whose address is the proxy's there.
   */
  readonly from?: ((req: IncomingMessage) => RequestFrom) | undefined
  /** What a refusal's `Log` and failures to ask are told to; absent: nothing. */
  readonly log?: ((line: string, detail: object) => void) | undefined
}

export interface RequestFrom {
  readonly sourceIp: string
  /** Over TLS. */
  readonly secure: boolean
}

/** What a request means. */
export interface Meaning {
  /** `orders:CancelOrder`. */
  readonly action: string
  /** An ARN; absent: an action without a resource. */
  readonly resource?: string | undefined
  readonly context?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** For what must not be repeated: a request proves its sender once. Not for access tokens. */
  readonly once?: boolean | undefined
  /** JSON text of the resource's own policy, or the name of one in the settings. */
  readonly resourcePolicy?: { readonly text: string } | { readonly name: string } | undefined
}

/** A request after a guard: `rawBody` is what was proved, parse it instead of the stream. */
export type Guarded<R extends IncomingMessage = IncomingMessage> = R & {
  readonly caller: AnsweredCaller
  readonly rawBody: Buffer
}
export interface Authorized {
  readonly answer: Answer
  /** Absent: nobody was proved. */
  readonly caller?: AnsweredCaller | undefined
  readonly body: Buffer
}

const version = '2026-11-29'
const defaultBodyBytes = 1_048_576

/** Dispose of it to stop following changes. */
export interface ServiceGuard extends Disposable {
  /**
   * Asks about a request of plain `http`, whose body is read here. Act on `answer.Verdict ===
   * 'allow'` only. Throws NotAnswered: answer 503. Throws RangeError for a body over `bodyBytes`.
   */
  authorized(req: IncomingMessage, meaning: Meaning, bodyBytes?: number): Promise<Authorized>
  /** Express, Connect: refuses, or goes on with `req.caller`. Put it before body parsers. */
  guard<R extends IncomingMessage>(
    meaning: (req: R) => Meaning,
    bodyBytes?: number,
  ): (req: R, res: ServerResponse, next: (error?: unknown) => void) => Promise<void>
}

export function serviceGuard(given: ServiceOptions): ServiceGuard {
  const { service, keep, log, from = ofConnection, ...options } = given
  const ask = createAsk(options)
  const kept = keep ? createKept() : undefined
  let followed: Followed | undefined
  const follow = () =>
    followChanges(ask, { Version: version, Service: service }, (now) => kept?.dropOthers(now))

  const authorized: ServiceGuard['authorized'] = async (req, meaning, bodyBytes) => {
    const body = await readBody(req, bodyBytes)
    const asked = askedOf(req, { service, meaning, body, from: from(req), want: kept && ['key'] })
    if (kept) followed ??= follow()
    let answered = kept?.find(asked, followed?.revision())
    if (!answered) {
      answered = await ask.authorize(asked)
      kept?.keep(asked, answered)
    }
    const [answer] = answered.Answers
    if (!answer) throw new NotAnswered('Gatehouse answered no question')
    if (answer.Verdict !== 'allow') log?.('refused', { decision: answered.Decision, ...answer.Log })
    return { answer, caller: answered.Caller, body }
  }

  return {
    authorized,
    guard: (meaning, bodyBytes) => async (req, res, next) => {
      try {
        const { answer, caller, body } = await authorized(req, meaning(req), bodyBytes)
        if (answer.Verdict !== 'allow' || !caller) return refuse(res, answer.Status, answer.Say)
        Object.assign(req, { caller, rawBody: body, _body: true })
      } catch (error) {
        if (error instanceof RangeError) return refuse(res, 413, 'The body is too large.')
        if (!(error instanceof NotAnswered)) return next(error)
        log?.('not-answered', { reason: error.message, cause: String(error.cause ?? '') })
        return refuse(res, 503, 'Nobody can be authorized at this moment. Try again in a moment.')
      }
      next()
    },
    [Symbol.dispose]: () => followed?.[Symbol.dispose](),
  }
}

interface About {
  readonly service: string
  readonly meaning: Meaning
  readonly body: Buffer
  readonly from: RequestFrom
  readonly want: Asked['Want']
}

function askedOf(req: IncomingMessage, { service, meaning, body, from, want }: About): Asked {
  // Express shortens `url` where a router is mounted.
  const { originalUrl: url = req.url ?? '' } = req as { originalUrl?: string; url?: string }
  const mark = url.indexOf('?')
  const policy = meaning.resourcePolicy
  const bearer = /^Bearer +([^ ]+)$/i.exec(req.headers.authorization ?? '')?.[1]
  const signed = {
    Method: req.method ?? '',
    Path: mark < 0 ? url : url.slice(0, mark),
    Query: mark < 0 ? '' : url.slice(mark + 1),
    Headers: pairs(req.rawHeaders),
    PayloadHash: hash('sha256', body),
  }
  return {
    Version: version,
    Service: service,
    Once: meaning.once,
    Want: want,
    ...(bearer === undefined ? { Request: signed } : { Bearer: bearer }),
    From: {
      SourceIp: from.sourceIp,
      Secure: from.secure,
      UserAgent: req.headers['user-agent']?.slice(0, 1024),
    },
    Questions: [
      {
        Id: '1',
        Action: meaning.action,
        Resource: meaning.resource ?? '*',
        Context: Object.fromEntries(
          Object.entries(meaning.context ?? {}).map(([key, value]) => [key, [value].flat()]),
        ),
        ...(policy &&
          ('text' in policy
            ? { ResourcePolicy: policy.text }
            : { ResourcePolicyName: policy.name })),
      },
    ],
  }
}

function ofConnection({ socket }: IncomingMessage): RequestFrom {
  const secure = (socket as Partial<TLSSocket>).encrypted === true
  return { sourceIp: socket.remoteAddress ?? '', secure }
}

/** Every header but cookies, which are nobody else's matter. */
function pairs(rawHeaders: readonly string[]): [string, string][] {
  const found: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.toLowerCase() !== 'cookie')
      found.push([rawHeaders[at]!, rawHeaders[at + 1]!])
  return found
}

async function readBody(req: IncomingMessage, most = defaultBodyBytes): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > most) throw new RangeError(`the body has more than ${most} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function refuse(res: ServerResponse, status: number, message: string): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  res.writeHead(status, status === 503 ? { ...headers, 'retry-after': '1' } : headers)
  res.end(JSON.stringify({ message }))
}
