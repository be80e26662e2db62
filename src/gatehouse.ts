import type { RequestListener } from 'node:http'
import type { Registry } from 'prom-client'
import type { Configuration } from './config/load.ts'
import { putInPlace } from './config/put-in-place.ts'
import type { Environment } from './config/references.ts'
import type { Settings } from './config/settings.ts'
import type { CheckOutcome } from './http/routes/health.ts'
import { whenCaughtUp } from './http/when-caught-up.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import { Ids } from './kernel/ids.ts'
import type { Log } from './kernel/log.ts'
import { tryAgain } from './store/try-again.ts'
import { openAuthorization } from './wiring/authorization.ts'
import { openFellowNodes } from './wiring/fellows.ts'
import { openGround } from './wiring/ground.ts'
import { openJudgedPeople } from './wiring/judged-people.ts'
import { currentOrganization } from './wiring/organization.ts'
import { buildPages } from './wiring/pages.ts'
import { openPeople } from './wiring/people.ts'
import { openSessions } from './wiring/sessions.ts'
import type { Surroundings } from './wiring/surroundings.ts'
import { openUpstream } from './wiring/upstream.ts'
import { buildWire } from './wiring/wire.ts'

export interface GatehousePorts {
  readonly log: Log
  readonly env: Environment
  readonly clock?: Clock | undefined
  readonly ids?: Ids | undefined
  /** The listener's address, for a `publicUrl` whose port is 0: tests and demos on a free port. */
  readonly publicUrl?: URL | undefined
  /** Begins a store where one is not there and its root key is: otherwise that is refused. */
  readonly newStore?: boolean | undefined
  /** What this process shares with others of its node. */
  readonly shares?: Surroundings['shares']
}

/**
 * A whole Gatehouse that does not listen yet. Disposing closes everything that it opened, in
 * reverse order.
 */
export interface Gatehouse extends AsyncDisposable {
  /** What the public listener answers. */
  readonly app: RequestListener
  /** Health and metrics, for a listener of their own. */
  readonly operations: RequestListener
  /**
   * Applies connectors, mappings, accounts and issuers. Throws, with the old ones still in force,
   * when it can't.
   */
  reload(configuration: Configuration): Promise<void>
  /** What `/readyz` tells, and what `/metrics` counts, for the primary of several processes. */
  readiness(): Promise<readonly CheckOutcome[]>
  metrics(): ReturnType<Registry['getMetricsAsJSON']>
  /** Makes `/readyz` answer 503 from now on; everything is still served. */
  retire(): void
}

/**
 * The composition root: opens the wings, each with the ones before it. Only `wiring/` wires
 * anything. Throws when something can never work, with everything that was opened closed again.
 */
export async function openGatehouse(
  configuration: Configuration,
  ports: GatehousePorts,
): Promise<Gatehouse> {
  const { settings } = configuration
  const { log, env, clock = systemClock, ids = new Ids() } = ports
  const { publicUrl = new URL(settings.publicUrl) } = ports
  let current = configuration
  let retired = false
  const around: Surroundings = {
    settings,
    current: () => current,
    organization: currentOrganization(() => current.settings.organization),
    env,
    publicUrl,
    clock,
    ids,
    log,
    newStore: ports.newStore,
    shares: ports.shares,
    retired: () => retired,
  }
  await using opened = new AsyncDisposableStack()
  const ground = opened.use(await openGround(around))
  const { store, keys } = ground
  const { settingsName } = settings
  const putAccounts = async (accounts: Settings['accounts']) => {
    const placing = { store, clock, ids, settingsName, ...keys.accessKeySecrets }
    for (const kept of await putInPlace(accounts, placing)) log('settings-entity-kept', { ...kept })
  }
  await tryAgain(() => putAccounts(settings.accounts))
  const upstream = openUpstream(around, ground)
  const sessions = opened.use(openSessions(around, ground, upstream))
  const judged = opened.use(openJudgedPeople(around, ground))
  const people = opened.use(await openPeople(around, ground, { sessions, upstream, judged }))
  const authorization = opened.use(openAuthorization(around, { ground, sessions, people }))
  const fellows = opened.use(openFellowNodes(around, ground))
  const inner = { fellows, ground, sessions, people, judged, authorization, upstream }
  const wire = buildWire(around, inner)
  const { app, operations, readiness } = await buildPages(around, { ...inner, wire })

  const owned = opened.move()
  return {
    app: whenCaughtUp(store, app),
    operations,
    readiness,
    metrics: () => ground.registry.getMetricsAsJSON(),
    async reload(next) {
      const { connectors } = people
      await connectors.apply(next.settings.connectors)
      try {
        await putAccounts(next.settings.accounts)
      } catch (error) {
        await connectors.apply(current.settings.connectors)
        throw error
      }
      current = next
      // Whether nodes differ is known soon after, not only once each has looked by itself.
      void fellows.look()
    },
    retire() {
      retired = true
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
