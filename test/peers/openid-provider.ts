import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { keys } from '../web-identity/issuer.ts'
import { startPeer, untilReady } from './child.ts'
import { makeCertificates, type TestCertificates } from './tls.ts'

export interface OpenIdProviderConfig {
  readonly issuer: string
  readonly cert: string
  readonly key: string
  readonly ca: string
  readonly jwks: object
  readonly clients: readonly object[]
  /** Claims of each person, by name. */
  readonly people: Readonly<Record<string, object>>
  readonly amr?: readonly string[]
  readonly acr?: string
  /** Claims of profile and groups come from UserInfo only. */
  readonly claimsByUserInfo?: boolean
  /** PEM of the authority whose client certificates count. */
  readonly clientAuthority?: string
  readonly pushes?: boolean
  /** Clients get refresh tokens, each good once. */
  readonly refreshTokens?: boolean
  readonly takesSignedRequests?: boolean
}

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string
  readonly host: string
  readonly port: number
  readonly certificates: TestCertificates
  /** YAML of the `outbound` section that reaches it. */
  readonly outbound: string
  said(): string
  /** Exchanges the people; whoever is not among them is gone. */
  setPeople(people: Readonly<Record<string, object>>): Promise<void>
  /** A person with a browser of their own there. */
  visitor(): Visitor
}

export type Wanted = Partial<OpenIdProviderConfig> & Pick<OpenIdProviderConfig, 'clients'>

export const corpPeople = {
  alice: {
    name: 'Alice Archer',
    preferred_username: 'alice',
    email: 'alice@corp.test',
    email_verified: true,
    groups: ['devs', 'staff'],
    resource_access: { 'my.portal': { roles: ['ops'] } },
  },
  bob: { name: 'Bob', preferred_username: 'bob', email: 'bob@corp.test', groups: ['guests'] },
}

export async function startOpenIdProvider(wanted: Wanted): Promise<OpenIdProvider> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-op-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const { issuer = 'https://op.corp.test' } = wanted
  const { host } = new URL(issuer)
  const certificates = await makeCertificates(folder, [`DNS:${host}`])
  const config: OpenIdProviderConfig = {
    people: corpPeople,
    ...wanted,
    issuer,
    cert: certificates.certFile,
    key: certificates.keyFile,
    ca: certificates.caFile,
    jwks: {
      keys: [keys.RS256, keys.ES256].map(({ privateKey, kid, alg }) => ({
        ...privateKey.export({ format: 'jwk' }),
        kid,
        alg,
        use: 'sig',
      })),
    },
  }
  const main = join(import.meta.dirname, 'openid-provider-main.ts')
  const peer = undo.use(
    startPeer(process.execPath, ['--no-warnings', main, JSON.stringify(config)]),
  )
  const port = () => Number(/^listening (\d+)$/m.exec(peer.said())?.[1])
  await untilReady(peer, async () => port() > 0)
  const at = port()
  const ca = await readFile(certificates.caFile)
  const owned = undo.move()
  return {
    issuer,
    host,
    port: at,
    certificates,
    outbound:
      // The bound is far beyond what a loaded machine needs.
      `outbound: { resolve: { ${host}: "127.0.0.1:${at}" }, timeoutMs: 60000, ` +
      `caFile: ${certificates.caFile} }`,
    said: peer.said,
    setPeople: (people) => new Visitor({ host, port: at, ca }).setPeople(people),
    visitor: () => new Visitor({ host, port: at, ca }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

interface Reached {
  readonly host: string
  readonly port: number
  readonly ca: Buffer
}

/** A browser at the provider as far as HTTP goes. */
export class Visitor {
  readonly #at: Reached
  readonly #cookies = new Map<string, string>()

  constructor(at: Reached) {
    this.#at = at
  }

  /**
   * Opens an address of the provider and follows it until it leads elsewhere; types `login` where
   * it is asked for, or declines. Returns where it leads, or the form that the last page posts
   * there.
   */
  async travel(
    from: string,
    login: string | undefined,
  ): Promise<{ readonly url: string; readonly fields?: Record<string, string> }> {
    let url = new URL(from)
    let form: URLSearchParams | undefined
    for (let steps = 0; steps < 12; steps++) {
      const { status, location, body } = await this.#send(url, form)
      form = undefined
      if (location !== undefined) url = new URL(location, url)
      if (location !== undefined && url.host !== this.#at.host) return { url: url.href }
      if (location !== undefined) continue
      const action = /<form method="post" action="([^"]+)"/.exec(body)?.[1]
      if (action !== undefined && new URL(action, url).host !== this.#at.host)
        return { url: action, fields: hiddenFields(body) }
      if (!body.includes('name="login"')) throw new Error(`${status} at ${url.href}: ${body}`)
      form = new URLSearchParams(login === undefined ? { do: 'decline' } : { do: 'login', login })
    }
    throw new Error(`too many redirects at ${url.href}`)
  }

  /** Signs out at the provider, which then tells its clients. */
  async endSession(issuer: string): Promise<void> {
    const { body } = await this.#send(new URL('/session/end', issuer), undefined)
    const form = new URLSearchParams({ ...hiddenFields(body), logout: 'yes' })
    await this.#send(new URL('/session/end/confirm', issuer), form)
  }

  async setPeople(people: object): Promise<void> {
    const form = new URLSearchParams({ people: JSON.stringify(people) })
    await this.#send(new URL(`https://${this.#at.host}/people`), form)
  }

  async #send(url: URL, form: URLSearchParams | undefined) {
    const { host, port, ca } = this.#at
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const asked = request({
      host: '127.0.0.1',
      port,
      ca,
      servername: host,
      path: url.pathname + url.search,
      method: form ? 'POST' : 'GET',
      headers: {
        host,
        ...(cookie && { cookie }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      agent: false,
    })
    asked.end(form?.toString())
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (value === '') this.#cookies.delete(name!)
      else this.#cookies.set(name!, value!)
    }
    const { statusCode: status, headers } = answer
    return { status, location: headers.location, body: await text(answer) }
  }
}

function hiddenFields(body: string): Record<string, string> {
  const found = body.matchAll(/name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...found].map(([, name, value]) => [name!, value!]))
}
