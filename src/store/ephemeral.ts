/** What the short-lived things are; one namespace each. */
export type Space = 'browser-session' | 'attempt' | 'sign-in-token' | 'console-session' | 'replay' | 'totp' | 'key-use' | 'rate'

/**
 * Short-lived state: browser sessions, one-time tokens, replay guards, rate limits. In the SQLite store (nothing
 * consumed becomes usable again after a restart) or in Redis. One conformance suite: test/conformance/ephemeral.ts.
 */
export interface Ephemeral extends AsyncDisposable {
  /** Sets or replaces. */
  put(space: Space, key: string, value: string, expiresAt: Date): Promise<void>
  /** As `put`, and only where the key is there now: false, and nothing written, when it is gone. */
  replace(space: Space, key: string, value: string, expiresAt: Date): Promise<boolean>
  get(space: Space, key: string): Promise<string | undefined>
  /** Reads and removes in one step: of two at once, one gets it. */
  take(space: Space, key: string): Promise<string | undefined>
  remove(space: Space, key: string): Promise<void>
  /** True for the first to claim the key until `expiresAt`: replay guards. */
  claim(space: Space, key: string, expiresAt: Date): Promise<boolean>
  /** Adds one within a fixed window that opens with its first count; answers the count so far, this one included. */
  count(space: Space, key: string, windowSeconds: number): Promise<{ count: number; resetsAt: Date }>
  /** Readiness: rejects with the reason when it can't be reached. */
  probe(): Promise<void>
}
