/** Kinds of short-lived state, a namespace each. */
export type Space =
  | 'browser-session'
  | 'attempt'
  | 'sign-in-token'
  | 'console-session'
  | 'replay'
  | 'totp'
  | 'security-key'
  | 'key-use'
  | 'last-access'
  | 'signed-out'
  | 'role-memory'
  | 'user-step'
  | 'open-session'
  | 'last-sign-ins'
  | 'recheck'
  | 'touch'
  | 'own-sessions'
  | 'app'
  | 'gate'
  | 'rate'
  | 'form'
  | 'analysis'

/** One entry to put. */
export interface Put {
  readonly space: Space
  readonly key: string
  readonly value: string
  readonly expiresAt: Date
}

/**
 * Short-lived state: browser sessions, one-time tokens, replay guards, rate limits. Kept in the
 * SQLite store (nothing consumed becomes usable again after a restart) or in Redis. No method joins
 * a transaction of the store: a claim, take or count made during one stays when it is rolled back,
 * so that a failed call never frees a code or forgets a guess. One conformance suite:
 * test/conformance/ephemeral.ts.
 */
export interface Ephemeral extends AsyncDisposable {
  /** Sets or replaces. */
  put(space: Space, key: string, value: string, expiresAt: Date): Promise<void>
  /** Like `put` for each, at the cost of one. When it rejects, some of them may be there. */
  putAll(puts: readonly Put[]): Promise<void>
  /** Like `put`, for an existing key only: returns false and writes nothing when it is gone. */
  replace(space: Space, key: string, value: string, expiresAt: Date): Promise<boolean>
  /** Sets the expiry of the current entry, whatever its value is. Returns false when it is gone. */
  prolong(space: Space, key: string, expiresAt: Date): Promise<boolean>
  get(space: Space, key: string): Promise<string | undefined>
  /**
   * Reads and removes in one step, so that only one of several concurrent callers gets the value.
   */
  take(space: Space, key: string): Promise<string | undefined>
  remove(space: Space, key: string): Promise<void>
  /**
   * Returns true for the first claim of the key until `expiresAt`. For replay guards. `madeAt`: the
   * earliest time at which what is claimed may have been made and used, where that is kept nowhere
   * here. Rejects with StoreFault when what is remembered began later, so that nobody knows.
   */
  claim(space: Space, key: string, expiresAt: Date, madeAt?: Date): Promise<boolean>
  /**
   * Adds `weight`, a whole number from 1 on (absent: 1), to a fixed window that opens with its
   * first count. Returns the count, including this one.
   */
  count(
    space: Space,
    key: string,
    windowSeconds: number,
    weight?: number,
  ): Promise<{ count: number; resetsAt: Date }>
  /** Subtracts one in an open window, not below zero. Does nothing when no window is open. */
  uncount(space: Space, key: string): Promise<void>
  /** Readiness: rejects with the reason when it can't be reached. */
  probe(): Promise<void>
}
