import type { ChaosNode } from './nodes.ts'

/** How old what each node answers from may be. */
export interface Staleness {
  /** These nodes may not learn what the others do, until `end`. */
  begin(nodes: readonly ChaosNode[]): void
  end(nodes: readonly ChaosNode[]): void
  /** Of this node now, in milliseconds. */
  of(node: ChaosNode): number
}

/** What was missed is caught up with in that time: a machine may be busy. */
const graceMs = 5000

/** `cutOffMs`: for so long a node that can't learn what others do may trust its memory. */
export function createStaleness(staleMs: number, cutOffMs: number): Staleness {
  const until = new Map<ChaosNode, number>()
  const set = (nodes: readonly ChaosNode[], at: number) => {
    for (const node of nodes) until.set(node, at)
  }
  return {
    begin: (nodes) => set(nodes, Number.POSITIVE_INFINITY),
    end: (nodes) => set(nodes, performance.now() + graceMs),
    of: (node) => ((until.get(node) ?? 0) > performance.now() ? cutOffMs : staleMs),
  }
}
