import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Configuration, errors, Provider } from 'oidc-provider'
import { buildAdapter } from '../../src/apps/adapter.ts'
import { clientOf, findApp } from '../../src/apps/app.ts'
import { routes } from '../../src/apps/configuration.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openSqliteStore } from '../../src/store/sqlite/open-store.ts'
import { benchApi, benchApps, benchScope } from './oidc-apps.ts'

/**
 * What the apps' provider is measured against, as a process of its own: bare oidc-provider on
 * node:http, with our adapter on the embedded store, the same client and the same algorithms. It
 * signs everybody in. Says `listens on PORT`, and ends with its standard input.
 */
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'))
const store = await openSqliteStore({ path: join(folder, 'gatehouse.db'), clock: systemClock })
const adapter = buildAdapter({
  ephemeral: store.ephemeral(),
  clock: systemClock,
  findClient: (id) => {
    const app = findApp(benchApps, id)
    return app && clientOf(id, app)
  },
  polling: () => undefined,
  slowDown: () => new errors.SlowDown(),
  invalidGrant: (message) => new errors.InvalidGrant(message),
})
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }
const claims = (sub: string) => ({ sub, name: 'alice', groups: ['staff'] })

const configuration: Configuration = {
  adapter,
  routes,
  jwks: { keys: [key] as never[] },
  cookies: { keys: [randomBytes(32).toString('hex')], short: {} },
  scopes: ['openid', 'profile', 'groups'],
  claims: { openid: ['sub', 'auth_time', 'groups'], profile: ['name'] },
  conformIdTokenClaims: false,
  responseTypes: ['code'],
  pkce: { required: () => true },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => claims(accountId) }),
  loadExistingGrant: async ({ oidc: { provider, client, account, requestParamScopes } }) => {
    const grant = new provider.Grant({
      clientId: client!.clientId,
      accountId: account!.accountId,
    })
    grant.addOIDCScope([...requestParamScopes].join(' '))
    await grant.save()
    return grant
  },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  revokeGrantPolicy: () => true,
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => [],
      getResourceServerInfo: () => ({
        scope: benchScope,
        audience: benchApi,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
}

const server = createServer()
server.listen(0, '127.0.0.1')
await new Promise((done) => server.once('listening', done))
const { port } = server.address() as AddressInfo
const provider = new Provider(`http://localhost:${port}`, configuration)
const answer = provider.callback()
const enter = async (req: IncomingMessage, res: ServerResponse) => {
  const to = await provider.interactionResult(req, res, { login: { accountId: 'alice' } })
  res.writeHead(303, { location: to, 'content-length': '0' }).end()
}
server.on('request', (req, res) => {
  if (req.url?.startsWith('/interaction/')) void enter(req, res)
  else void answer(req, res)
})
console.log(`listens on ${port}`)
process.once('SIGTERM', async () => {
  server.closeAllConnections()
  server.close()
  await store[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
