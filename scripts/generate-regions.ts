/**
 * Writes src/reference/aws/regions.gen.ts from the partitions of AWS's SDK for JavaScript, limited
 * to those that Gatehouse supports. test/aws/generated.test.ts fails when the file is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { partitionNames } from '../src/kernel/partitions.ts'

const target = join(import.meta.dirname, '../src/reference/aws/regions.gen.ts')

interface Partitions {
  readonly partitions: readonly {
    readonly id: string
    readonly regions: Readonly<Record<string, unknown>>
  }[]
}

/**
 * Returns the text of regions.gen.ts. Throws when the SDK is not installed, or keeps its partitions
 * elsewhere.
 */
export function generateRegions(): string {
  const { partitions } = readPartitions()
  const lines = partitionNames.map((id) => {
    const found = partitions.find((one) => one.id === id)
    if (!found) throw new Error(`the SDK knows no partition ${id}`)
    // `aws-global` is the SDK's name for "no region": it signs for a real region.
    const regions = Object.keys(found.regions)
      .filter((region) => /-\d+$/.test(region))
      .sort()
    return `  '${id}': [\n${regions.map((region) => `    '${region}',\n`).join('')}  ],\n`
  })
  const banner = '// Made by scripts/generate-regions.ts from @aws-sdk/core. Do not edit.'
  return `${banner}\n\nexport const partitionRegions = {\n${lines.join('')}} as const\n`
}

function readPartitions(): Partitions {
  const sts = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-sts'))
  const home = join(dirname(sts.resolve('@aws-sdk/core')), '..')
  const text = readFileSync(
    join(home, 'dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'),
    'utf8',
  )
  const json = /^export const partitionsInfo = (\{.*\});\s*$/s.exec(text)?.[1]
  if (json === undefined) throw new Error('the SDK keeps its partitions in another form')
  return JSON.parse(json) as Partitions
}

if (import.meta.main) writeFileSync(target, generateRegions())
