import type { Log } from '../../kernel/log.ts'

/** Why Redis can't be used, and since when (by `performance.now`). */
export interface Outage {
  readonly reason: string
  readonly since: number
}

/**
 * Failures in a row, by commands or by the heartbeat, after which no command is sent any more: one
 * slow answer among quick ones is no outage.
 */
const failuresToOpen = 3
/** Between looks at a server that works, and at one that answers but refuses. */
const heartbeatMs = 5000
const refusingMs = 1000
/** The first pause before a new connection, and the longest; each is twice the last. */
const [firstPauseMs, longestPauseMs] = [50, 2000]

export interface CircuitPorts {
  /** Asks the present connection. Its outcome is reported to the circuit by the caller. */
  readonly look: () => Promise<void>
  /** Opens another connection and asks it; rejects when it does not work. */
  readonly reopen: () => Promise<void>
  readonly log: Log
}

/**
 * A circuit breaker with its own heartbeat. Open: commands fail at once, and new connections are
 * tried with growing pauses. The log hears of an outage once, and of its end.
 */
export function createCircuit({ look, reopen, log }: CircuitPorts) {
  let outage: Outage | undefined
  let refusal: Outage | undefined
  let failures = 0
  let tries = 0
  let ended = false
  let timer: NodeJS.Timeout | undefined
  const trouble = () => outage ?? refusal
  const later = (ms: number) => {
    clearTimeout(timer)
    if (!ended) timer = setTimeout(() => void beat(), ms).unref()
  }
  const recovered = (from: Outage) => {
    log('redis-recovered', { seconds: Math.round((performance.now() - from.since) / 1000) })
  }
  const open = (reason: string) => {
    if (outage || ended) return
    if (!refusal) log('redis-failed', { error: reason })
    outage = { reason, since: refusal?.since ?? performance.now() }
    refusal = undefined
    tries = 0
    later(firstPauseMs)
  }
  const pauseAfterLook = () => {
    if (refusal) return refusingMs
    return failures > 0 ? firstPauseMs : heartbeatMs
  }
  const beat = async () => {
    if (!outage) {
      await look().catch(() => undefined)
      if (!outage) later(pauseAfterLook())
      return
    }
    try {
      await reopen()
    } catch (error) {
      outage = { ...outage, reason: messageOf(error) }
      return later(pauseMs(tries++))
    }
    const before = outage
    outage = undefined
    failures = 0
    recovered(before)
    later(heartbeatMs)
  }
  later(heartbeatMs)
  return {
    /** Defined: send no command. */
    outage: () => outage,
    /** Why something does not work, though other commands may. */
    trouble,
    answered() {
      failures = 0
    },
    /** The heartbeat or readiness wrote. */
    wrote() {
      failures = 0
      if (!refusal) return
      recovered(refusal)
      refusal = undefined
    },
    failed(error: Error) {
      failures++
      if (failures >= failuresToOpen) open(error.message)
    },
    /** The connection is of no use any more. */
    lost: (error: Error) => open(error.message),
    /** The server answers, and refuses what it was asked. */
    refused(error: Error) {
      failures = 0
      if (trouble()) return
      refusal = { reason: error.message, since: performance.now() }
      log('redis-failed', { error: error.message })
      later(refusingMs)
    },
    end() {
      ended = true
      clearTimeout(timer)
    },
  }
}
export type Circuit = ReturnType<typeof createCircuit>

/** Varies by a fifth, so that nodes don't come back in step. */
function pauseMs(tries: number): number {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(tries + 1, 10), longestPauseMs)
  return pause * (0.8 + 0.4 * Math.random())
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
