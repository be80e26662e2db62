import type { RequestListener } from 'node:http'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { openFileAudit } from './audit/file-sink.ts'
import { countedAudit } from './audit/counted.ts'
import { authorizationMessages } from './aws/authorization-message.ts'
import { buildDispatch } from './aws/dispatch.ts'
import { iamOperations } from './aws/iam/operations.ts'
import { knowsCaller } from './aws/large-bodies.ts'
import { stsOperations } from './aws/sts/operations.ts'
import type { LoadedSettings } from './config/load.ts'
import { putInPlace } from './config/put-in-place.ts'
import { openConnectors } from './connectors/open-connectors.ts'
import { certificateRemark, gaugeCertificates } from './connectors/saml-certificates.ts'
import { keepKeys } from './credentials/keep-keys.ts'
import { hasKeyRing, type KeyRing, openKeyRing } from './credentials/key-ring.ts'
import { openRootKey } from './credentials/root-key.ts'
import { openSigningKeys } from './credentials/signing-keys.ts'
import { openSession } from './credentials/session-token.ts'
import { buildApp } from './http/app.ts'
import { browserSessionStore, redisSessionStore } from './http/browser-session-store.ts'
import { cookieSecret } from './http/cookie-secret.ts'
import { buildOperationsApp } from './http/operations.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import { Ids } from './kernel/ids.ts'
import { decide } from './policy/index.ts'
import { openOutbound } from './outbound/outbound.ts'
import { openCallers } from './sessions/callers.ts'
import { openFederation } from './sessions/federate.ts'
import { openIssuer } from './sessions/issue.ts'
import { openKeyUses } from './sessions/key-uses.ts'
import { openMfa } from './sessions/mfa.ts'
import { openOutboundFederation } from './sessions/outbound-federation.ts'
import { openRevocations } from './sessions/revocations.ts'
import { buildConsoleFederation } from './sign-in/console.ts'
import { buildSamlAssume } from './sign-in/saml/assume.ts'
import { buildSamlBrowser } from './sign-in/saml/browser.ts'
import { openOwnSamlKeys } from './sign-in/saml/own-keys.ts'
import { samlProviderKeys } from './sign-in/saml/provider-keys.ts'
import { samlProviders } from './sign-in/saml/providers.ts'
import { replayGuard } from './sign-in/saml/replay.ts'
import { buildSignIn } from './sign-in/sign-in.ts'
import { limitTries } from './sign-in/tries.ts'
import { rememberingStore } from './store/remembering.ts'
import { openSqliteStore, type SqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'
import { openIssuerKeys } from './web-identity/issuer-keys.ts'
import { buildProveToken } from './web-identity/prove-token.ts'

export type Log = (event: string, detail: Readonly<Record<string, unknown>>) => void
export type Configuration = Extract<LoadedSettings, { ok: true }>

export interface GatehousePorts {
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  readonly ids?: Ids
  /** The listener's own address, for a `publicUrl` whose port is 0: tests and demos on a free port. */
  readonly publicUrl?: URL
}

/** A whole Gatehouse, not yet listening. Disposing closes everything that it opened, in the reverse order. */
export interface Gatehouse extends AsyncDisposable {
  /** What the public listener answers. */
  readonly app: RequestListener
  /** Health and metrics, for a listener of their own. */
  readonly operations: RequestListener
  /** Takes over connectors, mappings, accounts and issuers. Throws, with the old ones still in force, when it can't. */
  reload(configuration: Configuration): Promise<void>
}

/** The composition root: everything is made here, and nowhere else. Throws when something can never work. */
export async function openGatehouse(configuration: Configuration, ports: GatehousePorts): Promise<Gatehouse> {
  const { settings } = configuration
  const { log, env, clock = systemClock, ids = new Ids(), publicUrl = new URL(settings.publicUrl) } = ports
  let current = configuration
  await using opened = new AsyncDisposableStack()

  const store = rememberingStore(opened.use(await openSqliteStore({ path: settings.store.sqlite, clock })))
  const rootKey = await openRootKey(settings.keys.rootKey, env, { mayCreate: !(await hasKeyRing(store.documents)) })
  const ring = await openKeyRing({ documents: store.documents, rootKey, clock, ids })
  const signingKeys = openSigningKeys({ documents: store.documents, ring, clock, ids })
  opened.use(keepKeys({ ring, signingKeys, clock, log, rotateEverySeconds: settings.keys.rotateEverySeconds }))
  const { ephemeral, sessionStore } = opened.use(await openShortLived(settings.ephemeral, { store, clock, log }))
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const trail = opened.use(await openFileAudit({ path: settings.audit.file, log }))
  const audit = countedAudit(trail, registry)
  await putInPlace(settings.accounts, accountPorts(store, ring, clock, ids))

  const asking = opened.use(await openOutbound(settings.outbound))
  const samlKeys = opened.use(openOwnSamlKeys({ documents: store.documents, ring, clock, ids, commonName: publicUrl.hostname })).of
  const connectors = opened.use(await openConnectors(settings.connectors, { clock, log, outbound: asking, publicUrl, samlKeys }, settings.limits.signInTimeoutMs))
  gaugeCertificates(() => connectors.list, registry, clock)
  const revocations = openRevocations({ store })
  const callers = openCallers({ store, ring, revocations, clock })
  const issuer = openIssuer({ store, ring, clock, ids })
  const outbound = openOutboundFederation({
    publicUrl, reads: store.reads, signingKeys, clock, ids,
  })
  const proveToken = buildProveToken({ keys: openIssuerKeys({ outbound: asking, clock, log }), clock })
  const federation = openFederation({ store, issuer, clock, connectors: () => connectors.list })
  const tries = limitTries(ephemeral, { perName: settings.limits.signInsPerName, perAddress: settings.limits.signInsPerAddress })
  const signIn = buildSignIn({
    upstreams: () => connectors.list, mappings: () => current.mappings, federation, revocations, audit, clock, ids,
    tries, checkTimeoutMs: settings.limits.signInTimeoutMs, lifetimeSeconds: settings.session.lifetimeSeconds,
  })
  const consoleFederation = buildConsoleFederation({
    publicUrl, issuers: () => current.settings.federation.issuers, openSession: (token) => openSession(ring, token), callers, ephemeral, audit, clock, ids,
  })
  const keyUses = opened.use(openKeyUses({ ephemeral, clock, log }))
  const mfa = openMfa({ reads: store.reads, ring, ephemeral, tries, clock })
  const sealSecret = (secret: string) => ring.seal('access-key-secret', Buffer.from(secret))
  const messages = authorizationMessages(ring)
  const providerKeys = samlProviderKeys(ring)
  const findProvider = samlProviders({ store, clock, publicUrl, connectors: () => connectors.list, openKey: providerKeys.openKey })
  const replay = replayGuard(ephemeral)
  const samlAssume = buildSamlAssume({ findProvider, mappings: () => current.mappings, federation, revocations, replay, clock, ids })
  const saml = buildSamlBrowser({ publicUrl, signIn, findProvider, federation, revocations, replay, tries, ephemeral, audit, clock, ids })
  const { dispatch } = buildDispatch([...stsOperations({ issuer, mfa, passwordAssume: signIn.assume, samlAssume, proveToken, store, revocations, outbound, messages, region: settings.region }), ...iamOperations({ outbound, ids, keyUses, mfa, sealSecret, samlProviders: providerKeys })], {
    callers, keyUses, store, audit, clock, ids, region: settings.region, messages, limits: { bodyBytes: settings.limits.bodyBytes },
    log: { error: (fields, message) => log(message, fields) },
  })
  const app = buildApp({
    publicUrl, branding: settings.branding, trustedProxies: settings.listen.trustedProxies, region: settings.region, bodyBytes: settings.limits.bodyBytes, knowsCaller: knowsCaller(callers),
    webIdentityOrigins: settings.webIdentity.allowedOrigins, signIn, saml, consoleFederation, outbound, dispatch, decide, findAccount: accountFinder(store), sessionStore, clock, ids, log,
    sessionSecrets: [await cookieSecret(store.documents, ring, ids)],
  })
  const operations = buildOperationsApp({
    registry,
    checks: () => [
      { name: 'store', required: true, probe: async () => void await store.reads.accounts() },
      { name: 'audit', required: false, probe: () => trail.probe() },
      { name: 'ephemeral', required: true, probe: () => ephemeral.probe() },
      ...connectors.list.map((one) => ({
        name: `connector ${one.id}`, required: false, probe: (signal: AbortSignal) => one.upstream.probe(signal), remark: () => certificateRemark(one, clock.now()),
      })),
    ],
  })

  const owned = opened.move()
  return {
    app,
    operations,
    async reload(next) {
      await connectors.apply(next.settings.connectors)
      try {
        await putInPlace(next.settings.accounts, accountPorts(store, ring, clock, ids))
      } catch (error) {
        await connectors.apply(current.settings.connectors)
        throw error
      }
      current = next
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** One-time tokens, guards, counts and browser sessions: in Redis where settings name one, else in the store. */
async function openShortLived(redis: Configuration['settings']['ephemeral'], { store, clock, log }: { store: SqliteStore; clock: Clock; log: Log }) {
  if (!redis) {
    const ephemeral = store.ephemeral()
    return { ephemeral, sessionStore: browserSessionStore(ephemeral, clock), async [Symbol.asyncDispose]() {} }
  }
  const { openRedisEphemeral } = await import('./store/redis-ephemeral.ts')
  const ephemeral = await openRedisEphemeral({ url: redis.redis, prefix: redis.prefix }, { clock, log })
  return { ephemeral, sessionStore: redisSessionStore(ephemeral.client, redis.prefix), [Symbol.asyncDispose]: () => ephemeral[Symbol.asyncDispose]() }
}

function accountPorts(store: Store, ring: KeyRing, clock: Clock, ids: Ids) {
  const purpose = 'access-key-secret'
  return {
    store, clock, ids,
    seal: (secret: string) => ring.seal(purpose, Buffer.from(secret)),
    open: (sealed: string) => ring.open(purpose, sealed)?.toString(),
  }
}

function accountFinder({ reads }: Store): (aliasOrId: string) => Promise<string | undefined> {
  return async (name) => (await reads.find('account', name, 'account')) ? name : reads.accountByAlias(name)
}
