import { setImmediate } from 'node:timers/promises'
import type { AuditEvent } from '../../../src/audit/event.ts'
import type { Connector } from '../../../src/connectors/connector.ts'
import type { KeptForRecheck, RecheckSettings } from '../../../src/connectors/recheck.ts'
import { loadKeyRing } from '../../../src/credentials/key-ring.ts'
import type { Identity } from '../../../src/kernel/identity.ts'
import { Ids } from '../../../src/kernel/ids.ts'
import { buildRechecks } from '../../../src/sign-in/recheck/rechecks.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { inMemory, memoryDocuments } from '../../http/in-memory.ts'
import { standingClock } from '../../http/standing-clock.ts'
import { unlisted } from '../unlisted.ts'

export const origin = {
  sourceAddress: '192.0.2.1',
  userAgent: 'test',
  secure: true,
  region: 'us-east-1',
  requestId: 'r-1',
}

type Answer = (identity: Identity, kept: KeptForRecheck) => Promise<Identity>

/** One connector, and nodes that share the short-lived state. Every verb of it takes a while. */
export async function openScene(settings: Partial<RecheckSettings> = {}, checkTimeoutMs = 30_000) {
  const clock = standingClock()
  const kept = inMemory(clock)
  const waits = <T extends unknown[], R>(verb: (...row: T) => Promise<R>) => {
    return async (...row: T) => {
      await setImmediate()
      return verb(...row)
    }
  }
  const ephemeral = {
    put: waits(kept.put),
    replace: waits(kept.replace),
    get: waits(kept.get),
    remove: waits(kept.remove),
    claim: waits(kept.claim),
  }
  const events: AuditEvent[] = []
  const logged: string[] = []
  const counted: string[] = []
  const lost: string[] = []
  const state = { answer: (async (one) => one) as Answer, asked: 0, revoked: false, most: 0 }
  let busy = 0
  const connector: Connector = {
    id: 'corp',
    label: 'Corp',
    protocol: 'ldap',
    accounts: ['111122223333'],
    upstream: {
      flow: 'password',
      check: () => Promise.reject(new Error('nobody types a password')),
      recheck: {
        settings: { everySeconds: 900, awaySeconds: 3600, revokeSessions: false, ...settings },
        async check(identity, keeping) {
          state.asked++
          state.most = Math.max(state.most, ++busy)
          return state.answer(identity, keeping).finally(() => busy--)
        },
      },
      probe: async () => {},
      [Symbol.asyncDispose]: async () => {},
    },
  }
  const ids = new Ids()
  const documents = memoryDocuments()
  const ring = await loadKeyRing({ documents, rootKey: Buffer.alloc(32), clock, ids })
  const openNode = () =>
    buildRechecks({
      openSessions: unlisted,
      ...{ clock, ephemeral, ring, ids },
      audit: recordingAudit(events),
      connectors: () => [connector],
      lifetimeSeconds: 12 * 3600,
      checkTimeoutMs,
      log: (event, detail) => void logged.push(`${event} ${JSON.stringify(detail)}`),
      count: (of, outcome) => void counted.push(`${of} ${outcome}`),
      revocations: {
        endOfSignIn: async () => (state.revoked ? { scope: 'person', own: false } : undefined),
        endLostPerson: async ({ subject }) => void lost.push(subject),
      },
    })
  const alice: Identity = {
    connector: 'corp',
    protocol: 'ldap',
    subject: 'uuid-of-alice',
    username: 'alice',
    displayName: 'Alice',
    attributes: new Map(),
    groups: ['devs', 'staff'],
    authenticatedAt: clock.now(),
    strength: 'multi-factor',
  }
  return { clock, kept, events, logged, counted, lost, state, openNode, alice, connector }
}
