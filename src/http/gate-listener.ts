import type { RequestListener, ServerResponse } from 'node:http'
import { isVerify } from '../apps/gate/asked.ts'
import type { OpenGate } from '../apps/gate/open-gate.ts'
import type { GateAnswer } from '../apps/gate/verify.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { StoreFault } from '../store/store-fault.ts'
import { originOfRequest } from './forwarded.ts'

export interface GateListenerPorts {
  readonly gate: OpenGate | undefined
  readonly ids: Pick<Ids, 'reference'>
  readonly log: Log
}

const nobody = () => false

/**
 * Answers `/gate/verify`, beneath Express: proxies ask for every request to an application. What
 * the client sent to the application is in the question, so it is neither a call of the API nor a
 * page, whatever it looks like. Passes everything else to `rest`.
 */
export function gateListener(ports: GateListenerPorts, rest: RequestListener): RequestListener {
  const { gate } = ports
  if (!gate) return rest
  return (req, res) => {
    if (!isVerify(req.url!) || !gate.any()) return rest(req, res)
    // The connection's own address: proxies are known by it, and by no header.
    const { sourceAddress } = originOfRequest(req, nobody)
    const failed = (error: unknown) => fail(ports, res, error)
    try {
      const answer = gate.verify({ req, sourceAddress })
      if (answer instanceof Promise) answer.then((settled) => send(res, settled)).catch(failed)
      else send(res, answer)
    } catch (error) {
      failed(error)
    }
  }
}

const lines: Readonly<Record<GateAnswer['outcome'], string>> = {
  allowed: '',
  public: '',
  'sign-in': 'Sign in first.\n',
  refused: 'You may not use this.\n',
  'not-believed': 'This is for the proxies of the settings.\n',
  unreadable: 'The request cannot be told.\n',
}

function send(res: ServerResponse, { status, outcome, headers }: GateAnswer): void {
  const body = lines[outcome]
  res.writeHead(status, [...headers, 'Content-Length', String(body.length), ...plain])
  res.end(body)
}

const plain = ['Content-Type', 'text/plain', 'X-Content-Type-Options', 'nosniff']

function fail({ ids, log }: GateListenerPorts, res: ServerResponse, error: unknown): void {
  const isAway = error instanceof StoreFault
  if (!isAway)
    log('page-failed', {
      reference: ids.reference(),
      path: '/gate/verify',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  if (res.headersSent) return void res.destroy()
  res.writeHead(isAway ? 503 : 500, { 'Cache-Control': 'no-store', 'Retry-After': '2' })
  res.end()
}
