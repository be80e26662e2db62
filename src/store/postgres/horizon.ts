/**
 * Watches the oldest transaction of the server that has written something and is not over: every
 * poll for changes begins at it, and nothing that was written since can be tidied up.
 */
export interface Horizon {
  /** Call with the borders of a snapshot: all is over below `xmin`, nothing begun from `xmax`. */
  see(borders: { readonly xmin: string; readonly xmax: string }): void
  /** For how long this node has seen the same one open, in milliseconds; 0: there is none. */
  heldMs(): number
}

export function createHorizon(now: () => number = () => performance.now()): Horizon {
  let held: { readonly xmin: string; readonly since: number } | undefined
  return {
    see({ xmin, xmax }) {
      if (xmin === xmax) held = undefined
      else if (held?.xmin !== xmin) held = { xmin, since: now() }
    },
    heldMs: () => (held ? now() - held.since : 0),
  }
}
