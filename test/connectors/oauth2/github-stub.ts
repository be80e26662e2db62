import { hash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type HttpsServer, startHttps } from '../../outbound/https-server.ts'

export const clientId = 'Iv1.0123456789abcdef'
export const clientSecret = 'a secret of GitHub'

export interface Membership {
  readonly state: string
  readonly organization: { readonly login: string; readonly id: number }
  readonly user: { readonly id: number; readonly login: string }
}

/** What the stub answers to one path in place of the honest answer. */
export type Lie = (req: IncomingMessage, res: ServerResponse) => void

export interface GitHubStub extends AsyncDisposable {
  readonly server: HttpsServer
  /** What was asked: method, host and path with its query. */
  readonly asked: string[]
  /** Paths → what is answered there instead. */
  readonly lies: Map<string, Lie>
  user: Record<string, unknown>
  emails: readonly object[]
  memberships: readonly Membership[]
  teams: readonly object[]
  /** As a GitHub App with tokens that expire, whose refresh tokens serve once. */
  expiring: boolean
  /** Refresh tokens stay good and no new one is given, as Amazon has it. */
  lasting: boolean
  /** The person takes back what they agreed to. */
  revoke(): void
  /** Access tokens of before are good no more. */
  expire(): void
  /** Where the browser is sent after the person agreed to `request`. */
  agree(request: string): string
}

export const json =
  (value: unknown, status = 200): Lie =>
  (_req, res) =>
    void res
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(value))

const team = (login: string, id: number, slug: string) => ({
  slug,
  name: slug.toUpperCase(),
  organization: { login, id },
})
const member = (login: string, id: number, state = 'active'): Membership => ({
  state,
  organization: { login, id },
  user: { id: 583231, login: 'Alice' },
})

function page(all: readonly object[], url: URL): readonly object[] {
  const size = Number(url.searchParams.get('per_page'))
  const at = (Number(url.searchParams.get('page')) - 1) * size
  return all.slice(at, at + size)
}

/** Answers as GitHub's documentation says that it does, to OAuth apps and their API calls. */
export async function startGitHub(names: readonly string[]): Promise<GitHubStub> {
  const codes = new Map<string, { challenge: string; redirectUri: string }>()
  const tokens = new Set<string>()
  const refreshes = new Set<string>()
  const stub: Omit<GitHubStub, 'server' | typeof Symbol.asyncDispose> = {
    asked: [],
    lies: new Map(),
    user: { id: 583231, login: 'Alice', name: 'Alice Archer', email: 'shown@public.test' },
    emails: [
      { email: 'old@corp.test', primary: false, verified: true },
      { email: 'alice@corp.test', primary: true, verified: true },
    ],
    memberships: [member('Acme', 9919), member('others', 77), member('invited', 78, 'pending')],
    teams: [team('Acme', 9919, 'devs'), team('others', 77, 'ops'), team('foreign', 99, 'x')],
    expiring: false,
    lasting: false,
    revoke() {
      tokens.clear()
      refreshes.clear()
    },
    expire: () => tokens.clear(),
    agree(request) {
      const { searchParams } = new URL(request)
      const code = randomBytes(10).toString('hex')
      const redirectUri = searchParams.get('redirect_uri')!
      codes.set(code, { challenge: searchParams.get('code_challenge')!, redirectUri })
      const back = new URL(redirectUri)
      back.searchParams.set('code', code)
      back.searchParams.set('state', searchParams.get('state')!)
      back.searchParams.set('iss', `https://${names[0]}/login/oauth`)
      return back.href
    },
  }

  const redeemed = async (req: IncomingMessage): Promise<object> => {
    const form = new URLSearchParams(await text(req))
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      return { error: 'incorrect_client_credentials', error_description: 'They are incorrect.' }
    const shown = form.get('refresh_token') ?? ''
    if (form.get('grant_type') === 'refresh_token' && stub.lasting && refreshes.has(shown))
      return { ...given(), refresh_token: undefined }
    if (form.get('grant_type') === 'refresh_token')
      return refreshes.delete(shown)
        ? given()
        : { error: 'bad_refresh_token', error_description: 'It is incorrect or expired.' }
    const known = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = hash('sha256', form.get('code_verifier') ?? '', 'base64url')
    if (known?.challenge !== challenge || known.redirectUri !== form.get('redirect_uri'))
      return { error: 'bad_verification_code', error_description: 'The code has expired.' }
    return given()
  }
  const given = () => {
    const token = `gho_${randomBytes(18).toString('hex')}`
    tokens.add(token)
    const told = { access_token: token, scope: 'read:org,user:email', token_type: 'bearer' }
    if (!stub.expiring) return told
    const refresh_token = `ghr_${randomBytes(18).toString('hex')}`
    refreshes.add(refresh_token)
    return { ...told, expires_in: 28_800, refresh_token }
  }

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url!, `https://${req.headers.host}`)
    stub.asked.push(`${req.method} ${url.host}${url.pathname}${url.search}`)
    const path = url.pathname.replace(/^\/api\/v3/, '')
    const lie = stub.lies.get(path)
    if (lie) return lie(req, res)
    if (path === '/login/oauth/access_token') return json(await redeemed(req))(req, res)
    const bearer = req.headers.authorization?.replace(/^Bearer /, '') ?? ''
    if (!tokens.has(bearer)) return json({ message: 'Bad credentials' }, 401)(req, res)
    const lists: Readonly<Record<string, readonly object[]>> = {
      '/user/emails': stub.emails,
      '/user/memberships/orgs': stub.memberships,
      '/user/teams': stub.teams,
    }
    if (path === '/user') return json(stub.user)(req, res)
    const list = lists[path]
    return json(list ? page(list, url) : { message: 'Not Found' }, list ? 200 : 404)(req, res)
  }
  const server = await startHttps(names, (req, res) => void answer(req, res))
  return Object.assign(stub, { server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() })
}
