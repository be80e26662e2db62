/** The clock is passed in, so that expiry, skew and rotation are tested without waiting. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/**
 * Writes instants as `2026-01-02T03:04:05Z`. The last text is reused while the second is the same,
 * so each use should have its own writer. Throws RangeError for an invalid date.
 */
export function secondsWriter(): (at: Date) => string {
  let second = Number.NaN
  let text = ''
  return (at) => {
    const now = Math.floor(at.getTime() / 1000)
    if (now !== second) {
      text = `${at.toISOString().slice(0, 19)}Z`
      second = now
    }
    return text
  }
}
