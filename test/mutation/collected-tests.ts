/** Stands in for `node:test` while mutants are tried: tests are collected, to be run one by one. */

export interface CollectedTest {
  readonly name: string
  readonly run: () => unknown
}

let collected: CollectedTest[] = []

export function test(name: string, run: () => unknown): void {
  collected.push({ name, run })
}

/** What was declared since the last call, in order. */
export function takeTests(): readonly CollectedTest[] {
  const taken = collected
  collected = []
  return taken
}
