import assert from 'node:assert/strict'
import { createHmac, hash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { json, type Lie } from '../connectors/oauth2/github-stub.ts'
import { Browser } from '../http/browser.ts'
import { startHttps } from '../outbound/https-server.ts'
import { openRunning } from './running.ts'

const account = '111122223333'
const clientId = 'the-client'
const clientSecret = 'the secret of the client'
const person = { amazon: 'amzn1.account.K2LI23KL2LK2', facebook: '10158880000000001' }
type Provider = keyof typeof person

const facebookError = (code: number, subcode?: number) => ({
  error: {
    message: 'Malformed access token EAAB-the-token',
    type: 'OAuthException',
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
  },
})

/** Both providers as their documentation has them, on one server; `lies` by path. */
async function startProviders(provider: Provider) {
  const codes = new Map<string, URLSearchParams>()
  const lies = new Map<string, Lie>()
  const tokens: string[] = []
  const fits = (form: URLSearchParams) => {
    const asked = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    return (
      form.get('client_id') === clientId &&
      form.get('client_secret') === clientSecret &&
      asked?.get('code_challenge') === hash('sha256', form.get('code_verifier')!, 'base64url') &&
      asked?.get('redirect_uri') === form.get('redirect_uri')
    )
  }
  const redeem = (form: URLSearchParams): Lie => {
    if (!fits(form))
      return json(
        provider === 'amazon' ? { error: 'invalid_grant' } : facebookError(100, 36009),
        400,
      )
    tokens.push(`token-${randomBytes(12).toString('hex')}`)
    return json({ access_token: tokens.at(-1), token_type: 'bearer', expires_in: 3600 })
  }
  const proofOf = (token: string) => createHmac('sha256', clientSecret).update(token).digest('hex')
  const honest = async (req: IncomingMessage, { pathname, searchParams }: URL): Promise<Lie> => {
    const bearer = req.headers.authorization?.replace(/^Bearer /, '') ?? ''
    if (/\/(?:o2\/token|oauth\/access_token)$/.test(pathname))
      return redeem(new URLSearchParams(await text(req)))
    if (!tokens.includes(bearer)) return json({ error: 'invalid_token' }, 401)
    if (pathname === '/auth/o2/tokeninfo' && searchParams.get('access_token') === bearer)
      return json({ iss: 'https://www.amazon.com', aud: clientId, user_id: person.amazon, exp: 99 })
    if (pathname === '/user/profile')
      return json({ user_id: person.amazon, name: 'Alice Archer', email: 'alice@corp.test' })
    if (pathname === '/v23.0/me' && searchParams.get('appsecret_proof') === proofOf(bearer))
      return json({ id: person.facebook, name: 'Alice Archer' })
    return json(facebookError(100), 400)
  }
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url!, 'https://any.test')
    const answered = lies.get(url.pathname) ?? (await honest(req, url))
    answered(req, res)
  }
  const names = ['www.amazon.com', 'api.amazon.com', 'www.facebook.com', 'graph.facebook.com']
  const server = await startHttps(names, (req, res) => void answer(req, res))
  const resolved = names.map((name) => `${name}: "${server.endpoint}"`).join(', ')
  const agree = (request: URL): string => {
    const code = randomBytes(8).toString('hex')
    codes.set(code, request.searchParams)
    const state = request.searchParams.get('state')!
    const { pathname } = new URL(request.searchParams.get('redirect_uri')!)
    return `${pathname}?${new URLSearchParams({ code, state })}`
  }
  return {
    lies,
    tokens,
    agree,
    outbound:
      `outbound: { resolve: { ${resolved} }, ` +
      `caFile: ${server.certificates.caFile}, timeoutMs: 3000 }`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function openScene(provider: Provider) {
  await using undo = new AsyncDisposableStack()
  const there = undo.use(await startProviders(provider))
  const host = `www.${provider}.com`
  const trust =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow",' +
    `"Principal":{"Federated":"arn:aws:iam::${account}:oidc-provider/${host}"},` +
    '"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"],' +
    `"Condition":{"StringEquals":{"${host}:aud":"${clientId}",` +
    `"${host}:sub":"${person[provider]}"}}}}`
  const at = undo.use(
    await openRunning(`
${there.outbound}
accounts:
  "${account}":
    oidcProviders: { "https://${host}": { clientIds: ["${clientId}"] } }
    roles: { Developer: { trustPolicy: '${trust}' } }
connectors:
  corp:
    type: oauth2
    provider: ${provider}
    label: Them
    accounts: ["${account}"]
    clientId: ${clientId}
    clientSecret: ${clientSecret}
mappings:
  - name: everybody
    grants: [{ role: "arn:aws:iam::${account}:role/Developer" }]
`),
  )
  const signIn = async () => {
    const browser = new Browser(at.origin)
    const left = new URL((await browser.get('/oidc/corp/login')).location!)
    let shown = await browser.get(there.agree(left))
    if (shown.location?.startsWith('/oidc/')) shown = await browser.get(shown.location)
    return { browser, shown, left }
  }
  const detail = async (least: number) =>
    (await at.events(least)).at(-1)!.additionalEventData.gatehouse.detail ?? ''
  const owned = undo.move()
  return { ...there, at, signIn, detail, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const departures = {
  amazon: ['https://www.amazon.com/ap/oa', 'profile'],
  facebook: ['https://www.facebook.com/v23.0/dialog/oauth', 'public_profile'],
}

for (const provider of ['amazon', 'facebook'] as const)
  test(`a person signs in with ${provider}, and takes a role that trusts them`, {
    timeout: 60_000,
  }, async () => {
    await using here = await openScene(provider)
    const { browser, shown, left } = await here.signIn()
    assert.equal(shown.status, 303, await here.detail(1))
    assert.deepEqual(
      [left.origin + left.pathname, left.searchParams.get('scope')],
      departures[provider],
    )
    const portal = await browser.get('/portal')
    assert.match(portal.text, /Alice Archer/)
    const form = { _csrf: portal.csrf, grant: portal.hidden('grant') }
    assert.equal((await browser.post('/portal/console', form)).status, 303)
    const [event] = await here.at.events(2)
    assert.equal(event!.additionalEventData.gatehouse.identity?.subject, person[provider])
    const told = JSON.stringify([await here.at.events(2), here.at.logged])
    for (const secret of [clientSecret, here.tokens[0]!]) assert.ok(!told.includes(secret))
  })

const html: Lie = (_req, res) =>
  void res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>')
const redirect: Lie = (_req, res) =>
  void res.writeHead(302, { location: 'https://evil.test' }).end()
const silent: Lie = () => {}
const user = { user_id: person.amazon, aud: clientId }

/** Path, what it answers, the page's status, and the operator's reason. */
const hostile: Readonly<Record<Provider, readonly (readonly [string, Lie, number, RegExp])[]>> = {
  amazon: [
    ['/auth/o2/token', json({ error: 'invalid_grant' }, 400), 400, /oidc code: /],
    ['/auth/o2/token', json({ error: 'invalid_client' }, 401), 502, /oidc client: /],
    ['/auth/o2/token', json({ error: 'invalid_grant' }), 400, /oidc code: /],
    ['/auth/o2/tokeninfo', json({ ...user, aud: 'other' }), 403, /oidc audience: .*`other`/],
    ['/auth/o2/tokeninfo', json({ user_id: person.amazon }), 403, /oidc audience: .*`none`/],
    ['/auth/o2/tokeninfo', json({ ...user, aud: [clientId] }), 403, /oidc audience: /],
    ['/auth/o2/tokeninfo', json({ ...user, user_id: 'amzn1.account.B' }), 403, /oidc subject: /],
    [
      '/auth/o2/tokeninfo',
      json({ error: 'invalid_token' }, 400),
      403,
      /oidc access-token: .*`400 of/,
    ],
    ['/auth/o2/tokeninfo', html, 403, /oidc user-info: .*else than JSON/],
    ['/auth/o2/tokeninfo', redirect, 503, /redirects are not followed/],
    ['/auth/o2/tokeninfo', silent, 503, /no whole answer/],
    ['/user/profile', json({ user_id: 'amzn1.account.B' }), 403, /oidc subject: /],
    ['/user/profile', json({ name: 'Alice' }), 403, /oidc claim: .*`user_id`/],
    ['/user/profile', json({ error: 'insufficient_scope' }, 403), 403, /oidc user-info: /],
  ],
  facebook: [
    ['/v23.0/oauth/access_token', json(facebookError(100, 36009), 400), 400, /oidc code: /],
    [
      '/v23.0/oauth/access_token',
      json(facebookError(1), 400),
      502,
      /oidc provider-error: .*OAuthException 1/,
    ],
    ['/v23.0/oauth/access_token', json(facebookError(4), 400), 503, /oidc unreachable: /],
    ['/v23.0/oauth/access_token', html, 403, /oidc answer: /],
    ['/v23.0/me', json(facebookError(100), 400), 403, /oidc user-info: .*`400 of \/v23.0\/me`/],
    ['/v23.0/me', json(facebookError(190)), 403, /oidc claim: .*`id`/],
    ['/v23.0/me', json({ name: 'Alice' }), 403, /oidc claim: .*`id`/],
    ['/v23.0/me', json({ id: 7 }), 403, /oidc claim: /],
    ['/v23.0/me', json({ id: '' }), 403, /oidc claim: /],
    ['/v23.0/me', html, 403, /oidc user-info: /],
    ['/v23.0/me', redirect, 503, /redirects are not followed/],
    ['/v23.0/me', silent, 503, /no whole answer/],
    ['/v23.0/me', json('x'.repeat(2_000_000)), 503, /more than \d+ bytes/],
  ],
}

for (const provider of ['amazon', 'facebook'] as const)
  test(`an answer of ${provider} that lies, lacks something or never comes lets nobody in`, {
    timeout: 60_000,
  }, async () => {
    await using here = await openScene(provider)
    let refused = 0
    for (const [path, lie, status, reason] of hostile[provider]) {
      here.lies.clear()
      here.lies.set(path, lie)
      const { shown, browser } = await here.signIn()
      refused += 1
      const told = await here.detail(refused)
      assert.match(told, reason, path)
      assert.equal(shown.status, status, told)
      assert.equal((await browser.get('/portal')).location, '/signin', told)
    }
    const told = JSON.stringify([await here.at.events(refused), here.at.logged])
    for (const secret of [clientSecret, 'EAAB', ...here.tokens]) assert.ok(!told.includes(secret))
  })
