import type { Store as SessionStore } from 'express-session'
import type { Clock } from './kernel/clock.ts'
import type { Ephemeral } from './store/ephemeral.ts'
import type { SqliteStore } from './store/sqlite.ts'
import type { Settings } from './config/settings.ts'
import session from 'express-session'
export async function openEphemeral(settings: Settings['ephemeral'], { store, clock }: { store: SqliteStore; clock: Clock }): Promise<AsyncDisposable & { ephemeral: Ephemeral; sessionStore: SessionStore }> {
  return { ephemeral: store.ephemeral(), sessionStore: new session.MemoryStore(), async [Symbol.asyncDispose]() {} }
}
