import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Environment } from '../../../config/references.ts'
import { redeem } from '../../../connectors/oidc/answer.ts'
import type { Party } from '../../../connectors/oidc/client.ts'
import { openParty } from '../../../connectors/oidc/connector.ts'
import { oidcIdentity, type Proved } from '../../../connectors/oidc/identity.ts'
import { fromLibrary } from '../../../connectors/oidc/library-faults.ts'
import { OidcFault } from '../../../connectors/oidc/oidc-fault.ts'
import { authorizationRequest, memoOf } from '../../../connectors/oidc/request.ts'
import { systemClock } from '../../../kernel/clock.ts'
import type { Identity } from '../../../kernel/identity.ts'
import { Ids } from '../../../kernel/ids.ts'
import { openOutbound } from '../../../outbound/outbound.ts'
import type { Output } from '../../check.ts'
import { fitSettings } from '../../fit-settings.ts'
import { plain, reportMapping } from '../../mapping-report.ts'
import { table } from '../../terminal-table.ts'

export interface OidcTryAsked {
  readonly config: string
  readonly id: string
  /** Port of loopback; 0 takes a free one. */
  readonly port: string
}

/** How long the person has in the browser. */
const patienceMs = 600_000
const valueLength = 100
const mostFormCharacters = 65_536

/**
 * `gatehouse connector oidc try ID --config FILE`: signs a person in through the connector, with a
 * listener on loopback in place of Gatehouse, and prints the claims, the identity and the result of
 * every rule. Exit codes: 0 with grants, 2 without any, 1 where the sign-in fails earlier.
 */
export async function oidcTry(
  { config, id, port }: OidcTryAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const settings = loaded.settings.connectors[id]
  if (settings?.type !== 'oidc') {
    output.err(`${config} has no connector \`${id}\` of type oidc`)
    return 1
  }
  await using outbound = await openOutbound(loaded.settings.outbound)
  await using desk = await openDesk(Number(port))
  const ports = { clock: systemClock, log: () => {}, outbound, publicUrl: desk.origin }
  const party = await openParty(id, settings, ports)
  try {
    const proved = await signIn(party, desk, output)
    const identity = oidcIdentity(id, settings, proved, systemClock.now())
    for (const line of linesOf(proved, identity)) output.out(line)
    return reportMapping(loaded.mappings.evaluate(identity), output)
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    output.err(`${id}: ${plain(error.detail)}`)
    return 1
  }
}

async function signIn(party: Party, desk: Desk, output: Output): Promise<Proved> {
  const signal = AbortSignal.timeout(patienceMs)
  const state = new Ids().opaque(24)
  const { send, memo } = await authorizationRequest(party, state, signal)
  output.err(`The provider has to know the redirect URI ${party.redirectUri}`)
  output.err(`Open this address in a browser:\n${send.url}`)
  const parameters = await desk.answer(new URL(party.redirectUri).pathname, signal)
  if (parameters.get('state') !== state)
    throw new OidcFault('state', 'the browser brought the answer to another request')
  return fromLibrary(() => redeem(party, parameters, { ...memoOf(memo), state }, signal))
}

interface Desk extends AsyncDisposable {
  readonly origin: URL
  /** What the first request to this path brings, by query or by form. */
  answer(path: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>
}

/** Listens on loopback for the browser to come back (RFC 8252, section 7.3). */
async function openDesk(port: number): Promise<Desk> {
  const server = createServer({ keepAlive: false })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    answer(path, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>()
      signal.addEventListener('abort', () =>
        reject(new OidcFault('state', 'nobody came back in ten minutes')),
      )
      server.on('request', async (req, res) => {
        // Any page in the browser can send requests here: one that makes no sense ends nothing.
        const url = URL.parse(req.url ?? '/', 'http://127.0.0.1')
        const found =
          url?.pathname === path ? await parametersOf(req, url).catch(() => undefined) : undefined
        res.writeHead(found ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' })
        res.end(found ? 'You can close this window: see the terminal.\n' : 'Nothing here.\n')
        if (found) resolve(new Map(found))
      })
      return promise
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** undefined for a form that no provider sends. */
async function parametersOf(req: IncomingMessage, url: URL): Promise<URLSearchParams | undefined> {
  if (req.method !== 'POST') return url.searchParams
  let form = ''
  for await (const part of req.setEncoding('utf8')) {
    form += part
    if (form.length > mostFormCharacters) return undefined
  }
  return new URLSearchParams(form)
}

function linesOf({ claims }: Proved, identity: Identity): readonly string[] {
  const { subject, username, displayName, groups, attributes, strength, oidc } = identity
  return [
    ...table(
      ['CLAIM', 'VALUE'],
      Object.entries(claims).map(([name, value]) => [plain(name), shortened(value)]),
    ),
    '',
    ...table(
      ['IDENTITY', ''],
      [
        ['subject', plain(subject)],
        ['username', plain(username)],
        ['display name', plain(displayName)],
        ['strength', strength],
        ['provider', plain(oidc?.provider ?? '')],
        ['groups', groups.map(plain).join(', ') || 'none'],
        ...[...attributes].map(([name, values]) => [
          `attribute ${plain(name)}`,
          values.map(shortened).join(', '),
        ]),
      ],
    ),
    '',
  ]
}

function shortened(value: unknown): string {
  const line = plain(typeof value === 'string' ? value : JSON.stringify(value))
  return line.length > valueLength ? `${line.slice(0, valueLength)}…` : line
}
