const day = Date.UTC(2026, 10, 23, 14, 42)

/** Stands still until it is told. */
export function standingClock() {
  let at = day
  return {
    now: () => new Date(at),
    pass: (seconds: number) => {
      at += seconds * 1000
    },
  }
}
export type Clock = ReturnType<typeof standingClock>
