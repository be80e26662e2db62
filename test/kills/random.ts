/** Numbers from a seed (mulberry32), so that a run of kills can be had again. */
export interface Random {
  /** A whole number from 0, below `below`. */
  below(below: number): number
  of<T>(all: readonly T[]): T
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return { below, of: (all) => all[below(all.length)]! }
}
