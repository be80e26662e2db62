import { readdir } from 'node:fs/promises'
import { median } from '../bench/figures.ts'
import { residentMib } from '../bench/process-cost.ts'
import type { ChaosNode } from './nodes.ts'

/** What a node holds at one moment. */
export interface Sample {
  readonly node: string
  readonly residentMib: number
  readonly descriptors: number
}

export async function sampled({ name, pid }: ChaosNode): Promise<Sample> {
  const descriptors = (await readdir(`/proc/${pid}/fd`)).length
  return { node: name, residentMib: residentMib(pid), descriptors }
}

/** What memory may grow by until it is not flat any more: the collector's own ups and downs. */
const [mostGrowth, mostGrowthMib] = [1.1, 16]
const mostDescriptors = 16

/**
 * What grew between the second quarter and the last one of a soak, in words; the first quarter
 * fills caches. Empty: nothing did.
 */
export function growthOf(samples: readonly Sample[]): readonly string[] {
  const nodes = [...new Set(samples.map(({ node }) => node))]
  return nodes.flatMap((node) => {
    const of = samples.filter((sample) => sample.node === node)
    const quarter = Math.floor(of.length / 4)
    if (quarter === 0) return [`${node} has too few samples`]
    const [early, late] = [of.slice(quarter, 2 * quarter), of.slice(-quarter)]
    const middle = (part: readonly Sample[], of: 'residentMib' | 'descriptors') =>
      median(part.map((sample) => sample[of]))
    const [before, after] = [middle(early, 'residentMib'), middle(late, 'residentMib')]
    const [opened, open] = [middle(early, 'descriptors'), middle(late, 'descriptors')]
    return [
      ...(after > before * mostGrowth && after > before + mostGrowthMib
        ? [`${node} grew from ${before.toFixed(0)} to ${after.toFixed(0)} MiB`]
        : []),
      ...(open > opened + mostDescriptors
        ? [`${node} had ${opened} descriptors open, then ${open}`]
        : []),
    ]
  })
}
