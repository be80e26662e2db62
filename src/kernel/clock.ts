/** Time comes in from outside, so that expiry, skew and rotation are tested without waiting. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
