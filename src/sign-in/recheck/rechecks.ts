/*
 * People who are signed in are looked up again: at their first request after the connector's
 * interval, never in the background. What a check finds is kept beside the sign-in and counts for
 * every page, every app and every new session from then on; credentials that were issued live on.
 *
 *   due          `everySeconds` after the last answer. One check of a sign-in runs at a time, on
 *                all nodes: a provider takes a refresh token once. Whoever comes meanwhile waits.
 *   yes          The person as they are now, with the groups of now.
 *   no           The sign-in ends in every browser tab, console and app that it led to. By the
 *                connector's setting every session of the person is revoked too.
 *   no answer    The sign-in goes on as it was, for `awaySeconds`; the next try is at the first
 *                request half a minute later. Then it ends.
 */
import { setTimeout as after } from 'node:timers/promises'
import type { Connector } from '../../connectors/connector.ts'
import type { Recheck } from '../../connectors/recheck.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Origin } from '../sign-in-event.ts'
import { type EndPorts, endOf, whyEnded } from '../why-ended.ts'
import { type Checking, type CheckPorts, checkNow } from './check.ts'
import { openPlaces } from './places.ts'
import { type RecheckRecord, type RecordPorts, recheckRecords, type Standing } from './record.ts'

export interface RecheckPorts
  extends Omit<EndPorts, 'revocations'>,
    RecordPorts,
    Omit<CheckPorts, 'records' | 'places' | 'away' | 'revocations'> {
  readonly ids: Ids
  readonly revocations: EndPorts['revocations'] & CheckPorts['revocations']
}

export interface Rechecks {
  /**
   * Called at a sign-in: returns the identity with what its checks need, where its connector looks
   * people up again. `secret`: what the proof left for it.
   */
  begin(identity: Identity, secret?: string | undefined): Promise<Identity>
  /** The person as they are now, looked up again if that is due. */
  current(identity: Identity, origin: Origin): Promise<Standing>
  /** Called at a sign-out: what is kept of the sign-in is removed, and nothing goes on by it. */
  forget(identity: Identity): Promise<void>
}

/** How many checks of one connector run at a time in this process. */
const mostAtOnce = 16
/** Least time between two tries of a sign-in while nobody answers. */
const retrySeconds = 30
/** How often a check that runs on another node is looked for. */
const lookEveryMs = 50
/** Beyond the end of another node's claim. */
const spareMs = 5000

export function buildRechecks(ports: RecheckPorts): Rechecks {
  const { clock, ids, checkTimeoutMs } = ports
  const records = recheckRecords(ports, (identity) => endOf(ports, identity))
  const away: CheckPorts['away'] = new WeakSet()
  const running = new Map<string, Promise<Standing>>()
  const placesOf = new Map<string, ReturnType<typeof openPlaces>>()
  const places = (connector: string) => {
    const found = placesOf.get(connector) ?? openPlaces(mostAtOnce)
    placesOf.set(connector, found)
    return found
  }
  const connectorOf = ({ connector }: Identity) =>
    ports.connectors().find(({ id }) => id === connector)

  /** What is to be done about a record; an identity where nothing is. */
  async function look(key: string, identity: Identity): Promise<Standing | Due> {
    const record = await records.read(key)
    if (!record) {
      // The record lasts as long as the sign-in. Where one is missing, somebody signed out.
      const isOver = endOf(ports, identity) <= clock.now()
      return isOver ? { identity } : { ended: 'sign-in-unconfirmed' }
    }
    if (record.ended !== undefined) return { ended: record.ended }
    const connector = connectorOf(record.identity)
    const recheck = connector?.upstream.recheck
    if (!connector || !recheck || !isDue(record, recheck, clock.now()))
      return { identity: record.identity }
    // A page tells better why a sign-in is over that nobody has to be asked about.
    if (await whyEnded(ports, record.identity)) return { identity: record.identity }
    return { record, connector, recheck }
  }

  async function check(key: string, identity: Identity, origin: Origin): Promise<Standing> {
    const startedAt = performance.now()
    // Longer than a check takes, so that it ends by itself only after a crash.
    const lockMs = 2 * checkTimeoutMs + 1000
    for (;;) {
      const until = new Date(clock.now().getTime() + lockMs)
      if (await records.claim(key, until)) break
      await after(lookEveryMs)
      const found = await look(key, identity)
      if (!isDueNow(found)) return found
      if (performance.now() - startedAt > lockMs + spareMs) return { ended: 'sign-in-unconfirmed' }
    }
    try {
      // Another node may have been at it until now.
      const found = await look(key, identity)
      if (!isDueNow(found)) return found
      const checking: Checking = { ...found, key, origin }
      return await checkNow({ ...ports, records, places, away }, checking)
    } finally {
      await records.release(key)
    }
  }

  return {
    async begin(identity, secret) {
      if (!connectorOf(identity)?.upstream.recheck) return identity
      const recheckKey = ids.opaque(32)
      const begun = { ...identity, recheckKey }
      const sealed = secret === undefined ? undefined : records.seal(secret)
      await records.begin(recheckKey, { identity: begun, checkedAt: clock.now(), secret: sealed })
      return begun
    },
    async current(identity, origin) {
      const { recheckKey: key } = identity
      if (key === undefined) return { identity }
      const found = await look(key, identity)
      if (!isDueNow(found)) return found
      const known = running.get(key)
      if (known) return known
      const work = check(key, identity, origin).finally(() => running.delete(key))
      running.set(key, work)
      return work
    },
    async forget({ recheckKey }) {
      if (recheckKey !== undefined) await records.remove(recheckKey)
    },
  }
}

interface Due {
  readonly record: RecheckRecord
  readonly connector: Connector
  readonly recheck: Recheck
}

function isDueNow(found: Standing | Due): found is Due {
  return 'record' in found
}

function isDue({ checkedAt, triedAt }: RecheckRecord, { settings }: Recheck, now: Date): boolean {
  const late = (now.getTime() - checkedAt.getTime()) / 1000 - settings.everySeconds
  if (late < 0) return false
  // Once it may not go on unconfirmed, every request asks.
  if (triedAt === undefined || late >= settings.awaySeconds) return true
  return now.getTime() - triedAt.getTime() >= retrySeconds * 1000
}
